import Linear
import Speech

/// The jaw under speech. It is heavier than the lips: where they snap together and apart it goes its own, slower way, and
/// they close over it (`mouthClose`). As `MouthMotion`, stateless in time.
enum JawMotion {
  /// Peak speed of the jaw in speech, cm/s; measured peaks lie between 10 and 25 (Kuehn & Moll, *J. Phonetics* 4, 1976;
  /// Nelson, Perkell & Westbury, *J. Acoustical Society of America* 75, 1984).
  static let peakSpeed: Float = 22
  /// What the lower incisors travel for a `jawOpen` of 1, cm.
  static let travel: Float = 4

  /// The limit is followed from so far back: more than the longest way takes.
  private static let memoryTicks = 15
  private static let tick = 0.01

  /// `jawOpen` for the sound at `time`, seconds.
  static func opening(at time: Double, in timeline: SpeechTimeline) -> Float {
    let reach = peakSpeed / travel * Float(tick)
    var jaw = wanted(at: time - tick * Double(memoryTicks), in: timeline)
    for k in stride(from: memoryTicks - 1, through: 0, by: -1) {
      let goal = wanted(at: time - tick * Double(k), in: timeline)
      jaw = max(jaw - reach, min(jaw + reach, goal))
    }
    return jaw
  }

  /// What the visemes ask for, without haste.
  private static func wanted(at time: Double, in timeline: SpeechTimeline) -> Float {
    var jaw: Float = 0
    var loudness: Float = 0
    var vocalEffort: Float = 0
    var total: Float = 0
    timeline.forEach(from: time - MouthMotion.past, to: time + MouthMotion.future) { frame in
      let weight = MouthMotion.kernel(frame.time - time)
      jaw = jaw + (frame.visemes.lanes * Viseme.jaws).sum() * weight
      loudness = loudness + frame.loudness * weight
      vocalEffort = vocalEffort + frame.effort * weight
      total = total + weight
    }
    guard total > 1e-4 else { return 0 }
    return jaw / total * Effort(loudness: loudness / total, vocalEffort: vocalEffort / total).jaw
  }
}
