import Linear

/// The mouth's opening in the turned head's space: what the light inside the mouth depends on.
struct MouthOpening {
  /// Between the lips' rims at the middle.
  var middle = Vector3(0, 0, 0)
  /// Gap of the rims at the middle, cm; at least 0.
  var gap: Float = 0
  /// Largest gap of the rims anywhere, cm.
  var widest: Float = 0
  /// Corner to corner, cm, and that over the neutral mouth's.
  var width: Float = 1
  var relativeWidth: Float = 1
  /// x halfway between the corners.
  var centreX: Float = 0
}
