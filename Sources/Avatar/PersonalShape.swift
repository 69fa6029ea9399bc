import Linear

/// A sparse set of offsets in avatar space, cm.
public struct PersonalShape: Equatable, Sendable {
  public var indices: [UInt16]
  public var deltas: [Vector3]

  public init(indices: [UInt16], deltas: [Vector3]) {
    self.indices = indices
    self.deltas = deltas
  }
}
