import Fitting
import Head
import Linear

/// Measures one eye directly: a lid's millimetres and an iris's degrees are finer than what a fit over the whole face
/// leaves of them.
struct EyeGauge: Sendable {
  /// What is measured, head space.
  struct Reading {
    /// Distance of the lids' rims, mean over the eye's width, cm.
    var opening: Float
    /// Of the iris from the middle of the eye's corners, cm.
    var iris: Vector2
  }

  /// Of a shut eye, the detector's rims still stand this share of the open eye's distance apart.
  private static let shutOpening: Float = 0.18

  private let outer: Int
  private let inner: Int
  private let upper: [Int]
  private let lower: [Int]
  private let iris: Int
  /// The network draws irises towards the middle of the eye, the more so between lids: rendered eyes that turn by a
  /// known angle seem to turn by its inverse (docs/retarget.md).
  private static let gazeGain = Vector2(1.3, 1.8)
  /// Lids tremble by this share of the opening without widening.
  private static let wideRest: Float = 0.05
  private let eyeballRadius: Float
  private let blink: Blendshape
  private let wide: Blendshape
  /// Other shapes and what share of the neutral opening they close at weight 1.
  private let squint: (shape: Blendshape, closes: Float)
  private let cheek: (shape: Blendshape, closes: Float)
  private let down: Float
  private let up: Float
  private let wideOpens: Float

  init(rig: Rig, fit: RigFit, isLeft: Bool) {
    let upperRim = isLeft ? Landmark.leftUpper : Landmark.rightUpper
    let lowerRim = isLeft ? Landmark.leftLower : Landmark.rightLower
    outer = upperRim[0]
    inner = upperRim[upperRim.count - 1]
    upper = Array(upperRim[2..<upperRim.count - 2])
    lower = Array(lowerRim[2..<lowerRim.count - 2])
    iris = isLeft ? Landmark.irisLeft : Landmark.irisRight
    let eye = isLeft ? rig.eyeLeft : rig.eyeRight
    let neutral = fit.landmarkPositions(on: rig.neutral)
    eyeballRadius = eye.radius
    func gap(_ points: [Vector3]) -> Float {
      var sum: Float = 0
      for (a, b) in zip(upperRim[2..<upperRim.count - 2], lowerRim[2..<lowerRim.count - 2]) {
        sum += points[a].y - points[b].y
      }
      return sum / Float(upperRim.count - 4)
    }
    let open = gap(neutral)
    func closes(_ shape: Blendshape) -> Float { -gap(fit.landmarkMotion(of: shape, rig: rig)) / open }
    blink = isLeft ? .eyeBlinkLeft : .eyeBlinkRight
    wide = isLeft ? .eyeWideLeft : .eyeWideRight
    squint.shape = isLeft ? .eyeSquintLeft : .eyeSquintRight
    cheek.shape = isLeft ? .cheekSquintLeft : .cheekSquintRight
    squint.closes = closes(squint.shape)
    cheek.closes = closes(cheek.shape)
    down = closes(isLeft ? .eyeLookDownLeft : .eyeLookDownRight)
    up = closes(isLeft ? .eyeLookUpLeft : .eyeLookUpRight)
    wideOpens = -closes(wide)
  }

  /// - Parameters:
  ///   - points: 478 landmarks, pixels, y up.
  ///   - neutral: the person's landmarks at rest, head space, cm.
  func read(_ points: [Vector3], neutral: [Vector3], placement: Similarity) -> Reading {
    var opening: Float = 0
    for (a, b) in zip(upper, lower) {
      let depth = neutral[a].z - neutral[b].z
      opening += Self.headPlane(points[a].xy - points[b].xy, depth: depth, placement).y
    }
    let corners = (points[outer].xy + points[inner].xy) * 0.5
    return Reading(
      opening: opening / Float(upper.count),
      iris: Self.headPlane(points[iris].xy - corners, depth: 0, placement))
  }

  /// The x and y in head space (cm) of a distance seen in the picture (pixels, y up) whose z in head space is known.
  private static func headPlane(_ seen: Vector2, depth: Float, _ placement: Similarity) -> Vector2 {
    let r = placement.rotation
    let d = seen * (1 / max(placement.scale, 1e-6)) - r.c2.xy * depth
    let determinant = r.c0.x * r.c1.y - r.c1.x * r.c0.y
    // Beyond 75 degrees there is no second eye to see, and the fit ends before.
    let scale = 1 / max(determinant, 0.25)
    return Vector2(d.x * r.c1.y - d.y * r.c1.x, d.y * r.c0.x - d.x * r.c0.y) * scale
  }

  /// Where the eye looks against `rest`, radians, x to the image's right, y up.
  func gaze(_ reading: Reading, rest: Reading) -> Vector2 {
    let shift = (reading.iris - rest.iris) * (1 / eyeballRadius) * Self.gazeGain
    return Vector2(Elementary.asin(max(-0.9, min(0.9, shift.x))), Elementary.asin(max(-0.9, min(0.9, shift.y))))
  }

  /// How much an iris can be seen, 0 behind a closing lid ... 1.
  func visibility(_ reading: Reading, rest: Reading) -> Float {
    Elementary.smoothstep(0.35, 0.8, reading.opening / max(rest.opening, 1e-3))
  }

  /// Writes blink and widening into `weights`, which hold the fitted squint and cheek.
  /// - Parameter gaze: the lids follow it up and down and are no blink.
  func writeLids(_ reading: Reading, rest: Reading, gaze: Vector2, to weights: inout BlendshapeWeights) {
    let closed =
      weights[squint.shape] * squint.closes + weights[cheek.shape] * cheek.closes
      + max(0, -gaze.y / Limits.fullGaze) * down + max(0, gaze.y / Limits.fullGaze) * up
    let open = max(0.1, 1 - closed)
    let seen = reading.opening / max(rest.opening, 1e-3)
    // A share of what is open without the blink, the shut eye's rest taken off.
    weights[blink] = max(0, min(1, (open - seen) / max(0.1, open - Self.shutOpening)))
    weights[wide] = max(0, min(1, (seen - open - Self.wideRest) / max(wideOpens, 0.05)))
  }
}
