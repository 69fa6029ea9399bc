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
