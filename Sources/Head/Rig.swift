import Linear

/// The head: a mesh of our own topology with expression shapes, mouth, teeth, tongue and eyeballs, and everything that
/// fitting it to a face needs. Made by `Training/head/build_rig.py`; the files are described in `docs/head.md`.
///
/// Space: x to the image's right (the subject's left), y up, z towards the viewer, cm. The neutral face is mirror
/// symmetric in x. Vertices lie part by part in the order of `RigPart`, so that the skin comes first (`face`, then
/// `head`); `mouthSocket` follows, and these three together are the *soft* vertices, which follow identity and warp
/// one by one. The others (gums, teeth, tongue, eyeballs) follow as wholes.
public struct Rig: Sendable {
  /// The neutral mean head, one position per vertex, cm.
  public let neutral: [Vector3]
  /// Three vertices a triangle, counter-clockwise as seen from outside.
  public let triangles: [UInt16]
  /// The mirror image (x -> -x) of each vertex.
  public let mirror: [UInt16]
  /// Lines round lips, lids, holes and outline.
  public let contours: RigContours
  /// Distances and weights per skin vertex.
  public let fields: RigFields
  /// The subject's left eyeball (x > 0).
  public let eyeLeft: RigEye
  public let eyeRight: RigEye
  /// The checksum of the player's file: names this rig in whatever is made for it.
  public let checksum: UInt32
  /// What fitting needs; nil where only the player's file was given.
  public let fit: RigFit?

  let shapes: [RigShape]
  let partVertices: [Range<Int>]
  let partTriangles: [Range<Int>]

  /// The neck joint, cm: heads turn about it.
  public static let neck = Vector3(0, -7, 0.5)

  public var vertexCount: Int { neutral.count }
  /// Vertices of `face` and `head`, which come first.
  public var skinCount: Int { partVertices[1].upperBound }
  /// Vertices of `face`, `head` and `mouthSocket`, which come first.
  public var softCount: Int { partVertices[2].upperBound }

  /// The vertices of a part. Triangles of `mouthSocket` also use vertices of the face: those of `contours.mouthHole`.
  public func vertices(of part: RigPart) -> Range<Int> { partVertices[Int(part.rawValue)] }

  /// The part's range in `triangles` (elements of that array, so three a triangle).
  public func triangles(of part: RigPart) -> Range<Int> { partTriangles[Int(part.rawValue)] }

  /// The expression shape `blendshape`. All 53 exist; left ones are the mirror images of right ones.
  public func shape(_ blendshape: Blendshape) -> RigShape { shapes[Int(blendshape.rawValue)] }
}
