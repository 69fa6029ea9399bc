import Foundation

/// The folder beside a film in which it is made, `.NAME.part`. One process at a time has it; what a process that was
/// killed has left in it goes on where it came of the same things.
final class FilmFolder {
  let path: String
  private let lock: Int32

  /// Opens the folder for the film `output`, and empties it unless what lies there came of the same `fingerprint`.
  /// - Throws: `unwritable`; `busy` while another process makes this film.
  init(for output: String, fingerprint: String?) throws(FilmError) {
    var place = Substring(output)
    while place.hasSuffix("/") { place.removeLast() }
    let slash = place.lastIndex(of: "/").map(place.index(after:)) ?? place.startIndex
    path = "\(place[..<slash]).\(place[slash...]).part"
    lock = try Self.enter(path)
    let mark = fingerprint.map { Self.program + $0 }
    if mark == nil || FileManager.default.contents(atPath: file("fingerprint")) != Data(mark!.utf8) { empty() }
    if let mark, !FileManager.default.createFile(atPath: file("fingerprint"), contents: Data(mark.utf8)) {
      remove()
      throw .unwritable
    }
  }

  deinit {
    leave()
    close(lock)
  }

  /// Others may enter. A process that was begun meanwhile may hold the file for a moment, so closing is not enough.
  func leave() { flock(lock, LOCK_UN) }

  func file(_ name: String) -> String { path + "/" + name }

  /// Names of what is in it.
  var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }

  /// Takes the folder away.
  func remove() { try? FileManager.default.removeItem(atPath: path) }

  private func empty() {
    for name in names where name != "lock" { try? FileManager.default.removeItem(atPath: file(name)) }
  }

  /// Makes the folder where there is none and locks it: nobody else may be in it.
  private static func enter(_ path: String) throws(FilmError) -> Int32 {
    while true {
      guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw .unwritable }
      let lock = open(path + "/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o666)
      if lock < 0 && errno == ENOENT { continue }
      guard lock >= 0 else { throw .unwritable }
      guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
        close(lock)
        throw .busy
      }
      // Whoever had the lock may have taken the folder away in the meantime.
      var (held, there) = (stat(), stat())
      if fstat(lock, &held) == 0, stat(path + "/lock", &there) == 0, held.st_ino == there.st_ino { return lock }
      close(lock)
    }
  }

  /// Another build of the program may draw and encode otherwise.
  private static var program: String {
    var status = stat()
    guard stat("/proc/self/exe", &status) == 0 else { return "" }
    return "\(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)\n"
  }
}
