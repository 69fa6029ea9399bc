import Avatar
import Foundation
import Head
import Linear
import Stage
import Testing

@Suite("The deformer, without drawing")
struct DeformerTests {
  let rig = Scene.rig

  private func deformer() -> Deformer {
    let deformer = Deformer(rig: rig)
    deformer.load(Scene.light.avatar, slot: 0)
    return deformer
  }

  /// Where the lens sees a vertex, photo pixels.
  private func place(_ deformer: Deformer, _ vertex: Int) -> Vector2 {
    let p = deformer.vertices[vertex]
    return Scene.light.avatar.camera.project(Vector3(p.x, p.y, p.z))
  }

  private var nose: Int { rig.vertices(of: .face).max { rig.neutral[$0].z < rig.neutral[$1].z }! }
  private var forehead: Int { rig.vertices(of: .face).max { rig.neutral[$0].y < rig.neutral[$1].y }! }

  @Test("At rest every face vertex is seen exactly where the photo has it")
  func reprojects() {
    let deformer = deformer()
    for photo: Float in [0, 1] {
      deformer.deform(Scene.pose { $0.photoExpression = photo })
      var worst: Float = 0
      for i in rig.vertices(of: .face) {
        worst = max(worst, (place(deformer, i) - Scene.light.avatar.faceTexture[i]).length)
      }
      #expect(worst < 0.01)
    }
  }

  @Test("The sheet at rest is seen exactly where the photo has it")
  func sheetReprojects() {
    let deformer = deformer()
    deformer.deform(Scene.pose { $0.photoExpression = 1 })
    let sheet = Scene.light.avatar.sheet
    let points = deformer.sheet(0)
    let width = sheet.columns.count + 2
    #expect(points.count == width * (sheet.rows.count + 2))
    var worst: Float = 0
    for r in sheet.rows.indices {
      for c in sheet.columns.indices {
        let p = points[(r + 1) * width + c + 1]
        let seen = Scene.light.avatar.camera.project(Vector3(p.x, p.y, p.z))
        worst = max(worst, (seen - Vector2(sheet.columns[c], sheet.rows[r])).length)
      }
    }
    #expect(worst < 0.02)
  }

  @Test("Yaw turns the nose to the image's right, pitch down, roll the forehead to the right")
  func signs() {
    let deformer = deformer()
    deformer.deform(Pose())
    let noseAtRest = place(deformer, nose)
    let foreheadAtRest = place(deformer, forehead)
    deformer.deform(Scene.pose { $0.yaw = 0.2 })
    #expect(place(deformer, nose).x > noseAtRest.x + 5)
    deformer.deform(Scene.pose { $0.pitch = 0.2 })
    #expect(place(deformer, nose).y > noseAtRest.y + 5)
    deformer.deform(Scene.pose { $0.roll = 0.2 })
    #expect(place(deformer, forehead).x > foreheadAtRest.x + 5)
  }

