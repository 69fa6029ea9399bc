import Linear
import Pixels

/// Finds faces, their landmarks and the person's matte in photos. Holds the three networks (about 10 MB); one call at a
/// time, not to be shared between threads. The same photo gives the same bits natively and in the browser.
public final class FaceFinder {
  let detector: FaceDetector
  let landmarker: FaceLandmarker
  let matteNetwork: MatteNetwork

  /// - Parameters: the bytes of MediaPipe's `face_detection_short_range.tflite`,
  ///   `face_landmark_with_attention.tflite` and `selfie_segmentation.tflite` (mediapipe 0.10.21).
  public init(detector: [UInt8], landmarks: [UInt8], matte: [UInt8]) throws(FaceError) {
    self.detector = try FaceDetector(detector)
    landmarker = try FaceLandmarker(landmarks)
    matteNetwork = try MatteNetwork(matte)
  }

  /// All faces, the surest first; small ones too.
  public func faces(in photo: PixelBuffer) -> [DetectedFace] { detector.faces(in: photo) }

  /// Faces that are large in the picture, the surest first: one pass of the network.
  func largeFaces(in picture: PixelBuffer) -> [DetectedFace] { detector.largeFaces(in: picture) }

  /// 478 landmarks of a detected face, as MediaPipe finds them in a single picture.
  public func landmarks(in photo: PixelBuffer, face: DetectedFace) -> FaceLandmarks {
    landmarker.landmarks(in: photo, region: face.region)
  }

  /// The landmarks once more, from the region that the first ones span, as MediaPipe does from the second picture of a
  /// video on.
  public func refined(_ landmarks: FaceLandmarks, in photo: PixelBuffer) -> FaceLandmarks {
    landmarker.landmarks(in: photo, region: landmarks.region)
  }

  /// Probability 0...1 that a place shows a person, 256x256 over `region` (x, y, width, height in photo pixels; nil: the
  /// whole photo).
  public func matte(in photo: PixelBuffer, region: SIMD4<Float>? = nil) -> Plane {
    matteNetwork.matte(in: photo, region: region ?? SIMD4(0, 0, Float(photo.width), Float(photo.height)))
  }
}
