import Fitting
import Head
import Linear

/// What retargeting needs of the rig, the same for everybody.
final class FaceModel: Sendable {
  let fitter: FaceFitter
  let solver: FaceSolver
  let right: EyeGauge
  let left: EyeGauge
  private let rig: Rig
  private let fit: RigFit

  init(rig: Rig, fit: RigFit) {
    self.rig = rig
    self.fit = fit
    fitter = FaceFitter(rig: rig, fit: fit)
    solver = FaceSolver(rig: rig, fit: fit)
    right = EyeGauge(rig: rig, fit: fit, isLeft: false)
    left = EyeGauge(rig: rig, fit: fit, isLeft: true)
  }

  /// A fitted face's 468 landmarks in rig space, cm.
  func landmarks(identity: [Float], expression: BlendshapeWeights) -> [Vector3] {
    var vertices = rig.neutral
    vertices.withUnsafeMutableBufferPointer {
      fit.addIdentity(identity, of: rig, into: $0)
      rig.addShapes(weights: expression, transform: .identity, into: $0)
    }
    return fit.landmarkPositions(on: vertices)
  }
}
