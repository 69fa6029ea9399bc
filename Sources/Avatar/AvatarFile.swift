import Head
import Linear

/// The `.ftar` file: an avatar as bytes. The format is described in `docs/avatar.md`.
public enum AvatarFile {
  static let magic = tag("F", "T", "A", "R")
  static let version: UInt16 = 2
  static let headerCount = 16
  /// Avatars are meant to stay below this; encode the pictures with the next `AvatarImage.jpegQuality(attempt:)` if not.
  public static let goalBytes = 500_000
  /// Pictures are encoded again, with less quality each time, at most so often.
  private static let mostAttempts = 14

  /// Whether a file of `bytes` bytes, made at `attempt` (see `AvatarImage.jpegQuality`), is to stay as it is.
  public static func isFinal(bytes: Int, attempt: Int) -> Bool { bytes <= goalBytes || attempt + 1 >= mostAttempts }
  /// Files above this are refused.
  public static let maximumBytes = 4_000_000
  /// Stored pictures have at most this many pixels a side.
  public static let maximumSide = 2048

  /// Four ASCII letters as they lie in the file, as a little-endian number.
  static func tag(_ a: Unicode.Scalar, _ b: Unicode.Scalar, _ c: Unicode.Scalar, _ d: Unicode.Scalar) -> UInt32 {
    a.value | b.value << 8 | c.value << 16 | d.value << 24
  }

  /// The sections, in the order in which they are written.
  enum Section {
    static let rig = tag("R", "I", "G", "C")
    static let camera = tag("C", "A", "M", "E")
    static let photoPositions = tag("P", "H", "O", "T")
    static let neutralOffsets = tag("N", "E", "U", "T")
    static let faceTexture = tag("F", "T", "E", "X")
    static let faceAlpha = tag("F", "A", "L", "P")
    static let blinks = tag("B", "L", "N", "K")
    static let expression = tag("E", "X", "P", "R")
    static let teeth = tag("T", "E", "E", "T")
    static let sides = tag("S", "I", "D", "E")
    static let eyes = tag("E", "Y", "E", "S")
    static let appearance = tag("L", "O", "O", "K")
    static let sheet = tag("S", "H", "E", "E")
    static let image = tag("I", "M", "A", "G")
  }
}
