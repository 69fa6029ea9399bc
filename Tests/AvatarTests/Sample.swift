import Avatar
import Foundation
import Head
import Linear

/// The repository's rig and an avatar made up of numbers.
enum Sample {
  static let rig: Rig = {
    let models = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Models")
    let bytes = [UInt8](try! Data(contentsOf: models.appendingPathComponent("rig.bin")))
    return try! Rig(player: bytes, fit: nil)
  }()

  static func avatar(showsTeeth: Bool = true, frame: Bool = false, sides: Bool = false) -> Avatar {
    var random = SeededRandom(seed: 11)
    func vector(_ scale: Float) -> Vector3 {
      Vector3(random.uniform(-scale, scale), random.uniform(-scale, scale), random.uniform(-scale, scale))
    }
    let photo = rig.neutral.map { $0 + vector(0.3) }
    let face = rig.vertices(of: .face).count
    let teeth = showsTeeth ? rig.vertices(of: .upperTeeth).count : 0
    var kept = BlendshapeWeights()
    kept[.mouthSmileLeft] = 0.3
    let eye = Eye(
      irisCentre: Vector2(400, 420), irisRadius: 11, ballCentre: Vector3(-3, 2.5, 8), ballRadius: 1.4,
      scleraRegion: SIMD4(360, 380, 80, 80), lidRegion: SIMD4(340, 350, 120, 120))
    var images: [AvatarImage] = [.headColour, .headAlpha, .background, .eyes, .preview]
    if frame { images += [.frameColour, .frameAlpha] }
    return Avatar(
      rigChecksum: rig.checksum,
      camera: Camera(
        photoSize: Vector2(1000, 900), origin: Vector2(480, 430), pixelsPerUnit: 26, focalDistance: 240,
        rotation: .rotation(yaw: 0.1, pitch: -0.05, roll: 0.2), translation: Vector3(0.5, -0.25, 0)),
      headRegion: SIMD4(0, 0, 1000, 900), photoPositions: photo, neutralPositions: photo.map { $0 + vector(0.5) },
      faceTexture: (0..<face).map { _ in Vector2(random.uniform(0, 1000), random.uniform(0, 900)) },
      faceAlpha: (0..<face).map { _ in random.uniform() },
      blinkRight: PersonalShape(indices: [3, 8, 90], deltas: [vector(1), vector(1), vector(1)]),
      blinkLeft: PersonalShape(indices: [], deltas: []), mouthScale: 1.1, keptExpression: kept,
      teethPhoto: (0..<teeth).map { _ in random.uniform() },
      teethTexture: (0..<teeth).map { _ in Vector2(random.uniform(400, 500), random.uniform(600, 640)) },
      sides: sides
        ? SideTexture(
          indices: [5, 8, 700], weights: [1, 0.4, 0], places: [Vector2(0.1, 0.9), Vector2(0.4, 0), Vector2(1, 0.3)])
        : nil,
      eyeRight: eye, eyeLeft: eye,
      appearance: Appearance(
        light: SIMD4(0.5, 0.1, -0.2, 0.3), skin: Vector3(0.7, 0.5, 0.4), innerLip: Vector3(0.4, 0.2, 0.2),
        teeth: Vector3(0.9, 0.88, 0.8), gums: Vector3(0.7, 0.3, 0.3), showsTeeth: showsTeeth,
        creases: 0.625, glasses: 0.5),
      sheet: Sheet(
        columns: [0, 100.5, 400, 999], rows: [0, 300, 899], depth: (0..<12).map { _ in random.uniform(-2, 9) }),
      images: images.enumerated().map { k, image in
        // Five rows of the atlas where there are sides.
        let (width, height) = sides && image == .eyes ? (16, 20) : (10 + k, 20 + k)
        return EncodedImage(
          image: image, width: width, height: height, bytes: [0xFF, 0xD8, 0xFF, 0xE0, UInt8(k), 7, 9])
      })
  }
}
