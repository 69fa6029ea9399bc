import Avatar
import Film
import Head
import Linear
import Pixels
import Stage
import Testing

@Suite("Sides of the face from another picture", .enabled(if: Scene.canDraw, "no EGL"), .serialized)
struct SidesTests {
  private static let cheek = Vector3(4.2, -2.2, 0)
  /// To the image's left, so that all of the left side's picture is shown.
  private static let yaw: Float = -0.13
  private let size = Scene.size
  /// With a blue left cheek.
  private let painted = person()

  /// Somebody with a blue cheek.
  private static func person(isLeft: Bool = true, isHidden: Bool = false) -> SyntheticAvatar {
    Scene.light.withSide(SIMD3(20, 40, 230), isLeft: isLeft, isHidden: isHidden, rig: Scene.rig) {
      Elementary.smoothstep(2, 1.2, (Vector2(abs($0.x), $0.y) - cheek.xy).length)
    }
  }

  private func render(
    _ offscreen: Offscreen, mix: Mix = .none, _ change: (inout Pose) -> Void = { _ in }
  ) throws -> PixelBuffer {
    try offscreen.render(Scene.pose(change), mix: mix, framing: .photo, width: size, height: size)
  }

  /// Blue less red on the painted cheek of a head turned by `yaw`.
  private func blueness(_ picture: PixelBuffer, yaw: Float = Self.yaw, isLeft: Bool = true) -> Int {
    let face = Scene.rig.vertices(of: .face)
    let cheek = Vector2(isLeft ? Self.cheek.x : -Self.cheek.x, Self.cheek.y)
    let i = face.min { (Scene.rig.neutral[$0].xy - cheek).length < (Scene.rig.neutral[$1].xy - cheek).length }!
    let deformer = Deformer(rig: Scene.rig)
    deformer.load(Scene.light.avatar, slot: 0)
    deformer.deform(Scene.pose { $0.yaw = yaw })
    let vertex = deformer.vertices[i]
    let p = Scene.light.avatar.camera.project(Vector3(vertex.x, vertex.y, vertex.z))
    return Int(picture[Int(p.x), Int(p.y), 2]) - Int(picture[Int(p.x), Int(p.y), 0])
  }

  @Test("They are shown where they are weighed, with and without shut lids and creases")
  func shown() throws {
    let plain = try Scene.offscreen(Scene.light)
    let offscreen = try Scene.offscreen(painted)
    let changes: [(inout Pose) -> Void] = [
      { $0.yaw = Self.yaw },
      {
        $0.yaw = Self.yaw
        $0.photoExpression = 1
      },
      {
        $0.yaw = Self.yaw
        $0.weights[.browInnerUp] = 1
      },
      {
        $0.yaw = Self.yaw
        $0.weights[.eyeBlinkLeft] = 1
        $0.weights[.eyeBlinkRight] = 1
      },
    ]
    for change in changes {
      let picture = try render(offscreen, change)
      #expect(blueness(picture) > 100)
      // Elsewhere nothing has changed.
      let before = try render(plain, change)
      #expect(blueness(before) < 0)
      let unit = Scene.light.avatar.camera.pixelsPerUnit
      var (different, astray) = (0, 0)
      for y in 0..<size {
        for x in 0..<size where abs(Int(picture[x, y, 0]) - Int(before[x, y, 0])) > 3 {
          different += 1
          if Float(x) < Float(size) / 2 - unit { astray += 1 }
        }
      }
      #expect(astray == 0)
      #expect(Float(different) < 25 * unit * unit)
    }
  }

  @Test("The photo's own pose, and a turn to the other side, show the photo", arguments: [Float(0), 0.3])
  func unturned(yaw: Float) throws {
    let picture = try render(Scene.offscreen(painted)) { $0.yaw = yaw }
    #expect(try picture.psnr(against: render(Scene.offscreen(Scene.light)) { $0.yaw = yaw }) > 60)
  }

  @Test("Each side comes as it turns into view, opaque where the photo shows nothing", arguments: [false, true])
  func ownOpacity(isLeft: Bool) throws {
    let offscreen = try Scene.offscreen(Self.person(isLeft: isLeft, isHidden: true))
    let yaw = isLeft ? Self.yaw : -Self.yaw
    func seen(_ yaw: Float) throws -> Int { try blueness(render(offscreen) { $0.yaw = yaw }, yaw: yaw, isLeft: isLeft) }
    #expect(try seen(yaw) > 100)
    #expect(try seen(0) < 0)
    #expect(try seen(-yaw) < 0)
  }

  @Test("A hybrid shows those of whose features it has")
  func hybrid() throws {
    let hybrid = Mix(1, kind: .hybrid)
    func seen(_ donor: SyntheticAvatar) throws -> Int {
      try blueness(render(Scene.offscreen(Scene.dark, donor), mix: hybrid) { $0.yaw = Self.yaw })
    }
    #expect(try seen(painted) > seen(Scene.light) + 30)
  }

  @Test("They come little by little as the head turns")
  func fadesIn() throws {
    let offscreen = try Scene.offscreen(painted)
    let blue = try [Float(-0.02), -0.06, -0.08, -0.13].map { yaw in
      try blueness(render(offscreen) { $0.yaw = yaw }, yaw: yaw)
    }
    #expect(blue[0] < 0 && blue == blue.sorted() && blue[3] > 100)
    for (a, b) in zip(blue, blue.dropFirst()) { #expect(b - a < 150) }
  }

  @Test("A weight of nothing shows nothing")
  func hidden() throws {
    let nothing = Scene.light.withSide(SIMD3(20, 40, 230), rig: Scene.rig) { _ in 0 }
    let picture = try render(Scene.offscreen(nothing)) { $0.yaw = -0.2 }
    #expect(try picture.psnr(against: render(Scene.offscreen(Scene.light)) { $0.yaw = -0.2 }) > 60)
  }

  @Test("In a morph each of the two has its own")
  func morph() throws {
    let dark = Scene.dark
    for (first, second) in [(painted, dark), (dark, painted)] {
      let both = try Scene.offscreen(first, second)
      let shares: [Float] = [0.25, 0.5, 0.75]
      let blue = try shares.map { try blueness(render(both, mix: Mix($0)) { $0.yaw = Self.yaw }) }
      let rising = second.avatar.sides != nil
      #expect(blue == (rising ? blue.sorted() : blue.sorted().reversed()))
      #expect(abs(blue[2] - blue[0]) > 60)
    }
  }
}
