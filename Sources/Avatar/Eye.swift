import Linear

/// One eye of the photo: what is drawn behind the lids' opening.
public struct Eye: Equatable, Sendable {
  /// Iris centre in the photo, pixels.
  public var irisCentre: Vector2
  /// Iris radius in the photo, pixels.
  public var irisRadius: Float
  /// Eyeball centre in avatar space and radius, cm.
  public var ballCentre: Vector3
  public var ballRadius: Float
  /// The rectangle of the photo (pixels: x, y, width, height) that the sclera square of the `eyes` atlas shows: the white
  /// of the eye, continued behind iris and lids.
  public var scleraRegion: SIMD4<Float>
  /// The iris square shows irisCentre +- irisSpan * irisRadius; its covered part is completed,
  /// highlights are taken out.
  public static let irisSpan: Float = 1.3
  /// The rectangle of the photo (pixels: x, y, width, height) that the lid square of the `eyes` atlas shows: the photo
  /// round the eye as it would be with closed lids.
  public var lidRegion: SIMD4<Float>

  public init(
    irisCentre: Vector2, irisRadius: Float, ballCentre: Vector3, ballRadius: Float, scleraRegion: SIMD4<Float>,
    lidRegion: SIMD4<Float>
  ) {
    self.irisCentre = irisCentre
    self.irisRadius = irisRadius
    self.ballCentre = ballCentre
    self.ballRadius = ballRadius
    self.scleraRegion = scleraRegion
    self.lidRegion = lidRegion
  }
}
