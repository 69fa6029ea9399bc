import Foundation
import Linear
import Photo
import Pixels
import Testing

@Suite("A file that is no good picture is refused with a reason")
struct RefusalTests {
  static let pictures = [
    "plain.jpg", "progressive.jpg", "plain.png", "plain.webp", "plain.heic", "plain.avif", "plain.tiff", "plain.gif",
    "16bit.png", "cmyk.jpg", "animated.webp",
  ]

  private func error(_ bytes: [UInt8]) -> PhotoError? {
    do {
      _ = try Photo(bytes: bytes)
      return nil
    } catch { return error }
  }

  @Test("when it is empty, or not a picture at all")
  func notPictures() {
    #expect(error([]) == .unreadable)
    #expect(error([0xFF]) == .unreadable)
    #expect(error(Array("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>".utf8)) == .unreadable)
    #expect(error(Array("%PDF-1.4 hello".utf8)) == .unreadable)
    #expect(error([UInt8](repeating: 0, count: 100_000)) == .unreadable)
  }

  @Test("when it is cut short anywhere", arguments: pictures)
  func truncated(name: String) throws {
    let whole = try Zoo.bytes(name)
    for share in [0.02, 0.1, 0.25, 0.5, 0.75, 0.9] {
      let cut = Array(whole[..<Int(Double(whole.count) * share)])
      #expect(error(cut) == .unreadable, "\(name) cut at \(share)")
    }
  }

  @Test("when its first half is right and the rest is noise", arguments: ["plain.jpg", "plain.png", "plain.heic"])
  func overwritten(name: String) throws {
    var bytes = try Zoo.bytes(name)
    var random = SeededRandom(seed: 7)
    for i in bytes.count / 2..<bytes.count { bytes[i] = UInt8(truncatingIfNeeded: random.next()) }
    #expect(error(bytes) == .unreadable)
  }

  @Test("when its header promises more pixels than are taken, before memory is asked for", arguments: ["png", "jpg"])
  func hugeHeader(ending: String) throws {
    #expect(error(try Zoo.bytes("huge-header.\(ending)")) == .tooManyPixels(width: 60000, height: 60000))
  }

  @Test("when the file is longer than is taken")
  func longFile() throws {
    let path = NSTemporaryDirectory() + "long-\(ProcessInfo.processInfo.processIdentifier).jpg"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data().write(to: URL(filePath: path))
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    try file.truncate(atOffset: UInt64(Photo.Limits.megabytes * 1_000_000 + 1))
    try file.close()
    #expect(throws: PhotoError.tooManyBytes) {
      try Photo(path: path)
    }
  }

  @Test("when there is no such file, or it is a folder")
  func noFile() {
    #expect(throws: PhotoError.file(path: "/nowhere/x.jpg", reason: "no such file or directory")) {
      try Photo(path: "/nowhere/x.jpg")
    }
    #expect(throws: PhotoError.file(path: "/tmp", reason: "is a directory")) { try Photo(path: "/tmp") }
  }

  @Test("or read, but never a crash, when bytes anywhere are wrong", arguments: pictures)
  func damaged(name: String) throws {
    let whole = try Zoo.bytes(name)
    var random = SeededRandom(seed: 99)
    for _ in 0..<100 {
      var bytes = whole
      for _ in 0..<(1 + Int(random.next() % 8)) {
        bytes[Int(random.next() % UInt32(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      guard let photo = try? Photo(bytes: bytes) else { continue }
      #expect(max(photo.pixels.width, photo.pixels.height) <= Photo.longSide)
      #expect(photo.pixels.data.count == photo.pixels.width * photo.pixels.height * 3)
    }
  }
}
