import Glibc

/// What people see while a command works; programs read the standard output, which stays clean.
enum Terminal {
  /// One line on the error output.
  static func say(_ line: String) { write(line + "\n", to: STDERR_FILENO) }

  /// One line on the standard output.
  static func answer(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }

  /// Text as it is.
  static func show(_ text: String) { write(text, to: STDERR_FILENO) }

  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress!, $0.count) }
      if count < 0, errno != EINTR { return }
      bytes = bytes.dropFirst(max(0, count))
    }
  }

  static let isInteractive = isatty(STDERR_FILENO) == 1
}
