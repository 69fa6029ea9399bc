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

/// A bar that fills, on a terminal only.
struct ProgressBar {
  private let label: String
  private var shown = -1
  private static let width = 30

  init(_ label: String) { self.label = label }

  /// Shows `share`, 0...1.
  mutating func show(_ share: Double) {
    guard Terminal.isInteractive else { return }
    let percent = Int((min(max(share, 0), 1) * 100).rounded(.down))
    guard percent != shown else { return }
    shown = percent
    let full = percent * Self.width / 100
    let bar = String(repeating: "█", count: full) + String(repeating: "·", count: Self.width - full)
    Terminal.show("\r\(label) \(bar) \(percent) %")
  }

  /// Takes the bar off the screen.
  mutating func clear() {
    guard Terminal.isInteractive, shown >= 0 else { return }
    Terminal.show("\r\u{1B}[K")
    shown = -1
  }
}
