/// How strongly each of the fifteen visemes shapes the mouth at one moment; not negative, the sum is 1.
public struct VisemeWeights: Sendable, Equatable {
  /// The weights in the order of `Viseme`; lane 15 is 0.
  public var lanes: SIMD16<Float>

  public init(lanes: SIMD16<Float>) { self.lanes = lanes }

  /// The mouth at rest.
  public static var rest: VisemeWeights {
    var lanes = SIMD16<Float>.zero
    lanes[0] = 1
    return VisemeWeights(lanes: lanes)
  }

  public subscript(viseme: Viseme) -> Float {
    get { lanes[Int(viseme.rawValue)] }
    set { lanes[Int(viseme.rawValue)] = newValue }
  }

  /// Leaves `share` of it; the rest rests.
  func scaled(by share: Float) -> VisemeWeights {
    var scaled = VisemeWeights(lanes: lanes * share)
    scaled[.sil] += 1 - share
    return scaled
  }

  /// The viseme with the largest weight.
  public var strongest: Viseme {
    var best = 0
    for index in 1..<Viseme.count where lanes[index] > lanes[best] { best = index }
    return Viseme(rawValue: UInt8(best)) ?? .sil
  }
}
