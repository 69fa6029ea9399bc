import Linear
import Neural
import Pixels

/// MediaPipe's landmark network with attention: a mesh of 468 points, refined at lips, eyes and irises.
final class FaceLandmarker {
  static let side = 192
  private let network: Network

  init(_ model: [UInt8]) throws(FaceError) {
    do throws(NeuralError) { network = try Network(tflite: model) } catch { throw .landmarks(error) }
    guard network.inputShapes == [[1, 192, 192, 3]],
      network.outputShapes.map({ $0.reduce(1, *) }) == [1404, 160, 142, 142, 10, 10, 1]
    else { throw .otherModel }
  }

  /// The landmarks of the face in `region`.
  func landmarks(in photo: PixelBuffer, region: FaceRegion) -> FaceLandmarks {
    let map = AffineMap(square: region.centre, side: region.side, angle: region.angle, count: Self.side)
    network.withInput {
      photo.warp(
        into: $0, width: Self.side, height: Self.side, by: map, border: .edge, gain: 1 / 255, bias: 0)
    }
    network.run()
    var points = network.withOutput(0) { mesh in
      (0..<468).map { Vector3(mesh[3 * $0], mesh[3 * $0 + 1], mesh[3 * $0 + 2]) }
    }
    points.append(contentsOf: [Vector3](repeating: .zero, count: FaceLandmarks.count - points.count))
    for refinement in Refinement.all {
      network.withOutput(refinement.output) { values in
        for (k, point) in refinement.points.enumerated() {
          points[point].x = values[2 * k]
          points[point].y = values[2 * k + 1]
        }
      }
      if !refinement.depths.isEmpty {
        var z: Float = 0
        for point in refinement.depths { z += points[point].z }
        for point in refinement.points { points[point].z = z / Float(refinement.depths.count) }
      }
    }
    let scale = region.side / Float(Self.side)
    for k in points.indices {
      let p = map(points[k].xy)
      points[k] = Vector3(p.x, p.y, points[k].z * scale)
    }
    let score = network.withOutput(6) { Elementary.sigmoid($0[0]) }
    return FaceLandmarks(points: points, score: score)
  }
}
