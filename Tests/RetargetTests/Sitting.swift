import Head
import Linear
import People
import Retarget

/// A person before a camera at 30 frames a second.
struct Sitting {
  var person: Person
  var retargeter = Retargeter(rig: Person.rig, fit: Person.fit)
  /// Standard deviation of the landmarks' error, pixels.
  var noise: Float = 0
  private var random = SeededRandom(seed: 5)
  private var time = 0.0

  private init(unknown person: Person) { self.person = person }

  /// The person has sat still for the calibration.
  init(_ person: Person = Person()) {
    self.init(unknown: person)
    while retargeter.isCalibrating { _ = frame() }
  }

  static func beforeCalibration() -> Sitting { Sitting(unknown: Person()) }

  /// The next frame.
  mutating func frame() -> Pose? {
    time += 1.0 / 30
    var points = person.landmarks
    if noise > 0 {
      for i in points.indices { points[i] += Vector3(random.normal(), random.normal(), random.normal()) * noise }
    }
    return retargeter.retarget(points, imageSize: Vector2(Float(person.size), Float(person.size)), at: time)
  }

  /// The pose after a second in which the person does `what`.
  func pose(_ what: (inout Person) -> Void) -> Pose {
    var copy = self
    what(&copy.person)
    for _ in 0..<29 { _ = copy.frame() }
    return copy.frame()!
  }
}

extension Person {
  /// Turns the head about the neck joint, radians, from where it is.
  mutating func turn(yaw: Float = 0, pitch: Float = 0, roll: Float = 0) {
    let place = camera.place(Rig.neck)
    camera.rotation = Matrix3.rotation(yaw: yaw, pitch: pitch, roll: roll) * camera.rotation
    camera.translation += place - camera.place(Rig.neck)
  }
}
