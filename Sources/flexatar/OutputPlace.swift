import ArgumentParser
import Film
import Foundation

/// What is read stays as it is: no command writes over its own input.
enum OutputPlace {
  /// - Parameters:
  ///   - written, read: paths; nil where there is none.
  /// - Throws: `ValidationError` where one is both, or is written twice.
  static func check(_ written: [String?], apartFrom read: [String?]) throws {
    let places = written.compactMap(\.self).map(place)
    let taken = Set(read.compactMap(\.self).map(place))
    let pictures = places.compactMap(NumberedName.init)
    guard Set(places).count == places.count, taken.isDisjoint(with: places),
      !taken.contains(where: { path in pictures.contains { $0.matches(path) } })
    else {
      throw ValidationError("What is written has to be another file than what is read, which stays as it is.")
    }
  }

  private static func place(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
}
