import Avatar
import Head
import Linear

/// Moves vertices: a pose and one or two avatars become positions, without drawing. All buffers are made when an avatar
/// is loaded; `deform` allocates nothing and gives the same bits natively and in WebAssembly.
public final class Deformer {
  public let rig: Rig
  let arena = Arena()
  let shapes: ShapeTable
  private let lips: ContactLine
  private let rounding: MouthRounding
  private let lidsRight: ContactLine
  private let lidsLeft: ContactLine
  private(set) var slots: (AvatarGeometry?, AvatarGeometry?) = (nil, nil)
  private var turn: HeadTurn
  private let triangles: UnsafeMutableBufferPointer<UInt16>
  private let face: UnsafeMutableBufferPointer<Vector3>
  private let normals: UnsafeMutableBufferPointer<Vector3>
  private let posed: UnsafeMutableBufferPointer<SIMD4<Float>>
  /// Where the face's vertices are seen, viewport; `look` fills it.
  let places: UnsafeMutableBufferPointer<Vector2>
  private let rightPlate: UnsafeMutableBufferPointer<SIMD4<Float>>
  private let leftPlate: UnsafeMutableBufferPointer<SIMD4<Float>>
  private var sheetArenas: (Arena, Arena) = (Arena(), Arena())
  private var sheets: (UnsafeMutableBufferPointer<SIMD4<Float>>?, UnsafeMutableBufferPointer<SIMD4<Float>>?) = (
    nil, nil
  )
  /// The mix that the last `deform` used: as asked, or a share of 0 or 1 where only one avatar is loaded.
  private(set) var mix: Mix = .none
  /// Every vertex's part of the second avatar (x), 0...1.
  let shares: UnsafeMutableBufferPointer<SIMD4<Float>>
  private(set) var opening = MouthOpening()

  public init(rig: Rig) {
    self.rig = rig
    let arena = self.arena
    shapes = ShapeTable(rig: rig, arena: arena)
    turn = HeadTurn(arena: arena)
    triangles = arena.buffer(rig.triangles)
    face = arena.buffer(rig.vertexCount, Vector3(0, 0, 0))
    normals = arena.buffer(rig.vertexCount, Vector3(0, 0, 0))
    posed = arena.buffer(rig.vertexCount, SIMD4(0, 0, 0, 1))
    places = arena.buffer(rig.vertexCount, Vector2(0, 0))
    shares = arena.buffer(rig.vertexCount, SIMD4(0, 0, 0, 0))
    rightPlate = arena.buffer(EyeGeometry.count, SIMD4(0, 0, 0, 0))
    leftPlate = arena.buffer(EyeGeometry.count, SIMD4(0, 0, 0, 0))
    let contours = rig.contours
    let fields = rig.fields
    rounding = MouthRounding(rig: rig, arena: arena)
    lips = ContactLine(upper: contours.upperLipInner, lower: contours.lowerLipInner, rig: rig, arena: arena) { i in
      let side = fields.upperLip[i] - fields.lowerLip[i]
      return 0.5 * side * Elementary.smoothstep(0.9, 0, fields.contactDistance[i])
    }
    func lids(_ upper: [UInt16], _ lower: [UInt16], isLeft: Bool) -> ContactLine {
      ContactLine(upper: upper, lower: lower, rig: rig, arena: arena) { i in
        guard (rig.neutral[i].x > 0) == isLeft, i < rig.vertices(of: .face).upperBound else { return 0 }
        let near = Elementary.smoothstep(0.5, 0, fields.eyeDistance[i])
        return max(near * Deformer.side(of: rig.neutral[i], upper, lower, rig), 0)
      }
    }
    lidsRight = lids(contours.upperLidRight, contours.lowerLidRight, isLeft: false)
    lidsLeft = lids(contours.upperLidLeft, contours.lowerLidLeft, isLeft: true)
  }

  /// 1 nearer to the upper line, -1 nearer to the lower one.
  private static func side(of p: Vector3, _ upper: [UInt16], _ lower: [UInt16], _ rig: Rig) -> Float {
    func nearest(_ line: [UInt16]) -> Float {
      var best = Float.infinity
      for i in line { best = min(best, (rig.neutral[Int(i)] - p).length) }
      return best
    }
    return nearest(upper) <= nearest(lower) ? 1 : -1
  }

  // MARK: Avatars

