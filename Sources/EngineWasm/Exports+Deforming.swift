import Engine
import Head
import Stage

// Vertices without a canvas: what the parity test compares with the native engine.

/// Gives the avatar in slot 0 to a deformer of its own; returns the number of floats that `deform` makes.
@_expose(wasm, "deformerOpen") @_cdecl("deformerOpen")
public func deformerOpen() -> Int {
  guard let engine = shell.engine, let avatar = engine.avatar(slot: 0) else { return 0 }
  let deformer = Deformer(rig: engine.rig)
  deformer.load(avatar, slot: 0)
  shell.deformer = deformer
  return deformer.vertices.count * 4
}

/// Moves the vertices to the pose of the last frame; returns the address of x, y, z, brightness of each.
@_expose(wasm, "deform") @_cdecl("deform")
public func deform() -> UnsafeRawPointer? {
  guard let engine = shell.engine, let deformer = shell.deformer, deformer.deform(engine.pose) else { return nil }
  return UnsafeRawPointer(deformer.vertices.baseAddress)
}
