import Pixels

// Pictures of a film on their way from the canvas to the encoder.

/// Room for a picture's pixels, RGBA, rows from the bottom, colours multiplied with alpha.
@_expose(wasm, "filmPixels") @_cdecl("filmPixels")
public func filmPixels(width: Int, height: Int) -> UnsafeMutablePointer<UInt8> {
  shell.filmPixels.reserve(width * height * 4)
}

/// Turns the pixels in `filmPixels` into planes (`VideoPlanes`); with `hasAlpha` the planes of transparency follow. Returns
/// where they are.
@_expose(wasm, "filmPlanes") @_cdecl("filmPlanes")
public func filmPlanes(width: Int, height: Int, hasAlpha: Int32) -> UnsafeMutablePointer<UInt8> {
  if hasAlpha != 0 {
    if shell.filmAlpha?.width != width || shell.filmAlpha?.height != height {
      shell.filmAlpha = StraightAlpha(width: width, height: height)
    }
    shell.filmAlpha?.straighten(.init(start: shell.filmPixels.pointer, count: width * height * 4))
  }
  let count = VideoPlanes.byteCount(width: width, height: height)
  let planes = shell.filmPlanes.reserve(2 * count)
  VideoPlanes.write(
    rgba: UnsafePointer(shell.filmPixels.pointer), width: width, height: height, planes: planes,
    alpha: hasAlpha != 0 ? planes + count : nil)
  return planes
}
