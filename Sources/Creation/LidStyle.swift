/// What closed lids differ in: how much light lies on them, and how dark the line in which they meet is.
struct LidStyle: Equatable, Sendable {
  /// Thickness of the line at the inner corner, and what it gains on the way to the outer one, widths of the eye.
  var line: Float
  var lineGain: Float
  /// Brightness of the line, at most this share of the skin's.
  var lineLight: Float
  /// How much of the line's strength goes from its outer to its inner half, 0...1.
  var lineFade: Float = 0
  /// How far the line's middle lies above the line in which the lids meet, widths of the eye.
  var lift: Float = 0
  /// How much darker a lid is under its fold, and the skin under the lashes, shares.
  var shade: Float
  var lashShade: Float
  /// The skin under the lashes is darkest so far under the line, widths of the eye.
  var lashDepth: Float = 0.06
  /// How much darker lid and skin are next to the inner corner, where a socket is deepest, share.
  var cornerShade: Float = 0
  /// Light on the lid's bulge over the eyeball, share of the skin's.
  var gloss: Float

  /// Each looks like somebody's; the first is taken where nobody can tell which one reads as shut. Chosen by what the
  /// landmark network reads in rendered blinks of many people (docs/figures.md).
  static let all = [
    LidStyle(line: 0.022, lineGain: 0.024, lineLight: 0.18, shade: 0.04, lashShade: 0.2, cornerShade: 0.3, gloss: 1.04),
    LidStyle(
      line: 0.024, lineGain: 0.026, lineLight: 0.14, shade: 0.04, lashShade: 0.26, cornerShade: 0.4, gloss: 1.04),
    LidStyle(
      line: 0.031, lineGain: 0.017, lineLight: 0.2, lift: 0.045, shade: 0, lashShade: 0.26, lashDepth: 0.033,
      cornerShade: 0.2, gloss: 1.07),
    LidStyle(
      line: 0.022, lineGain: 0.024, lineLight: 0.18, lineFade: 0.5, shade: 0.04, lashShade: 0.2, cornerShade: 0.22,
      gloss: 1.04),
  ]
}
