import Glibc

/// Folders of files that the world may see: which file a request's path means, and how to present it. Only regular
/// files inside the folders, never hidden ones, whatever the path or a symbolic link says.
public struct StaticSite: Sendable {
  /// `/prefix/` to folder, and single pages to files.
  private let folders: [(prefix: String, folder: String)]
  private let pages: [String: String]

  /// - Parameters:
  ///   - folders: paths that begin so ("/sdk/") lie in that folder.
  ///   - pages: whole paths ("/main") and their files.
  public init(folders: [(prefix: String, folder: String)], pages: [String: String]) {
    self.folders = folders.map { ($0.prefix, Self.real($0.folder) ?? $0.folder) }
    self.pages = pages
  }

  /// One file as it is sent.
  public struct File: Equatable, Sendable {
    /// Where it lies, or its compressed twin.
    public var path: String
    public var bytes: Int
    public var contentType: String
    /// "br" or "gzip" for a compressed twin.
    public var encoding: String?
    /// Changes when the content does.
    public var tag: String
    /// Whether it has compressed twins, so that caches must keep answers apart.
    public var varies: Bool
  }

  /// The file for the path of a request (percent-encoded, without query), compressed as the client accepts; nil where
  /// there is none.
  public func file(for path: String, accepting encodings: String = "") -> File? {
    guard let plain = locate(path), let status = Self.status(plain) else { return nil }
    var file = File(
      path: plain, bytes: Int(status.st_size), contentType: Self.contentType(of: plain), encoding: nil,
      tag: Self.tag(status), varies: false)
    for (encoding, ending) in [("br", ".br"), ("gzip", ".gz")] {
      guard let twin = Self.status(plain + ending), twin.st_mtim.tv_sec >= status.st_mtim.tv_sec else { continue }
      file.varies = true
      guard file.encoding == nil, Self.accepts(encodings, encoding) else { continue }
      file.path = plain + ending
      file.bytes = Int(twin.st_size)
      file.encoding = encoding
      file.tag = Self.tag(twin)
    }
    return file
  }

  private func locate(_ encoded: String) -> String? {
    guard let path = Self.decoded(encoded), !path.utf8.contains(0) else { return nil }
    if let page = pages[path] { return page }
    for (prefix, folder) in folders where path.hasPrefix(prefix) {
      let parts = path.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false)
      // Empty parts are double slashes, leading dots hidden files and the folder above.
      guard !parts.isEmpty, parts.allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") && !$0.contains("\\") }) else {
        return nil
      }
      guard let real = Self.real(folder + "/" + parts.joined(separator: "/")), real.hasPrefix(folder + "/") else {
        return nil
      }
      return real
    }
    return nil
  }

  private static func real(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func status(_ path: String) -> stat? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, access(path, R_OK) == 0 else { return nil }
    return status
  }

  /// Size and time of change, to the nanosecond, of this very file.
  private static func tag(_ status: stat) -> String {
    let time = UInt64(bitPattern: Int64(status.st_mtim.tv_sec)) &* 1_000_000_000 &+ UInt64(status.st_mtim.tv_nsec)
    return "\"\(String(status.st_size, radix: 36))-\(String(time, radix: 36))-\(String(status.st_ino, radix: 36))\""
  }

  /// Percent-decoding; nil for what is not valid.
  static func decoded(_ path: String) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(path.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
        return nil
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// Whether an Accept-Encoding header allows `encoding`: named without "q=0".
  static func accepts(_ header: String, _ encoding: String) -> Bool {
    for item in header.lowercased().split(separator: ",") {
      let parts = item.split(separator: ";").map { $0.filter { $0 != " " } }
      guard parts.first == encoding else { continue }
      return !parts.dropFirst().contains { $0.hasPrefix("q=0") && $0.dropFirst(3).allSatisfy { "0.".contains($0) } }
    }
    return false
  }

  private static let types = [
    "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8", "json": "application/json",
    "map": "application/json", "ts": "text/plain; charset=utf-8", "txt": "text/plain; charset=utf-8",
    "svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp",
    "avif": "image/avif", "ico": "image/x-icon", "wasm": "application/wasm", "mp3": "audio/mpeg", "wav": "audio/wav",
    "ogg": "audio/ogg", "mp4": "video/mp4", "mov": "video/quicktime", "webm": "video/webm",
    "mkv": "video/x-matroska", "tar": "application/x-tar", "woff2": "font/woff2",
  ]

  static func contentType(of path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: ".") else { return "application/octet-stream" }
    return types[name[name.index(after: dot)...].lowercased()] ?? "application/octet-stream"
  }
}
