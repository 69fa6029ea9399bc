/// An 8-bit picture: `height` rows of `width` pixels, top row first, `channels` interleaved bytes a pixel
/// (1 grey, 3 RGB, 4 RGBA with straight alpha), sRGB-encoded, no padding.
public struct PixelBuffer: Equatable, Sendable {
  public let width: Int
  public let height: Int
  public let channels: Int
  public var data: [UInt8]

  /// A picture of zeros.
  public init(width: Int, height: Int, channels: Int) {
    self.init(
      width: width, height: height, channels: channels, data: [UInt8](repeating: 0, count: width * height * channels))
  }

  /// Takes `data` as it is; `data.count` must be `width * height * channels`.
  public init(width: Int, height: Int, channels: Int, data: [UInt8]) {
    precondition(width > 0 && height > 0 && channels > 0 && data.count == width * height * channels)
    self.width = width
    self.height = height
    self.channels = channels
    self.data = data
  }
}
