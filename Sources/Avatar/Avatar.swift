import Head
import Linear

/// One person, made from one photo: geometry on the rig's topology, a sheet for everything that is not face, and
/// pictures. A value; nothing here moves. `Creation` makes it, `.ftar` stores it, `Stage` draws it.
public struct Avatar: Sendable {
  /// The rig it was made for (`Rig.checksum`); no other can move it.
  public var rigChecksum: UInt32
  public var camera: Camera
  /// The photo's rectangle (pixels: x, y, width, height) shown by `headColour` and `headAlpha`.
  public var headRegion: SIMD4<Float>
  /// Every rig vertex (same order and count as `Rig.neutral`) in avatar space, cm, with the photo's own expression:
  /// projecting a skin vertex gives the photo pixel it was seen at. The border of the face lies in the sheet; the
  /// eyeballs lie behind the lids.
  public var photoPositions: [Vector3]
  /// The same with the expression neutralised (lips closed).
  public var neutralPositions: [Vector3]
  /// Texture coordinates of the face vertices (`Rig.vertices(of: .face)`) in photo pixels: where each was seen, but for
  /// lip edges (further inside the red, so that no teeth stick to them) and the hidden insides of the nostrils. The
  /// photo's own expression is drawn with the projected `photoPositions` instead.
  public var faceTexture: [Vector2]
  /// Opacity of the face vertices, 0...1: fades into the sheet at the outline.
  public var faceAlpha: [Float]
  /// Personal blinks in avatar space: what weight 1 of eyeBlinkRight / eyeBlinkLeft adds so that this person's lids
  /// meet; they replace the rig's.
  public var blinkRight: PersonalShape
  public var blinkLeft: PersonalShape
  /// Factor for the rig's mouth shapes (this mouth's width over the rig's).
  public var mouthScale: Float
  /// What was kept of the photo's expression in the neutral face (smiles, mostly).
  public var keptExpression: BlendshapeWeights
  /// How far the photo's projection covers each upper-teeth vertex, 0...1 (`Rig.vertices(of: .upperTeeth)`), with
  /// texture coordinates in photo pixels; empty unless `appearance.showsTeeth`.
  public var teethPhoto: [Float]
  public var teethTexture: [Vector2]
  /// Nil where neither a further photo nor the mirror image shows more of the sides.
  public var sides: SideTexture?
  public var eyeRight: Eye
  public var eyeLeft: Eye
  public var appearance: Appearance
  public var sheet: Sheet
  public var images: [EncodedImage]

  public init(
    rigChecksum: UInt32, camera: Camera, headRegion: SIMD4<Float>, photoPositions: [Vector3],
    neutralPositions: [Vector3], faceTexture: [Vector2], faceAlpha: [Float], blinkRight: PersonalShape,
    blinkLeft: PersonalShape, mouthScale: Float, keptExpression: BlendshapeWeights, teethPhoto: [Float],
    teethTexture: [Vector2], sides: SideTexture? = nil,
    eyeRight: Eye, eyeLeft: Eye, appearance: Appearance, sheet: Sheet, images: [EncodedImage]
  ) {
    self.rigChecksum = rigChecksum
    self.camera = camera
    self.headRegion = headRegion
    self.photoPositions = photoPositions
    self.neutralPositions = neutralPositions
    self.faceTexture = faceTexture
    self.faceAlpha = faceAlpha
    self.blinkRight = blinkRight
    self.blinkLeft = blinkLeft
    self.mouthScale = mouthScale
    self.keptExpression = keptExpression
    self.teethPhoto = teethPhoto
    self.teethTexture = teethTexture
    self.sides = sides
    self.eyeRight = eyeRight
    self.eyeLeft = eyeLeft
    self.appearance = appearance
    self.sheet = sheet
    self.images = images
  }

  public func image(_ image: AvatarImage) -> EncodedImage? {
    for candidate in images where candidate.image == image { return candidate }
    return nil
  }
}
