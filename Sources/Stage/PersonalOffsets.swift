import Avatar
import Linear

/// A personal shape (a blink) ready to add.
struct PersonalOffsets {
  private let indices: UnsafeMutableBufferPointer<UInt16>
  private let deltas: UnsafeMutableBufferPointer<Vector3>

  init(_ shape: PersonalShape, squeeze: UnsafeMutableBufferPointer<Vector3>, arena: Arena) {
    precondition(shape.indices.count == shape.deltas.count && shape.indices.allSatisfy { Int($0) < squeeze.count })
    indices = arena.buffer(shape.indices)
    deltas = arena.buffer(shape.indices.indices.map { shape.deltas[$0] * squeeze[Int(shape.indices[$0])] })
  }

  func add(_ weight: Float, to positions: UnsafeMutableBufferPointer<Vector3>) {
    guard weight != 0 else { return }
    for k in 0..<indices.count {
      let i = Int(indices[k])
      positions[i] = positions[i] + deltas[k] * weight
    }
  }
}