  @Test("The bottom of the picture stays where it is, however the head turns")
  func chestStays() {
    let deformer = deformer()
    let width = Scene.light.avatar.sheet.columns.count + 2
    let bottom = (Scene.light.avatar.sheet.rows.count) * width
    deformer.deform(Pose())
    let rest = (0..<width).map { deformer.sheet(0)[bottom + $0] }
    deformer.deform(
      Scene.pose {
        $0.yaw = 0.3
        $0.pitch = -0.2
        $0.translation = Vector3(1, 1, 1)
      })
    for i in 0..<width { #expect(deformer.sheet(0)[bottom + i] == rest[i]) }
  }

  @Test("The same pose gives the same bits, whatever was posed in between")
  func deterministic() {
    let deformer = deformer()
    let pose = Scene.pose {
      $0.yaw = 0.11
      $0.pitch = -0.05
      for i in 0..<Blendshape.count { $0.weights[i] = Float(i % 7) * 0.1 }
    }
    deformer.deform(pose)
    let first = Array(deformer.vertices)
    let firstSheet = Array(deformer.sheet(0))
    deformer.deform(Scene.pose { $0.weights[.jawOpen] = 1 })
    deformer.deform(pose)
    #expect(Array(deformer.vertices) == first)
    #expect(Array(deformer.sheet(0)) == firstSheet)
  }

  @Test("Lips and lids never cross, whatever shapes meet")
  func rimsDoNotCross() {
    let deformer = deformer()
    var random = SeededRandom(seed: 5)
    let contours = rig.contours
    let pairs = [
      (contours.upperLipInner, contours.lowerLipInner), (contours.upperLidLeft, contours.lowerLidLeft),
      (contours.upperLidRight, contours.lowerLidRight),
    ]
    var worst: Float = 0
    for _ in 0..<60 {
      deformer.deform(
        Scene.pose {
          for i in 0..<Blendshape.count where random.uniform() < 0.3 { $0.weights[i] = random.uniform() }
          $0.weights[.eyeBlinkLeft] = random.uniform(0.8, 1)
          $0.weights[.eyeBlinkRight] = random.uniform(0.8, 1)
        })
      for (upper, lower) in pairs {
        for (u, l) in zip(upper, lower) {
          worst = max(worst, deformer.vertices[Int(l)].y - deformer.vertices[Int(u)].y)
        }
      }
    }
    #expect(worst < 0.06)
  }

  private func lipGaps(_ deformer: Deformer) -> [Float] {
    zip(rig.contours.upperLipInner, rig.contours.lowerLipInner).map { u, l in
      let d = deformer.vertices[Int(u)] - deformer.vertices[Int(l)]
      return (d * d * SIMD4(1, 1, 1, 0)).sum().squareRoot()
    }
  }

  @Test("Lips that are pressed together meet, whatever raises or rolls them")
  func pressedLipsMeet() {
    let deformer = deformer()
    func anger(_ press: Float) -> Pose {
      Scene.pose {
        for shape: Blendshape in [.noseSneerLeft, .noseSneerRight] { $0.weights[shape] = 0.55 }
        for shape: Blendshape in [.mouthFrownLeft, .mouthFrownRight] { $0.weights[shape] = 1 }
        $0.weights[.mouthRollUpper] = 0.4
        $0.weights[.mouthRollLower] = 0.2
        $0.weights[.mouthPressLeft] = press
        $0.weights[.mouthPressRight] = press
      }
    }
    deformer.deform(anger(0.1))
    #expect(lipGaps(deformer).max()! > 0.1)
    deformer.deform(anger(0.7))
    #expect(lipGaps(deformer).max()! < 0.002)
    // Wide open is not pressed.
    deformer.deform(Scene.pose { $0.weights[.jawOpen] = 0.6 })
    let wide = lipGaps(deformer).max()!
    deformer.deform(
      Scene.pose {
        $0.weights[.jawOpen] = 0.6
        $0.weights[.mouthPressLeft] = 1
        $0.weights[.mouthPressRight] = 1
      })
    #expect(lipGaps(deformer).max()! > 0.9 * wide)
  }

  @Test("mouthClose closes what the jaw opens, however wide the mouth", arguments: [Float(0.8), 1, 1.15])
  func closesTheJawsGap(mouthScale: Float) {
    var avatar = Scene.light.avatar
    avatar.mouthScale = mouthScale
    let deformer = Deformer(rig: rig)
    deformer.load(avatar, slot: 0)
    deformer.deform(
      Scene.pose {
        $0.weights[.jawOpen] = 0.4
        $0.weights[.mouthClose] = 0.4
      })
    #expect(lipGaps(deformer).max()! < 0.05)
  }

  /// Of the upper lip's rim from corner to corner: how far its middle lies below its quarters, cm.
  private func sag(_ deformer: Deformer) -> Float {
    let line = rig.contours.upperLipInner.map { deformer.vertices[Int($0)].y }
    let n = line.count - 1
    return 0.5 * (line[n / 4] + line[3 * n / 4]) - line[n / 2]
  }

  /// Depth of the lower lip's line half-way between middle and corner, over its depth in the middle: 0.5 in a wedge, 0.87
  /// in an ellipse.
  private func roundness(_ deformer: Deformer) -> Float {
    let line = rig.contours.lowerLipInner.map { deformer.vertices[Int($0)] }
    let (first, last) = (line[0], line[line.count - 1])
    func depth(at share: Float) -> Float {
      let x = first.x + (last.x - first.x) * share
      let k = line.indices.dropFirst().first { line[$0].x >= x }!
      let (a, b) = (line[k - 1], line[k])
      let y = a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x)
      return first.y + (last.y - first.y) * share - y
    }
    return 0.5 * (depth(at: 0.25) + depth(at: 0.75)) / depth(at: 0.5)
  }

