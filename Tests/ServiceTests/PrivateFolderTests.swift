import Foundation
import Objects
import Service
import Testing

@Suite("Folders among the temporary files")
final class PrivateFolderTests {
  private let place = NSTemporaryDirectory() + "private-\(UInt32.random(in: 0 ... .max))"

  init() throws { try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false) }
  deinit { try? FileManager.default.removeItem(atPath: place) }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test("are for this user alone, also those that were open")
  func closed() throws {
    let folder = place + "/folder"
    for open in [0o700, 0o755, 0o777] {
      try PrivateFolder.make(folder)
      #expect(try mode(folder) == 0o700)
      try FileManager.default.setAttributes([.posixPermissions: open], ofItemAtPath: folder)
      try PrivateFolder.make(folder)
      #expect(try mode(folder) == 0o700)
    }
  }

  @Test("are not where others lead or have been")
  func others() throws {
    try FileManager.default.createDirectory(atPath: place + "/there", withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(atPath: place + "/link", withDestinationPath: place + "/there")
    try Data().write(to: URL(fileURLWithPath: place + "/file"))
    for name in ["link", "file", "nowhere/folder"] {
      #expect(throws: ObjectError.self) { try PrivateFolder.make(place + "/" + name) }
    }
    if geteuid() == 0 {
      #expect(chown(place + "/there", 65_534, 65_534) == 0)
      #expect(throws: ObjectError.self) { try PrivateFolder.make(place + "/there") }
    }
  }
}
