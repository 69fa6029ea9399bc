import Head
import Linear
import Performance
import Speech
import Testing

@Suite("A camera takes the place of idle life")
struct CameraTests {
  private static var seen: Pose {
    var pose = Pose()
    pose.yaw = 0.1
    pose.gaze = Vector2(0.1, 0)
    pose.weights[.browInnerUp] = 0.6
    pose.weights[.jawOpen] = 0.5
    pose.weights[.mouthSmileLeft] = 0.5
    return pose
  }

  /// Frames at 50 a second in which the camera sees `seen`, from 0 to `seconds`.
  private static func follow(_ performer: inout Performer, for seconds: Double) -> Pose {
    var pose = Pose()
    for k in 0...Int(seconds * 50) {
      performer.follow(Self.seen, over: 0)
      pose = performer.pose(at: Double(k) / 50)
    }
    return pose
  }

  @Test func theFaceFollowsAndLifeMakesRoom() {
    var performer = Performer(seed: 3)
    performer.setMood(friendly: 0)
    let pose = Self.follow(&performer, for: 1)
    #expect(abs(pose.yaw - 0.1) < 1e-5 && abs(pose.gaze.x - 0.1) < 1e-5 && pose.pitch == 0)
    #expect(abs(pose.weights[.browInnerUp] - 0.6) < 1e-5 && abs(pose.weights[.jawOpen] - 0.5) < 1e-5)
  }

  @Test func itComesSmoothly() {
    var performer = PerformerTests.still()
    var before: Float = 0
    for k in 0...40 {
      performer.follow(Self.seen, over: 0)
      let yaw = performer.pose(at: Double(k) / 60).yaw
      #expect(yaw >= before && yaw - before < 0.012)
      before = yaw
    }
    #expect(abs(before - 0.1) < 1e-5)
  }

  @Test func whereASlowMachineSeesFewPosesLifeDoesNotComeBetweenThem() {
    var performer = PerformerTests.still()
    for k in 0...400 {
      if k % 40 == 0 { performer.follow(Self.seen, over: 0) }
      let yaw = performer.pose(at: Double(k) / 50).yaw
      #expect(k < 150 || abs(yaw - 0.1) < 1e-5)
    }
  }

  @Test func aLostFaceIsHeldAndThenLetGoSmoothly() {
    var performer = PerformerTests.still()
    _ = Self.follow(&performer, for: 1)
    #expect(abs(performer.pose(at: 1.28).yaw - 0.1) < 1e-5)
    var before: Float = 0.1
    for k in 1...55 {
      let yaw = performer.pose(at: 1.28 + Double(k) / 60).yaw
      #expect(yaw <= before + 1e-6 && before - yaw < 0.012)
      before = yaw
    }
    #expect(before == 0)
  }

  @Test func aReleasedCameraLeavesAtOnce() {
    var performer = PerformerTests.still()
    _ = Self.follow(&performer, for: 1)
    performer.releaseCamera()
    #expect(performer.pose(at: 1.25).yaw < 0.08)
    #expect(performer.pose(at: 1.55).yaw == 0)
  }

  @Test func aGlideReachesItsPoseInTime() {
    var performer = PerformerTests.still()
    _ = Self.follow(&performer, for: 1)
    var other = Self.seen
    other.yaw = 0.05
    performer.follow(other, over: 0.04)
    #expect(abs(performer.pose(at: 1.02).yaw - 0.075) < 1e-4)
    #expect(abs(performer.pose(at: 1.04).yaw - 0.05) < 1e-4)
  }

  @Test func aHeadBeyondTheLimitsBendsTowardsThem() {
    var performer = PerformerTests.still()
    var far = Self.seen
    far.yaw = 1.2
    for k in 0...60 {
      performer.follow(far, over: 0)
      _ = performer.pose(at: Double(k) / 60)
    }
    let yaw = performer.pose(at: 1.01).yaw
    #expect(yaw > Limits.yaw * 0.8 && yaw < Limits.yaw)
  }

  @Test(arguments: MouthSource.allCases)
  func theMouthHasItsSource(source: MouthSource) {
    var performer = PerformerTests.still()
    performer.mouthSource = source
    PerformerTests.say(.aa, from: 0, to: 1.4, into: &performer)
    PerformerTests.say(.PP, from: 1.4, to: 1.5, into: &performer)
    let quiet = { (pose: Pose) in pose.weights[.mouthPressLeft] }
    _ = Self.follow(&performer, for: 1.4)
    performer.follow(Self.seen, over: 0)
    let closed = performer.pose(at: 1.45)
    switch source {
    case .speech: #expect(PerformerTests.gap(closed) < 0.05 && closed.weights[.mouthSmileLeft] == 0)
    case .camera: #expect(closed.weights[.jawOpen] > 0.45 && quiet(closed) < 0.01)
    case .both:
      // Lips that a consonant closes stay closed, whatever the camera sees.
      #expect(PerformerTests.gap(closed) < 0.05 && quiet(closed) > 0.3 && closed.weights[.mouthSmileLeft] > 0.05)
    }
    // Brows are the camera's in any case.
    #expect(closed.weights[.browInnerUp] > 0.55)
  }

  @Test func theCameraMovesAMouthThatDoesNotSpeak() {
    var performer = PerformerTests.still()
    #expect(Self.follow(&performer, for: 1).weights[.jawOpen] > 0.45)
  }
}
