import Avatar
import Linear

extension Avatar {
  /// The same avatar for a photo whose pixels are `factor` times as many: everything that is said in photo pixels is
  /// multiplied. Creation works on a smaller copy of large photos; the avatar speaks of the photo itself.
  public func scaled(by factor: Float) -> Avatar {
    guard factor != 1 else { return self }
    var avatar = self
    avatar.camera.photoSize = camera.photoSize * factor
    avatar.camera.origin = camera.origin * factor
    avatar.camera.pixelsPerUnit = camera.pixelsPerUnit * factor
    avatar.headRegion = headRegion * factor
    avatar.faceTexture = faceTexture.map { $0 * factor }
    avatar.teethTexture = teethTexture.map { $0 * factor }
    avatar.eyeRight = eyeRight.scaled(by: factor)
    avatar.eyeLeft = eyeLeft.scaled(by: factor)
    avatar.sheet.columns = sheet.columns.map { $0 * factor }
    avatar.sheet.rows = sheet.rows.map { $0 * factor }
    return avatar
  }
}

extension Eye {
  fileprivate func scaled(by factor: Float) -> Eye {
    var eye = self
    eye.irisCentre = irisCentre * factor
    eye.irisRadius = irisRadius * factor
    eye.scleraRegion = scleraRegion * factor
    return eye
  }
}
