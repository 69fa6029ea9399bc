import Linear

/// A checksum of results' bits (FNV-1a), to compare builds.
package enum VisionChecksum {
  package static func of(_ values: [Float]) -> UInt32 {
    var sum: UInt32 = 2_166_136_261
    for value in values {
      for shift in [0, 8, 16, 24] as [UInt32] { sum = (sum ^ (value.bitPattern >> shift & 0xFF)) &* 16_777_619 }
    }
    return sum
  }

  package static func of(_ landmarks: FaceLandmarks) -> UInt32 {
    of(landmarks.points.flatMap { [$0.x, $0.y, $0.z] } + [landmarks.score])
  }
}
