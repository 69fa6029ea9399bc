import Avatar
import Fitting
import Head
import Linear
import Pixels

/// The teeth as that further photo shows them that shows them best.
struct SeenTeeth {
  /// Number of the photo.
  let view: Int
  /// Colour in the portrait's light, weights, how far they hang down, and where each vertex lies in the view's photo.
  private(set) var teeth: TeethFinder
  /// The rectangle of the view's photo that `texture` spans, in the portrait's colours: the fourth row of the `eyes`
  /// picture.
  private(set) var picture: Plane4

  /// Nil where no view shows teeth.
  init?(_ views: [PersonView], portrait: PortraitSurface, eyeWhite: Float, rig: Rig) {
    var best: (view: Int, teeth: TeethFinder, area: Float)?
    for (number, view) in views.enumerated() {
      let skin = view.skin(rig) ?? portrait.skin.tone
      let teeth = TeethFinder(
        rig: rig, camera: view.camera, photo: view.vertices, landmarks: view.landmarks, skin: skin,
        eyeWhite: eyeWhite, picture: view.picture, region: view.region)
      // Turned heads show one side.
      let area = teeth.weights.reduce(0, +) * max(0.1, view.camera.rotation.c2.z)
      if !teeth.weights.isEmpty && area > best?.area ?? 0 { best = (number, teeth, area) }
    }
    guard let best else { return nil }
    view = best.view
    teeth = best.teeth
    let source = views[best.view]
    let gain = source.gain(to: portrait, rig: rig) { rig.fields.lipDistance[$0] < 3 }
    let region = teeth.confineTexture()
    picture = source.photo.resampled(region, width: 4 * EyePictures.side, height: EyePictures.side)
    for i in picture.data.indices {
      picture.data[i] = (picture.data[i] * SIMD4(gain, 1)).clamped(
        lowerBound: SIMD4(repeating: 0), upperBound: SIMD4(repeating: 1))
    }
    teeth.tone(gain)
  }
}

extension PersonView {
  /// The median colour of the face's skin, as `SkinTones` finds the portrait's.
  func skin(_ rig: Rig) -> Vector3? {
    var colours: [Vector3] = []
    for i in rig.vertices(of: .face) {
      guard normals[i].z > 0.3, rig.fields.edgeDistance[i] > 1, rig.fields.lipDistance[i] > 0.3,
        rig.fields.eyeDistance[i] > 0.4
      else { continue }
      let c = colour(camera.project(vertices[i]))
      colours.append(Vector3(c.x, c.y, c.z))
    }
    return SkinTones.median(colours)
  }
}
