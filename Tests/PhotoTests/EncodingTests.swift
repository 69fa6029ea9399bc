import Foundation
import Photo
import Pixels
import Testing

@Suite("Pixels become files")
struct EncodingTests {
  private func gradient(channels: Int) -> PixelBuffer {
    var picture = PixelBuffer(width: 64, height: 40, channels: channels)
    for y in 0..<40 {
      for x in 0..<64 {
        for c in 0..<channels { picture.data[(y * 64 + x) * channels + c] = UInt8(x + y * (c + 1) / 2 + 20 * c) }
      }
    }
    return picture
  }

  @Test("JPEG and back, grey and RGB", arguments: [1, 3])
  func jpeg(channels: Int) throws {
    let picture = gradient(channels: channels)
    let bytes = try Photo.encodeJPEG(picture, quality: 95)
    let back = try Photo.decodeJPEG(bytes)
    #expect((back.width, back.height, back.channels) == (64, 40, channels))
    let worst = zip(picture.data, back.data).map { abs(Int($0) - Int($1)) }.max()!
    #expect(worst <= 6)
    #expect(try Photo.encodeJPEG(picture, quality: 30).count < bytes.count)
  }

  @Test("PNG and back, without a bit lost; alpha stays straight")
  func png() throws {
    let picture = gradient(channels: 3)
    #expect(try Photo(bytes: Photo.encodePNG(picture)).pixels == picture)
    var clear = PixelBuffer(width: 2, height: 1, channels: 4)
    clear.data = [200, 100, 50, 0, 200, 100, 50, 255]
    // Laid over white on the way back: the transparent pixel's own colour must not shine through.
    #expect(try Photo(bytes: Photo.encodePNG(clear)).pixels.data == [255, 255, 255, 200, 100, 50])
  }

  @Test("the avatar's decoder refuses what is not a small JPEG")
  func hostileJPEG() throws {
    #expect(throws: PhotoError.unreadable) { try Photo.decodeJPEG([]) }
    #expect(throws: PhotoError.unreadable) { try Photo.decodeJPEG(Zoo.bytes("plain.png")) }
    #expect(throws: PhotoError.unreadable) { try Photo.decodeJPEG(Zoo.bytes("cmyk.jpg")) }
    #expect(throws: PhotoError.unreadable) { try Photo.decodeJPEG(Array(Zoo.bytes("plain.jpg").prefix(400))) }
    #expect(throws: PhotoError.self) { try Photo.decodeJPEG(Zoo.bytes("huge-header.jpg")) }
  }

  @Test("a file appears whole or not at all")
  func atomic() throws {
    let folder = NSTemporaryDirectory() + "photo-tests-\(ProcessInfo.processInfo.processIdentifier)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Photo.writePNG(gradient(channels: 4), to: folder + "/a.png")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a.png"])
    #expect(throws: PhotoError.self) { try Photo.writePNG(gradient(channels: 3), to: folder + "/none/c.png") }
    // A folder in the way: nothing half-written stays behind.
    try FileManager.default.createDirectory(atPath: folder + "/d.png/x", withIntermediateDirectories: true)
    #expect(throws: PhotoError.self) { try Photo.writePNG(gradient(channels: 3), to: folder + "/d.png") }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a.png", "d.png"])
  }
}
