import Avatar
import Head
import Linear

/// How much of a second avatar shows, and where.
public struct Mix: Equatable, Sendable {
  public enum Kind: UInt8, CaseIterable, Sendable {
    /// Shape and texture of the whole person on the way from the first to the second.
    case morph
    /// The second's features (brows, eyes, nose, mouth) in the head of the first.
    case hybrid
  }

  /// 0 shows the first avatar, 1 the second or its features.
  public var share: Float
  public var kind: Kind

  public init(_ share: Float, kind: Kind = .morph) {
    self.share = share
    self.kind = kind
  }

  public static let none = Mix(0)

  /// The share within 0...1; nonsense counts as 0.
  var bounded: Float { share == share ? max(0, min(1, share)) : 0 }

  /// Where in the face a hybrid shows the second avatar, 0...1: whole over the features, nothing from the outline on.
  /// - Parameter p: a vertex of the mean head in the rig's space, cm.
  static func features(_ p: Vector3) -> Float {
    let q = Vector2(p.x * (1 / 6.3), (p.y + 0.6) * (1 / 8.6))
    return Elementary.smoothstep(1, 0.72, q.length)
  }
}

/// Brings the second avatar of a hybrid into the head of the first: turned, moved and scaled onto its face.
struct Transplant {
  private let rotation: Matrix3
  private let centre: Vector3
  private let target: Vector3
  let scale: Float

  init(of donor: AvatarGeometry, onto head: AvatarGeometry) {
    rotation = head.camera.rotation * donor.camera.rotation.transposed
    centre = donor.centre
    target = head.centre
    scale = head.size / donor.size
  }

  func apply(_ p: Vector3) -> Vector3 { target + rotation * (p - centre) * scale }

  /// A direction on the head as the donor's own.
  func back(_ direction: Vector3) -> Vector3 { rotation.transposed * direction }
}
