import Fitting
import Linear

/// A person at rest before their camera: what later frames are compared with, so that face, seat and camera do not
/// matter.
struct NeutralFace: Sendable {
  /// The 468 landmarks in head space: the rig's, cm.
  var shape: [Vector3]
  var seat: Seat
  var right: EyeGauge.Reading
  var left: EyeGauge.Reading
}
