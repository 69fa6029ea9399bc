import Head

/// One shape's part in a viseme or an emotion.
struct ShapeWeight: Sendable {
  let shape: Blendshape
  let weight: Float

  init(_ shape: Blendshape, _ weight: Float) {
    self.shape = shape
    self.weight = weight
  }
}

extension BlendshapeWeights {
  mutating func add(_ recipe: [ShapeWeight], times amount: Float) {
    for part in recipe { self[part.shape] = self[part.shape] + part.weight * amount }
  }
}
