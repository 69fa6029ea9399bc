import Face
import Linear
import Testing

struct PoseTests {
  /// The canonical face turned, as landmarks of a photo (y down, z away).
  private func landmarks(yaw: Float, pitch: Float, roll: Float) -> FaceLandmarks {
    let radians = Elementary.pi / 180
    let turn = Matrix3.rotation(yaw: yaw * radians, pitch: pitch * radians, roll: roll * radians)
    var points = [Vector3](repeating: .zero, count: FaceLandmarks.count)
    for (k, point) in CanonicalFace.rigid {
      let p = turn * point
      points[k] = Vector3(400 + 20 * p.x, 300 - 20 * p.y, -20 * p.z)
    }
    return FaceLandmarks(points: points, score: 1)
  }

  @Test(arguments: [(0, 0, 0), (20, 0, 0), (-35, 0, 0), (0, 25, 0), (0, -15, 0), (0, 0, 30), (12, -8, 5)])
  func aTurnedHeadIsMeasuredAsTurned(yaw: Int, pitch: Int, roll: Int) throws {
    let pose = try #require(FacePose(landmarks(yaw: Float(yaw), pitch: Float(pitch), roll: Float(roll))))
    #expect(abs(pose.yaw - Float(yaw)) < 0.1)
    #expect(abs(pose.pitch - Float(pitch)) < 0.1)
    // Roll is measured in the image, the rotation applies it first: equal only without yaw and pitch.
    #expect(abs(pose.roll - Float(roll)) < (yaw == 0 && pitch == 0 ? 0.1 : 3))
  }

  @Test func landmarksThatAreNoFaceHaveNoPose() {
    #expect(FacePose(FaceLandmarks(points: [Vector3](repeating: .zero, count: 478), score: 1)) == nil)
    let unknown = [Vector3](repeating: Vector3(repeating: .nan), count: 478)
    #expect(FacePose(FaceLandmarks(points: unknown, score: 1)) == nil)
    var mirrored = landmarks(yaw: 0, pitch: 0, roll: 0)
    for k in mirrored.points.indices { mirrored.points[k].x *= -1 }
    #expect(FacePose(mirrored) == nil)
  }
}

struct PhotoRefusalTests {
  @Test func theEightCodesAndTheirSentences() {
    #expect(
      PhotoRefusal.allCases.map(\.code) == [
        "no-face", "no-face", "many-faces", "face-too-small", "not-frontal", "eyes-hidden", "blurred", "too-large",
        "unreadable",
      ])
    for refusal in PhotoRefusal.allCases { #expect(refusal.message.hasSuffix(".")) }
    #expect(Set(PhotoRefusal.allCases.map(\.message)).count == 9)
    #expect(Set(PhotoWarning.allCases.map(\.code)).count == PhotoWarning.allCases.count)
    for warning in PhotoWarning.allCases { #expect(warning.message.hasSuffix(".")) }
  }
}
