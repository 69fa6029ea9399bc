import Face
import Linear
import Pixels

/// Other people in the photo: what lies nearer to one of them than to the chosen person is not the chosen person.
///
/// People are taken for what hangs below their faces; distances count in sizes of the face, so that a child beside an
/// adult keeps its shoulders.
struct Neighbours {
  private let own: DetectedFace
  private let others: [DetectedFace]
  /// Half the width of the transition, in sizes of a face.
  private static let softness: Float = 0.06

  /// - Parameter face: the chosen person's.
  init(of face: DetectedFace, others: [DetectedFace]) {
    own = face
    self.others = others
  }

  /// The mask of a rectangle (x, y, width, height) of the photo without the others.
  func removed(from mask: Plane, _ region: SIMD4<Float>) -> Plane {
    guard !others.isEmpty else { return mask }
    var mask = mask
    for y in 0..<mask.height {
      for x in 0..<mask.width {
        let p = Vector2(
          region.x + (Float(x) + 0.5) * region.z / Float(mask.width),
          region.y + (Float(y) + 0.5) * region.w / Float(mask.height))
        let lead = others.reduce(Float.infinity) { min($0, distance(p, $1)) } - distance(p, own)
        mask.data[y * mask.width + x] *= Elementary.smoothstep(-Self.softness, Self.softness, lead)
      }
    }
    return mask
  }

  /// From a place to a person, in sizes of that person's face.
  private func distance(_ p: Vector2, _ face: DetectedFace) -> Float {
    let d = p - face.centre
    return Vector2(d.x, min(0, d.y)).length / max(face.size.x, face.size.y, 1)
  }
}
