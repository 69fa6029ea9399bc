import Avatar
import CGLES
import Head
import Linear
import Pixels

/// Draws poses of one avatar, or of a mix of two, with OpenGL ES 3 (natively) or WebGL2 (in the page).
///
/// A context must be current whenever the stage is made or called. Pictures come from outside: after `load`, put the
/// decoded pixels of each `AvatarImage` into `texture(slot:image:)` and say `imageReady`, or hand them to `upload`.
/// The person appears when all of them are there.
public final class Stage {
  public let deformer: Deformer
  let shared: SharedDrawing
  let target: RenderTarget
  let arena = Arena()
  let uniforms: UnsafeMutableBufferPointer<SIMD4<Float>>
  private(set) var drawings: (AvatarDrawing?, AvatarDrawing?) = (nil, nil)
  private(set) var mixFaceArray: UInt32 = 0
  private(set) var mixPlateArray: UInt32 = 0
  private(set) var background = Background.photo
  /// What becomes of the whole picture; one that is not plain costs a copy of it.
  public var frame = PictureFrame()
  /// The texture of the background picture; say `backgroundReady` once it holds pixels.
  public var backgroundTexture: UInt32 { picture.texture }
  let picture: ScaledPicture
  /// The framebuffer that pictures go to; 0 is the window or canvas.
  public var output: UInt32 = 0
  private var isLost = false

  /// - Parameters:
  ///   - samples: samples a pixel for smooth edges, as far as the device has them; 0 for none.
  public init(rig: Rig, samples: Int = 4) throws(StageError) {
    guard glesGetInteger(GLES_MAX_TEXTURE_SIZE) >= 2048 else { throw .noContext }
    deformer = Deformer(rig: rig)
    shared = try SharedDrawing(rig: rig)
    target = RenderTarget(samples: samples)
    uniforms = arena.buffer(Program.uniformCount, SIMD4(0, 0, 0, 0))
    picture = ScaledPicture(Texture.make())
  }

  /// Changes the samples a pixel: smooth edges cost a third of a frame where there is no graphics processor.
  public func setSamples(_ samples: Int) {
    if !isLost { target.setSamples(samples) }
  }

  // MARK: Avatars

  /// Takes `avatar` (made for this rig) into slot 0 or 1, in the place of what was there.
  public func load(_ avatar: Avatar, slot: Int) throws(StageError) {
    guard !isLost, slot == 0 || slot == 1 else { return }
    if drawing(1 - slot) != nil { try shared.prepareMix() }
    unload(slot: slot)
    deformer.load(avatar, slot: slot)
    guard let geometry = deformer.geometry(slot) else { return }
    let drawing = AvatarDrawing(avatar, geometry, rig: deformer.rig, shared: shared)
    if slot == 0 { drawings.0 = drawing } else { drawings.1 = drawing }
    makeMixArrays()
    try shared.finishRare()
  }

  public func unload(slot: Int) {
    guard let drawing = drawing(slot) else { return }
    drawing.delete()
    target.forgetBackdrop()
    if slot == 0 { drawings.0 = nil } else { drawings.1 = nil }
    deformer.unload(slot: slot)
    deleteMixArrays()
  }

  func drawing(_ slot: Int) -> AvatarDrawing? { slot == 0 ? drawings.0 : slot == 1 ? drawings.1 : nil }

