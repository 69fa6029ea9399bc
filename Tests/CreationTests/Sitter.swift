import Creation
import Head
import Linear
import People
import Pixels

/// A head whose depth the landmarks do not tell, photographed from several sides.
struct Sitter {
  /// What the landmark network takes the person for; the same from the front.
  let taken = Person(identity: [1.2, -0.8, 0.5, 0, 0.4])
  /// Skin that is lit and marked.
  let marks: Float
  /// Hair hangs over the face where the rig's x is in this range.
  let hair: ClosedRange<Float>?
  /// The real head, avatar space of the portrait, which is the rig's here.
  let vertices: [Vector3]

  /// - Parameter depth: coefficients of the identity modes, along the portrait's rays.
  init(depth: [Float], marks: Float = 40, hair: ClosedRange<Float>? = nil) {
    self.marks = marks
    self.hair = hair
    var moved = Person.rig.neutral
    moved.withUnsafeMutableBufferPointer { Person.fit.addIdentity(depth, of: Person.rig, into: $0) }
    let camera = taken.camera
    vertices = zip(taken.vertices, zip(moved, Person.rig.neutral)).map { p, moved in
      p + camera.ray(through: p) * (moved.0 - moved.1).z
    }
  }

  /// - Parameter light: what its colours are multiplied with.
  func view(
    yaw: Float, pitch: Float = 0, smile: Float = 0, light: Vector3 = Vector3(1, 1, 1)
  ) -> (photo: PixelBuffer, landmarks: [Vector3]) {
    var person = taken
    person.expression[.mouthSmileLeft] = smile
    person.expression[.mouthSmileRight] = smile
    let smiled = person.vertices
    let head = zip(vertices, zip(smiled, taken.vertices)).map { $0 + $1.0 - $1.1 }
    person.camera.rotation = .rotation(yaw: yaw, pitch: pitch, roll: 0)
    return (picture(head.map(person.camera.place), person, light), person.landmarks)
  }

  /// The face alone, textured by what lies where on it.
  private func picture(_ head: [Vector3], _ person: Person, _ light: Vector3) -> PixelBuffer {
    let rig = Person.rig
    var photo = PixelBuffer(width: person.size, height: person.size, channels: 3)
    for i in photo.data.indices { photo.data[i] = UInt8(60 + i % 3 * 40) }
    var near = [Float](repeating: -.infinity, count: person.size * person.size)
    let range = rig.triangles(of: .face)
    for t in stride(from: range.lowerBound, to: range.upperBound, by: 3) {
      let corners = (0..<3).map { Int(rig.triangles[t + $0]) }
      let p = corners.map { person.camera.project(head[$0]) }
      let (a, b) = (p[1] - p[0], p[2] - p[0])
      let area = a.x * b.y - a.y * b.x
      guard abs(area) > 1e-6 else { continue }
      let low = Vector2(p.map(\.x).min()!, p.map(\.y).min()!)
      let high = Vector2(p.map(\.x).max()!, p.map(\.y).max()!)
      for y in max(0, Int(low.y))...min(person.size - 1, Int(high.y) + 1) {
        for x in max(0, Int(low.x))...min(person.size - 1, Int(high.x) + 1) {
          let d = Vector2(Float(x) + 0.5, Float(y) + 0.5) - p[0]
          let v = (d.x * b.y - d.y * b.x) / area
          let w = (a.x * d.y - a.y * d.x) / area
          guard v >= 0, w >= 0, v + w <= 1 else { continue }
          let shares = Vector3(1 - v - w, v, w)
          let z = (0..<3).reduce(Float(0)) { $0 + head[corners[$1]].z * shares[$1] }
          guard z > near[y * person.size + x] else { continue }
          near[y * person.size + x] = z
          let place = (0..<3).reduce(Vector3(0, 0, 0)) { $0 + rig.neutral[corners[$1]] * shares[$1] }
          let colour = colour(place) * light
          for c in 0..<3 { photo.data[3 * (y * person.size + x) + c] = UInt8(max(0, min(255, colour[c]))) }
        }
      }
    }
    return photo
  }

  /// Of the skin at a place on the rig, 0...255.
  func colour(_ p: Vector3) -> Vector3 {
    hair?.contains(p.x) == true ? Vector3(50, 38, 30) : Vector3(190, 140, 120) + Vector3(repeating: mark(p))
  }

  private func mark(_ p: Vector3) -> Float {
    var value: Float = 0
    for (k, wave) in [
      Vector3(2.3, 5.1, 1.3), Vector3(-4.1, 2.7, 0.7), Vector3(7.3, -3.1, 2.1), Vector3(1.1, 9.7, -1.9),
    ]
    .enumerated() {
      value += Elementary.sin(wave.dot(p) + Float(k)) * 0.25
    }
    return value * marks
  }

  func created(
    _ portrait: (photo: PixelBuffer, landmarks: [Vector3]), with views: [(photo: PixelBuffer, landmarks: [Vector3])]
  ) -> CreatedAvatar {
    AvatarBuilder(rig: Person.rig, fit: Person.fit).build(
      photo: portrait.photo, landmarks: portrait.landmarks,
      further: views.map { FurtherPhoto(pixels: $0.photo, landmarks: $0.landmarks) },
      mask: { taken.mask($0) }, progress: { _ in })
  }

  /// The avatar of the portrait and further views; the error of its face's depth beside a common shift, root mean square,
  /// cm; and what the views were of use for.
  func made(with views: [(photo: PixelBuffer, landmarks: [Vector3])]) -> (error: Float, uses: [[ViewOutcome.Use]]) {
    let created = created(view(yaw: 0), with: views)
    let rig = Person.rig
    let inner = rig.vertices(of: .face).filter { rig.fields.edgeDistance[$0] > 1 }
    let errors = inner.map { created.avatar.photoPositions[$0].z - vertices[$0].z }
    let mean = errors.reduce(0, +) / Float(errors.count)
    let square = errors.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(errors.count)
    return (square.squareRoot(), created.views.map(\.uses))
  }
}
