import Bytes
import Linear

extension RigFit {
  static let magic = RigSections.tag("F", "X", "R", "F")

  init(_ bytes: [UInt8], playerChecksum: UInt32, softCount: Int, skinCount: Int) throws(RigError) {
    let sections = try RigSections(bytes, magic: Self.magic)
    var link = try sections.reader(RigSections.tag("L", "I", "N", "K"))
    guard try link.uint32() == playerChecksum else { throw .mismatchedFit }
    self.softCount = softCount
    self.landmarks = try Self.landmarks(sections.reader(RigSections.tag("M", "A", "R", "K")), skinCount)

    var modes = try sections.reader(RigSections.tag("I", "D", "E", "N"))
    modeCount = Int(try modes.uint16())
    guard modeCount > 0, modeCount <= 100 else { throw .inconsistent }
    var identity: [Vector3] = []
    for _ in 0..<modeCount {
      let scale = try modes.float()
      identity += Rig.vectors(try modes.integers(3 * softCount, width: 1), softCount, scale)
    }
    self.identity = identity
    var rigid: [RigidMode] = []
    for _ in 0..<3 * modeCount { rigid.append(try Self.rigidMode(&modes)) }
    self.rigid = rigid
    guard modes.isAtEnd else { throw .inconsistent }

    var warp = try sections.reader(RigSections.tag("W", "A", "R", "P"))
    warpCount = Int(try warp.uint16())
    guard warpCount > 0, warpCount <= 64 else { throw .inconsistent }
    var landmarks = try warp.packed(softCount * warpCount)
    for i in 0..<landmarks.count {
      // Ascending in each row, so differences; the first one is whole.
      let before = i % warpCount == 0 ? 0 : Int(landmarks[i - 1])
      guard before + Int(landmarks[i]) < Self.landmarkCount else { throw .inconsistent }
      landmarks[i] = UInt16(before + Int(landmarks[i]))
    }
    warpLandmarks = landmarks
    let quantised = try warp.integers(softCount * warpCount, width: 1)
    var weights = [Float](repeating: 0, count: softCount * warpCount)
    for vertex in 0..<softCount {
      let scale = try warp.float()
      for i in vertex * warpCount..<(vertex + 1) * warpCount { weights[i] = Float(quantised[i]) * scale }
    }
    warpWeights = weights
    guard warp.isAtEnd else { throw .inconsistent }
  }

  private static func landmarks(_ section: ByteReader<RigError>, _ skinCount: Int) throws(RigError) -> [RigLandmark] {
    var reader = section
    var landmarks: [RigLandmark] = []
    for _ in 0..<landmarkCount {
      let a = try reader.uint16()
      let b = try reader.uint16()
      let c = try reader.uint16()
      let wa = Float(try reader.uint16()) / 65535
      let wb = Float(try reader.uint16()) / 65535
      guard a < skinCount, b < skinCount, c < skinCount, wa + wb <= 1.0001 else { throw .inconsistent }
      landmarks.append(RigLandmark(a: a, b: b, c: c, weights: Vector3(wa, wb, max(0, 1 - wa - wb))))
    }
    guard reader.isAtEnd else { throw .inconsistent }
    return landmarks
  }

  private static func rigidMode(_ reader: inout ByteReader<RigError>) throws(RigError) -> RigidMode {
    let c0 = try vector(&reader)
    let c1 = try vector(&reader)
    let c2 = try vector(&reader)
    return RigidMode(transform: Matrix3(c0, c1, c2), offset: try vector(&reader))
  }

  private static func vector(_ reader: inout ByteReader<RigError>) throws(RigError) -> Vector3 {
    let x = try reader.float()
    let y = try reader.float()
    return Vector3(x, y, try reader.float())
  }
}