  private func makeMixArrays() {
    guard let a = drawings.0, let b = drawings.1 else { return }
    mixFaceArray = VertexBuffer.array(
      [
        VertexAttribute(location: 0, buffer: shared.positions), VertexAttribute(location: 1, buffer: a.skin),
        VertexAttribute(location: 2, buffer: a.lids), VertexAttribute(location: 3, buffer: b.skin),
        VertexAttribute(location: 4, buffer: b.lids), VertexAttribute(location: 5, buffer: shared.shares),
        VertexAttribute(location: 6, buffer: shared.creasePlaces),
      ], triangles: shared.triangles)
    mixPlateArray = VertexBuffer.array(
      [
        VertexAttribute(location: 0, buffer: shared.plates),
        VertexAttribute(location: 1, buffer: a.plates, stride: 2),
        VertexAttribute(location: 2, buffer: a.plates, stride: 2, offset: 1),
        VertexAttribute(location: 3, buffer: b.plates, stride: 2),
        VertexAttribute(location: 4, buffer: b.plates, stride: 2, offset: 1),
      ], triangles: shared.plateTriangles)
  }

  private func deleteMixArrays() {
    if mixFaceArray != 0 { glesDeleteVertexArray(mixFaceArray) }
    if mixPlateArray != 0 { glesDeleteVertexArray(mixPlateArray) }
    mixFaceArray = 0
    mixPlateArray = 0
  }

  // MARK: Pictures

  /// The texture that expects the pixels of `image`; 0 where no avatar is loaded.
  public func texture(slot: Int, image: AvatarImage) -> UInt32 { drawing(slot)?.texture(image) ?? 0 }

  /// The pixels of `image` are in its texture now.
  public func imageReady(slot: Int, image: AvatarImage) { imageArrived(slot: slot, image: image, nil) }

  /// Puts `pixels` (1, 3 or 4 channels) into the texture of `image`.
  public func upload(_ pixels: PixelBuffer, slot: Int, image: AvatarImage) {
    guard !isLost, let drawing = drawing(slot) else { return }
    Texture.fill(drawing.texture(image), pixels)
    imageArrived(slot: slot, image: image, pixels)
  }

  private func imageArrived(slot: Int, image: AvatarImage, _ pixels: PixelBuffer?) {
    guard !isLost, let drawing = drawing(slot) else { return }
    let wasReady = drawing.isReady
    if let pair = drawing.arrived(image, pixels) { join(pair, readsBack: pixels != nil) }
    if image == .background { target.forgetBackdrop() }
    if drawing.isReady && (!wasReady || image != .background) { cullSheet(slot) }
  }

  /// Whether the person in `slot` can be drawn.
  public func isReady(slot: Int) -> Bool { drawing(slot)?.isReady ?? false }

  // MARK: Background

  public func setBackground(_ background: Background) { self.background = background }

  /// Puts `pixels` behind the person and shows them.
  public func uploadBackground(_ pixels: PixelBuffer) {
    guard !isLost else { return }
    Texture.fill(backgroundTexture, pixels)
    showPicture(width: pixels.width, height: pixels.height, pixels)
  }

  /// `backgroundTexture` holds a picture of this size now; shows it.
  public func backgroundReady(width: Int, height: Int) {
    guard !isLost else { return }
    showPicture(width: width, height: height, nil)
  }

  private func showPicture(width: Int, height: Int, _ pixels: PixelBuffer?) {
    picture.filled(width: width, height: height, pixels)
    target.forgetBackdrop()
    background = .picture
  }

  /// Whether pictures may have pixels that are not opaque.
  public var isTranslucent: Bool {
    if frame.isRound { return true }
    return switch background {
    case .transparent: true
    case .picture: picture.size.x == 0
    case .colour: false
    case .photo: !((drawings.0 ?? drawings.1)?.hasBackground ?? false)
    }
  }

  // MARK: The end

  /// The context is gone: draws nothing from now on and deletes nothing. Make a new stage when there is a new context.
  public func contextLost() {
    isLost = true
    target.forget()
  }

  var isUsable: Bool { !isLost }

  deinit {
    guard !isLost else { return }
    drawings.0?.delete()
    drawings.1?.delete()
    if mixFaceArray != 0 { glesDeleteVertexArray(mixFaceArray) }
    if mixPlateArray != 0 { glesDeleteVertexArray(mixPlateArray) }
    shared.delete()
    target.delete()
    picture.delete()
  }
}
