import Face
import Linear
import Pixels

/// Other people in the photo: what lies nearer to one of them than to the chosen person is not the chosen person.
///
/// People are taken for what hangs below their faces; distances count in sizes of the face, so that a child beside an
/// adult keeps its shoulders. Who has somebody else's face below theirs stands behind: there they end at the top of that head.
package struct Neighbours {
  private struct Person {
    let face: DetectedFace
    /// Whose heads are before this one's body.
    let fronts: [DetectedFace]

    init(_ face: DetectedFace, among all: [DetectedFace]) {
      (self.face, fronts) = (face, all.filter { isBehind(face, $0) })
    }
  }

  private let own: Person
  private let others: [Person]
  /// Half the width of the transition, in sizes of a face.
  private static let softness: Float = 0.06

  /// - Parameter face: the chosen person's.
  package init(of face: DetectedFace, others: [DetectedFace]) {
    let all = [face] + others
    own = Person(face, among: all)
    self.others = others.map { Person($0, among: all) }
  }

  /// The mask of a rectangle (x, y, width, height) of the photo without the others.
  package func removed(from mask: Plane, _ region: SIMD4<Float>) -> Plane {
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
  private func distance(_ p: Vector2, _ person: Person) -> Float {
    var d = p - person.face.centre
    d.y = min(0, d.y)
    for front in person.fronts {
      let size = Self.size(front)
      let below = p.y - (front.centre.y - size)
      guard below > 0, abs(p.x - front.centre.x) < 1.2 * size else { continue }
      // Steeply, so that the hair is the front one's.
      d.y = max(d.y, 3 * below)
    }
    return d.length / Self.size(person.face)
  }

  private static func isBehind(_ face: DetectedFace, _ front: DetectedFace) -> Bool {
    let d = front.centre - face.centre
    return d.y > 0.8 * size(front) && abs(d.x) < size(face)
  }

  private static func size(_ face: DetectedFace) -> Float { max(face.size.x, face.size.y, 1) }
}
