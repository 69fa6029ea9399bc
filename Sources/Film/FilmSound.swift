/// The sound of a film and the voices in it, block by block.
public protocol FilmSound: AnyObject {
  /// Samples a second.
  var sampleRate: Int { get }
  /// Of the film's sound: 1 or 2.
  var channels: Int { get }
  /// Length as far as it is known beforehand, seconds.
  var estimatedSeconds: Double? { get }
  /// The next samples, or nil at the end.
  func nextVoices() throws(FilmError) -> VoicedBlock?
}

/// A stretch of a film's sound.
public struct VoicedBlock: Sendable {
  /// What is heard, `channels` values a sample.
  public var interleaved: [Float]
  /// What each of the people says, one value a sample, equally many in all.
  public var voices: [[Float]]

  public init(interleaved: [Float], voices: [[Float]]) { (self.interleaved, self.voices) = (interleaved, voices) }
}

extension AudioReader: FilmSound {
  /// The file as the one voice.
  public func nextVoices() throws(FilmError) -> VoicedBlock? {
    try next().map { VoicedBlock(interleaved: $0.interleaved, voices: [$0.mono]) }
  }
}