  /// - Precondition: `avatar` was made for this rig; `slot` is 0 or 1.
  public func load(_ avatar: Avatar, slot: Int) {
    let geometry = AvatarGeometry(avatar, rig: rig)
    let arena = Arena()
    let sheet = arena.buffer(geometry.sheet.base.count, SIMD4<Float>(0, 0, 0, 1))
    if slot == 0 {
      slots.0 = geometry
      sheets.0 = sheet
      sheetArenas.0 = arena
    } else {
      slots.1 = geometry
      sheets.1 = sheet
      sheetArenas.1 = arena
    }
  }

  public func unload(slot: Int) {
    if slot == 0 {
      slots.0 = nil
      sheets.0 = nil
      sheetArenas.0 = Arena()
    } else {
      slots.1 = nil
      sheets.1 = nil
      sheetArenas.1 = Arena()
    }
  }

  func geometry(_ slot: Int) -> AvatarGeometry? { slot == 0 ? slots.0 : slots.1 }

  // MARK: Results

  /// Every rig vertex after `deform`: x, y, z in avatar space (cm, head turned), and w = brightness: the relighting ratio
  /// of a face vertex, the lambert term of a vertex inside the mouth.
  public var vertices: UnsafeBufferPointer<SIMD4<Float>> { UnsafeBufferPointer(posed) }
  /// Every crossing of the sheet of `slot`, skirt included: x, y, z; w is 1.
  public func sheet(_ slot: Int) -> UnsafeBufferPointer<SIMD4<Float>> {
    guard let sheet = slot == 0 ? sheets.0 : sheets.1 else { return UnsafeBufferPointer(start: nil, count: 0) }
    return UnsafeBufferPointer(sheet)
  }
  /// The eye plates, row by row: x, y, z, and w = how far below the upper lid's rim (1 = 0.35 cm).
  public var eyePlateRight: UnsafeBufferPointer<SIMD4<Float>> { UnsafeBufferPointer(rightPlate) }
  public var eyePlateLeft: UnsafeBufferPointer<SIMD4<Float>> { UnsafeBufferPointer(leftPlate) }

  // MARK: A frame

  /// Moves everything to `pose`; with two avatars loaded, `mix` of the way from slot 0 to slot 1.
  /// - Returns: false where no avatar is loaded.
  @discardableResult
  public func deform(_ pose: Pose, mix asked: Mix = .none) -> Bool {
    guard let first = slots.0 ?? slots.1 else { return false }
    let second = slots.0 != nil ? slots.1 : nil
    let t = asked.bounded
    mix = Mix(slots.0 == nil ? 1 : second == nil ? 0 : t, kind: slots.0 == nil ? .morph : asked.kind)
    guard let second, t > 0 else {
      express(first, pose)
      finish(first, pose)
      return true
    }
    if t >= 1 && mix.kind == .morph {
      express(second, pose)
      finish(second, pose)
      return true
    }
    express(first, pose)
    express(second, pose)
    switch mix.kind {
    case .morph:
      for i in 0..<shares.count { shares[i].x = t }
      finish(first, second, pose)
    case .hybrid:
      for i in 0..<shares.count { shares[i].x = t * Mix.features(rig.neutral[i]) }
      finish(first, features: second, pose)
    }
    return true
  }

  /// Whether the last `deform` joined two avatars.
  var isMixing: Bool { slots.0 != nil && slots.1 != nil && mix.share > 0 && (mix.share < 1 || mix.kind == .hybrid) }

  /// How much larger a hybrid shows the second head than it is.
  private(set) var donorScale: Float = 1

  /// The part of the second avatar where `vertex` is.
  func share(at vertex: UInt16) -> Float { isMixing ? shares[Int(vertex)].x : 0 }
  /// An eye is one person's, or both people's as a whole: its inner corner says whose.
  package func share(ofEye isLeft: Bool) -> Float {
    share(at: isLeft ? rig.contours.upperLidLeft[0] : rig.contours.upperLidRight.last!)
  }

  /// How far lower lids are below their places in the photos (see `EyeGeometry`), of the first and the second avatar drawn.
  func lowering(isLeft: Bool) -> Vector2 {
    func lowering(_ geometry: AvatarGeometry?) -> Float {
      geometry.map { (isLeft ? $0.eyeLeft : $0.eyeRight).lowering } ?? 0
    }
    let isSecond = mix.share >= 1 && mix.kind == .morph
    return Vector2(lowering(isSecond ? slots.1 ?? slots.0 : slots.0 ?? slots.1), lowering(slots.1))
  }

