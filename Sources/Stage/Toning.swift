import Linear

/// Brings one skin's colours to another's, `c * saturation + tint * luma(c) + lift`: the mean is met, contrasts hardly
/// change, and what is dark takes on no colour.
struct Toning: Equatable {
  /// Contrasts are scaled within these.
  private static let contrast: ClosedRange<Float> = 0.8...1.15
  private static let mostSaturation: Float = 1.2

  private(set) var tint = Vector3(0, 0, 0)
  private(set) var saturation: Float = 1
  private(set) var lift: Float = 0

  /// - Parameters:
  ///   - skin: RGB 0...1, sRGB-encoded.
  ///   - other: the colour it is to have. Where either is nil nothing changes.
  init(of skin: Vector3?, to other: Vector3?) {
    guard let skin, let other else { return }
    let (from, to) = (max(0.05, Self.luma(skin)), Self.luma(other))
    let (colourFrom, colourTo) = (skin - Vector3(repeating: from), other - Vector3(repeating: to))
    let scale = max(Self.contrast.lowerBound, min(Self.contrast.upperBound, to / from))
    saturation = min(Self.mostSaturation, colourTo.length / max(colourFrom.length, 0.02))
    tint = Vector3(repeating: scale - saturation) + (colourTo - colourFrom * saturation) * (1 / from)
    lift = to - scale * from
  }

  private static func luma(_ c: Vector3) -> Float { c.dot(Vector3(0.299, 0.587, 0.114)) }
}
