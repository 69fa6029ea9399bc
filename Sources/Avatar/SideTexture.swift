import Linear

/// What further photos, or the portrait in a mirror, show of the sides of the face where the portrait sees them at a grazing
/// angle or not at all; drawn as the head turns.
public struct SideTexture: Sendable {
  /// Rising numbers of face vertices: all that show it, and those next to them.
  public var indices: [UInt16]
  /// How much of it each of them shows over the portrait when the head has turned, 0...1.
  public var weights: [Float]
  /// Where each of them lies in the last two rows of `AvatarImage.eyes`, 0...1 from the left and from above.
  public var places: [Vector2]

  public init(indices: [UInt16], weights: [Float], places: [Vector2]) {
    self.indices = indices
    self.weights = weights
    self.places = places
  }
}

extension Avatar {
  /// Rows of squares in the eyes' picture.
  public var atlasRows: Int {
    guard let eyes = image(.eyes) else { return 3 }
    return max(3, (4 * eyes.height + eyes.width / 2) / eyes.width)
  }

  /// Teeth are in the eyes' picture, not in the head's.
  public var hasTeethRow: Bool { atlasRows == 4 || atlasRows == 6 }
}
