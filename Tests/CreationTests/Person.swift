import Avatar
import Creation
import Foundation
import Head
import Linear
import Pixels

/// A person made of the rig's own shapes, seen by a known camera, and a picture of them.
struct Person {
  static let models = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Models")

  static let rig: Rig = {
    func bytes(_ name: String) -> [UInt8] { [UInt8](try! Data(contentsOf: models.appendingPathComponent(name))) }
    return try! Rig(player: bytes("rig.bin"), fit: bytes("rig-fit.bin"))
  }()
  static let fit = rig.fit!

  var identity: [Float] = []
  var expression = BlendshapeWeights()
  var camera: Camera
  var size = 640

  init(
    yaw: Float = 0, pitch: Float = 0, roll: Float = 0, identity: [Float] = [1.2, -0.8, 0.5],
    expression: BlendshapeWeights = BlendshapeWeights(), size: Int = 640
  ) {
    self.identity = identity
    self.expression = expression
    self.size = size
    let s = Float(size)
    camera = Camera(
      photoSize: Vector2(s, s), origin: Vector2(s * 0.5, s * 0.48), pixelsPerUnit: s / 34, focalDistance: 240,
      rotation: .rotation(yaw: yaw, pitch: pitch, roll: roll), translation: Vector3(0, 0, 0))
  }

  /// Every vertex in avatar space.
  var vertices: [Vector3] {
    var v = Self.rig.neutral
    v.withUnsafeMutableBufferPointer {
      Self.fit.addIdentity(identity, of: Self.rig, into: $0)
      Self.rig.addShapes(weights: expression, transform: .identity, into: $0)
    }
    return v.map(camera.place)
  }

  /// 478 landmarks as a perfect detector would give them.
  var landmarks: [Vector3] {
    let v = vertices
    func seen(_ p: Vector3) -> Vector3 { Vector3(camera.project(p), -p.z * camera.pixelsPerUnit) }
    var points = v.withUnsafeBufferPointer { v in Self.fit.landmarks.map { seen($0.position(on: v)) } }
    for eye in [Self.rig.eyeRight, Self.rig.eyeLeft] {
      let pole = eye.centre + Vector3(0, 0, eye.radius)
      for offset in [Vector3(0, 0, 0), Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(-1, 0, 0), Vector3(0, -1, 0)] {
        points.append(seen(camera.place(pole + offset * eye.irisRadius)))
      }
    }
    return points
  }

  /// Skin on a wall, with some structure everywhere.
  var photo: PixelBuffer {
    var picture = PixelBuffer(width: size, height: size, channels: 3)
    let mask = self.mask(SIMD4(0, 0, Float(size), Float(size)), side: size)
    for y in 0..<size {
      for x in 0..<size {
        let i = y * size + x
        let a = mask.data[i]
        let ripple = 8 * Elementary.sin(Float(x) * 0.15) * Elementary.cos(Float(y) * 0.11)
        let skin = SIMD3<Float>(190, 140, 120) + SIMD3(repeating: ripple)
        let wall = SIMD3<Float>(60, 110, 150) + SIMD3(repeating: Float(y) * 40 / Float(size))
        let c = skin * a + wall * (1 - a)
        for k in 0..<3 { picture.data[3 * i + k] = UInt8(max(0, min(255, c[k]))) }
      }
    }
    return picture
  }

  /// What a network would say: head and shoulders.
  func mask(_ region: SIMD4<Float>, side: Int = 256) -> Plane {
    var plane = Plane(width: side, height: side)
    let head = camera.project(camera.place(Vector3(0, 1, 5)))
    let unit = camera.pixelsPerUnit
    for y in 0..<side {
      for x in 0..<side {
        let p = Vector2(
          region.x + (Float(x) + 0.5) * region.z / Float(side), region.y + (Float(y) + 0.5) * region.w / Float(side))
        let d = (p - head) / unit
        let skull = 1 - (d * Vector2(1 / 10.5, 1 / 14)).length
        let body = 1 - ((d - Vector2(0, 24)) * Vector2(1 / 19, 1 / 12)).length
        plane.data[y * side + x] = Elementary.smoothstep(-0.02, 0.02, max(skull, body))
      }
    }
    return plane
  }

  func created() -> CreatedAvatar {
    AvatarBuilder(rig: Self.rig, fit: Self.fit).build(
      photo: photo, landmarks: landmarks, mask: { mask($0) }, progress: { _ in })
  }

  var eyeDistance: Float { (landmarks[33].xy - landmarks[263].xy).length }
}

extension RigFit {
  func position(_ landmark: Int, _ vertices: [Vector3]) -> Vector3 {
    vertices.withUnsafeBufferPointer { landmarks[landmark].position(on: $0) }
  }
}

extension CreatedAvatar {
  func picture(_ image: AvatarImage) -> PixelBuffer? { pictures.first { $0.image == image }?.pixels }
}
