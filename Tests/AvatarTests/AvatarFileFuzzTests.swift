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

  /// Files that once broke the reader or what comes after it.
  @Test(arguments: failCases) func whatOnceBrokeItNoLongerDoes(_ name: String) throws {
    let file = [UInt8](try Data(contentsOf: Self.folder.appendingPathComponent(name)))
    _ = try Self.survives(file, Deformer(rig: Self.rig))
  }

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("FailCases")
  private static let failCases =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".ftar") }
    .sorted()

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
