import Linear
import Speech

/// The voice's music: stressed syllables by loudness, accents by pitch.
struct Prosody {
  /// Two accents of a kind are at least this far apart, seconds.
  private static let apart: Float = 0.3
  /// A rise of pitch over the voice's own level that counts as an accent, semitones.
  private static let accentRise: Float = 2

  private var level: Float = 0
  private var peak: Float = 0
  private var sinceStress: Float = 1
  private var sinceAccent: Float = 1
  /// The voice's own pitch as semitones over 1 Hz, 0 before there was one.
  private var ownPitch: Float = 0
  private var wasHigh = false

  /// Strength of a stressed syllable that begins with this tick (0.3...1), or 0.
  private(set) var stress: Float = 0
  /// Strength of a pitch accent that begins with this tick (0.3...1), or 0.
  private(set) var accent: Float = 0
  /// How far the pitch is above the voice's own level, smoothed, semitones within +-6; 0 without voice.
  private(set) var rise: Float = 0

  mutating func advance(_ step: Float, frame: SpeechFrame?, activity: Float) {
    sinceStress += step
    sinceAccent += step
    hearLoudness((frame?.loudness ?? 0) * activity, step)
    hearPitch(frame, activity, step)
  }

  private mutating func hearLoudness(_ loudness: Float, _ step: Float) {
    level += (loudness - level) * min(1, step / 0.5)
    let excess = loudness - level
    let isRising = excess > peak
    peak = max(excess, peak - step * 1.2)
    stress = 0
    guard isRising, excess > 0.16, sinceStress > Self.apart else { return }
    sinceStress = 0
    stress = min(1, 0.3 + excess)
  }

  private mutating func hearPitch(_ frame: SpeechFrame?, _ activity: Float, _ step: Float) {
    accent = 0
    var target: Float = 0
    if let frame, frame.voicing > 0.5, frame.pitch > 0, activity > 0.5 {
      let pitch = 17.312_34 * Elementary.log(frame.pitch)
      if ownPitch == 0 { ownPitch = pitch }
      let above = max(-6, min(6, pitch - ownPitch))
      ownPitch += (pitch - ownPitch) * min(1, step / 3)
      target = above
    }
    rise += (target - rise) * min(1, step / 0.06)
    let isHigh = rise > Self.accentRise
    if isHigh && !wasHigh && sinceAccent > Self.apart {
      sinceAccent = 0
      accent = min(1, 0.3 + 0.15 * rise)
    }
    wasHigh = isHigh
  }
}
