import Glibc

/// Whole files in and out, with the system's own words when that fails.
public enum FileBytes {
  /// The whole file. A file longer than `limit` is a failure, and so is anything that is not a file.
  public static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw FileError(path, errno) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw FileError(path, errno) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw FileError(path, EISDIR) }
    var bytes: [UInt8] = []
    if status.st_mode & S_IFMT == S_IFREG {
      guard status.st_size <= limit else { throw .tooLarge(path: path, limit: limit) }
      bytes.reserveCapacity(Int(status.st_size))
    }
    // Pipes (`<(command)`) have no size: read until the end, within the limit.
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = Glibc.read(file, &chunk, chunk.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw FileError(path, errno)
      }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else { throw .tooLarge(path: path, limit: limit) }
      bytes.append(contentsOf: chunk[..<count])
    }
  }

  /// The first bytes of a file, fewer where it is shorter.
  public static func beginning(of path: String, count: Int) throws(FileError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw FileError(path, errno) }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: count)
    let got = Glibc.read(file, &bytes, count)
    guard got >= 0 else { throw FileError(path, errno) }
    return Array(bytes[..<got])
  }

  /// Length of a file, bytes.
  public static func size(of path: String) throws(FileError) -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileError(path, errno) }
    return Int(status.st_size)
  }

  /// Writes a file that appears whole or not at all: beside its place first, then renamed over it.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) { try write([(bytes, path)]) }

  /// Writes files of which none takes its place before all are whole.
  public static func write(_ files: [(bytes: [UInt8], path: String)]) throws(FileError) {
    var halves: [(path: String, place: String)] = []
    do throws(FileError) {
      for (bytes, path) in files {
        halves.append((try temporary(beside: path), path))
        try fill(halves.last!.path, bytes, path)
      }
      for half in halves { try finish(half.path, as: half.place) }
    } catch {
      for half in halves { unlink(half.path) }
      throw error
    }
  }

  private static func fill(_ half: String, _ bytes: [UInt8], _ path: String) throws(FileError) {
    let file = open(half, O_WRONLY | O_TRUNC | O_CLOEXEC)
    guard file >= 0 else { throw FileError(path, errno) }
    var done = 0
    var problem: Int32 = 0
    while done < bytes.count && problem == 0 {
      let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress! + done, bytes.count - done) }
      if count < 0, errno != EINTR { problem = errno }
      done += max(count, 0)
    }
    // Some file systems tell of a full disk only here.
    if problem == 0, fsync(file) != 0, errno != EINVAL { problem = errno }
    if close(file) != 0 && problem == 0 { problem = errno }
    guard problem == 0 else { throw FileError(path, problem) }
  }

  /// An empty file with a fresh name in the folder of `path`, ending as `path` does; the caller fills it and calls
  /// `finish`, or unlinks it.
  public static func temporary(beside path: String) throws(FileError) -> String {
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    var status = stat()
    guard !name.isEmpty, stat(path, &status) != 0 || status.st_mode & S_IFMT != S_IFDIR else {
      throw FileError(path, EISDIR)
    }
    let folder = path.dropLast(name.count)
    let dot = name.lastIndex(of: ".") ?? name.endIndex
    let ending = name[dot...]
    var template = Array("\(folder).\(name[..<dot])-XXXXXX\(ending)".utf8CString)
    let file = mkstemps(&template, Int32(ending.utf8.count))
    guard file >= 0 else { throw FileError(path, errno) }
    // mkstemp makes private files; the result should be as any other new file of this user.
    let mask = umask(0)
    umask(mask)
    fchmod(file, 0o666 & ~mask)
    close(file)
    return template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  /// Takes away a file that was not finished.
  public static func remove(_ path: String) { unlink(path) }

  /// Moves a finished temporary file to its place.
  public static func finish(_ temporary: String, as path: String) throws(FileError) {
    guard rename(temporary, path) == 0 else { throw FileError(path, errno) }
  }
}
