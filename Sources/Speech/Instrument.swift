import Linear

/// How far what is heard is an instrument's: tones that stand still and jump, one after the other or several at once.
///
/// A voice glides and trembles even on a held note, hisses between its vowels, and has, between all else, moments in which
/// it is one clean tone. A melody's pitch stands still for most of the time without ever letting go. A chord is nearly
/// periodic for seconds and never clean, or, where its notes lie further apart, has partials that stand still. All are judged
/// over the last second or two, without delay.
struct Instrument {
  /// 0 (a voice) ... 1 (an instrument).
  var share: Float {
    max(
      Elementary.smoothstep(Self.steady.lowerBound, Self.steady.upperBound, steadiness),
      Elementary.smoothstep(Self.muddled.lowerBound, Self.muddled.upperBound, muddle),
      Elementary.smoothstep(Self.standing.lowerBound, Self.standing.upperBound, stand))
  }

  /// How far a tone moves within 30 ms at most: 10 cents, as a ratio less 1.
  private static let standingStill: Float = 0.005_78
  /// Between these the steadiness makes an instrument of it. Slowed-down sung vowels without vibrato reach 0.64.
  private static let steady: ClosedRange<Float> = 0.55...0.7
  /// Frames over which a tone that stands still, one that moves, and a sound that is no tone are counted.
  private static let stillFrames: Float = 50
  private static let movingFrames: Float = 25
  private static let tonelessFrames: Float = 12

  /// Between these the muddle makes an instrument of it. Voices in babble or in a hall reach 0.43.
  private static let muddled: ClosedRange<Float> = 0.4...0.52
  private static let muddleFrames: Float = 200
  /// One clean tone is so like itself one period later.
  private static let clean: Float = 0.9
  /// No more than that, so that a voice after the chords is heard soon.
  private static let mostMuddle: Float = 0.56

  /// Only sounds less alike to themselves one period later than a tone are asked whether their partials stand still.
  private static let tone: Float = 0.8
  /// Partials that are so like themselves 150 ms before do: in three quarters of a chord's frames, in a tenth of a voice's.
  private static let still: Float = 0.4
  /// Between these the standing partials make an instrument of it. Voices reach -0.5, in a hall -0.1.
  private static let standing: ClosedRange<Float> = -0.1...0.1
  private static let standFrames: Float = 50
  private static let cleanFrames: Float = 150
  /// No more than that, for the same reason.
  private static let mostStand: Float = 0.4

  private var steadiness: Float = 0
  private var muddle: Float = 0
  private var stand: Float = -1
  /// The last three frames' pitches, the newest last; 0 where there was none.
  private var pitches = SIMD4<Float>.zero

  /// A frame above the noise floor.
  /// - Parameters:
  ///   - pitch: hertz; 0 where nothing swings.
  ///   - likeness: correlation of the sound with itself one period later, -1...1.
  ///   - stillness: what `Partials` says of it.
  mutating func hear(pitch: Float, likeness: Float, stillness: Float) {
    let muddle = muddle + (Self.muddle(likeness) - muddle) / Self.muddleFrames
    self.muddle = max(0, min(Self.mostMuddle, muddle))
    if likeness < Self.tone {
      stand = min(Self.mostStand, stand + ((stillness > Self.still ? 1 : -1) - stand) / Self.standFrames)
    } else if likeness >= Self.clean {
      stand += (-1 - stand) / Self.cleanFrames
    }
    guard pitch > 0 else {
      pitches = .zero
      steadiness -= steadiness / Self.tonelessFrames
      return
    }
    let before = pitches[1]
    pitches = SIMD4(0, pitches[2], pitches[3], pitch)
    guard before > 0 else { return }
    steadiness +=
      abs(pitch / before - 1) < Self.standingStill
      ? (1 - steadiness) / Self.stillFrames : -steadiness / Self.movingFrames
  }

  /// A frame in which nothing is heard.
  mutating func rest() {
    pitches = .zero
    steadiness *= 0.99
  }

  /// What one frame tells: several tones at once are like themselves, but not quite; a voice hisses and is clean in between.
  private static func muddle(_ likeness: Float) -> Float {
    switch likeness {
    case ..<0.3: -2
    case 0.45..<0.8: 1
    case clean...: -4
    default: 0
    }
  }
}
