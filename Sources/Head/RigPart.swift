/// The parts of the rig, in the order of their vertices and triangles.
public enum RigPart: UInt8, CaseIterable, Sendable {
  /// What is drawn as the mesh with the photo on it: forehead to throat, ear to ear.
  case face
  /// Ears, back of the head and neck, coarse: gives depth to hair and shoulders at creation.
  case head
  /// The inside of the cheeks and lips; its front ring *is* the face's mouth hole.
  case mouthSocket
  case gums
  case upperTeeth
  case lowerTeeth
  case tongue
  /// The subject's left eyeball (x > 0): a cap of a sphere, front pole at (0, 0, radius) from its centre.
  case eyeLeft
  case eyeRight

  /// The number of parts.
  public static let count = 9
}
