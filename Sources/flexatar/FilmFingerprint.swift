import Bytes
import Glibc

/// Stands for everything that a film comes of: options as they are, files by their contents.
struct FilmFingerprint {
  private var lines: [String] = []
  private var isKnown = true
  private static let piece = 1 << 20

  mutating func add(_ name: String, _ value: Any) { lines.append("\(name) \(value)") }

  /// - Parameter path: of a file. What is none (a pipe) cannot be read twice: such a film never goes on.
  mutating func add(_ name: String, file path: String?) {
    guard let path else { return }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, let file = fopen(path, "rbe") else {
      isKnown = false
      return
    }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: Self.piece)
    var sums: [String] = []
    while case let count = fread(&bytes, 1, bytes.count, file), count > 0 {
      sums.append(String(CRC32.checksum(bytes, 0..<count), radix: 16))
    }
    lines.append("\(name) \(status.st_size) \(sums.joined(separator: " "))")
  }

  var text: String? { isKnown ? lines.joined(separator: "\n") : nil }
}
