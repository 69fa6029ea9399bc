/// What 10 ms of sound say about the mouth.
public struct SpeechFrame: Sendable, Equatable {
  /// Seconds of the original sound, from its first sample, that this frame describes (the middle of the 10 ms).
  public var time: Double

  /// The mouth's shape.
  public var visemes: VisemeWeights

  /// 0 (nobody speaks) ... 1 (as loud as this voice gets), a scale of 30 dB; about 0.7 in ordinary vowels, whatever
  /// the microphone's gain.
  public var loudness: Float

  /// 0 (breathed, hissed or silent) ... 1 (the vocal folds swing).
  public var voicing: Float

  /// The voice's fundamental frequency, 70...500 Hz; the last known one where `voicing` is low, 0 before there was one.
  public var pitch: Float

  /// -1 (mumbled) ... 0 (as this voice usually speaks) ... 1 (shouted), over the last second of the voice.
  public var effort: Float

  public init(
    time: Double, visemes: VisemeWeights, loudness: Float, voicing: Float, pitch: Float, effort: Float = 0
  ) {
    self.time = time
    self.visemes = visemes
    self.loudness = loudness
    self.voicing = voicing
    self.pitch = pitch
    self.effort = effort
  }
}
