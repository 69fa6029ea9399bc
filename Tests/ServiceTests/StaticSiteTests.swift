import Foundation
import Service
import Testing

@Suite("The demo's files")
final class StaticSiteTests {
  let folder = NSTemporaryDirectory() + "site-\(UInt32.random(in: 0 ... .max))"
  let site: StaticSite

  init() throws {
    let files = [
      "open/a.js": "let a", "open/engine.wasm": "wasm", "open/engine.wasm.br": "b", "open/engine.wasm.gz": "gz",
      "open/deep/b.css": "b", "open/.secret": "s", "open/old.bin": "newer", "index.html": "page", "private": "p",
    ]
    for (name, content) in files {
      let path = folder + "/" + name
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try content.write(toFile: path, atomically: true, encoding: .utf8)
    }
    try "stale".write(toFile: folder + "/open/old.bin.br", atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -1000)], ofItemAtPath: folder + "/open/old.bin.br")
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/open/way-out", withDestinationPath: folder + "/private")
    site = StaticSite(
      folders: [("/open/", folder + "/open"), ("/none/", folder + "/none")], pages: ["/main": folder + "/index.html"])
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  @Test("are found under their names, with their types")
  func found() {
    #expect(site.file(for: "/open/a.js")?.contentType == "text/javascript; charset=utf-8")
    #expect(site.file(for: "/open/a.js")?.bytes == 5)
    #expect(site.file(for: "/open/engine.wasm")?.contentType == "application/wasm")
    #expect(site.file(for: "/open/deep/b.css")?.contentType == "text/css; charset=utf-8")
    #expect(site.file(for: "/open/deep%2Fb.css")?.bytes == 1)
    #expect(site.file(for: "/main")?.contentType == "text/html; charset=utf-8")
  }

  @Test(
    "are all that can be reached",
    arguments: [
      "/", "/open", "/open/", "/open/deep", "/open/../private", "/open/%2e%2e/private", "/open/..%2fprivate",
      "/open/deep/../../private", "/open//a.js", "/open/.secret", "/open/%2esecret", "/open/way-out", "/open/a.js%00",
      "/open/a.js/", "/open/%zz", "/open/%", "/private", "/none/a.js", "/main/", "/open/..\\private", "/open/%ff",
    ])
  func unreachable(path: String) {
    #expect(site.file(for: path) == nil)
  }

  @Test("go out compressed where the client takes it, best first")
  func compressed() {
    let brotli = site.file(for: "/open/engine.wasm", accepting: "gzip, deflate, br")
    #expect(brotli?.encoding == "br" && brotli?.bytes == 1 && brotli?.contentType == "application/wasm")
    #expect(site.file(for: "/open/engine.wasm", accepting: "gzip;q=0.5, br;q=0")?.encoding == "gzip")
    #expect(site.file(for: "/open/engine.wasm", accepting: "identity")?.encoding == nil)
    #expect(site.file(for: "/open/engine.wasm")?.varies == true)
    #expect(site.file(for: "/open/a.js", accepting: "br")?.encoding == nil)
    #expect(site.file(for: "/open/a.js", accepting: "br")?.varies == false)
  }

  @Test("never go out as a compressed copy of an older version")
  func stale() {
    #expect(site.file(for: "/open/old.bin", accepting: "br")?.encoding == nil)
  }

  @Test("have tags that change with the content and with the encoding")
  func tags() throws {
    let before = try #require(site.file(for: "/open/a.js")?.tag)
    #expect(site.file(for: "/open/a.js")?.tag == before)
    try "let b = 1".write(toFile: folder + "/open/a.js", atomically: true, encoding: .utf8)
    #expect(site.file(for: "/open/a.js")?.tag != before)
    #expect(
      site.file(for: "/open/engine.wasm")?.tag != site.file(for: "/open/engine.wasm", accepting: "br")?.tag)
  }
}
