import Avatar
import Fitting
import Head
import Linear
import Pixels

/// Whether two photos may show the same person. No recognition: shapes and colours that are far apart are noticed, and
/// somebody who looks alike is not.
struct Likeness {
  /// Distance of the landmarks of both faces without expression, one laid on the other, as seen from the front: root mean
  /// square, cm.
  private let shape: Float
  /// Sine of the angle between the heads: the detector sees turned faces a little differently.
  private let turn: Float
  /// How much wider open the eyes of one are, 0...1: what shut lids look like is taken for a part of the shape.
  private let shut: Float
  /// Distance of the skins' hues (colour over luminance).
  private let hue: Float

  /// Photos of one person stay below these distances, in other light too.
  private static let mostShape: Float = 0.13
  private static let mostShapeShut: Float = 0.1
  private static let mostShapeTurned: Float = 0.15
  private static let mostHue: Float = 0.28

  var isPossible: Bool {
    let a = shape / (Self.mostShape + Self.mostShapeTurned * turn + Self.mostShapeShut * shut)
    let b = hue / Self.mostHue
    return a * a + b * b < 1
  }

  init(_ a: FurtherPhoto, _ b: FurtherPhoto, fitter: FaceFitter, rig: Rig, fit: RigFit) {
    let fits = [a, b].map { fitter.fit($0.pixels, $0.landmarks) }
    let faces = fits.map { face in
      var vertices = rig.neutral
      vertices.withUnsafeMutableBufferPointer { fit.addIdentity(face.identity, of: rig, into: $0) }
      return fit.landmarkPositions(on: vertices)
    }
    // Lids and mouths differ from photo to photo, outlines are guessed.
    var weights = [Float](repeating: 1, count: RigFit.landmarkCount)
    let mouth = Landmark.outerUpper + Landmark.outerLower + Landmark.innerUpper + Landmark.innerLower
    let lids = Landmark.rightUpper + Landmark.rightLower + Landmark.leftUpper + Landmark.leftLower
    for i in Landmark.oval + mouth + lids { weights[i] = 0 }
    let similarity = Similarity(from: faces[0], to: faces[1], weights: weights)
    var sum: Float = 0
    for i in weights.indices {
      let laid = similarity.rotation * faces[0][i] * similarity.scale + similarity.translation
      let d = (laid - faces[1][i]).xy
      sum += weights[i] * d.dot(d)
    }
    shape = (sum / weights.reduce(0, +)).squareRoot()
    turn = fits[0].camera.rotation.c2.cross(fits[1].camera.rotation.c2).length
    let openings = [a, b].map { LidChoice.meanOpening(of: $0.landmarks) }
    shut = 1 - openings.min()! / max(openings.max()!, 1e-3)
    let tones = [a, b].map { Self.hue($0) }
    hue = (tones[0] - tones[1]).length
  }

  /// The median colour of the skin over its luminance.
  private static func hue(_ photo: FurtherPhoto) -> Vector3 {
    let places = Landmark.cheeks + Landmark.rightUnderEye + Landmark.leftUnderEye + [Landmark.betweenBrows]
    let unit = (photo.landmarks[Landmark.forehead].xy - photo.landmarks[Landmark.chin].xy).length
    let reach = max(1, unit * 0.02)
    let colours = places.map { k -> Vector3 in
      let p = photo.landmarks[k].xy
      let c = photo.pixels.resampled(SIMD4(p.x - reach, p.y - reach, 2 * reach, 2 * reach), width: 1, height: 1).data[0]
      return Vector3(c.x, c.y, c.z)
    }
    let tone = SkinTones.median(colours) ?? Vector3(0.5, 0.5, 0.5)
    return tone / max(SkinTones.luminance(tone), 0.02)
  }
}
