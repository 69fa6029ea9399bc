import Avatar
import Head
import Linear

/// One avatar's geometry made ready to move: everything that depends on the avatar alone, and the buffers that hold its
/// face with the current expression (avatar space, depth squeezed, before the head turns).
final class AvatarGeometry {
  let camera: Camera
  let arena = Arena()
  /// Every rig vertex in avatar space: the photo's expression and the neutralised one.
  let photo: UnsafeMutableBufferPointer<Vector3>
  let neutral: UnsafeMutableBufferPointer<Vector3>
  /// What a small offset of a vertex is multiplied with (depth compression).
  let squeeze: UnsafeMutableBufferPointer<Vector3>
  /// How much a vertex follows the head's turn, 0...1.
  let turnWeights: UnsafeMutableBufferPointer<Float>
  let pivot: Vector3
  let blinkRight: PersonalOffsets
  let blinkLeft: PersonalOffsets
  let mouthScale: Float
  let kept: BlendshapeWeights
  /// How much of an expression's motion glasses leave a vertex, 0...1; nil without glasses.
  private let freedom: UnsafeMutableBufferPointer<Float>?
  let light: FaceLight
  let sheet: SheetGeometry
  let eyeRight: EyeGeometry
  let eyeLeft: EyeGeometry
  /// Mean gap of the lips in the photo and corner-to-corner width of the neutral mouth, cm.
  let photoLipGap: Float
  let neutralMouthWidth: Float
  /// Centre and mean radius of the photo's face, for morphs.
  let centre: Vector3
  let size: Float

  /// Every rig vertex with the current expression.
  let expressed: UnsafeMutableBufferPointer<Vector3>
  private let offsets: UnsafeMutableBufferPointer<Vector3>

  /// - Precondition: `avatar` fits `rig` (as `AvatarFile.decode` guarantees).
  init(_ avatar: Avatar, rig: Rig) {
    precondition(avatar.photoPositions.count == rig.vertexCount && avatar.neutralPositions.count == rig.vertexCount)
    camera = avatar.camera
    let compression = DepthCompression(camera: camera)
    photo = arena.buffer(avatar.photoPositions.map { compression.apply($0) })
    neutral = arena.buffer(avatar.neutralPositions.map { compression.apply($0) })
    squeeze = arena.buffer(avatar.neutralPositions.map { compression.scale(at: $0) })
    expressed = arena.buffer(rig.vertexCount, Vector3(0, 0, 0))
    offsets = arena.buffer(rig.vertexCount, Vector3(0, 0, 0))
    pivot = compression.apply(camera.place(Rig.neck))

    let fade = TurnFade(avatar.camera)
    let isSkin = rig.skinCount
    turnWeights = arena.buffer(
      avatar.neutralPositions.indices.map { $0 < isSkin ? fade.weight(avatar.neutralPositions[$0]) : 1 })

    blinkRight = PersonalOffsets(avatar.blinkRight, squeeze: squeeze, arena: arena)
    blinkLeft = PersonalOffsets(avatar.blinkLeft, squeeze: squeeze, arena: arena)
    mouthScale = avatar.mouthScale
    kept = avatar.keptExpression
    let glasses = avatar.appearance.glasses
    freedom =
      glasses > 0
      ? arena.buffer(
        (0..<rig.vertexCount).map { i in
          i < isSkin ? 1 - glasses * Self.underGlasses(rig.neutral[i], eyeDistance: rig.fields.eyeDistance[i]) : 1
        }) : nil

    let normals = arena.buffer(rig.vertexCount, Vector3(0, 0, 0))
    rig.normals(
      of: UnsafeBufferPointer(photo),
      triangles: rig.triangles(of: .face).lowerBound..<rig.triangles(of: .head).upperBound,
      vertices: 0..<rig.skinCount, into: normals)
    light = FaceLight(avatar, rig: rig, normals: normals, arena: arena)
    sheet = SheetGeometry(avatar, rig: rig, photo: photo, normals: normals, compression: compression, fade: fade)
    let contours = rig.contours
    eyeRight = EyeGeometry(
      avatar.eyeRight, upper: contours.upperLidRight, lower: contours.lowerLidRight, camera: camera, photo: photo,
      compression: compression, arena: arena)
    eyeLeft = EyeGeometry(
      avatar.eyeLeft, upper: contours.upperLidLeft, lower: contours.lowerLidLeft, camera: camera, photo: photo,
      compression: compression, arena: arena)

    var gap: Float = 0
    for (u, l) in zip(contours.upperLipInner, contours.lowerLipInner) { gap += (photo[Int(u)] - photo[Int(l)]).length }
    photoLipGap = gap / Float(contours.upperLipInner.count)
    let first = Int(contours.upperLipInner[0])
    let last = Int(contours.upperLipInner[contours.upperLipInner.count - 1])
    neutralMouthWidth = max(0.5, (neutral[first] - neutral[last]).length)

    var sum = Vector3(0, 0, 0)
    let face = rig.vertices(of: .face)
    for i in face { sum += photo[i] }
    let middle = sum * (1 / Float(face.count))
    var spread: Float = 0
    for i in face { spread += (photo[i] - middle).xy.length }
    centre = middle
    size = max(0.1, spread / Float(face.count))
  }

