import Avatar
import Foundation
import Head
import Linear

/// A person made of the rig's own shapes, seen by a known camera, with landmarks that are known exactly.
public struct Person {
  public static let models = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Models")

  public static let rig: Rig = {
    func bytes(_ name: String) -> [UInt8] { [UInt8](try! Data(contentsOf: models.appendingPathComponent(name))) }
    return try! Rig(player: bytes("rig.bin"), fit: bytes("rig-fit.bin"))
  }()
  public static let fit = rig.fit!

  public var identity: [Float] = []
  public var expression = BlendshapeWeights()
  public var camera: Camera
  public var size = 640
  /// Of both eyes, radians, x to the image's right, y up.
  public var gaze = Vector2(0, 0)

  public init(
    yaw: Float = 0, pitch: Float = 0, roll: Float = 0, identity: [Float] = [1.2, -0.8, 0.5],
    expression: BlendshapeWeights = BlendshapeWeights(), size: Int = 640
  ) {
    self.identity = identity
    self.expression = expression
    self.size = size
    let s = Float(size)
    camera = Camera(
      photoSize: Vector2(s, s), origin: Vector2(s * 0.5, s * 0.48), pixelsPerUnit: s / 34, focalDistance: 240,
      rotation: .rotation(yaw: yaw, pitch: pitch, roll: roll), translation: Vector3(0, 0, 0))
  }

  /// Every vertex in avatar space.
  public var vertices: [Vector3] {
    var v = Self.rig.neutral
    v.withUnsafeMutableBufferPointer {
      Self.fit.addIdentity(identity, of: Self.rig, into: $0)
      Self.rig.addShapes(weights: expression, transform: .identity, into: $0)
    }
    return v.map(camera.place)
  }

  /// 478 landmarks as a perfect detector would give them.
  public var landmarks: [Vector3] {
    let v = vertices
    func seen(_ p: Vector3) -> Vector3 { Vector3(camera.project(p), -p.z * camera.pixelsPerUnit) }
    var points = v.withUnsafeBufferPointer { v in Self.fit.landmarks.map { seen($0.position(on: v)) } }
    for eye in [Self.rig.eyeRight, Self.rig.eyeLeft] {
      let (sx, cx) = Elementary.sinCos(gaze.x)
      let (sy, cy) = Elementary.sinCos(gaze.y)
      let pole = eye.centre + Vector3(sx * cy, sy, cx * cy) * eye.radius
      for offset in [Vector3(0, 0, 0), Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(-1, 0, 0), Vector3(0, -1, 0)] {
        points.append(seen(camera.place(pole + offset * eye.irisRadius)))
      }
    }
    return points
  }

  public var eyeDistance: Float { (landmarks[33].xy - landmarks[263].xy).length }
}