  @Test(
    "An open mouth is round, however its line hangs at rest; closed it hangs as it does", arguments: [Float(0), 0.6])
  func opensRound(hang: Float) {
    var avatar = Scene.light.avatar
    let fields = rig.fields
    for i in 0..<rig.skinCount {
      let nearness = max(fields.upperLip[i], fields.lowerLip[i])
      avatar.neutralPositions[i].y -= hang * nearness * max(0, 1 - abs(rig.neutral[i].x) / 2.2)
    }
    let deformer = Deformer(rig: rig)
    deformer.load(avatar, slot: 0)
    for shapes: [Blendshape: Float] in [[.jawOpen: 0.6], [.jawOpen: 0.3, .mouthFunnel: 0.5]] {
      deformer.deform(Scene.pose { for (shape, weight) in shapes { $0.weights[shape] = weight } })
      #expect(roundness(deformer) > 0.8)
      #expect(sag(deformer) < 0.05)
    }
    // The photo's expression is the photo's, and becomes it gradually.
    func open(_ photo: Float) -> [Float] {
      deformer.deform(
        Scene.pose {
          $0.weights[.jawOpen] = 0.6
          $0.photoExpression = photo
        })
      return rig.vertices(of: .face).map { deformer.vertices[$0].y }
    }
    #expect(zip(open(0.999), open(1)).allSatisfy { abs($0 - $1) < 0.01 })
    deformer.deform(Pose())
    let closed = rig.vertices(of: .face).map { (deformer.vertices[$0].y - avatar.neutralPositions[$0].y).magnitude }
    #expect(closed.max()! < 0.05)
  }

