/// One weight per blendshape, 0...1 (a little beyond is allowed); lives on the stack, so that a frame allocates nothing.
public struct BlendshapeWeights: Sendable {
  public var values: InlineArray<53, Float>

  /// All zero: the neutral face.
  public init() { values = InlineArray(repeating: 0) }

  @inlinable public subscript(shape: Blendshape) -> Float {
    get { values[Int(shape.rawValue)] }
    set { values[Int(shape.rawValue)] = newValue }
  }

  @inlinable public subscript(index: Int) -> Float {
    get { values[index] }
    set { values[index] = newValue }
  }
}
