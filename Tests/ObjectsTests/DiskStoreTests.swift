import Foundation
import Objects
import Testing

@Suite("Objects on disk")
final class DiskStoreTests {
  private let folder = NSTemporaryDirectory() + "objects-\(UInt32.random(in: 0 ... .max))"
  private let store: DiskStore
  private let key = ObjectKey("avatars/job_1.ftar")!
  private let now = Date(timeIntervalSince1970: 1_800_000_000)

  init() throws { store = try DiskStore(folder: folder + "/store", secret: "not a secret") }
  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func file(_ text: String) throws -> String {
    let path = "\(folder)/file-\(UInt32.random(in: 0 ... .max))"
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    return path
  }

  private var everything: [String] {
    (FileManager.default.enumerator(atPath: folder + "/store")?.allObjects as? [String] ?? [])
      .filter { ($0 as NSString).lastPathComponent.contains("job") || $0.contains(".part") }
  }

  @Test("come back as they were put, the last one wins, and are gone when removed")
  func wayThrough() async throws {
    for text in ["one", "two"] { try await store.put(try file(text), at: key) }
    let copy = folder + "/copy"
    for _ in 0..<2 { #expect(try await store.fetch(key, to: copy)) }
    #expect(try String(contentsOfFile: copy, encoding: .utf8) == "two")
    #expect(try await store.contains(key))
    for _ in 0..<2 { try await store.remove(key) }
    #expect(try await !store.contains(key) && everything.isEmpty)
    #expect(try await !store.fetch(key, to: copy + "2"))
  }

  @Test("leave nothing when what should be put cannot be read")
  func unreadable() async throws {
    await #expect(throws: ObjectError.self) { try await store.put(folder + "/nothing", at: key) }
    #expect(everything.isEmpty)
  }

  @Test("are there at once and whole, or not at all")
  func upload() throws {
    let upload = try store.begin(key)
    try upload.append(Array("half".utf8))
    #expect(everything.allSatisfy { $0.hasSuffix(".part") })
    upload.discard()
    #expect(everything.isEmpty)
    for isFirst in [true, false] {
      let upload = try store.begin(key)
      try upload.append(Array("\(isFirst)".utf8))
      #expect(try upload.commit(replacing: false) == isFirst)
    }
    #expect(try String(contentsOfFile: folder + "/store/" + key.text, encoding: .utf8) == "true")
    #expect(everything.count == 1)
  }

  @Test("open by their link only, until it is over")
  func links() async throws {
    try await store.put(try file("x"), at: key)
    let link = store.link(to: key, name: "me.ftar", now: now, seconds: 60, site: "https://example.com")
    let parts = URLComponents(string: link)!
    let query = Dictionary(uniqueKeysWithValues: parts.queryItems!.map { ($0.name, $0.value!) })
    #expect(parts.host == "example.com" && parts.path == "/objects/" + key.text)
    func open(_ changes: [String: String] = [:], key: String = "avatars/job_1.ftar", after seconds: Double = 0) -> Bool
    {
      let query = query.merging(changes) { $1 }
      return store.file(
        of: key, name: query["name"]!, expires: query["expires"]!, signature: query["signature"]!, now: now + seconds)
        != nil
    }
    #expect(open() && open(after: 59) && !open(after: 60))
    #expect(!open(["name": "you.html"]) && !open(["expires": "99999999999"]) && !open(["signature": ""]))
    #expect(!open(key: "avatars/job_2.ftar"))
  }

  @Test(
    "lie nowhere else", arguments: ["", "a", "../a/b", "a/../b", "a//b", "/a/b", "a/.b", "a/B", "a/b\0", "a/b/c/d/e"])
  func keys(text: String) {
    #expect(ObjectKey(text) == nil)
  }

  @Test("that were begun long ago by a process that was killed are swept away")
  func sweep() throws {
    let upload = try store.begin(key)
    store.sweep(now: Date())
    #expect(!everything.isEmpty)
    store.sweep(now: Date() + 3601)
    #expect(everything.isEmpty)
    upload.discard()
  }
}
