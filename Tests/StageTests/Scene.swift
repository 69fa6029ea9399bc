import Avatar
import Film
import Foundation
import Head
import Linear
import Pixels
import Stage

/// What the tests draw with: the committed rig, two synthetic people, and an off-screen stage where there is one.
enum Scene {
  static let rig: Rig = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Models/rig.bin")
    guard let data = try? Data(contentsOf: file), let rig = try? Rig(player: [UInt8](data), fit: nil) else {
      fatalError("no Models/rig.bin")
    }
    return rig
  }()
  static let light = SyntheticAvatar(rig: rig)
  static let dark = SyntheticAvatar(rig: rig, tint: Vector3(0.45, 0.3, 0.22), grow: 0.9)

  /// Whether this machine can draw at all (Mesa is enough).
  static let canDraw = (try? OffscreenContext()) != nil

  /// A stage with these people in slots 0 and 1.
  static func offscreen(_ first: SyntheticAvatar?, _ second: SyntheticAvatar? = nil) throws -> Offscreen {
    let offscreen = try Offscreen(rig: rig)
    for (slot, person) in [first, second].enumerated() {
      guard let person else { continue }
      try offscreen.stage.load(person.avatar, slot: slot)
      for (image, pixels) in person.pictures { offscreen.stage.upload(pixels, slot: slot, image: image) }
    }
    return offscreen
  }

  static func pose(_ change: (inout Pose) -> Void = { _ in }) -> Pose {
    var pose = Pose()
    change(&pose)
    return pose
  }

  static let size = SyntheticAvatar.size
}

extension PixelBuffer {
  subscript(x: Int, y: Int, channel: Int) -> UInt8 { data[(y * width + x) * channels + channel] }

  /// Peak signal-to-noise ratio of the colours, dB.
  func psnr(against other: PixelBuffer) -> Double {
    var sum = 0.0
    for y in 0..<height {
      for x in 0..<width {
        for c in 0..<3 {
          let d = Double(self[x, y, c]) - Double(other[x, y, c])
          sum += d * d
        }
      }
    }
    return 10 * log10(255 * 255 / max(1e-9, sum / Double(width * height * 3)))
  }

  /// How many pixels of the rectangle round `centre` satisfy `test` (red, green, blue).
  func count(round centre: Vector2, half: Vector2, where test: (Int, Int, Int) -> Bool) -> Int {
    var count = 0
    for y in Int(centre.y - half.y)..<Int(centre.y + half.y) {
      for x in Int(centre.x - half.x)..<Int(centre.x + half.x)
      where test(Int(self[x, y, 0]), Int(self[x, y, 1]), Int(self[x, y, 2])) { count += 1 }
    }
    return count
  }

  /// Transparent pixels that no path of transparent pixels joins with the border.
  var holes: Int {
    var reached = [Bool](repeating: false, count: width * height)
    var stack: [Int] = []
    func visit(_ x: Int, _ y: Int) {
      guard x >= 0, y >= 0, x < width, y < height, !reached[y * width + x], self[x, y, 3] < 128 else { return }
      reached[y * width + x] = true
      stack.append(y * width + x)
    }
    for x in 0..<width {
      visit(x, 0)
      visit(x, height - 1)
    }
    for y in 0..<height {
      visit(0, y)
      visit(width - 1, y)
    }
    while let i = stack.popLast() {
      let (x, y) = (i % width, i / width)
      visit(x - 1, y)
      visit(x + 1, y)
      visit(x, y - 1)
      visit(x, y + 1)
    }
    var count = 0
    for y in 0..<height { for x in 0..<width where self[x, y, 3] < 128 && !reached[y * width + x] { count += 1 } }
    return count
  }
}
