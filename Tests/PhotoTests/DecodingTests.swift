import Foundation
import Photo
import Pixels
import Testing

@Suite("A picture file becomes upright sRGB pixels")
struct DecodingTests {
  // libvips takes L*a*b* to be relative to daylight (D65), TIFF means D50: the hues are right, the tint is cooler.
  @Test(
    "in every format",
    arguments: [
      ("plain.png", 0), ("plain.tiff", 0), ("plain.webp", 0), ("palette.png", 0), ("plain.gif", 0), ("16bit.png", 0),
      ("16bit.tiff", 0), ("plain.jpg", 3), ("progressive.jpg", 3), ("plain.heic", 6), ("plain.avif", 6),
      ("broken-profile.jpg", 3), ("lab.tiff", 32),
    ])
  func formats(name: String, tolerance: Int) throws {
    let photo = try Photo(path: Zoo.path(name))
    #expect((photo.pixels.width, photo.pixels.height, photo.pixels.channels) == (Zoo.width, Zoo.height, 3))
    #expect((photo.originalWidth, photo.originalHeight) == (Zoo.width, Zoo.height))
    #expect(Zoo.difference(photo.pixels) <= tolerance)
  }

  @Test("with the colours that the embedded profile means", arguments: ["profile.png", "profile.jpg"])
  func profiles(name: String) throws {
    #expect(Zoo.difference(try Photo.decode(path: Zoo.path(name))) <= 4)
  }

  @Test("from ink to light: CMYK keeps the hues")
  func cmyk() throws {
    let picture = try Photo.decode(path: Zoo.path("cmyk.jpg"))
    #expect(picture.channels == 3)
    // Printed colours are duller; each quarter still has its own strongest channel, and grey is grey.
    #expect(Zoo.difference(picture) < 90)
    for (place, strongest) in zip(Zoo.places, [0, 1, 2]) {
      let pixel = (place.1 * picture.width + place.0) * 3
      let values = (0..<3).map { picture.data[pixel + $0] }
      #expect(values[strongest] == values.max())
    }
  }

  @Test("from greyscale", arguments: ["grey.jpg", "grey.png", "16bit-grey.png"])
  func grey(name: String) throws {
    let picture = try Photo.decode(path: Zoo.path(name))
    #expect(picture.channels == 3)
    #expect(Zoo.difference(picture, from: Zoo.greys.map { [$0, $0, $0] }) <= 3)
  }

  @Test("laid over white where it is transparent", arguments: ["alpha.png", "alpha.webp", "16bit-alpha.png"])
  func alpha(name: String) throws {
    let picture = try Photo.decode(path: Zoo.path(name))
    #expect(picture.channels == 3)
    #expect(picture.data[0..<3] == [255, 255, 255])
    #expect(Zoo.difference(picture) <= 1)
  }

  @Test("laid over white when it is grey too")
  func greyAlpha() throws {
    let picture = try Photo.decode(path: Zoo.path("grey-alpha.png"))
    #expect(picture.data[0..<3] == [255, 255, 255])
    #expect(Zoo.difference(picture, from: Zoo.greys.map { [$0, $0, $0] }) <= 1)
  }

  @Test("from the first frame of an animation", arguments: ["animated.gif", "animated.webp"])
  func animated(name: String) throws {
    let photo = try Photo(path: Zoo.path(name))
    #expect((photo.pixels.width, photo.pixels.height) == (Zoo.width, Zoo.height))
    #expect(Zoo.difference(photo.pixels) <= 1)
  }

  @Test("whichever way the camera was held", arguments: 1...8)
  func orientation(_ orientation: Int) throws {
    let photo = try Photo(path: Zoo.path("exif-\(orientation).jpg"))
    #expect((photo.pixels.width, photo.pixels.height) == (Zoo.width, Zoo.height))
    #expect((photo.originalWidth, photo.originalHeight) == (Zoo.width, Zoo.height))
    #expect(Zoo.difference(photo.pixels) <= 3)
  }

  @Test("not larger than needed, with the file's own upright size kept", arguments: [1, 6])
  func big(orientation: UInt8) throws {
    let bytes = try Photo.encodeJPEG(PixelBuffer(width: 5200, height: 3000, channels: 3), quality: 50)
    let photo = try Photo(bytes: withOrientation(orientation, bytes))
    let upright = orientation == 6 ? (3000, 5200) : (5200, 3000)
    #expect((photo.originalWidth, photo.originalHeight) == upright)
    #expect(max(photo.pixels.width, photo.pixels.height) == Photo.longSide)
    #expect(min(photo.pixels.width, photo.pixels.height) == 1772)
    #expect((photo.pixels.width > photo.pixels.height) == (upright.0 > upright.1))
  }

  @Test("down to a single row")
  func thin() throws {
    let bytes = try Photo.encodePNG(PixelBuffer(width: 9000, height: 1, channels: 3))
    let photo = try Photo(bytes: bytes)
    #expect((photo.pixels.width, photo.pixels.height) == (Photo.longSide, 1))
    #expect((photo.originalWidth, photo.originalHeight) == (9000, 1))
  }

  @Test("the same each time, from many threads at once")
  func concurrent() async throws {
    let names = ["plain.jpg", "plain.heic", "16bit.png", "animated.webp", "cmyk.jpg", "exif-6.jpg", "grey.png"]
    let alone = try names.map { try Photo.decode(path: Zoo.path($0)) }
    try await withThrowingTaskGroup(of: (Int, PixelBuffer).self) { group in
      for i in 0..<70 {
        group.addTask { (i % names.count, try Photo.decode(path: Zoo.path(names[i % names.count]))) }
      }
      for try await (i, picture) in group { #expect(picture == alone[i]) }
    }
  }

  /// Puts an EXIF segment with one tag behind the start of a JPEG.
  private func withOrientation(_ orientation: UInt8, _ jpeg: [UInt8]) -> [UInt8] {
    let tiff: [UInt8] = [
      0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
    ]
    let body = Array("Exif\0\0".utf8) + tiff
    return [0xFF, 0xD8, 0xFF, 0xE1, 0, UInt8(body.count + 2)] + body + jpeg[2...]
  }
}
