/// The name of a sequence of pictures: `FOLDER/` holds 00000.png and so on; `some-%05d.png` numbers files beside others.
package struct NumberedName: Equatable {
  /// With its slash, or empty: the current folder.
  package let folder: String
  /// Whether the sequence is all that the folder holds.
  package let isWhole: Bool
  private let before: Substring
  private let digits: Int
  private let after: Substring

  /// Nil where `path` neither ends in a slash nor has exactly one `%d` or `%0Nd` (N from 1 to 9) and ends in .png.
  package init?(path: String) {
    let slash = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
    folder = String(path[..<slash])
    let name = path[slash...]
    isWhole = name.isEmpty
    guard !name.isEmpty else {
      guard folder.contains(where: { $0 != "/" }) else { return nil }
      (before, digits, after) = ("", 5, ".png")
      return
    }
    guard name.lowercased().hasSuffix(".png"), let percent = name.firstIndex(of: "%"),
      let end = name[percent...].firstIndex(of: "d"), !name[end...].contains("%")
    else { return nil }
    let width = name[name.index(after: percent)..<end]
    guard width.isEmpty || width.count == 2 && width.hasPrefix("0"), let count = width.isEmpty ? 1 : Int(width),
      1...9 ~= count
    else { return nil }
    (before, digits, after) = (name[..<percent], count, name[name.index(after: end)...])
  }

  /// Whether a file beside others has the name of a picture.
  package func matches(_ path: String) -> Bool {
    guard !isWhole, path.hasPrefix(folder) else { return false }
    let name = path.dropFirst(folder.count)
    guard name.hasPrefix(before), name.hasSuffix(after), name.count >= before.count + digits + after.count else {
      return false
    }
    return name.dropFirst(before.count).dropLast(after.count).allSatisfy { $0.isASCII && $0.isNumber }
  }

  /// The file's name of a picture.
  package func name(_ number: Int) -> String {
    let text = String(number)
    return before + String(repeating: "0", count: max(0, digits - text.count)) + text + after
  }
}
