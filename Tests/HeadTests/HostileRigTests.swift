import Fuzzing
import Head
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
    #expect(error(player, other.sealed()) == .mismatchedFit)
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

  @Test("never crashes on damage behind a right checksum")
  func fuzz() throws {
    let (rounds, taken) = Fuzz.run("rig", atLeast: 60) { random in
      var bytes = player
      var other = fit
      let isFit = random.below(2) == 0
      for _ in 0...random.below(4) { isFit ? other.mutate(&random) : bytes.mutate(&random) }
      // A fit names its player's checksum: the one stays as it is while the other is tried.
      return error(isFit ? player : bytes.sealed(), isFit ? other.sealed() : nil) == nil
    }
    #expect(taken > 0 && taken < rounds)
  }

  @Test("never crashes on cut sections whose lengths are made right")
  func cuts() {
    for cut in [17, 20, 24, 100, 1000, 50_000, 200_000] {
      let bytes = Array(player.prefix(cut))
      #expect(error(bytes.sealed()) != nil)
    }
  }
}
