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
  private let size = Scene.size
  /// With a blue left cheek.
  private let painted = Scene.light.withSides(SIMD3(20, 40, 230), rig: Scene.rig) {
    Elementary.smoothstep(2, 1.2, ($0.xy - cheek.xy).length)
  }

  private func render(
    _ offscreen: Offscreen, mix: Mix = .none, _ change: (inout Pose) -> Void = { _ in }
  ) throws -> PixelBuffer {
    try offscreen.render(Scene.pose(change), mix: mix, framing: .photo, width: size, height: size)
  }

  /// Blue less red round the painted cheek of a head that is not turned.
  private func blueness(_ picture: PixelBuffer) -> Int {
    let face = Scene.rig.vertices(of: .face)
    let i = face.min {
      (Scene.rig.neutral[$0].xy - Self.cheek.xy).length < (Scene.rig.neutral[$1].xy - Self.cheek.xy).length
    }!
    let camera = Scene.light.avatar.camera
    let p = camera.project(camera.place(Scene.rig.neutral[i]))
    return Int(picture[Int(p.x), Int(p.y), 2]) - Int(picture[Int(p.x), Int(p.y), 0])
  }

  @Test("They are shown where they are weighed, with and without shut lids and creases")
  func shown() throws {
    let plain = try Scene.offscreen(Scene.light)
    let offscreen = try Scene.offscreen(painted)
    #expect(try blueness(render(plain)) < 0)
    let changes: [(inout Pose) -> Void] = [
      { _ in }, { $0.photoExpression = 1 }, { $0.weights[.browInnerUp] = 1 },
      {
        $0.weights[.eyeBlinkLeft] = 1
        $0.weights[.eyeBlinkRight] = 1
      },
    ]
    for change in changes {
      let picture = try render(offscreen, change)
      #expect(blueness(picture) > 100)
      // Elsewhere nothing has changed.
      let before = try render(plain, change)
      var different = 0
      for y in 0..<size {
        for x in 0..<size where abs(Int(picture[x, y, 0]) - Int(before[x, y, 0])) > 3 {
          different += 1
          #expect(x > size / 2)
        }
      }
      let unit = Scene.light.avatar.camera.pixelsPerUnit
      #expect(Float(different) < 20 * unit * unit)
    }
  }

  @Test("A weight of nothing shows nothing")
  func hidden() throws {
    let nothing = Scene.light.withSides(SIMD3(20, 40, 230), rig: Scene.rig) { _ in 0 }
    let picture = try render(Scene.offscreen(nothing)) { $0.yaw = 0.2 }
    #expect(try picture.psnr(against: render(Scene.offscreen(Scene.light)) { $0.yaw = 0.2 }) > 60)
  }

  @Test("In a morph each of the two has its own")
  func morph() throws {
    let dark = Scene.dark
    for (first, second) in [(painted, dark), (dark, painted)] {
      let both = try Scene.offscreen(first, second)
      let shares: [Float] = [0.25, 0.5, 0.75]
      let blue = try shares.map { try blueness(render(both, mix: Mix($0))) }
      let rising = second.avatar.sides != nil
      #expect(blue == (rising ? blue.sorted() : blue.sorted().reversed()))
      #expect(abs(blue[2] - blue[0]) > 60)
    }
  }
}
