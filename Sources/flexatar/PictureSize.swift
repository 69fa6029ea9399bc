import ArgumentParser

/// `WIDTHxHEIGHT` in pixels.
struct PictureSize: ExpressibleByArgument {
  var width: Int
  var height: Int

  static let longest = 20_000

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  init?(argument: String) {
    let parts = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, let width = Int(parts[0]), let height = Int(parts[1]),
      1...Self.longest ~= width, 1...Self.longest ~= height
    else { return nil }
    self.init(width: width, height: height)
  }

  var defaultValueDescription: String { "\(width)x\(height)" }
}
