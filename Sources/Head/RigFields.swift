/// Numbers per skin vertex (`RigPart.face`, then `RigPart.head`) that creation and drawing need. Distances are
/// measured on the neutral rig in cm and end at the stated maximum; weights are 0...1.
public struct RigFields: Sendable {
  /// Distance to the face's outline, at most 4; 0 on the outline and on the head.
  public let edgeDistance: [Float]
  /// How far inside the lips' contact line (towards the mouth), along the surface, at most 1.5; 0 outside.
  public let innerDepth: [Float]
  /// Distance along the surface to the contact line (upper and lower), at most 4.
  public let contactDistance: [Float]
  /// Distance along the surface to the outer contour of the lips, at most 4; 0 on the red of the lips.
  public let lipDistance: [Float]
  /// Belongs to the upper lip (red part and inside), weight.
  public let upperLip: [Float]
  /// Belongs to the lower lip, weight.
  public let lowerLip: [Float]
  /// Distance to the nearer lid rim, at most 4.
  public let eyeDistance: [Float]

  /// The number of fields in the file.
  static let count = 7

  /// `values`: exactly `count` arrays, in the order of the properties.
  init(values: [[Float]]) {
    edgeDistance = values[0]
    innerDepth = values[1]
    contactDistance = values[2]
    lipDistance = values[3]
    upperLip = values[4]
    lowerLip = values[5]
    eyeDistance = values[6]
  }
}
