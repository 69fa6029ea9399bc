import Avatar
import Foundation
import Head
import Linear
import Testing

/// Mutates avatar files for `FLEXATAR_FUZZ_SECONDS` (default 1): whatever the bytes, decoding gives an avatar that fits
/// the rig or a typed error. A crash names its seed on the error output; the same seed repeats it
/// (`FLEXATAR_FUZZ_SEED`).
@Suite struct AvatarFileFuzzTests {
  @Test func noMutationBreaksTheReader() throws {
    let environment = ProcessInfo.processInfo.environment
    let seconds = Double(environment["FLEXATAR_FUZZ_SECONDS"] ?? "") ?? 1
    let seed = UInt64(environment["FLEXATAR_FUZZ_SEED"] ?? "") ?? 1
    let rig = Sample.rig
    let files = [
      AvatarFile.encode(Sample.avatar()), AvatarFile.encode(Sample.avatar(showsTeeth: false, frame: true)),
    ]
    let end = Date().addingTimeInterval(seconds)
    var round: UInt64 = 0
    var accepted = 0
    while Date() < end || round < 200 {
      var random = SeededRandom(seed: seed &+ round)
      var file = files[Int(random.next() % 2)]
      for _ in 0...random.next() % 8 { mutate(&file, &random) }
      if random.next() % 16 != 0 { file = file.sealed() }
      if round % 5000 == 0 { FileHandle.standardError.write(Data("fuzz: seed \(seed &+ round)\n".utf8)) }
      if let avatar = try? AvatarFile.decode(file, rig: rig) {
        accepted += 1
        // What the stage relies on.
        try #require(avatar.photoPositions.count == rig.vertexCount)
        try #require(avatar.neutralPositions.count == rig.vertexCount)
        try #require(avatar.faceTexture.count == rig.vertices(of: .face).count)
        try #require(avatar.sheet.depth.count == avatar.sheet.columns.count * avatar.sheet.rows.count)
        for p in avatar.photoPositions {
          let pixel = avatar.camera.project(p)
          try #require(pixel.x.isFinite && pixel.y.isFinite)
        }
        let again = try AvatarFile.decode(AvatarFile.encode(avatar), rig: rig)
        try #require(again.images.count == avatar.images.count)
      }
      round += 1
    }
    FileHandle.standardError.write(Data("fuzz: \(round) files, \(accepted) accepted\n".utf8))
    #expect(accepted > 0)
  }

  private func mutate(_ file: inout [UInt8], _ random: inout SeededRandom) {
    guard file.count > 20 else { return }
    let at = Int(random.next() % UInt32(file.count))
    switch random.next() % 8 {
    case 0: file[at] ^= 1 << UInt8(random.next() % 8)
    case 1: file[at] = UInt8(truncatingIfNeeded: random.next())
    case 2:  // A telling number.
      let values: [UInt32] = [
        0, 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x7FC0_0000, 0x7F80_0000, 0xFF80_0000, 65535,
      ]
      let value = values[Int(random.next() % UInt32(values.count))]
      for k in 0..<4 where at + k < file.count { file[at + k] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(k))) }
    case 3: file.removeSubrange(at..<min(file.count, at + Int(random.next() % 64)))
    case 4:
      file.insert(contentsOf: [UInt8](repeating: UInt8(random.next() % 256), count: Int(random.next() % 64)), at: at)
    case 5:  // A section's header.
      let sections = file.sections()
      guard !sections.isEmpty else { return }
      let start = sections[Int(random.next() % UInt32(sections.count))].range.lowerBound
      let k = start + Int(random.next() % 12)
      if k < file.count { file[k] = UInt8(truncatingIfNeeded: random.next()) }
    case 6:  // A section twice, or elsewhere.
      let sections = file.sections()
      guard !sections.isEmpty else { return }
      let range = sections[Int(random.next() % UInt32(sections.count))].range.clamped(to: 0..<file.count)
      file.insert(contentsOf: Array(file[range]), at: min(at, file.count))
    default: file[4 + Int(random.next() % 12)] = UInt8(truncatingIfNeeded: random.next())
    }
  }
}
