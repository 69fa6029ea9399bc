import Linear

/// Points of MediaPipe's canonical face that expression moves little: x to the subject's left, y up, z to the viewer,
/// centimetres. From `canonical_face_model.obj`, Copyright The MediaPipe Authors, Apache License 2.0.
package enum CanonicalFace {
  package static let rigid: [(Int, Vector3)] = [
    (151, Vector3(0.0, 6.55, 5.03)), (9, Vector3(0.0, 4.89, 5.39)), (8, Vector3(0.0, 4.02, 5.28)),
    (168, Vector3(0.0, 3.27, 5.24)), (6, Vector3(0.0, 2.47, 5.79)), (197, Vector3(0.0, 1.73, 6.32)),
    (195, Vector3(0.0, 1.06, 6.77)), (5, Vector3(0.0, 0.37, 7.24)), (4, Vector3(0.0, -0.46, 7.59)),
    (1, Vector3(0.0, -1.13, 7.48)), (2, Vector3(0.0, -2.09, 6.06)), (98, Vector3(-1.41, -1.71, 5.24)),
    (327, Vector3(1.41, -1.71, 5.24)), (129, Vector3(-1.79, -0.98, 4.85)), (358, Vector3(1.79, -0.98, 4.85)),
    (33, Vector3(-4.45, 2.66, 3.17)), (133, Vector3(-1.86, 2.59, 3.76)), (362, Vector3(1.86, 2.59, 3.76)),
    (263, Vector3(4.45, 2.66, 3.17)), (50, Vector3(-4.77, -0.7, 3.53)), (280, Vector3(4.77, -0.7, 3.53)),
    (117, Vector3(-5.26, 0.95, 2.97)), (346, Vector3(5.26, 0.95, 2.97)), (205, Vector3(-3.83, -1.54, 4.14)),
    (425, Vector3(3.83, -1.54, 4.14)), (36, Vector3(-2.84, -0.72, 4.43)), (266, Vector3(2.84, -0.72, 4.43)),
    (101, Vector3(-3.33, 0.1, 4.11)), (330, Vector3(3.33, 0.1, 4.11)), (109, Vector3(-1.89, 8.24, 4.27)),
    (338, Vector3(1.89, 8.24, 4.27)), (10, Vector3(0.0, 8.26, 4.48)), (67, Vector3(-3.52, 8.01, 3.73)),
    (297, Vector3(3.52, 8.01, 3.73)), (103, Vector3(-5.13, 7.49, 2.66)), (332, Vector3(5.13, 7.49, 2.66)),
  ]
}
