import Avatar
import Foundation
import Fuzzing
import Head
import Linear
import Stage
import Testing

/// Whatever the bytes: decoding gives a typed error, or an avatar that can be stored, loaded and moved.
@Suite struct AvatarFileFuzzTests {
  private static let rig = Sample.rig

  @Test func noMutationBreaksTheReaderOrWhatMoves() throws {
    let files = [
      AvatarFile.encode(Sample.avatar()), AvatarFile.encode(Sample.avatar(showsTeeth: false, frame: true)),
      AvatarFile.encode(Sample.avatar(sides: true)),
    ]
    let deformer = Deformer(rig: Self.rig)
    let (_, taken) = try Fuzz.run("ftar", atLeast: 200) { random in
      var file = files[random.below(files.count)]
      for _ in 0...random.below(4) { file.mutate(&random) }
      if random.below(16) != 0 { file = file.sealed() }
      return try Self.survives(file, deformer)
    }
    #expect(taken > 0)
  }

  /// Numbers that the reader allows, each for itself, in combinations that no person has.
  @Test func whateverTheReaderAllowsCanBeMoved() throws {
    let deformer = Deformer(rig: Self.rig)
    let (_, taken) = try Fuzz.run("ftar numbers", atLeast: 200) { random in
      var avatar = Sample.avatar(showsTeeth: random.below(2) == 0, frame: random.below(2) == 0)
      for _ in 0...random.below(6) { Self.exaggerate(&avatar, &random) }
      return try Self.survives(AvatarFile.encode(avatar), deformer)
    }
    #expect(taken > 0)
  }

  /// One part of the avatar at or near an end of its range.
  private static func exaggerate(_ avatar: inout Avatar, _ random: inout SeededRandom) {
    func one(_ low: Float, _ high: Float) -> Float { [low, high, random.uniform(low, high)][random.below(3)] }
    func vector(_ limit: Float) -> Vector3 { Vector3(one(-limit, limit), one(-limit, limit), one(-limit, limit)) }
    switch random.below(14) {
    case 0: avatar.camera.focalDistance = one(20, 5000)
    case 1: avatar.camera.pixelsPerUnit = one(0.1, 2000)
    case 2: avatar.camera.translation = vector(200)
    case 3: avatar.camera.origin = Vector2(one(-20_000, 40_000), one(-20_000, 40_000))
    case 4: avatar.camera.rotation = .rotation(yaw: one(-3, 3), pitch: one(-3, 3), roll: one(-3, 3))
    case 5:
      avatar.camera.photoSize = Vector2(one(16, 20_000), one(16, 20_000))
      avatar.headRegion = SIMD4(0, 0, one(1, avatar.camera.photoSize.x), one(1, avatar.camera.photoSize.y))
    case 6:  // Somewhere else, or all in one place.
      let (scale, shift) = (one(0, 3), vector(150))
      avatar.photoPositions = avatar.photoPositions.map { $0 * scale + shift }
      avatar.neutralPositions = avatar.photoPositions
    case 7:  // Up to the eye point.
      let nearest = avatar.camera.focalDistance - 1
      avatar.photoPositions = avatar.photoPositions.map { Vector3($0.x, $0.y, min(nearest, 199)) }
      avatar.neutralPositions = avatar.photoPositions
    case 8: avatar.mouthScale = one(0.1, 10)
    case 9: for i in 0..<Blendshape.count { avatar.keptExpression[i] = one(-2, 2) }
    case 10:
      let count = UInt16(rig.vertexCount)
      avatar.blinkLeft = PersonalShape(indices: Array(0..<count), deltas: (0..<count).map { _ in vector(10) })
    case 11:
      avatar.eyeRight.ballCentre = vector(200)
      avatar.eyeRight.ballRadius = one(0.1, 10)
      avatar.eyeLeft.irisRadius = one(0.1, 4000)
      avatar.eyeLeft.scleraRegion = SIMD4(one(-20_000, 40_000), 0, one(1, 40_000), one(1, 40_000))
    case 12: avatar.appearance.light = SIMD4(one(-10, 10), one(-10, 10), one(-10, 10), one(-10, 10))
    default:
      let (columns, rows) = (2 + random.below(60), 2 + random.below(60))
      avatar.sheet = Sheet(
        columns: (0..<columns).map { Float($0) * 30 - 500 }, rows: (0..<rows).map { Float($0) * 30 - 500 },
        depth: (0..<columns * rows).map { _ in one(-200, min(200, avatar.camera.focalDistance - 1)) })
    }
  }

  /// Throws where something is wrong with an avatar that was taken; returns whether it was.
  private static func survives(_ file: [UInt8], _ deformer: Deformer) throws -> Bool {
    let avatar: Avatar
    do throws(AvatarFileError) { avatar = try AvatarFile.decode(file, rig: rig) } catch { return false }
    let again = try AvatarFile.decode(AvatarFile.encode(avatar), rig: rig)
    try #require(again.images.count == avatar.images.count)
    deformer.load(avatar, slot: 0)
    for pose in poses {
      deformer.deform(pose)
      for points in [deformer.vertices, deformer.sheet(0), deformer.eyePlateRight, deformer.eyePlateLeft] {
        for point in points { try #require(isBounded(point), "\(point)") }
      }
    }
    return true
  }

  /// Numbers that a graphics driver can be given: a photo's farthest corner through the widest camera is 10^7 cm away.
  private static func isBounded(_ point: SIMD4<Float>) -> Bool {
    abs(point.x) < 1e9 && abs(point.y) < 1e9 && abs(point.z) < 1e9 && point.w.isFinite
  }

  /// At rest, in the photo's expression, and with everything at once.
  private static let poses: [Pose] = {
    var photo = Pose()
    photo.photoExpression = 1
    var wild = Pose()
    for i in 0..<Blendshape.count { wild.weights[i] = 1 }
    (wild.yaw, wild.pitch, wild.roll, wild.breath) = (0.5, -0.3, 0.2, 1)
    Limits.clamp(&wild)
    return [Pose(), photo, wild]
  }()
}
