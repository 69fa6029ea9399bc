import Head
import Linear

extension Pose {
  /// The 53 weights, yaw, pitch, roll, translation x y z, gaze x y, breath, photoExpression.
  static let floatCount = Blendshape.count + 10

  init(from floats: UnsafePointer<Float>) {
    self.init()
    for i in 0..<Blendshape.count { weights[i] = floats[i] }
    let rest = floats + Blendshape.count
    (yaw, pitch, roll) = (rest[0], rest[1], rest[2])
    translation = Vector3(rest[3], rest[4], rest[5])
    gaze = Vector2(rest[6], rest[7])
    breath = rest[8]
    photoExpression = rest[9]
  }

  func write(to floats: UnsafeMutablePointer<Float>) {
    for i in 0..<Blendshape.count { floats[i] = weights[i] }
    let rest = floats + Blendshape.count
    (rest[0], rest[1], rest[2]) = (yaw, pitch, roll)
    (rest[3], rest[4], rest[5]) = (translation.x, translation.y, translation.z)
    (rest[6], rest[7]) = (gaze.x, gaze.y)
    rest[8] = breath
    rest[9] = photoExpression
  }
}
