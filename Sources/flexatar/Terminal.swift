import Glibc

/// What people see while a command works; programs read the standard output, which stays clean.
enum Terminal {
  /// One line on the error output.
  static func say(_ line: String) {
    fputs(line + "\n", stderr)
  }

  /// One line on the standard output.
  static func answer(_ line: String) {
    fputs(line + "\n", stdout)
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
    fputs("\r\(label) \(bar) \(percent) %", stderr)
  }

  /// Takes the bar off the screen.
  mutating func clear() {
    guard Terminal.isInteractive, shown >= 0 else { return }
    fputs("\r\u{1B}[K", stderr)
    shown = -1
  }
}
