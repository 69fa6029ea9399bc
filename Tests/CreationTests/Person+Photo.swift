import Avatar
import Creation
import Head
import Linear
import People
import Pixels

/// A picture of a synthetic person, and the avatar made of it.
extension Person {
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
}

extension RigFit {
  func position(_ landmark: Int, _ vertices: [Vector3]) -> Vector3 {
    vertices.withUnsafeBufferPointer { landmarks[landmark].position(on: $0) }
  }
}

extension CreatedAvatar {
  func picture(_ image: AvatarImage) -> PixelBuffer? { pictures.first { $0.image == image }?.pixels }
}
