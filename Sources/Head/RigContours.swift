/// Named lines of vertices on the face, found by index.
///
/// Open lines run from the image's left to its right (x ascending). An upper line and the lower line of the same name
/// have equal length, their first and last vertices are the same (the corners), and element `i` of one faces
/// element `i` of the other. Loops are closed (the first vertex is not repeated) and run counter-clockwise as seen by
/// the viewer.
public struct RigContours: Sendable {
  /// Where the red of the lips begins.
  public let upperLipOuter: [UInt16]
  public let lowerLipOuter: [UInt16]
  /// Where the closed lips touch: the visible rim of the mouth opening.
  public let upperLipInner: [UInt16]
  public let lowerLipInner: [UInt16]
  /// The visible rims of the lids (where the lashes grow), subject's left eye (x > 0) ...
  public let upperLidLeft: [UInt16]
  public let lowerLidLeft: [UInt16]
  /// ... and right eye.
  public let upperLidRight: [UInt16]
  public let lowerLidRight: [UInt16]
  /// The outline of `RigPart.face`.
  public let faceOutline: [UInt16]
  /// The holes of the face: inside the lips and behind the lids.
  public let mouthHole: [UInt16]
  public let eyeHoleLeft: [UInt16]
  public let eyeHoleRight: [UInt16]
  /// The incisal edge of the upper teeth, x ascending.
  public let upperTeethEdge: [UInt16]

  /// The number of contours in the file.
  static let count = 13

  /// `lines`: exactly `count` of them, in the order of the properties.
  init(lines: [[UInt16]]) {
    upperLipOuter = lines[0]
    lowerLipOuter = lines[1]
    upperLipInner = lines[2]
    lowerLipInner = lines[3]
    upperLidLeft = lines[4]
    lowerLidLeft = lines[5]
    upperLidRight = lines[6]
    lowerLidRight = lines[7]
    faceOutline = lines[8]
    mouthHole = lines[9]
    eyeHoleLeft = lines[10]
    eyeHoleRight = lines[11]
    upperTeethEdge = lines[12]
  }
}
