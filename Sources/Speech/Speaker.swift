import Linear

/// The one whose voice the microphone is for: how loud and how bright he usually is, and what this moment's sound is
/// against that.
///
/// A voice 20 dB softer is still his, and a gain lifts it for the network; one much further down is somebody else's, far
/// away. Level and spectral tilt together tell effort: a raised voice gains more above 1 kHz than below (Nordenberg and
/// Sundberg 2003), a microphone turned up does not. What an instrument plays is nobody's (`Instrument`).
struct Speaker {
  /// Level of his voiced frames, decibels; settles within the first second of a voice, then moves slowly.
  private(set) var usual: Float = -30
  /// 0 (somebody else, or an instrument) ... 1 (the speaker).
  var presence: Float { nearness * (1 - instrument.share) }
  /// Decibels that bring a voice which has become much softer to its usual level, for the network.
  private(set) var gain: Float = 0
  /// -1 (mumbled) ... 0 (as this voice usually speaks) ... 1 (shouted).
  var effort: Float {
    max(-1, min(1, (0.5 * (level - ownLevel) + (tilt - ownTilt)) / Self.fullEffort))
  }

  /// Frames over which the usual level, the speaker's own effort and the effort of the moment are taken.
  private static let memory: Float = 300
  private static let ownMemory: Float = 3000
  private static let momentMemory: Float = 60
  /// Frames that must have been heard before anybody can be told from the speaker.
  private static let acquaintance: Float = 200
  /// Decibels of effort (half of the level's change and all of the tilt's) that make a mumble or a shout.
  private static let fullEffort: Float = 9
  /// The last vowels' level is forgotten at this pace, decibels a frame.
  private static let forgetting: Float = 0.4
  /// Last vowels this many decibels under their usual level are lifted for the network, to so many under it; weak vowels in
  /// ordinary speech stay above.
  private static let softPeak: Float = 15
  private static let loudPeak: Float = 8
  /// Decibels under their usual level at which the last vowels are somebody else's; he has to come this much closer to be
  /// taken for the speaker again.
  private static let edge: Float = 26.5
  private static let hysteresis: Float = 4
  /// Voiced frames of somebody else alone after which he is the speaker: a minute or two of talk.
  private static let adoption = 3000

  private var heard: Float = 0
  private var strangers = 0
  private var nearness: Float = 1
  /// Level of the last vowels, and what it usually is.
  private var recent: Float = -30
  private var usualPeak: Float = -24
  private var level: Float = -30
  private var ownLevel: Float = -30
  private var tilt: Float = 0
  private var ownTilt: Float = 0
  private var instrument = Instrument()

  /// A frame in which something swings, vocal folds or a string.
  /// - Parameters:
  ///   - now: its level, decibels.
  ///   - brightness: its level above 1 kHz less that below, decibels.
  ///   - pitch: hertz.
  ///   - likeness: correlation of the sound with itself one period later, -1...1.
  ///   - stillness: what `Partials` says of it.
  mutating func hearVoice(level now: Float, tilt brightness: Float, pitch: Float, likeness: Float, stillness: Float) {
    recent = max(now, recent - Self.forgetting)
    instrument.hear(pitch: pitch, likeness: likeness, stillness: stillness)
    let below = usualPeak - recent
    let near = approach(below)
    let lift = isKnown ? near * Elementary.smoothstep(Self.softPeak - 4, Self.softPeak, below) : 0
    gain += (lift * (below - Self.loudPeak) - gain) * 0.3
    guard near > 0.5 else {
      strangers += 1
      if strangers > Self.adoption { self = Speaker() }
      return
    }
    strangers = max(0, strangers - 10)
    heard = min(heard + 1, Self.ownMemory)
    let memory = isKnown && below > Self.softPeak ? Self.ownMemory : min(heard + 4, Self.memory + 4)
    usual += (now - usual) / memory
    usualPeak += (recent - usualPeak) / memory
    let own = min(heard + 4, Self.ownMemory)
    ownLevel += (now - ownLevel) / own
    ownTilt += (brightness - ownTilt) / own
    let moment = min(heard + 4, Self.momentMemory)
    level += (now - level) / moment
    tilt += (brightness - tilt) / moment
  }

  /// A frame without voice.
  mutating func hearNoVoice(level now: Float, isQuiet: Bool, likeness: Float, stillness: Float) {
    recent -= Self.forgetting
    if now < usual - 26 { gain *= 0.9 }  // a pause, whose noise is not for the network to hear
    if isQuiet {
      instrument.rest()
    } else {
      instrument.hear(pitch: 0, likeness: likeness, stillness: stillness)
      _ = approach(usualPeak - max(recent, now))
    }
  }

  private var isKnown: Bool { heard >= Self.acquaintance }

  /// Draws what is heard nearer or further away, `below` decibels under the usual voice; answers which.
  private mutating func approach(_ below: Float) -> Float {
    let edge = Self.edge - (nearness < 0.5 ? Self.hysteresis : 0)
    let near = isKnown ? 1 - Elementary.smoothstep(edge - 2, edge + 2, below) : 1
    nearness += (near - nearness) * (near > nearness ? 1 : 0.15)
    return near
  }
}
