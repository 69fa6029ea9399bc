import Head
import Linear
import Testing

@Suite("The rig") struct RigTests {
  let rig = RigFiles.rig

  @Test("has every shape, all finite, none empty and none too far")
  func shapes() {
    for blendshape in Blendshape.allCases {
      let shape = rig.shape(blendshape)
      #expect(shape.indices.count > 20, "\(blendshape) moves nothing")
      #expect(shape.indices.count == shape.deltas.count)
      #expect(zip(shape.indices, shape.indices.dropFirst()).allSatisfy { $0 < $1 }, "\(blendshape) is not ascending")
      let longest = shape.deltas.map(\.length).max() ?? 0
      #expect(longest > 0.1 && longest < 4.5, "\(blendshape) moves by \(longest) cm")
    }
  }
}
