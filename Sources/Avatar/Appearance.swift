import Linear

/// Colours and light read off the photo; colours are RGB 0...1, sRGB-encoded.
public struct Appearance: Equatable, Sendable {
  /// Luminance of skin = light.x + light.yzw · normal (avatar space); fitted robustly.
  public var light: SIMD4<Float>
  /// Median skin colour.
  public var skin: Vector3
  public var innerLip: Vector3
  public var teeth: Vector3
  public var gums: Vector3
  /// True where the photo shows teeth that are projected onto the upper teeth (weights in `Avatar.teethPhoto`).
  public var showsTeeth: Bool

  public init(
    light: SIMD4<Float>, skin: Vector3, innerLip: Vector3, teeth: Vector3, gums: Vector3, showsTeeth: Bool
  ) {
    self.light = light
    self.skin = skin
    self.innerLip = innerLip
    self.teeth = teeth
    self.gums = gums
    self.showsTeeth = showsTeeth
  }
}