  @Test("What the neutral face kept of a smile goes as the corners go down, each side by itself")
  func frownTakesTheSmileBack() {
    var smiler = Scene.light.avatar
    smiler.keptExpression[.mouthSmileLeft] = 0.3
    smiler.keptExpression[.mouthSmileRight] = 0.3
    let corners = [rig.contours.upperLipInner[0], rig.contours.upperLipInner.last!]
    /// How high the right and the left corner are.
    func heights(_ avatar: Avatar, _ left: Float, _ right: Float) -> [Float] {
      let deformer = Deformer(rig: rig)
      deformer.load(avatar, slot: 0)
      deformer.deform(
        Scene.pose {
          $0.weights[.mouthFrownLeft] = left
          $0.weights[.mouthFrownRight] = right
        })
      return corners.map { deformer.vertices[Int($0)].y }
    }
    func taken(_ left: Float, _ right: Float) -> [Float] {
      zip(heights(Scene.light.avatar, left, right), heights(smiler, left, right)).map { $0 - $1 }
    }
    #expect(taken(0, 0) == [0, 0])
    let whole = taken(1, 1)
    #expect(whole.allSatisfy { $0 > 0.15 })
    let half = taken(0.35, 0.35)
    for k in 0..<2 { #expect(abs(half[k] - 0.49 * whole[k]) < 0.05 * whole[k]) }
    let leftOnly = taken(1, 0)
    #expect(leftOnly[1] > 0.9 * whole[1] && leftOnly[0] < 0.1 * whole[0])
  }

  @Test("A brow that is up in the photo rises the rest of its way, the other all of it")
  func raisedBrow() {
    /// How far the right and the left brow rise.
    func rises(_ kept: Float) -> [Float] {
      var avatar = Scene.light.avatar
      avatar.keptExpression[.browOuterUpLeft] = kept
      let deformer = Deformer(rig: rig)
      deformer.load(avatar, slot: 0)
      deformer.deform(Pose())
      let rest = Array(deformer.vertices)
      deformer.deform(
        Scene.pose {
          $0.weights[.browOuterUpLeft] = 1
          $0.weights[.browOuterUpRight] = 1
        })
      return [-1, 1].map { side in
        rig.vertices(of: .face).filter { (rig.neutral[$0] - Vector3(4 * side, 6, rig.neutral[$0].z)).length < 0.6 }
          .map { deformer.vertices[$0].y - rest[$0].y }.max() ?? 0
      }
    }
    let (bare, raised) = (rises(0), rises(0.75))
    #expect(bare.allSatisfy { $0 > 0.2 })
    #expect(abs(raised[0] - bare[0]) < 0.01 && abs(raised[1] - 0.25 * bare[1]) < 0.05 * bare[1])
  }

  @Test("Half way between two people every vertex is half way, and the ends are the people themselves")
  func mixes() {
    let both = deformer()
    both.load(Scene.dark.avatar, slot: 1)
    let a = deformer()
    let b = Deformer(rig: rig)
    b.load(Scene.dark.avatar, slot: 0)
    let pose = Scene.pose { $0.weights[.mouthSmileLeft] = 0.5 }
    a.deform(pose)
    b.deform(pose)
    both.deform(pose, mix: .none)
    #expect(Array(both.vertices) == Array(a.vertices))
    both.deform(pose, mix: Mix(1))
    #expect(Array(both.vertices) == Array(b.vertices))
    both.deform(pose, mix: Mix(0.5))
    for i in stride(from: 0, to: rig.vertexCount, by: 37) {
      let middle = (a.vertices[i] + b.vertices[i]) * 0.5
      let d = both.vertices[i] - middle
      #expect(abs(d.x) + abs(d.y) + abs(d.z) < 0.002)
    }
  }

  @Test("A hybrid puts the second person's features where the first one's are, whatever the size of the photo")
  func hybrid() {
    let both = deformer()
    // The first one's smaller twin.
    both.load(Scene.dark.avatar, slot: 1)
    let a = deformer()
    a.deform(Pose())
    both.deform(Pose(), mix: Mix(0, kind: .hybrid))
    #expect(Array(both.vertices) == Array(a.vertices))
    both.deform(Pose(), mix: Mix(1, kind: .hybrid))
    var (kept, laid) = (0, 0)
    for i in rig.vertices(of: .face) {
      let d = both.vertices[i] - a.vertices[i]
      let move = (d * d * SIMD4(1, 1, 1, 0)).sum().squareRoot()
      let p = rig.neutral[i]
      if abs(p.x) > 6.4 || p.y > 8.1 || p.y < -9.3 {
        #expect(move == 0)
        kept += 1
      } else if abs(p.x) < 3 && abs(p.y) < 4 {
        #expect(move < 0.1)
        laid += 1
      }
    }
    #expect(kept > 100 && laid > 300)
    // Both eyes are the second person's, neither is half of each.
    #expect(both.share(ofEye: false) > 0.95 && both.share(ofEye: true) > 0.95)
  }

  @Test(
    "Glasses stay as they are whatever the brows do, which rise half of their way above them, and eyes close behind them"
  )
  func glasses() {
    func moved(_ glasses: Float, _ change: (inout Pose) -> Void) -> (lens: Float, brows: Float, lids: Float) {
      var avatar = Scene.light.avatar
      avatar.appearance.glasses = glasses
      let deformer = Deformer(rig: rig)
      deformer.load(avatar, slot: 0)
      deformer.deform(Pose())
      let rest = Array(deformer.vertices)
      deformer.deform(Scene.pose(change))
      var (lens, brows, lids): (Float, Float, Float) = (0, 0, 0)
      for i in rig.vertices(of: .face) {
        let d = deformer.vertices[i] - rest[i]
        let move = (d * d * SIMD4(1, 1, 1, 0)).sum().squareRoot()
        let p = rig.neutral[i]
        if rig.fields.eyeDistance[i] > 0.9 && p.y > 1.2 && p.y < 5.7 { lens = max(lens, move) }
        if abs(p.x) > 2 && abs(p.x) < 4 && p.y > 6.1 && p.y < 6.5 { brows = max(brows, move) }
        if rig.fields.eyeDistance[i] == 0 { lids = max(lids, move) }
      }
      return (lens, brows, lids)
    }
    func brows(_ pose: inout Pose) {
      pose.weights[.browInnerUp] = 1
      pose.weights[.browOuterUpLeft] = 1
    }
    let (bare, worn) = (moved(0, brows), moved(1, brows))
    #expect(bare.lens > 0.4 && worn.lens < 0.1)
    #expect(worn.brows > 0.4 * bare.brows && worn.brows < 0.8 * bare.brows)
    #expect(moved(1) { $0.weights[.eyeBlinkLeft] = 1 }.lids > 0.4)
  }

  @Test("With one person loaded in the second slot the mix does not matter")
  func onlySecond() {
    let deformer = Deformer(rig: rig)
    #expect(!deformer.deform(Pose()))
    deformer.load(Scene.dark.avatar, slot: 1)
    #expect(deformer.deform(Pose(), mix: .none))
    let vertices = Array(deformer.vertices)
    deformer.deform(Pose(), mix: Mix(0.7))
    #expect(Array(deformer.vertices) == vertices)
  }

  @Test("A pose of nonsense numbers is survived, and the next good one is drawn")
  func survivesNonsense() {
    let deformer = deformer()
    deformer.deform(Pose())
    let good = Array(deformer.vertices)
    for bad: Float in [.nan, .infinity, -.infinity, 1e30] {
      deformer.deform(
        Scene.pose {
          $0.yaw = bad
          $0.gaze.x = bad
          $0.weights[.jawOpen] = bad
          $0.weights[.eyeBlinkLeft] = bad
          $0.photoExpression = bad
          $0.breath = bad
        }, mix: Mix(bad))
    }
    deformer.deform(Pose())
    #expect(Array(deformer.vertices) == good)
  }
}
