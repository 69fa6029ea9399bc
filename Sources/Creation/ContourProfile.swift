import Head
import Linear

/// A value along one of the rig's contours, looked up by the x of the neutral rig: the same coordinate for every
/// person, unaffected by pose.
struct ContourProfile {
  private var positions: [Float]
  private var values: [Vector3]

  /// - Parameters:
  ///   - contour: an open contour, x ascending.
  ///   - values: one per vertex of it.
  init(_ contour: [UInt16], of rig: Rig, values: [Vector3]) {
    let order = contour.indices.sorted {
      rig.neutral[Int(contour[$0])].x < rig.neutral[Int(contour[$1])].x
    }
    positions = order.map { rig.neutral[Int(contour[$0])].x }
    self.values = order.map { values[$0] }
  }

  var first: Float { positions[0] }
  var last: Float { positions[positions.count - 1] }

  /// Linear between the vertices; the end values outside.
  func value(at x: Float) -> Vector3 {
    if x <= positions[0] { return values[0] }
    var low = 0
    var high = positions.count - 1
    if x >= positions[high] { return values[high] }
    while high - low > 1 {
      let middle = (low + high) / 2
      if positions[middle] <= x { low = middle } else { high = middle }
    }
    let t = (x - positions[low]) / max(positions[high] - positions[low], 1e-9)
    return values[low] + (values[high] - values[low]) * t
  }
}
