import Engine
import Face
import Linear
import Pixels

/// Looks for faces in the RGB picture in `cameraBuffer`; `scale` is the photo's pixels for one of the picture. Answers 14
/// 32-bit floats a face, from the left: the box's corners, both eyes (8 values, pixels of the picture), yaw, pitch, roll
/// (degrees), the face's width in pixels of the photo, the advice as a sum of 2^index, and 1 where an avatar can be made of
/// it. Returns how many, -1 before `creationOpen`.
@_expose(wasm, "lensLook") @_cdecl("lensLook")
public func lensLook(width: Int, height: Int, scale: Float) -> Int {
  let picture = PixelBuffer(
    width: width, height: height, channels: 3, data: .init(shell.picture.pointer, width * height * 3))
  guard let faces = shell.engine?.look(at: picture, scale: scale) else { return -1 }
  var bytes: [UInt8] = []
  for face in faces {
    var mask: UInt32 = 0
    for advice in face.advice { mask |= 1 << UInt32(advice.rawValue) }
    let (low, high, eyes) = (face.face.low, face.face.high, face.eyes)
    let values: [Float] = [
      low.x, low.y, high.x, high.y, eyes.0.x, eyes.0.y, eyes.1.x, eyes.1.y, face.pose?.yaw ?? 0, face.pose?.pitch ?? 0,
      face.pose?.roll ?? 0, face.width, Float(mask), face.isUsable ? 1 : 0,
    ]
    for value in values { withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) } }
  }
  shell.answer.set(bytes)
  return faces.count
}

/// Answers four lines for each piece of advice, in the order of its index: code, reason, "refused" or "warning",
/// sentence.
@_expose(wasm, "lensAdvice") @_cdecl("lensAdvice")
public func lensAdvice() {
  var lines: [String] = []
  for advice in FaceAdvice.allCases {
    lines += [advice.code, advice.reason, advice.isRefusal ? "refused" : "warning", advice.message]
  }
  shell.answer.set(lines: lines)
}
