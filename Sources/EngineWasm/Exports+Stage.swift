import Avatar
import Engine
import Linear
import Stage

/// Compiles the shaders and uploads what is loaded; the WebGL2 context behind the "gl" imports must be in place.
@_expose(wasm, "stageOpen") @_cdecl("stageOpen")
public func stageOpen() -> Int32 {
  shell.succeeds { () throws(EngineError) in try shell.engine?.openStage() }
}

/// Forgets the stage; `lost` says that the context took its objects along.
@_expose(wasm, "stageClose") @_cdecl("stageClose")
public func stageClose(lost: Int32) {
  if lost != 0 { shell.engine?.stage?.contextLost() }
  shell.engine?.closeStage()
}

/// The texture that expects the avatar's picture, 0 when there is none.
@_expose(wasm, "stageTexture") @_cdecl("stageTexture")
public func stageTexture(slot: Int, picture: UInt8) -> UInt32 {
  guard let picture = AvatarImage(rawValue: picture) else { return 0 }
  return shell.engine?.stage?.texture(slot: slot, image: picture) ?? 0
}

/// The texture has its picture.
@_expose(wasm, "stagePictureReady") @_cdecl("stagePictureReady")
public func stagePictureReady(slot: Int, picture: UInt8) {
  guard let picture = AvatarImage(rawValue: picture) else { return }
  shell.engine?.stage?.imageReady(slot: slot, image: picture)
}

/// The texture of the background picture, 0 without a stage.
@_expose(wasm, "stageBackgroundTexture") @_cdecl("stageBackgroundTexture")
public func stageBackgroundTexture() -> UInt32 { shell.engine?.stage?.backgroundTexture ?? 0 }

/// The background's texture has a picture of this size; shows it.
@_expose(wasm, "stageBackgroundReady") @_cdecl("stageBackgroundReady")
public func stageBackgroundReady(width: Int, height: Int) {
  shell.engine?.stage?.backgroundReady(width: width, height: height)
}

/// 0 the photo's own, 1 transparent, 2 the colour (sRGB, 0...1), 3 the picture in `stageBackgroundTexture`.
@_expose(wasm, "stageBackground") @_cdecl("stageBackground")
public func stageBackground(kind: Int32, red: Float, green: Float, blue: Float) {
  let background: Background =
    switch kind {
    case 1: .transparent
    case 2: .colour(Vector3(red, green, blue))
    case 3: .picture
    default: .photo
    }
  shell.engine?.stage?.setBackground(background)
}

/// 0 shows the photo's own frame; 1 close, 2 portrait, 3 shoulders: more and more of the person.
@_expose(wasm, "setFraming") @_cdecl("setFraming")
public func setFraming(framing: UInt8) { shell.engine?.framing = Framing(rawValue: framing) ?? .portrait }

/// Flags: nothing but a circle in the middle; left and right change places.
@_expose(wasm, "setPictureFrame") @_cdecl("setPictureFrame")
public func setPictureFrame(round: UInt8, mirrored: UInt8) {
  shell.engine?.pictureFrame = PictureFrame(isRound: round != 0, isMirrored: mirrored != 0)
}

/// Samples a pixel for smooth edges, 4 to begin with.
@_expose(wasm, "stageSamples") @_cdecl("stageSamples")
public func stageSamples(count: Int) { shell.engine?.stage?.setSamples(count) }

/// Draws the pose of the last frame, in pixels of the canvas.
@_expose(wasm, "draw") @_cdecl("draw")
public func draw(width: Int, height: Int) { shell.engine?.draw(width: width, height: height) }
