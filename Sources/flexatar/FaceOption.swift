import ArgumentParser
import Face
import Linear

/// `2`, counted from the left, or `812,430`: a place in pixels of the upright photo.
struct FaceOption: ExpressibleByArgument {
  var choice: FaceChoice

  init?(argument: String) {
    if let number = Int(argument) {
      guard number >= 1 else { return nil }
      choice = .number(number)
      return
    }
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 2, let x = Float(parts[0]), let y = Float(parts[1]), x.isFinite, y.isFinite else { return nil }
    choice = .near(Vector2(x, y))
  }
}
