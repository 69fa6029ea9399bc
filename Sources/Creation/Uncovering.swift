import Avatar
import Fitting
import Head
import Linear
import Pixels

/// Takes off the portrait's face what lies on it and not on the one that further photos show (`FaceCover`): there it gets
/// their pixels, warped as the fitted heads say, with what is left of the difference round about taken away.
struct Uncovering {
  /// The portrait as it was taken.
  let portrait: PersonView
  let rig: Rig

  /// Views with fewer pixels than this share of the portrait's would show as blurred patches.
  private static let leastDensity: Float = 0.5
  /// Views that show the same on less of the face are in quite another light.
  private static let leastAgreement: Float = 0.6
  /// Pixels per cm below which a strand is no more than a pixel.
  private static let leastUnit: Float = 6
  /// Sine of the angle between the heads.
  private static let mostTurnOfGlasses: Float = 0.12
  /// Eyes look the same way whose irises are no further apart, and that are open as far, in widths of the eye.
  private static let sameGaze: Float = 0.08

  /// - Returns: the photo, and rising numbers of the views that it took something from.
  func uncovered(by views: [PersonView]) -> (photo: PixelBuffer, views: [Int]) {
    var photo = portrait.photo
    var used: [Int] = []
    let wearsGlasses = GlassesFinder.glasses(portrait.landmarks, colour: portrait.colour) > 0
    for (number, view) in views.enumerated() where view.density > Self.leastDensity * portrait.density {
      // What glasses show behind them moves with every turn.
      let turn = portrait.camera.rotation.c2.cross(view.camera.rotation.c2).length
      if wearsGlasses && turn > Self.mostTurnOfGlasses { continue }
      let aligned = AlignedView(view, on: portrait, as: photo, rig: rig)
      guard aligned.unit > Self.leastUnit, aligned.share > Self.leastAgreement else { continue }
      let cover = FaceCover(aligned, axis: axis(aligned), wearsGlasses: wearsGlasses, sameGaze: looksAlike(view))
      guard let cover else { continue }
      cover.patch(&photo, with: view)
      used.append(number)
    }
    return (photo, used)
  }

  private func axis(_ aligned: AlignedView) -> FaceAxis {
    let landmarks = portrait.landmarks
    let up = landmarks[Landmark.forehead].xy - landmarks[Landmark.chin].xy
    let brows = Landmark.rightBrow + Landmark.leftBrow
    let brow = brows.reduce(Vector2(0, 0)) { $0 + landmarks[$1].xy } / Float(brows.count)
    return FaceAxis(
      up: up / max(up.length, 1), brows: aligned.point(brow), bridge: aligned.point(landmarks[Landmark.noseBridge].xy),
      unit: aligned.unit)
  }

  /// Whether both eyes look the same way in the view, as far open.
  private func looksAlike(_ view: PersonView) -> Bool {
    for (upper, lower, iris) in [
      (Landmark.rightUpper, Landmark.rightLower, Landmark.irisRight),
      (Landmark.leftUpper, Landmark.leftLower, Landmark.irisLeft),
    ] {
      let eyes = [portrait, view].map { view -> Vector3 in
        let points = view.landmarks
        let rim = LidRim(line: upper.map { points[$0].xy }.reversed())
        let opening = (points[upper[4]] - points[lower[4]]).xy.length
        return Vector3(rim.along(points[iris].xy), rim.height(of: points[iris].xy) / rim.width, opening / rim.width)
      }
      let difference = eyes[0] - eyes[1]
      if max(abs(difference.x), abs(difference.y), abs(difference.z)) > Self.sameGaze { return false }
    }
    return true
  }
}

extension PersonView {
  /// Pixels of the head's picture per cm.
  fileprivate var density: Float { camera.pixelsPerUnit * region.scale }
}