  private func express(_ geometry: AvatarGeometry, _ pose: Pose) {
    geometry.express(pose, shapes: shapes)
    let up = geometry.camera.rotation * Vector3(0, 1, 0)
    // The photo's own expression is left as it is.
    if pose.photoExpression < 1 {
      rounding.apply(geometry.expressed, up: up, amount: 1 - pose.photoExpression)
      // Lips that are pressed on both sides are together, whatever else the face does.
      let pressed = min(pose.weights[.mouthPressLeft], pose.weights[.mouthPressRight])
      lips.resolve(geometry.expressed, up: up, seal: Elementary.smoothstep(0.2, 0.35, pressed))
      lidsRight.resolve(geometry.expressed, up: up)
      lidsLeft.resolve(geometry.expressed, up: up)
    }
    geometry.eyeRight.cover(geometry.expressed)
    geometry.eyeLeft.cover(geometry.expressed)
  }

  private func finish(_ a: AvatarGeometry, _ pose: Pose) {
    for i in 0..<face.count { face[i] = a.expressed[i] }
    turn.set(pose, pivot: a.pivot)
    for i in 0..<face.count { posed[i] = SIMD4(turn.apply(face[i], weight: a.turnWeights[i]), 1) }
    place(a, .none, pose, slots.0 === a ? 0 : 1)
    for i in 0..<EyeGeometry.count {
      rightPlate[i] = SIMD4(turn.apply(a.eyeRight.base[i], weight: 1), a.eyeRight.depth[i])
      leftPlate[i] = SIMD4(turn.apply(a.eyeLeft.base[i], weight: 1), a.eyeLeft.depth[i])
    }
    shade { i, normal in a.light.ratio(i, normal: normal) }
    measureOpening(a.neutralMouthWidth)
  }

  /// The whole of both, `mix.share` of the way from `a` to `b`.
  private func finish(_ a: AvatarGeometry, _ b: AvatarGeometry, _ pose: Pose) {
    let t = mix.share
    for i in 0..<face.count { face[i] = a.expressed[i] + (b.expressed[i] - a.expressed[i]) * t }
    turn.set(pose, pivot: a.pivot + (b.pivot - a.pivot) * t)
    for i in 0..<face.count {
      let weight = a.turnWeights[i] + (b.turnWeights[i] - a.turnWeights[i]) * t
      posed[i] = SIMD4(turn.apply(face[i], weight: weight), 1)
    }
    let centre = a.centre + (b.centre - a.centre) * t
    let size = a.size + (b.size - a.size) * t
    place(a, Morph(centre: a.centre, target: centre, scale: size / a.size, isIdentity: false), pose, 0)
    place(b, Morph(centre: b.centre, target: centre, scale: size / b.size, isIdentity: false), pose, 1)
    func plate(_ a: EyeGeometry, _ b: EyeGeometry, _ out: UnsafeMutableBufferPointer<SIMD4<Float>>) {
      for i in 0..<out.count {
        let p = a.base[i] + (b.base[i] - a.base[i]) * t
        out[i] = SIMD4(turn.apply(p, weight: 1), a.depth[i] + (b.depth[i] - a.depth[i]) * t)
      }
    }
    plate(a.eyeRight, b.eyeRight, rightPlate)
    plate(a.eyeLeft, b.eyeLeft, leftPlate)
    shade { i, normal in
      let ratio = a.light.ratio(i, normal: normal)
      return ratio + (b.light.ratio(i, normal: normal) - ratio) * t
    }
    measureOpening(a.neutralMouthWidth + (b.neutralMouthWidth - a.neutralMouthWidth) * t)
  }

