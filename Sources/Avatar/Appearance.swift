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
  /// How deep the lines are that expressions draw, 0...1.
  public var creases: Float
  /// 0 none ... 1: the photo shows glasses, which no expression bends.
  public var glasses: Float

  public init(
    light: SIMD4<Float>, skin: Vector3, innerLip: Vector3, teeth: Vector3, gums: Vector3, showsTeeth: Bool,
    creases: Float = Self.usualCreases, glasses: Float = 0
  ) {
    self.light = light
    self.skin = skin
    self.innerLip = innerLip
    self.teeth = teeth
    self.gums = gums
    self.showsTeeth = showsTeeth
    self.creases = creases
    self.glasses = glasses
  }

  /// Where a file does not say.
  public static let usualCreases: Float = 0.2
}
