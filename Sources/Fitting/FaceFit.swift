import Avatar
import Head
import Linear

/// What fitting finds: the camera, who it is and what face they make.
package struct FaceFit {
  package var camera: Camera
  /// Coefficients of the rig's identity modes.
  package var identity: [Float]
  /// Coefficients of the same modes' depth alone, on top: what other views of the head tell (`Parallax` in creation).
  package var depth: [Float] = []
  package var expression: BlendshapeWeights
  /// The 468 landmarks in avatar space: they project exactly to the photo's.
  package var targets: [Vector3]
}