  /// The head of `a` with the features of `b`.
  private func finish(_ a: AvatarGeometry, features b: AvatarGeometry, _ pose: Pose) {
    let transplant = Transplant(of: b, onto: a)
    donorScale = transplant.scale
    for i in 0..<face.count {
      let share = shares[i].x
      face[i] = a.expressed[i]
      if share > 0 { face[i] = face[i] + (transplant.apply(b.expressed[i]) - face[i]) * share }
    }
    turn.set(pose, pivot: a.pivot)
    for i in 0..<face.count { posed[i] = SIMD4(turn.apply(face[i], weight: a.turnWeights[i]), 1) }
    place(a, .none, pose, 0)
    func plate(
      _ a: EyeGeometry, _ b: EyeGeometry, _ share: Float, _ out: UnsafeMutableBufferPointer<SIMD4<Float>>
    ) {
      for i in 0..<out.count {
        let p = a.base[i] + (transplant.apply(b.base[i]) - a.base[i]) * share
        out[i] = SIMD4(turn.apply(p, weight: 1), a.depth[i] + (b.depth[i] - a.depth[i]) * share)
      }
    }
    plate(a.eyeRight, b.eyeRight, share(ofEye: false), rightPlate)
    plate(a.eyeLeft, b.eyeLeft, share(ofEye: true), leftPlate)
    shade { i, normal in
      let ratio = a.light.ratio(i, normal: normal)
      return ratio + (b.light.ratio(i, normal: transplant.back(normal)) - ratio) * shares[i].x
    }
    let width = b.neutralMouthWidth * (a.size / b.size)
    measureOpening(a.neutralMouthWidth + (width - a.neutralMouthWidth) * share(at: rig.contours.upperLipInner[0]))
  }

  private func place(_ geometry: AvatarGeometry, _ morph: Morph, _ pose: Pose, _ slot: Int) {
    let sheet = geometry.sheet
    guard let out = slot == 0 ? sheets.0 : sheets.1 else { return }
    sheet.express(face: face, morph: morph, breath: pose.breath)
    for i in 0..<out.count { out[i] = SIMD4(turn.apply(sheet.expressed[i], weight: sheet.turnWeights[i]), 1) }
  }

  // MARK: Light

  /// Normals of what is drawn, and from them every vertex's brightness.
  private func shade(_ ratio: (Int, Vector3) -> Float) {
    let faceVertices = rig.vertices(of: .face)
    addNormals(rig.triangles(of: .face), clearing: faceVertices)
    for i in faceVertices { posed[i].w = ratio(i, normals[i].normalized) }
    let mouth = rig.triangles(of: .mouthSocket).lowerBound..<rig.triangles(of: .tongue).upperBound
    let mouthVertices = rig.vertices(of: .mouthSocket).lowerBound..<rig.vertices(of: .tongue).upperBound
    addNormals(mouth, clearing: mouthVertices)
    for i in mouthVertices {
      let n = normals[i].normalized
      posed[i].w = 0.5 + 0.5 * max(0, min(1, n.z * 0.8 + n.y * 0.25))
    }
  }

  private func addNormals(_ range: Range<Int>, clearing vertices: Range<Int>) {
    for i in vertices { normals[i] = Vector3(0, 0, 0) }
    let triangles = triangles.baseAddress!
    let posed = posed.baseAddress!
    let normals = normals.baseAddress!
    var i = range.lowerBound
    while i < range.upperBound {
      let a = Int(triangles[i])
      let b = Int(triangles[i + 1])
      let c = Int(triangles[i + 2])
      let p = posed[a]
      let u = posed[b] - p
      let v = posed[c] - p
      let n = Vector3(u.y * v.z - u.z * v.y, u.z * v.x - u.x * v.z, u.x * v.y - u.y * v.x)
      normals[a] = normals[a] + n
      normals[b] = normals[b] + n
      normals[c] = normals[c] + n
      i += 3
    }
  }

  private func measureOpening(_ neutralWidth: Float) {
    let upper = rig.contours.upperLipInner
    let lower = rig.contours.lowerLipInner
    func point(_ i: UInt16) -> Vector3 {
      let p = posed[Int(i)]
      return Vector3(p.x, p.y, p.z)
    }
    let u = point(upper[upper.count / 2])
    let l = point(lower[lower.count / 2])
    let right = point(upper[0])
    let left = point(upper[upper.count - 1])
    opening.middle = (u + l) * 0.5
    opening.gap = max(0, (u - l).y)
    opening.widest = 0
    for k in 0..<upper.count { opening.widest = max(opening.widest, (point(upper[k]) - point(lower[k])).length) }
    opening.width = max(0.2, (left - right).length)
    opening.relativeWidth = opening.width / neutralWidth
    opening.centreX = 0.5 * (left.x + right.x)
  }
}
