import Avatar
import Head
import Linear
import Pixels

/// An avatar made without a photo: the rig's neutral head with painted pictures. Everything about it is known, so tests
/// can say what a picture of it must show.
struct SyntheticAvatar {
  static let size = 512

  var avatar: Avatar
  let photo: PixelBuffer
  private(set) var pictures: [(AvatarImage, PixelBuffer)]

  /// - Parameters:
  ///   - tint: skin colour, 0...1.
  ///   - grow: size of the head.
  init(rig: Rig, tint: Vector3 = Vector3(0.82, 0.62, 0.5), grow: Float = 1) {
    let size = Self.size
    let camera = Camera(
      photoSize: Vector2(Float(size), Float(size)), origin: Vector2(256, 256), pixelsPerUnit: 15 * grow,
      focalDistance: 100, rotation: .identity, translation: Vector3(0, 0, 0))
    let positions = rig.neutral.map { camera.place($0) }
    let face = rig.vertices(of: .face)
    let normals = Self.normals(positions, rig)
    let texture = face.map { camera.project(positions[$0]) }
    let alpha = face.map { i in
      let inside = Elementary.smoothstep(0.15, 1.3, rig.fields.edgeDistance[i])
      return rig.fields.edgeDistance[i] > 2 || rig.fields.lipDistance[i] < 1 || rig.fields.eyeDistance[i] < 0.6
        ? 1 : inside * Elementary.smoothstep(0.02, 0.25, normals[i].z)
    }

    func eye(_ source: RigEye) -> Eye {
      let centre = camera.place(source.centre)
      let iris = camera.project(centre + Vector3(0, 0, source.radius))
      let k = camera.pixelsPerUnit
      return Eye(
        irisCentre: iris, irisRadius: source.irisRadius * k, ballCentre: centre, ballRadius: source.radius,
        scleraRegion: SIMD4(iris.x - 2.4 * k, iris.y - 1.6 * k, 4.8 * k, 3.2 * k),
        lidRegion: SIMD4(iris.x - 2.4 * k, iris.y - 2.4 * k, 4.8 * k, 4.8 * k))
    }
    let right = eye(rig.eyeRight)
    let left = eye(rig.eyeLeft)

    // The painted photo: skin with bands, eyes, lips, a backdrop of squares; the matte is a head on shoulders.
    let lips = (rig.contours.upperLipOuter + rig.contours.lowerLipOuter).map { camera.project(positions[Int($0)]) }
    let mouth = lips.reduce(Vector2(0, 0), +) * (1 / Float(lips.count))
    var colour = PixelBuffer(width: size, height: size, channels: 3)
    var matte = PixelBuffer(width: size, height: size, channels: 1)
    var backdrop = PixelBuffer(width: size, height: size, channels: 3)
    var photo = PixelBuffer(width: size, height: size, channels: 3)
    let middle = camera.project(Vector3(0, 0, 0))
    let k = camera.pixelsPerUnit
    for y in 0..<size {
      for x in 0..<size {
        let p = Vector2(Float(x) + 0.5, Float(y) + 0.5)
        let i = y * size + x
        let skin = Self.paint(p, tint: tint, eyes: [right, left], mouth: mouth, unit: k)
        let q = (p - middle) * (1 / k)
        let head = Vector2(q.x / 9.5, q.y / 13).length
        let shoulders = max(abs(q.x) - (q.y > 13 ? 14 : 5.5), 9 - q.y)
        let a = max(Elementary.smoothstep(1.02, 0.98, head), Elementary.smoothstep(0.1, -0.1, shoulders))
        let square = ((x / 32) + (y / 32)) % 2 == 0 ? Float(0.45) : 0.6
        let behind = Vector3(square * 0.7, square * 0.9, square)
        matte.data[i] = UInt8(a * 255 + 0.5)
        for c in 0..<3 {
          colour.data[3 * i + c] = UInt8(max(0, min(1, skin[c])) * 255 + 0.5)
          backdrop.data[3 * i + c] = UInt8(behind[c] * 255 + 0.5)
          photo.data[3 * i + c] = UInt8(max(0, min(1, skin[c] * a + behind[c] * (1 - a))) * 255 + 0.5)
        }
      }
    }
    self.photo = photo
    pictures = [
      (.headColour, colour), (.headAlpha, matte), (.background, backdrop),
      (.eyes, Self.eyes(tint: tint)),
    ]

    var weights = PersonalShape(indices: [], deltas: [])
    func blink(_ shape: Blendshape) -> PersonalShape {
      let source = rig.shape(shape)
      weights = PersonalShape(indices: source.indices, deltas: source.deltas)
      return weights
    }
    let lines = (0...48).map { Float($0) * Float(size) / 48 }
    avatar = Avatar(
      rigChecksum: rig.checksum, camera: camera, headRegion: SIMD4(0, 0, Float(size), Float(size)),
      photoPositions: positions,
      neutralPositions: positions, faceTexture: texture, faceAlpha: alpha, blinkRight: blink(.eyeBlinkRight),
      blinkLeft: blink(.eyeBlinkLeft), mouthScale: 1, keptExpression: BlendshapeWeights(), teethPhoto: [],
      teethTexture: [], eyeRight: right, eyeLeft: left,
      appearance: Appearance(
        light: SIMD4(0.5, 0, 0.1, 0.2), skin: tint, innerLip: Vector3(0.45, 0.2, 0.2),
        teeth: Vector3(0.9, 0.87, 0.8), gums: Vector3(0.7, 0.35, 0.35), showsTeeth: false),
      sheet: Sheet(columns: lines, rows: lines, depth: Self.depth(lines, camera, positions, normals, rig)),
      images: pictures.map { EncodedImage(image: $0.0, width: $0.1.width, height: $0.1.height, bytes: []) })
  }

