import Face
import Pixels

// The vision module alone in WebAssembly, for measuring its speed and comparing its bits with the native build.

nonisolated(unsafe) var finder: FaceFinder?
nonisolated(unsafe) var detected: [DetectedFace] = []

@_expose(wasm, "load") @_cdecl("load")
public func load(
  detector: UnsafePointer<UInt8>, detectorCount: Int, landmarks: UnsafePointer<UInt8>, landmarksCount: Int,
  matte: UnsafePointer<UInt8>, matteCount: Int
) -> Int32 {
  func array(_ p: UnsafePointer<UInt8>, _ count: Int) -> [UInt8] {
    Array(UnsafeBufferPointer(start: p, count: count))
  }
  do throws(FaceError) {
    finder = try FaceFinder(
      detector: array(detector, detectorCount), landmarks: array(landmarks, landmarksCount),
      matte: array(matte, matteCount))
    return 1
  } catch {
    return 0
  }
}

nonisolated(unsafe) var photo = PixelBuffer(width: 1, height: 1, channels: 3)

/// RGB, rows from the top.
@_expose(wasm, "show") @_cdecl("show")
public func show(pixels: UnsafePointer<UInt8>, width: Int, height: Int) {
  photo = PixelBuffer(
    width: width, height: height, channels: 3,
    data: Array(UnsafeBufferPointer(start: pixels, count: width * height * 3)))
}

/// Number of faces.
@_expose(wasm, "detect") @_cdecl("detect")
public func detect() -> Int32 {
  detected = finder?.faces(in: photo) ?? []
  return Int32(detected.count)
}

/// Checksum of the first face's landmarks' bits; 0 without a face.
@_expose(wasm, "mesh") @_cdecl("mesh")
public func mesh() -> UInt32 {
  guard let finder, let face = detected.first else { return 0 }
  return VisionChecksum.of(finder.landmarks(in: photo, face: face))
}

/// Checksum of the whole photo's matte.
@_expose(wasm, "matte") @_cdecl("matte")
public func matte() -> UInt32 {
  guard let finder else { return 0 }
  return VisionChecksum.of(finder.matte(in: photo).data)
}

/// 1 if the photo passes the gate.
@_expose(wasm, "examine") @_cdecl("examine")
public func examine() -> Int32 {
  do throws(PhotoRefusal) {
    _ = try finder?.examine(photo, smallestEyeDistance: 40)
    return 1
  } catch {
    return 0
  }
}
