import Avatar
import Fuzzing
import Head
import Linear
import Testing

@Suite struct AvatarFileTests {
  let rig = Sample.rig

  func error(_ bytes: [UInt8]) -> AvatarFileError? {
    do throws(AvatarFileError) {
      _ = try AvatarFile.decode(bytes, rig: rig)
      return nil
    } catch { return error }
  }

  @Test(arguments: [true, false], [true, false])
  func whatIsEncodedIsDecoded(showsTeeth: Bool, frame: Bool) throws {
    let avatar = Sample.avatar(showsTeeth: showsTeeth, frame: frame)
    let back = try AvatarFile.decode(AvatarFile.encode(avatar), rig: rig)
    #expect(back.rigChecksum == rig.checksum)
    #expect(back.camera == avatar.camera)
    #expect(back.headRegion == avatar.headRegion)
    #expect(back.mouthScale == avatar.mouthScale)
    #expect(back.eyeRight == avatar.eyeRight && back.eyeLeft == avatar.eyeLeft)
    #expect(back.appearance == avatar.appearance)
    #expect(back.sheet.columns == avatar.sheet.columns && back.sheet.rows == avatar.sheet.rows)
    #expect(back.keptExpression[.mouthSmileLeft] == 0.3)
    #expect(back.blinkRight.indices == avatar.blinkRight.indices && back.blinkLeft.indices.isEmpty)
    for i in avatar.photoPositions.indices {
      #expect((back.photoPositions[i] - avatar.photoPositions[i]).length < 0.001)
      #expect((back.neutralPositions[i] - avatar.neutralPositions[i]).length < 0.001)
    }
    for i in avatar.faceTexture.indices {
      #expect((back.faceTexture[i] - avatar.faceTexture[i]).length < 0.02)
      #expect(abs(back.faceAlpha[i] - avatar.faceAlpha[i]) < 0.003)
    }
    #expect(back.teethPhoto.count == avatar.teethPhoto.count)
    for i in avatar.teethTexture.indices { #expect((back.teethTexture[i] - avatar.teethTexture[i]).length < 0.01) }
    for i in avatar.sheet.depth.indices { #expect(abs(back.sheet.depth[i] - avatar.sheet.depth[i]) < 0.001) }
    #expect(back.images.count == avatar.images.count)
    for (a, b) in zip(back.images, avatar.images) {
      #expect(a.image == b.image && a.width == b.width && a.height == b.height && a.bytes == b.bytes)
    }
  }

  @Test func sidesAreKeptAndNeedTheirRows() throws {
    let avatar = Sample.avatar(sides: true)
    let back = try #require(try AvatarFile.decode(AvatarFile.encode(avatar), rig: rig).sides)
    #expect(back.indices == [5, 8, 700])
    for k in 0..<3 {
      #expect(abs(back.weights[k] - [1, 0.4, 0][k]) < 0.003)
      #expect((back.places[k] - avatar.sides!.places[k]).length < 0.001)
    }
    #expect(try AvatarFile.decode(AvatarFile.encode(Sample.avatar()), rig: rig).sides == nil)
    for rows in [3, 4, 7] {
      var short = avatar
      let eyes = short.images.firstIndex { $0.image == .eyes }!
      short.images[eyes].height = short.images[eyes].width / 4 * rows
      #expect(error(AvatarFile.encode(short)) == .inconsistent)
    }
    func changed(_ change: (inout SideTexture) -> Void) -> AvatarFileError? {
      var avatar = avatar
      change(&avatar.sides!)
      return error(AvatarFile.encode(avatar))
    }
    #expect(changed { $0.indices = [8, 5, 700] } == .inconsistent)
    #expect(changed { $0.indices[2] = UInt16(rig.vertices(of: .face).count) } == .inconsistent)
    #expect(changed { $0.places[1].x = 1.5 } == .inconsistent)
    #expect(changed { $0.places[1].y = .infinity } == .inconsistent)
    #expect(changed { $0.weights.removeLast() } == .inconsistent)
  }

  @Test(arguments: [1, 2]) func whatALookDoesNotSayIsAsUsual(missing: Int) throws {
    var file = AvatarFile.encode(Sample.avatar())
    let look = try #require(file.sections().first { $0.tag == "LOOK" }).range
    file.removeSubrange(look.upperBound - 4 * missing..<look.upperBound)
    file.put(UInt32(look.count - 8 - 4 * missing), at: look.lowerBound + 4)
    let appearance = try AvatarFile.decode(file.sealed(), rig: rig).appearance
    #expect(appearance.glasses == 0)
    #expect(appearance.creases == (missing == 2 ? Appearance.usualCreases : 0.625))
  }

  @Test func encodingTwiceGivesTheSameBytes() {
    #expect(AvatarFile.encode(Sample.avatar()) == AvatarFile.encode(Sample.avatar()))
  }

  @Test func aFileThatIsSomethingElseIsNoAvatar() {
    #expect(error([]) == .notAnAvatar)
    #expect(error([0xFF, 0xD8, 0xFF, 0xE0, 0, 0, 0, 0]) == .notAnAvatar)
    #expect(error([UInt8](repeating: 0, count: 1000)) == .notAnAvatar)
  }

  @Test func aFileCutShortAnywhereIsTruncated() {
    let file = AvatarFile.encode(Sample.avatar())
    var cuts = Array(4..<64) + [file.count - 1, file.count - 2, file.count - 3, file.count - 4]
    for section in file.sections() {
      cuts += [section.range.lowerBound, section.range.lowerBound + 8, section.range.upperBound]
    }
    for cut in cuts where cut < file.count { #expect(error(Array(file[..<cut])) == .truncated) }
    #expect(error(file + [0]) == .truncated)
  }

  @Test func aFileCutShortAndSealedAgainIsStillRefused() {
    let file = AvatarFile.encode(Sample.avatar())
    for section in file.sections() {
      for cut in [section.range.lowerBound, section.range.lowerBound + 4, section.range.lowerBound + 8] {
        #expect(error(Array(file[..<cut]).sealed()) != nil)
      }
    }
  }

  @Test func everyFlippedBitIsNoticed() {
    let file = AvatarFile.encode(Sample.avatar())
    var random = SeededRandom(seed: 2)
    for _ in 0..<200 {
      var damaged = file
      damaged[Int(random.next() % UInt32(file.count))] ^= 1 << UInt8(random.next() % 8)
      #expect(error(damaged) != nil)
    }
  }

  @Test func anotherVersionSaysSo() {
    var file = AvatarFile.encode(Sample.avatar())
    file[4] += 1
    #expect(error(file.sealed()) == .otherVersion)
  }

  @Test func aHugeFileIsRefusedUnread() {
    var file = AvatarFile.encode(Sample.avatar())
    file += [UInt8](repeating: 0, count: AvatarFile.maximumBytes)
    #expect(error(file.sealed()) == .tooLarge)
  }

  @Test func everySectionMustBeThere() {
    let file = AvatarFile.encode(Sample.avatar())
    for section in file.sections() where section.tag != "IMAG" {
      var renamed = file
      renamed[section.range.lowerBound] = UInt8(ascii: "?")
      #expect(error(renamed.sealed()) == .missingSection)
    }
  }

  @Test func unknownSectionsArePassedOver() {
    var file = AvatarFile.encode(Sample.avatar())
    file += Array("XTRA".utf8) + [5, 0, 0, 0, 1, 2, 3, 4, 5, 0, 0, 0]
    file[6] += 1
    #expect(error(file.sealed()) == nil)
  }

  @Test func anAvatarOfAnotherRigSaysSo() {
    var avatar = Sample.avatar()
    avatar.rigChecksum ^= 1
    #expect(error(AvatarFile.encode(avatar)) == .otherRig)
    // Even where nothing else fits.
    avatar.photoPositions.removeLast()
    avatar.neutralPositions.removeLast()
    #expect(error(AvatarFile.encode(avatar)) == .otherRig)
    avatar.rigChecksum ^= 1
    #expect(error(AvatarFile.encode(avatar)) == .inconsistent)
  }

  /// Each of these would crash or hang something that draws.
  @Test func numbersOutOfRangeAreRefused() {
    func changed(_ change: (inout Avatar) -> Void) -> AvatarFileError? {
      var avatar = Sample.avatar()
      change(&avatar)
      return error(AvatarFile.encode(avatar))
    }
    #expect(changed { $0.camera.pixelsPerUnit = .nan } == .inconsistent)
    #expect(changed { $0.camera.focalDistance = .infinity } == .inconsistent)
    #expect(changed { $0.camera.focalDistance = 3 } == .inconsistent)
    #expect(changed { $0.camera.rotation = .rotation(yaw: 0, pitch: 0, roll: 0) * 2 } == .inconsistent)
    #expect(changed { $0.camera.rotation.c0 = .zero } == .inconsistent)
    #expect(changed { $0.headRegion = SIMD4(0, 0, 0, 0) } == .inconsistent)
    #expect(changed { $0.headRegion.z = 5000 } == .inconsistent)
    #expect(changed { $0.photoPositions[5].z = 400 } == .inconsistent)
    #expect(changed { $0.photoPositions[5].x = .infinity } == .inconsistent)
    #expect(changed { $0.blinkRight.indices = [8, 3, 90] } == .inconsistent)
    #expect(changed { $0.blinkRight.indices = [3, 8, 65535] } == .inconsistent)
    #expect(changed { $0.eyeLeft.irisRadius = 0 } == .inconsistent)
    #expect(changed { $0.eyeLeft.scleraRegion.z = -1 } == .inconsistent)
    #expect(
      changed {
        $0.eyeRight.ballCentre.z = 199; $0.camera.focalDistance = 150
      } == .inconsistent)
    #expect(changed { $0.appearance.skin.x = 3 } == .inconsistent)
    #expect(changed { $0.appearance.showsTeeth = false } == .inconsistent)
    #expect(changed { $0.sheet.columns[2] = 50 } == .inconsistent)
    #expect(
      changed {
        $0.sheet.columns = [5]; $0.sheet.depth = [0, 0, 0]
      } == .inconsistent)
    #expect(changed { $0.keptExpression[.jawOpen] = .nan } == .inconsistent)
    #expect(changed { $0.mouthScale = 0 } == .inconsistent)
    #expect(changed { $0.images[0].bytes = [1, 2, 3] } == .inconsistent)
    #expect(changed { $0.images[0].width = 0 } == .inconsistent)
    #expect(changed { $0.images[0].height = 60000 } == .inconsistent)
    #expect(changed { $0.images[1].image = .headColour } == .inconsistent)
    #expect(changed { $0.images.removeFirst() } == .missingSection)
    #expect(changed { $0.images[4].image = .frameAlpha } == .missingSection)
  }

  @Test func absurdLengthsAndCountsAreRefusedBeforeAnythingIsAllocated() {
    let file = AvatarFile.encode(Sample.avatar(sides: true))
    for section in file.sections() {
      for value: UInt8 in [0x00, 0x7F, 0x80, 0xFF] {
        var damaged = file
        for k in 4..<8 { damaged[section.range.lowerBound + k] = value }
        #expect(error(damaged.sealed()) != nil)
        guard ["PHOT", "BLNK", "TEET", "SIDE", "SHEE"].contains(section.tag) else { continue }
        damaged = file
        for k in 8..<10 { damaged[section.range.lowerBound + k] = value }
        #expect(error(damaged.sealed()) != nil)
      }
    }
  }

  @Test func everyErrorHasACodeAndASentence() {
    let all: [AvatarFileError] = [
      .notAnAvatar, .otherVersion, .truncated, .tooLarge, .damaged, .missingSection, .otherRig, .inconsistent,
    ]
    #expect(Set(all.map { "\($0.code)" }).count == all.count)
    #expect(all.allSatisfy { $0.message.hasSuffix(".") })
  }
}
