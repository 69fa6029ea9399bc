/// One encoded picture or packet of sound, as a muxer wants to know of it: its bytes stay with the caller.
public struct Sample: Equatable, Sendable {
  /// Bytes.
  public var size: Int
  /// When it is shown or heard, ticks of its track; sound counts from the encoder's first sample, `Track.skip` included.
  public var time: Int64
  /// Whether decoding can begin with it.
  public var isKey: Bool
  /// Bytes of its transparency (WebM only); they follow the sample's own.
  public var alphaSize: Int

  public init(size: Int, time: Int64, isKey: Bool, alphaSize: Int = 0) {
    self.size = size
    self.time = time
    self.isKey = isKey
    self.alphaSize = alphaSize
  }
}