  /// The same with a side of one colour, as far as each vertex of that cheek shows it; what shows it is transparent in the
  /// photo's pose if `isHidden`.
  func withSide(
    _ colour: SIMD3<UInt8>, isLeft: Bool = true, isHidden: Bool = false, rig: Rig, share: (Vector3) -> Float
  ) -> SyntheticAvatar {
    var person = self
    let indices = rig.vertices(of: .face).filter {
      (isLeft ? rig.neutral[$0].x : -rig.neutral[$0].x) > 0.3 && rig.fields.eyeDistance[$0] > 1.25
    }
    person.avatar.sides = SideTexture(
      indices: indices.map { UInt16($0) }, weights: indices.map { share(rig.neutral[$0]) },
      places: indices.map { _ in Vector2(isLeft ? 0.75 : 0.25, 0.5) })
    if isHidden { for i in indices where share(rig.neutral[i]) > 0 { person.avatar.faceAlpha[i] = 0 } }
    for (k, (image, pixels)) in pictures.enumerated() where image == .eyes {
      var atlas = PixelBuffer(width: pixels.width, height: pixels.width * 5 / 4, channels: 3)
      for i in atlas.data.indices { atlas.data[i] = i < pixels.data.count ? pixels.data[i] : colour[i % 3] }
      person.pictures[k].1 = atlas
      person.avatar.images[k].height = atlas.height
    }
    return person
  }

  /// Paints into one of its pictures.
  mutating func change(_ image: AvatarImage, _ paint: (inout PixelBuffer) -> Void) {
    for k in pictures.indices where pictures[k].0 == image { paint(&pictures[k].1) }
  }

  private static func normals(_ positions: [Vector3], _ rig: Rig) -> [Vector3] {
    var normals = [Vector3](repeating: Vector3(0, 0, 0), count: positions.count)
    positions.withUnsafeBufferPointer { source in
      normals.withUnsafeMutableBufferPointer {
        rig.normals(
          of: source, triangles: rig.triangles(of: .face).lowerBound..<rig.triangles(of: .head).upperBound,
          vertices: 0..<rig.skinCount, into: $0)
      }
    }
    return normals
  }

  /// The head's own depth where it is, falling to the ears' plane round it.
  private static func depth(
    _ lines: [Float], _ camera: Camera, _ positions: [Vector3], _ normals: [Vector3], _ rig: Rig
  ) -> [Float] {
    var depth: [Float] = []
    for y in lines {
      for x in lines {
        var sum: Float = 0
        var weight: Float = 1e-3
        for i in 0..<rig.skinCount where normals[i].z > 0.2 {
          let d = (camera.project(positions[i]) - Vector2(x, y)).length / camera.pixelsPerUnit
          let w = d < 1.5 ? 1 / (0.05 + d * d) : 0
          sum += w * positions[i].z
          weight += w
        }
        depth.append(sum / weight + 1.5 * (1e-3 / weight))
      }
    }
    return depth
  }

  private static func paint(_ p: Vector2, tint: Vector3, eyes: [Eye], mouth: Vector2, unit: Float) -> Vector3 {
    var c = tint * (0.9 + 0.1 * Elementary.sin(p.x * 0.11) * Elementary.sin(p.y * 0.13))
    for eye in eyes {
      let q = (p - eye.irisCentre) * (1 / unit)
      let white = Elementary.smoothstep(1.05, 0.95, Vector2(q.x / 1.5, q.y / 0.55).length)
      let r = (p - eye.irisCentre).length / eye.irisRadius
      let ball = iris(r)
      let inside = white * Elementary.smoothstep(1.12, 0.96, r)
      c = c + (Vector3(0.92, 0.9, 0.88) - c) * white
      c = c + (ball - c) * inside
    }
    let lips = Elementary.smoothstep(
      1.1, 0.9, Vector2((p.x - mouth.x) / (2.6 * unit), (p.y - mouth.y) / (0.9 * unit)).length)
    return c + (Vector3(0.7, 0.35, 0.35) - c) * lips
  }

  private static func iris(_ r: Float) -> Vector3 {
    r < 0.4 ? Vector3(0.05, 0.05, 0.05) : Vector3(0.3, 0.42, 0.5)
  }

  private static func eyes(tint: Vector3) -> PixelBuffer {
    let side = 128
    var atlas = PixelBuffer(width: 4 * side, height: 3 * side, channels: 3)
    for y in 0..<3 * side {
      for x in 0..<4 * side {
        let u = Vector2(Float(x % side) + 0.5, Float(y) + 0.5) * (1 / Float(side))
        let square =
          x / side % 2 == 0 ? Vector3(0.92, 0.9, 0.88) : iris((u * 2 - Vector2(1, 1)).length * Eye.irisSpan)
        let c = y < side ? square : tint
        for k in 0..<3 { atlas.data[3 * (y * 4 * side + x) + k] = UInt8(c[k] * 255) }
      }
    }
    return atlas
  }
}
