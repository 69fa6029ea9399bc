/// A file out of bytes of its own and the samples of its tracks: whoever has the samples puts them together without
/// looking into them.
public struct FileLayout: Equatable, Sendable {
  /// Some of `bytes`, then a run of samples of one track.
  public struct Piece: Equatable, Sendable {
    /// How many of `FileLayout.bytes` come before the samples.
    public var ownBytes: Int
    public var track: Int
    public var firstSample: Int
    public var sampleCount: Int
    /// Whether it is the samples' transparency and not the samples.
    public var isAlpha: Bool
  }

  /// The container's own bytes, in the order of the pieces; what the last piece leaves over ends the file.
  public var bytes: [UInt8]
  public var pieces: [Piece] = []

  public init(bytes: [UInt8] = []) { self.bytes = bytes }

  /// The file's bytes.
  public func assemble(_ sample: (_ track: Int, _ index: Int, _ isAlpha: Bool) -> [UInt8]) -> [UInt8] {
    var file: [UInt8] = []
    var next = 0
    for piece in pieces {
      file += bytes[next..<next + piece.ownBytes]
      next += piece.ownBytes
      for index in piece.firstSample..<piece.firstSample + piece.sampleCount {
        file += sample(piece.track, index, piece.isAlpha)
      }
    }
    return file + bytes[next...]
  }
}
