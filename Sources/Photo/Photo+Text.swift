import CVips
import Pixels

extension Photo {
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
    return try VipsPicture(cvips_text(escaped, "sans bold \(size)", Int32(max(1, width)))).pixels()
  }
}
