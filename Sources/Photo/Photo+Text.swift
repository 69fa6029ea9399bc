import CPango
import CVips
import Pixels

extension Photo {
  private static let font = "sans bold"

  /// Text as a picture of its coverage (one channel, 255 where letters are), as large as its ink: any script, from
  /// whichever side it is read, set by Pango in the system's sans serif.
  /// - Parameters:
  ///   - size: of the letters, pixels.
  ///   - width: lines are broken where they would be longer, pixels.
  public static func text(_ text: String, size: Int, width: Int) throws(PhotoError) -> PixelBuffer {
    guard Vips.isUsable else { throw .notEncoded }
    // Pango reads markup.
    let escaped = text.reduce(into: "") { result, letter in
      switch letter {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      default: result.append(letter)
      }
    }
    return try VipsPicture(cvips_text(escaped, "\(font) \(size)", Int32(max(1, width)))).pixels()
  }
  /// The letters of `text` that no font of the system has, each once, in their order: `text(_:size:width:)` would draw boxes.
  public static func lettersWithoutFont(in text: String) -> [Character] {
    let layout = cpango_layout(font)
    defer { cpango_release(layout) }
    guard cpango_unknown(layout, text) > 0 else { return [] }
    var seen: Set<Character> = []
    return text.filter { seen.insert($0).inserted && cpango_unknown(layout, String($0)) > 0 }.map { $0 }
  }
}
