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

  func validateForFilm() throws {
    guard width % 2 == 0, height % 2 == 0, 16...4096 ~= width, 16...4096 ~= height else {
      throw ValidationError("--size needs even numbers from 16 to 4096.")
    }
  }

  var defaultValueDescription: String { "\(width)x\(height)" }
}
