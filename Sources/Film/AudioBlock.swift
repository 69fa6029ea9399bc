/// A stretch of sound.
public struct AudioBlock: Equatable, Sendable {
  /// One value a sample, the mean of all channels, full scale -1...1.
  public var mono: [Float]
  /// The same samples with `AudioReader.channels` interleaved values each, for the film's sound track.
  public var interleaved: [Float]

  public init(mono: [Float], interleaved: [Float]) {
    self.mono = mono
    self.interleaved = interleaved
  }
}
