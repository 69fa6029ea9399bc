import Head
import Linear

/// All expression shapes of the rig in one run of memory.
struct ShapeTable {
  private let indices: UnsafeMutableBufferPointer<UInt16>
  private let deltas: UnsafeMutableBufferPointer<Vector3>
  /// Shape `i` is `starts[i]..<starts[i + 1]`.
  private let starts: UnsafeMutableBufferPointer<Int>

  init(rig: Rig, arena: Arena) {
    var allIndices: [UInt16] = []
    var allDeltas: [Vector3] = []
    var allStarts = [0]
    for blendshape in Blendshape.allCases {
      let shape = rig.shape(blendshape)
      allIndices += shape.indices
      allDeltas += shape.deltas
      allStarts.append(allIndices.count)
    }
    indices = arena.buffer(allIndices)
    deltas = arena.buffer(allDeltas)
    starts = arena.buffer(allStarts)
  }

  /// Adds shape `shape` times `weight` to `offsets`, one per rig vertex, rig's space.
  @inline(__always)
  func add(_ shape: Int, _ weight: Float, to offsets: UnsafeMutableBufferPointer<Vector3>) {
    let out = offsets.baseAddress!
    let indices = indices.baseAddress!
    let deltas = deltas.baseAddress!
    var i = starts[shape]
    let end = starts[shape + 1]
    while i < end {
      let vertex = Int(indices[i])
      out[vertex] = out[vertex] + deltas[i] * weight
      i += 1
    }
  }
}
