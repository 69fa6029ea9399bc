/// One track of a film: what it is encoded in and the list of its samples, in the order of decoding.
public struct Track: Sendable {
  public var codec: Codec
  /// Ticks a second of `Sample.time`, `skip` and `length`.
  public var timescale: Int
  public var samples: [Sample] = []
  /// Ticks at the beginning that are decoded and not heard: the encoder's delay (Opus: pre-skip).
  public var skip: Int64 = 0
  /// Ticks that are shown or heard, without `skip`.
  public var length: Int64 = 0

  /// Pixels of the pictures.
  public var width = 0
  public var height = 0
  /// How colours are meant, nil: not said.
  public var colour: ColourSpace?
  /// Whether samples have transparency (WebM only).
  public var hasAlpha = false

  /// Samples a second and channels of the sound.
  public var rate = 0
  public var channels = 0

  /// A track of pictures.
  public init(_ codec: Codec, timescale: Int, width: Int, height: Int) {
    self.codec = codec
    self.timescale = timescale
    self.width = width
    self.height = height
  }

  /// A track of sound; its ticks are its samples.
  public init(_ codec: Codec, rate: Int, channels: Int) {
    self.codec = codec
    self.timescale = rate
    self.rate = rate
    self.channels = channels
  }
}

/// Code points of ITU-T H.273.
public struct ColourSpace: Equatable, Sendable {
  public var primaries: UInt8
  public var transfer: UInt8
  public var matrix: UInt8
  public var isFullRange: Bool

  public init(primaries: UInt8, transfer: UInt8, matrix: UInt8, isFullRange: Bool) {
    self.primaries = primaries
    self.transfer = transfer
    self.matrix = matrix
    self.isFullRange = isFullRange
  }

  public static let bt709 = ColourSpace(primaries: 1, transfer: 1, matrix: 1, isFullRange: false)
}
