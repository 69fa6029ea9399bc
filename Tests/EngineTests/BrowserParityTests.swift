import Avatar
import Engine
import Foundation
import Head
import Stage
import Testing
import Workshop

/// The browser's engine (dist/files/engine.wasm, run by node without a canvas) against this one: the same sound and the
/// same seed must give the same 300 poses and the same vertices, bit for bit.
@Suite("The browser's engine and the native one are the same")
struct BrowserParityTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let needed = ["engine.wasm", "rig.bin", "speech.bin", "default.ftar"].map { "dist/files/\($0)" }
  static var isReady: Bool {
    needed.allSatisfy { FileManager.default.isReadableFile(atPath: root.appendingPathComponent($0).path) }
      && ["/usr/bin/node", "/usr/local/bin/node"].contains { FileManager.default.isExecutableFile(atPath: $0) }
  }

  static let rate = 48_000.0
  static let frames = 300
  /// Samples between two frames at 30 a second.
  static let step = 1600

  @Test(.enabled(if: isReady, "needs node and dist/files (scripts/build-wasm.sh)"))
  func threeHundredFramesAreBitIdentical() throws {
    let pause = [Float](repeating: 0, count: 9_600)
    let sound = Array(
      (0..<12).map { EngineTests.vowel(seconds: 0.3 + 0.05 * Double($0), rate: Self.rate) + pause }.joined()
    ).prefix(Self.frames * Self.step)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("parity-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try sound.withUnsafeBytes { Data($0) }.write(to: folder.appendingPathComponent("sound.f32"))

    let node = Process()
    node.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    node.currentDirectoryURL = Self.root
    node.arguments = [
      "node", "Tests/Web/run-engine.mjs", "dist/files", folder.appendingPathComponent("sound.f32").path,
      folder.appendingPathComponent("out.f32").path, String(Self.frames), String(Self.step), String(Self.rate),
    ]
    try node.run()
    node.waitUntilExit()
    #expect(node.terminationStatus == 0)
    let bytes = try Data(contentsOf: folder.appendingPathComponent("out.f32"))
    let browser = bytes.withUnsafeBytes { Array($0.bindMemory(to: UInt32.self)) }

    let native = try self.native(sound: Array(sound), avatar: [UInt8](Data(contentsOf: Self.file("default.ftar"))))
    try #require(native.count == browser.count)
    let different = zip(native, browser).filter { $0 != $1 }.count
    #expect(different == 0, "\(different) of \(native.count) floats differ")
  }

  /// Poses and vertices of every frame, as bits.
  private func native(sound: [Float], avatar: [UInt8]) throws -> [UInt32] {
    let engine = try Engine(
      rig: [UInt8](Data(contentsOf: Self.file("rig.bin"))), speech: [UInt8](Data(contentsOf: Self.file("speech.bin"))),
      seed: 7)
    try engine.load(avatar: avatar, slot: 0)
    engine.set(.joy, to: 0.4)
    let deformer = Deformer(rig: engine.rig)
    deformer.load(try #require(engine.avatar(slot: 0)), slot: 0)
    var bits: [UInt32] = []
    for frame in 0..<Self.frames {
      let samples = sound[min(frame * Self.step, sound.count)..<min((frame + 1) * Self.step, sound.count)]
      try samples.withUnsafeBufferPointer { try engine.feed($0, sampleRate: Self.rate) }
      engine.frame(at: Double((frame + 1) * Self.step) / Self.rate - engine.delaySeconds)
      let pose = engine.pose
      bits += (0..<Blendshape.count).map { pose.weights[$0].bitPattern }
      bits += [
        pose.yaw, pose.pitch, pose.roll, pose.translation.x, pose.translation.y, pose.translation.z, pose.gaze.x,
        pose.gaze.y, pose.breath, pose.photoExpression,
      ].map(\.bitPattern)
      deformer.deform(pose)
      for vertex in deformer.vertices {
        bits += [vertex.x.bitPattern, vertex.y.bitPattern, vertex.z.bitPattern, vertex.w.bitPattern]
      }
    }
    return bits
  }

  private static func file(_ name: String) -> URL { root.appendingPathComponent("dist/files/\(name)") }
}
