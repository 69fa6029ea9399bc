import Linear
import Pixels

extension FaceDetector {
  /// Tiles of fewer pixels a side show nothing that the whole photo does not.
  private static let smallestTile: Float = 128

  /// Faces anywhere in the photo, best first: the whole photo, then overlapping tiles of a half and a third of it, since
  /// the network hardly sees a face smaller than a tenth of its picture. Tiles are looked at when the whole photo shows
  /// no face, or none so large that a second one of its size could not have been missed.
  func faces(in photo: PixelBuffer) -> [DetectedFace] {
    let size = Vector2(Float(photo.width), Float(photo.height))
    let long = max(size.x, size.y)
    var found = largeFaces(in: photo)
    for parts in [2, 3] {
      let largest = found.map { max($0.size.x, $0.size.y) }.max() ?? 0
      guard largest < long / Float(6 * (parts - 1)) else { break }
      for face in tiles(photo, size, parts) where !found.contains(where: { Self.isSame($0, face) }) {
        found.append(face)
      }
    }
    found.sort { $0.score > $1.score }
    return found
  }

  /// What the network finds in the whole photo.
  func largeFaces(in photo: PixelBuffer) -> [DetectedFace] {
    let size = Vector2(Float(photo.width), Float(photo.height))
    var found: [DetectedFace] = []
    for face in faces(in: photo, square: size * 0.5, side: max(size.x, size.y))
    where !found.contains(where: { Self.isSame($0, face) }) {
      found.append(face)
    }
    return found
  }

  /// How sure the detector is of a face. One that is small in the photo is looked at again from nearer: smallness alone
  /// makes the detector doubt.
  func confidence(in face: DetectedFace, of photo: PixelBuffer) -> Float {
    let side = max(face.size.x, face.size.y)
    guard side * 5 < Float(max(photo.width, photo.height)) else { return face.score }
    let near = faces(in: photo, square: face.centre, side: side * 3)
    return near.reduce(face.score) { Self.isSame($1, face) ? max($0, $1.score) : $0 }
  }

  private func tiles(_ photo: PixelBuffer, _ size: Vector2, _ parts: Int) -> [DetectedFace] {
    // Not larger than the short side, but in a long strip not so small either that there is no end of tiles.
    let long = max(size.x, size.y)
    let side = max(min(size.x, size.y, long * 1.3 / Float(parts)), long / 6)
    guard side >= Self.smallestTile else { return [] }
    let columns = Self.starts(size.x, side)
    let rows = Self.starts(size.y, side)
    var found: [DetectedFace] = []
    for y in rows {
      for x in columns {
        let low = Vector2(x, y)
        for face in faces(in: photo, square: low + Vector2(repeating: side * 0.5), side: side) {
          // A face cut by the tile's edge is seen whole in the next tile.
          let margin = face.size * 0.1
          let isCut =
            (x > 0 && face.low.x < low.x - margin.x) || (y > 0 && face.low.y < low.y - margin.y)
            || (x + side < size.x - 1 && face.high.x > low.x + side + margin.x)
            || (y + side < size.y - 1 && face.high.y > low.y + side + margin.y)
          if !isCut, !found.contains(where: { Self.isSame($0, face) }) { found.append(face) }
        }
      }
    }
    return found
  }

  /// Where tiles of `side` begin so that they cover `length` with at least a quarter of overlap.
  private static func starts(_ length: Float, _ side: Float) -> [Float] {
    let room = length - side
    guard room > 1 else { return [0] }
    let count = Int((room / (side * 0.75)).rounded(.up))
    return (0...count).map { room * Float($0) / Float(count) }
  }

  private static func isSame(_ a: DetectedFace, _ b: DetectedFace) -> Bool {
    let smaller = min(a.size.x * a.size.y, b.size.x * b.size.y)
    return a.common(b) > 0.4 * smaller
  }
}
