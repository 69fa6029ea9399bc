import Film
import Head
import Retarget

/// The lines of a retargeted film, as bytes.
enum RetargetLines {
  private static let degrees = 180 / Double.pi

  static func bytes(_ track: RetargetTrack, isMirrored: Bool) -> [UInt8] {
    let header = JSONText.object([
      ("type", .string("header")), ("filmSeconds", .number(track.seconds, digits: 6)),
      ("fps", .number(track.fps, digits: 6)), ("mirrored", .bool(isMirrored)),
      ("blendshapes", .array(Retargeter.shapes.map { .string("\($0)") })),
    ])
    var text = header.text + "\n"
    for frame in track.frames { text += line(frame).text + "\n" }
    return Array(text.utf8)
  }

  private static func line(_ frame: RetargetTrack.Frame) -> JSONText {
    let time = ("t", JSONText.number(frame.time, digits: 6))
    guard let pose = frame.pose else { return .object([time, ("face", .bool(false))]) }
    func angle(_ radians: Float) -> JSONText { .number(Double(radians) * degrees, digits: 3) }
    func gaze(_ radians: Float) -> JSONText { .number(Double(radians / Limits.fullGaze), digits: 4) }
    return .object([
      time, ("face", .bool(true)), ("yaw", angle(pose.yaw)), ("pitch", angle(pose.pitch)), ("roll", angle(pose.roll)),
      ("gazeX", gaze(pose.gaze.x)), ("gazeY", gaze(pose.gaze.y)),
      ("b", .object(Retargeter.shapes.map { ("\($0)", .number(Double(pose.weights[$0]), digits: 4)) })),
    ])
  }
}