  /// Fills `expressed`.
  func express(_ pose: Pose, shapes: ShapeTable) {
    let count = expressed.count
    let photoPart = pose.photoExpression
    let base = photoPart >= 1 ? photo : neutral
    if photoPart > 0 && photoPart < 1 {
      for i in 0..<count { expressed[i] = neutral[i] + (photo[i] - neutral[i]) * photoPart }
    } else {
      for i in 0..<count { expressed[i] = base[i] }
    }
    for i in 0..<count { offsets[i] = Vector3(0, 0, 0) }
    var moved = false
    for shape in 0..<Blendshape.count {
      let weight = shapeWeight(shape, pose)
      if weight == 0 { continue }
      shapes.add(shape, weight, to: offsets)
      moved = true
    }
    if moved, let freedom {
      for i in 0..<count { offsets[i] = offsets[i] * freedom[i] }
    }
    if moved {
      let rotation = camera.rotation
      for i in 0..<count { expressed[i] = expressed[i] + (rotation * offsets[i]) * squeeze[i] }
    }
    blinkRight.add(pose.weights[.eyeBlinkRight], to: expressed)
    blinkLeft.add(pose.weights[.eyeBlinkLeft], to: expressed)
  }

  /// How much of the skin at a vertex of the mean head is drawn as glasses or seen through them; the lids move behind them.
  private static func underGlasses(_ p: Vector3, eyeDistance: Float) -> Float {
    0.92 * GlassesBand.share(at: p) * Elementary.smoothstep(0.12, 0.5, eyeDistance)
  }

  /// The weight of the rig's shape `index` on this face: mouth shapes scaled to this mouth (`mouthClose` has to undo what
  /// the jaw does, which isn't), smiles reduced by what the neutral face kept of one, and that taken back as the lips round
  /// or the corners go down: nobody smiles in anger. Brows that are up in the photo rise the rest of their way.
  private func shapeWeight(_ index: Int, _ pose: Pose) -> Float {
    var weight = pose.weights[index]
    guard let shape = Blendshape(rawValue: UInt8(index)) else { return 0 }
    switch shape {
    case .eyeBlinkLeft, .eyeBlinkRight: return 0
    case .browInnerUp, .browOuterUpLeft, .browOuterUpRight: weight *= 1 - min(1, kept[index])
    case .mouthSmileLeft, .mouthSmileRight, .mouthDimpleLeft, .mouthDimpleRight:
      let remains = kept[index] * (1 - pose.photoExpression)
      let rounding = 0.9 * min(1, pose.weights[.mouthFunnel] + pose.weights[.mouthPucker])
      let isLeft = shape == .mouthSmileLeft || shape == .mouthDimpleLeft
      let frown = min(1, 1.4 * pose.weights[isLeft ? .mouthFrownLeft : .mouthFrownRight])
      weight = weight * (1 - remains) - max(rounding, frown) * remains
    default: break
    }
    let isMouth = index > Int(Blendshape.mouthClose.rawValue) && index <= Int(Blendshape.mouthUpperUpRight.rawValue)
    return isMouth ? weight * mouthScale : weight
  }
}
