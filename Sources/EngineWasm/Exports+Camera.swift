import Engine
import Head
import Performance
import Pixels

// Two engines share the work: a worker's watches the camera and writes poses, the drawing one follows them.

/// Begins to watch somebody new; `creationOpen` comes before. `mirrored` 1 turns left for right.
@_expose(wasm, "cameraOpen") @_cdecl("cameraOpen")
public func cameraOpen(mirrored: Int32) { shell.engine?.openWatch(isMirrored: mirrored != 0) }

/// Room for a picture of the camera, RGB, to be filled before `cameraWatch`.
@_expose(wasm, "cameraBuffer") @_cdecl("cameraBuffer")
public func cameraBuffer(count: Int) -> UnsafeMutablePointer<UInt8> { shell.picture.reserve(count) }

/// Looks at the picture in the buffer, taken at `time` (seconds on any clock): 0 no face, 1 the face at rest is being
/// learnt, 2 a pose lies in the pose buffer.
@_expose(wasm, "cameraWatch") @_cdecl("cameraWatch")
public func cameraWatch(width: Int, height: Int, time: Double) -> Int32 {
  let picture = PixelBuffer(
    width: width, height: height, channels: 3, data: .init(shell.picture.pointer, width * height * 3))
  switch shell.engine?.watch(picture, at: time) {
  case .pose(let pose):
    pose.write(to: poseBuffer())
    return 2
  case .calibrating: return 1
  case .noFace, nil: return 0
  }
}

/// Learns the face at rest anew.
@_expose(wasm, "cameraCalibrate") @_cdecl("cameraCalibrate")
public func cameraCalibrate() { shell.engine?.calibrate() }

/// 1 while the face at rest is being learnt.
@_expose(wasm, "cameraCalibrating") @_cdecl("cameraCalibrating")
public func cameraCalibrating() -> Int32 { shell.engine?.isCalibrating == true ? 1 : 0 }

/// Follows the pose in the pose buffer, to be reached after `seconds`.
@_expose(wasm, "cameraFollow") @_cdecl("cameraFollow")
public func cameraFollow(seconds: Double) { shell.engine?.follow(Pose(from: poseBuffer()), over: seconds) }

/// The camera is gone.
@_expose(wasm, "cameraRelease") @_cdecl("cameraRelease")
public func cameraRelease() { shell.engine?.releaseCamera() }

/// Who moves the mouth: an index of `names(2)`.
@_expose(wasm, "setMouth") @_cdecl("setMouth")
public func setMouth(index: UInt8) {
  if let source = MouthSource(rawValue: index) { shell.engine?.mouthSource = source }
}
