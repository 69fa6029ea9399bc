import Avatar
import Creation
import Engine
import Foundation
import Head
import Photo
import Stage
import Testing
import Workshop

/// The browser's engine against this one: the same input must give the same bits.
@Suite("The browser's engine and the native one are the same")
struct BrowserParityTests {
  static let rate = 48_000.0
  static let frames = 300
  /// Samples between two frames at 30 a second.
  static let step = 1600

  /// Sung vowels with pauses, as long as the frames.
  static var sound: [Float] {
    let pause = [Float](repeating: 0, count: 9_600)
    let vowels = (0..<12).map { EngineTests.vowel(seconds: 0.3 + 0.05 * Double($0), rate: rate) + pause }
    return Array(vowels.joined().prefix(frames * step))
  }

  static func write(_ sound: [Float], to file: URL) throws {
    try sound.withUnsafeBytes { Data($0) }.write(to: file)
  }

  /// The same sound and the same seed: poses and vertices.
  @Test(.enabled(if: Browser.isReady, "needs node and dist/files (scripts/build-wasm.sh)"))
  func threeHundredFramesAreBitIdentical() throws {
    let browser = try Browser.withFolder { folder in
      let (sound, out) = (folder.appendingPathComponent("sound.f32"), folder.appendingPathComponent("out.f32"))
      try Self.write(Self.sound, to: sound)
      try Browser.run([
        "Tests/Web/run-engine.mjs", "dist/files", sound.path, out.path, String(Self.frames), String(Self.step),
        String(Self.rate),
      ])
      return try Data(contentsOf: out).withUnsafeBytes { Array($0.bindMemory(to: UInt32.self)) }
    }
    let native = try self.native(sound: Self.sound, avatar: Browser.bytes("default.ftar"))
    try #require(native.count == browser.count)
    let different = zip(native, browser).filter { $0 != $1 }.count
    #expect(different == 0, "\(different) of \(native.count) floats differ")
  }

  /// Poses and vertices of every frame, as bits.
  private func native(sound: [Float], avatar: [UInt8]) throws -> [UInt32] {
    let engine = try Engine(rig: Browser.bytes("rig.bin"), speech: Browser.bytes("speech.bin"), seed: 7)
    try engine.load(avatar: avatar, slot: 0)
    engine.schedule(
      try ScriptedSpeechTests.script([(0.5, 0.8, "OW1"), (0.8, 0.86, "P"), (0.86, 1.2, "ER")]), at: 0.25)
    engine.set(.joy, to: 0.4)
    engine.play(.surprise, strength: 0.8, seconds: 3)
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

  /// The same pixels: landmarks, the avatar file but for its pictures, and the pictures before they are encoded.
  @Test(.enabled(if: Browser.canCreate, "needs node, dist/files and cache (scripts/setup.sh, scripts/build-wasm.sh)"))
  func theSamePixelsGiveTheSameAvatar() throws {
    let files = try DataFiles.find()
    // Large enough for a page's gate.
    let photo = try Photo.resized(Photo.decode(path: files.portrait), width: 1000, height: 1000)
    let browser = try Browser.withFolder { folder in
      let (pixels, out) = (folder.appendingPathComponent("photo.rgb"), folder.appendingPathComponent("out"))
      try Data(photo.data).write(to: pixels)
      try Browser.run(["Tests/Web/run-creation.mjs", "dist/files", pixels.path, "1000", "1000", out.path])
      return try Data(contentsOf: out)
    }

    let engine = try Engine(files)
    try engine.openCreation(files)
    let created = try #require(try engine.create(photo) { _ in })
    #expect(created.landmarks.count == 478 && created.pictures.count == 5)
    var native = Data()
    func put(_ number: UInt32, _ bytes: [UInt8]) {
      for value in [number, UInt32(bytes.count)] {
        withUnsafeBytes(of: value.littleEndian) { native.append(contentsOf: $0) }
      }
      native.append(contentsOf: bytes)
    }
    put(0, created.landmarks.flatMap { [$0.x, $0.y, $0.z] }.withUnsafeBytes { [UInt8]($0) })
    put(0, AvatarFile.encode(created.avatar))
    for picture in created.pictures { put(UInt32(picture.image.rawValue), picture.pixels.data) }
    try #require(native.count == browser.count)
    let different = zip(native, browser).filter { $0 != $1 }.count
    #expect(different == 0, "\(different) of \(native.count) bytes differ")
  }

  /// An avatar of another head: refused with its own sentence, here and in the SDK.
  @Test(.enabled(if: Browser.isReady, "needs node and dist/files (scripts/build-wasm.sh)"))
  func anAvatarOfAnotherRigIsRefusedAlike() throws {
    let engine = try Engine(DataFiles.find())
    var avatar = try AvatarFile.decode(Browser.bytes("default.ftar"), rig: engine.rig)
    avatar.rigChecksum ^= 1
    let file = AvatarFile.encode(avatar)
    #expect(throws: EngineError.avatar(.otherRig)) { try engine.load(avatar: file, slot: 0) }

    let told = try Browser.withFolder { folder in
      let path = folder.appendingPathComponent("other.ftar")
      try Data(file).write(to: path)
      let script = """
        import { readFileSync } from 'node:fs'
        import { Engine } from './web/sdk/engine.js'
        const read = (name) => new Uint8Array(readFileSync(name))
        const engine = new Engine()
        const { instance } = await WebAssembly.instantiate(read('dist/files/engine.wasm'), engine.imports)
        engine.open(instance, read('dist/files/rig.bin'), read('dist/files/speech.bin'), 1)
        try { engine.loadAvatar(read(process.argv[1]), 0) } catch ({ code, message }) { console.log(`${code}: ${message}`) }
        """
      return try Browser.run(["--input-type=module", "-e", script, path.path])
    }
    #expect(String(decoding: told, as: UTF8.self) == "bad-avatar: \(AvatarFileError.otherRig.message)\n")
  }
}
