import Avatar
import Linear

/// The plate drawn behind the opening of one eye: a grid over the photo round the lids, on the eyeball's sphere.
struct EyeGeometry {
  static let columns = 24
  static let rows = 14
  static let count = columns * rows

  let eye: Eye
  private let camera: Camera
  /// Photo pixels.
  let texture: UnsafeMutableBufferPointer<Vector2>
  /// Avatar space, squeezed.
  let base: UnsafeMutableBufferPointer<Vector3>
  /// How far a point of the plate is below the upper lid's rim, in `shadowReach`: in the photo and now.
  let photoDepth: UnsafeMutableBufferPointer<Float>
  let depth: UnsafeMutableBufferPointer<Float>
  /// How far it is above the lower lid's rim in the photo, in `shadowReach`.
  let photoHeight: UnsafeMutableBufferPointer<Float>
  /// How far the lower lid's middle is now below its place in the photo, in `shadowReach`; one value.
  private let lowered: UnsafeMutableBufferPointer<Float>
  private let lowerMiddle: Int
  private let photoLower: Float
  private let upper: UnsafeMutableBufferPointer<UInt16>
  private let rim: UnsafeMutableBufferPointer<Vector2>

  /// Height of the upper lid's shadow, cm.
  static let shadowReach: Float = 0.35

  /// Radius of the iris in the photo, in `shadowReach`.
  var irisRadius: Float { eye.irisRadius * unit }
  var lowering: Float { lowered[0] }
  /// One over the pixels of `shadowReach`.
  private var unit: Float { 1 / (Self.shadowReach * camera.pixelsPerUnit) }

  init(
    _ eye: Eye, upper: [UInt16], lower: [UInt16], camera: Camera, photo: UnsafeMutableBufferPointer<Vector3>,
    compression: DepthCompression, arena: Arena
  ) {
    self.eye = eye
    self.camera = camera
    self.upper = arena.buffer(upper)
    rim = arena.buffer(upper.count, Vector2(0, 0))
    texture = arena.buffer(Self.count, Vector2(0, 0))
    base = arena.buffer(Self.count, Vector3(0, 0, 0))
    photoDepth = arena.buffer(Self.count, 0)
    depth = arena.buffer(Self.count, 0)
    photoHeight = arena.buffer(Self.count, 0)
    lowered = arena.buffer(1, 0)
    lowerMiddle = Int(lower[lower.count / 2])
    photoLower = camera.project(photo[lowerMiddle]).y

    var low = Vector2(repeating: .infinity)
    var high = Vector2(repeating: -.infinity)
    for i in upper + lower {
      let q = camera.project(photo[Int(i)])
      low = Vector2(min(low.x, q.x), min(low.y, q.y))
      high = Vector2(max(high.x, q.x), max(high.y, q.y))
    }
    // Surprise opens the lids by a fifth of the eye's width.
    let margin = Vector2(0.08, 0.25) * (high.x - low.x)
    low = low - margin
    high = high + margin
    let ball = eye.ballCentre
    let pole = camera.project(ball)
    for r in 0..<Self.rows {
      for c in 0..<Self.columns {
        let u = Float(c) / Float(Self.columns - 1)
        let v = Float(r) / Float(Self.rows - 1)
        let pixel = Vector2(low.x + (high.x - low.x) * u, low.y + (high.y - low.y) * v)
        let q = (pixel - pole) * (1 / camera.pixelsPerUnit)
        let radius = eye.ballRadius
        let rise = max(radius * radius - q.dot(q), 0.09 * radius * radius).squareRoot()
        let i = r * Self.columns + c
        texture[i] = pixel
        base[i] = compression.apply(camera.unproject(pixel, z: ball.z + rise))
      }
    }
    cover(photo)
    let lowerRim = lower.map { camera.project(photo[Int($0)]) }
    lowerRim.withUnsafeBufferPointer { lowerRim in
      for i in 0..<Self.count {
        photoDepth[i] = depth[i]
        photoHeight[i] = (Self.height(of: lowerRim, at: texture[i].x) - texture[i].y) * unit
      }
    }
  }

  /// Fills `depth` from the upper lid of `face` (all rig vertices, avatar space).
  func cover(_ face: UnsafeMutableBufferPointer<Vector3>) {
    for k in 0..<upper.count { rim[k] = camera.project(face[Int(upper[k])]) }
    let unit = unit
    lowered[0] = (camera.project(face[lowerMiddle]).y - photoLower) * unit
    for c in 0..<Self.columns {
      let y = Self.height(of: UnsafeBufferPointer(rim), at: texture[c].x)
      var i = c
      while i < Self.count {
        depth[i] = (texture[i].y - y) * unit
        i += Self.columns
      }
    }
  }

  private static func height(of rim: UnsafeBufferPointer<Vector2>, at x: Float) -> Float {
    if x <= rim[0].x { return rim[0].y }
    for k in 1..<rim.count where x <= rim[k].x {
      let a = rim[k - 1]
      let b = rim[k]
      return a.y + (b.y - a.y) * ((x - a.x) / max(1e-4, b.x - a.x))
    }
    return rim[rim.count - 1].y
  }

  /// The plate's triangles, as vertex numbers.
  static let triangles: [UInt16] = {
    var list: [UInt16] = []
    for r in 0..<rows - 1 {
      for c in 0..<columns - 1 {
        let a = UInt16(r * columns + c)
        let d = a + UInt16(columns)
        list += [a, d, a + 1, a + 1, d, d + 1]
      }
    }
    return list
  }()
}
