import Pixels
import Testing

@Suite("Planes of video")
struct VideoPlanesTests {
  /// Planes of a picture of one colour, and those of its alpha.
  private func planes(_ colour: [UInt8], width: Int = 6, height: Int = 4) -> (picture: [UInt8], alpha: [UInt8]) {
    var rgba = (0..<width * height).flatMap { _ in colour }
    let count = VideoPlanes.byteCount(width: width, height: height)
    var picture = [UInt8](repeating: 0, count: count)
    var alpha = picture
    rgba.withUnsafeMutableBufferPointer { source in
      picture.withUnsafeMutableBufferPointer { target in
        alpha.withUnsafeMutableBufferPointer { shares in
          VideoPlanes.write(
            rgba: UnsafePointer(source.baseAddress!), width: width, height: height, planes: target.baseAddress!,
            alpha: shares.baseAddress)
        }
      }
    }
    return (picture, alpha)
  }

  @Test(
    "the colours that BT.709 names",
    arguments: [
      ([255, 255, 255, 255], [235, 128, 128]), ([0, 0, 0, 255], [16, 128, 128]), ([255, 0, 0, 255], [63, 102, 240]),
      ([0, 255, 0, 255], [173, 42, 26]), ([0, 0, 255, 255], [32, 240, 118]),
    ])
  func colours(_ rgba: [UInt8], _ yuv: [UInt8]) {
    let (picture, alpha) = planes(rgba)
    #expect(picture[0..<24].allSatisfy { $0 == yuv[0] })
    #expect(picture[24..<30].allSatisfy { $0 == yuv[1] } && picture[30..<36].allSatisfy { $0 == yuv[2] })
    #expect(alpha[0..<24].allSatisfy { $0 == 255 } && alpha[24...].allSatisfy { $0 == 128 })
  }

  @Test("white is white, however much of it is there", arguments: [0, 128, 254] as [UInt8])
  func transparent(_ share: UInt8) {
    let (picture, alpha) = planes([255, 255, 255, share])
    #expect(picture[0] == 235 && alpha[0] == share)
  }

  @Test("the lowest row comes last") func upright() {
    var rgba = [UInt8](repeating: 255, count: 4 * 2 * 4)
    for i in 0..<16 where i % 4 != 3 { rgba[i] = 0 }
    var picture = [UInt8](repeating: 0, count: VideoPlanes.byteCount(width: 4, height: 2))
    picture.withUnsafeMutableBufferPointer { target in
      VideoPlanes.write(rgba: rgba, width: 4, height: 2, planes: target.baseAddress!)
    }
    #expect(picture[0..<4].allSatisfy { $0 == 235 } && picture[4..<8].allSatisfy { $0 == 16 })
  }
}
