import Avatar
import Linear

extension Avatar {
  /// The same avatar for a photo whose pixels are `factor` times as many: everything that is said in photo pixels is
  /// multiplied. Creation works on a smaller copy of large photos; the avatar speaks of the photo itself.
  ///
  /// Across and down may differ by the rounding of the smaller copy's size.
  public func scaled(by factor: Vector2) -> Avatar {
    guard factor != Vector2(1, 1) else { return self }
    var avatar = self
    avatar.camera.photoSize = camera.photoSize * factor
    avatar.camera.origin = camera.origin * factor
    avatar.camera.pixelsPerUnit = camera.pixelsPerUnit * factor.sum() / 2
    avatar.headRegion = headRegion.scaled(by: factor)
    avatar.faceTexture = faceTexture.map { $0 * factor }
    avatar.teethTexture = teethTexture.map { $0 * factor }
    avatar.eyeRight = eyeRight.scaled(by: factor)
    avatar.eyeLeft = eyeLeft.scaled(by: factor)
    avatar.sheet.columns = sheet.columns.map { $0 * factor.x }
    avatar.sheet.rows = sheet.rows.map { $0 * factor.y }
    return avatar
  }
}

extension Eye {
  fileprivate func scaled(by factor: Vector2) -> Eye {
    var eye = self
    eye.irisCentre = irisCentre * factor
    eye.irisRadius = irisRadius * factor.sum() / 2
    eye.scleraRegion = scleraRegion.scaled(by: factor)
    eye.lidRegion = lidRegion.scaled(by: factor)
    return eye
  }
}

extension SIMD4<Float> {
  /// A rectangle: x, y, width, height.
  fileprivate func scaled(by factor: Vector2) -> SIMD4<Float> {
    self * SIMD4(factor.x, factor.y, factor.x, factor.y)
  }
}
