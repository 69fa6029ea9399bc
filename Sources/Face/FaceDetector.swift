import Linear
import Neural
import Pixels

/// MediaPipe's short-range face detector ("BlazeFace", 128x128): 896 anchors, boxes and six points each.
final class FaceDetector {
  static let side = 128
  private static let anchorCount = 896
  /// Boxes that overlap more than this show the same face.
  private static let sameFace: Float = 0.3
  /// Boxes from this score on have a say in where a face is; a face is one whose best box reaches `faceScore`.
  private static let boxScore: Float = 0.3
  private static let faceScore: Float = 0.5

  private let network: Network
  private let anchors: [Vector2]

  init(_ model: [UInt8]) throws(FaceError) {
    do throws(NeuralError) { network = try Network(tflite: model) } catch { throw .detector(error) }
    guard network.inputShapes == [[1, 128, 128, 3]], network.outputShapes == [[1, 896, 16], [1, 896, 1]] else {
      throw .otherModel
    }
    anchors = Self.makeAnchors()
  }

  /// Centres of cells of 16x16 with two anchors, then 8x8 with six, in 0...1.
  private static func makeAnchors() -> [Vector2] {
    var list: [Vector2] = []
    list.reserveCapacity(anchorCount)
    for (cells, each) in [(16, 2), (8, 6)] {
      for y in 0..<cells {
        for x in 0..<cells {
          let centre = Vector2(Float(x) + 0.5, Float(y) + 0.5) * (1 / Float(cells))
          for _ in 0..<each { list.append(centre) }
        }
      }
    }
    return list
  }

  /// Faces in the square of side `side` round `centre`, best first. What lies outside the photo is black.
  func faces(in photo: PixelBuffer, square centre: Vector2, side: Float) -> [DetectedFace] {
    network.withInput {
      photo.warp(
        into: $0, width: Self.side, height: Self.side,
        by: AffineMap(square: centre, side: side, angle: 0, count: Self.side), border: .black, gain: 2 / 255, bias: -1)
    }
    network.run()
    let corner = centre - Vector2(repeating: side * 0.5)
    var found = network.withOutput(0) { boxes in
      network.withOutput(1) { scores in
        decode(boxes, scores, corner, side)
      }
    }
    found.sort { $0.score > $1.score }
    return Self.merged(found)
  }

  private func decode(
    _ boxes: UnsafeBufferPointer<Float>, _ scores: UnsafeBufferPointer<Float>, _ corner: Vector2, _ side: Float
  ) -> [DetectedFace] {
    var found: [DetectedFace] = []
    for k in 0..<Self.anchorCount {
      let score = Elementary.sigmoid(max(-100, min(100, scores[k])))
      guard score >= Self.boxScore else { continue }
      func point(_ slot: Int) -> Vector2 {
        Vector2(boxes[k * 16 + slot], boxes[k * 16 + slot + 1]) * (1 / Float(Self.side))
      }
      let middle = corner + (anchors[k] + point(0)) * side
      let half = point(2) * (side * 0.5)
      guard half.x > 0, half.y > 0 else { continue }
      var points: [Vector2] = []
      for p in 0..<6 { points.append(corner + (anchors[k] + point(4 + 2 * p)) * side) }
      found.append(DetectedFace(score: score, low: middle - half, high: middle + half, points: points))
    }
    return found
  }

  /// Weighted non-maximum suppression: the best box takes in all that overlap it, each with the weight of its score.
  private static func merged(_ sorted: [DetectedFace]) -> [DetectedFace] {
    var rest = sorted
    var result: [DetectedFace] = []
    while let best = rest.first, best.score >= faceScore {
      var face = best
      var weight: Float = 0
      face.low = .zero
      face.high = .zero
      face.points = [Vector2](repeating: .zero, count: best.points.count)
      var others: [DetectedFace] = []
      for other in rest {
        guard other == best || best.overlap(other) > sameFace else {
          others.append(other)
          continue
        }
        weight += other.score
        face.low += other.low * other.score
        face.high += other.high * other.score
        for p in face.points.indices { face.points[p] += other.points[p] * other.score }
      }
      face.low *= 1 / weight
      face.high *= 1 / weight
      for p in face.points.indices { face.points[p] *= 1 / weight }
      result.append(face)
      rest = others
    }
    return result
  }
}
