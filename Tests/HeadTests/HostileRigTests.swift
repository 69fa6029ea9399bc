import Head
import Linear
import Testing

@Suite("Reading a rig") struct HostileRigTests {
  let player = RigFiles.player
  let fit = RigFiles.fit

  func error(_ player: [UInt8], _ fit: [UInt8]? = nil) -> RigError? {
    do {
      _ = try Rig(player: player, fit: fit)
      return nil
    } catch { return error }
  }

  /// The file with its checksum made right again.
  func sealed(_ bytes: [UInt8]) -> [UInt8] {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes[16...] {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? 0xEDB8_8320 ^ (crc >> 1) : crc >> 1 }
    }
    var out = bytes
    for k in 0..<4 { out[12 + k] = UInt8(truncatingIfNeeded: ~crc >> (8 * UInt32(k))) }
    return out
  }

  @Test("says what is wrong")
  func reasons() {
    #expect(error([]) == .notARig)
    #expect(error([1, 2, 3]) == .notARig)
    #expect(error(fit) == .notARig)
    #expect(error(player, player) == .notARig)
    #expect(error(Array(player.prefix(10))) == .truncated)
    #expect(error(Array(player.dropLast())) == .truncated)
    #expect(error(player + [0]) == .truncated)
    var version = player
    version[4] = 9
    #expect(error(version) == .unsupportedVersion)
    var flipped = player
    flipped[player.count / 2] ^= 4
    #expect(error(flipped) == .damaged)
    var other = fit
    other[16 + 8] ^= 1  // the first byte of LINK
    #expect(error(player, sealed(other)) == .mismatchedFit)
    let reasons: [RigError] = [
      .notARig, .unsupportedVersion, .truncated, .damaged, .missingSection, .inconsistent, .mismatchedFit,
    ]
    for reason in reasons {
      #expect(reason.message.hasSuffix("."))
    }
  }

  @Test("takes the player's file alone, without the fit")
  func playerOnly() throws {
    let rig = try Rig(player: player, fit: nil)
    #expect(rig.fit == nil)
    #expect(rig.checksum == (try Rig(player: player, fit: fit)).checksum)
  }

  @Test("never crashes on damage behind a right checksum", arguments: [UInt64(1), 2])
  func fuzz(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var refused = 0
    for round in 0..<60 {
      var bytes = player
      var other = fit
      for _ in 0..<1 + Int(random.next() % 6) {
        // Aim at the structure (headers of sections and shapes) as well as anywhere.
        let aim = random.next() % 3
        let reach = aim == 0 ? 120 : aim == 1 ? 60_000 : bytes.count
        bytes[16 + Int(random.next()) % (min(reach, bytes.count) - 16)] = UInt8(truncatingIfNeeded: random.next())
        other[16 + Int(random.next()) % (min(reach, other.count) - 16)] = UInt8(truncatingIfNeeded: random.next())
      }
      if round % 2 == 0 {
        if error(sealed(bytes)) != nil { refused += 1 }
      } else if error(player, sealed(other)) != nil {
        refused += 1
      }
    }
    #expect(refused > 5)
  }

  @Test("never crashes on cut sections whose lengths are made right")
  func cuts() {
    for cut in [17, 20, 24, 100, 1000, 50_000, 200_000] {
      var bytes = Array(player.prefix(cut))
      for k in 0..<4 { bytes[8 + k] = UInt8(truncatingIfNeeded: cut >> (8 * k)) }
      #expect(error(sealed(bytes)) != nil)
    }
  }
}
