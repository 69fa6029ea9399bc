import Fitting
import Linear
import Pixels

/// Cuts pictures out of the photo, and the person out of the pictures.
struct PhotoCutter {
  let photo: PixelBuffer
  let plan: PicturePlan
  private let head: HeadSilhouette
  private let faceOutline: [Vector2]
  /// Of the face, photo pixels.
  private let middle: Vector2
  private let cheeks: [Vector2]
  /// Coarse masks over the whole photo and over the head's square.
  private let wholeMask: Plane
  private let headMask: Plane
  private let pair: Pair

  /// - Parameters:
  ///   - head: the fitted head; the network often doubts ears.
  ///   - mask: coarse person mask of a rectangle of the photo.
  init(
    photo: PixelBuffer, plan: PicturePlan, landmarks: [Vector3], head: HeadSilhouette, pair: @escaping Pair,
    mask: (SIMD4<Float>) -> Plane
  ) {
    self.pair = pair
    self.photo = photo
    self.plan = plan
    self.head = head
    let nose = (landmarks[Landmark.forehead].xy + landmarks[Landmark.chin].xy) * 0.5
    // The middle of the face, which is person whatever the network says.
    middle = nose
    faceOutline = Landmark.oval.map { nose + (landmarks[$0].xy - nose) * 0.85 }
    cheeks = Landmark.cheeks.map { landmarks[$0].xy }
    let size = Vector2(Float(photo.width), Float(photo.height))
    let near = mask(plan.faceSquare)
    func part(_ region: SIMD4<Float>) -> Plane {
      var mask = mask(region)
      let inside = head.plane(region, width: mask.width, height: mask.height, margin: 0.9)
      for y in 0..<mask.height {
        for x in 0..<mask.width where inside.data[y * mask.width + x] > 0 {
          let i = y * mask.width + x
          let p = Vector2((Float(x) + 0.5) / Float(mask.width), (Float(y) + 0.5) / Float(mask.height))
          let photo = Vector2(region.x + p.x * region.z, region.y + p.y * region.w)
          let q = (photo - Vector2(plan.faceSquare.x, plan.faceSquare.y)) * (1 / plan.faceSquare.z)
          // Towards its square's border the network guesses what goes on beyond.
          let trust = Elementary.smoothstep(0.05, 0.2, min(min(q.x, 1 - q.x), min(q.y, 1 - q.y)))
          let seen = max(mask.data[i], trust > 0 ? trust * near.sample(q * Float(near.width)) : 0)
          mask.data[i] = max(mask.data[i], Elementary.smoothstep(0.08, 0.4, seen))
        }
      }
      let seed = (nose - Vector2(region.x, region.y)) / Vector2(region.z, region.w)
      return Matte.largestPart(of: mask, from: seed * Vector2(Float(mask.width), Float(mask.height)))
    }
    headMask = part(plan.headSquare)
    wholeMask = part(SIMD4(0, 0, size.x, size.y))
  }

  /// The colours of a region at its picture's size.
  func picture(_ region: PictureRegion) -> Plane4 {
    photo.resampled(region.rectangle, width: region.width, height: region.height)
  }

  /// The person in a picture.
  func cutout(_ picture: Plane4, _ region: PictureRegion) -> Cutout {
    let side = plan.headSquare.z * region.scale
    let mask = coarseMask(region)
    var matte = Matte.refined(mask, guide: picture, side: side, pair: pair)
    let face = Plane(width: region.width, height: region.height, polygon: faceOutline.map(region.point))
    let ears = skin(picture, region)
    for i in matte.data.indices {
      let ear = ears.data[i] * Elementary.smoothstep(0.4, 0.8, mask.data[i])
      matte.data[i] = max(matte.data[i], face.data[i], ear)
    }
    matte = Matte.withoutScraps(matte, from: region.point(middle), edges: edges(region), side: side)
    return Cutout(picture: picture, matte: matte, side: side, certain: face, skin: ears, pair: pair)
  }

  /// The pixels at the picture's edge where the photo goes on.
  private func edges(_ region: PictureRegion) -> [Int] {
    let last = (x: region.width - 1, y: region.height - 1)
    let goesOn = (
      left: region.x > 0, right: region.x + region.sourceWidth < photo.width, up: region.y > 0,
      down: region.y + region.sourceHeight < photo.height
    )
    var edges: [Int] = []
    for y in 0...last.y {
      if goesOn.left { edges.append(y * region.width) }
      if goesOn.right { edges.append(y * region.width + last.x) }
    }
    for x in 0...last.x {
      if goesOn.up { edges.append(x) }
      if goesOn.down { edges.append(last.y * region.width + x) }
    }
    return edges
  }

  /// 1 where something of the skin's colour lies at the fitted head ... 0. Before a wall of nearly that colour nothing but
  /// the network tells an ear from it.
  private func skin(_ picture: Plane4, _ region: PictureRegion) -> Plane {
    var tone = Vector3(0, 0, 0)
    for cheek in cheeks {
      let c = SkinTones.mean(picture, region.point(cheek), 2)
      tone += Vector3(c.x, c.y, c.z) / Float(cheeks.count)
    }
    let light = max(SkinTones.luminance(tone), 0.02)
    var skin = head.plane(region.rectangle, width: region.width, height: region.height, margin: 0.7)
    for i in skin.data.indices where skin.data[i] > 0 {
      let c = Vector3(picture.data[i].x, picture.data[i].y, picture.data[i].z)
      let own = max(SkinTones.luminance(c), 0.02)
      let hue = (c / own - tone / light).length
      skin.data[i] =
        Elementary.smoothstep(0.22, 0.12, hue) * Elementary.smoothstep(0.4, 0.55, own / light)
        * Elementary.smoothstep(1.7, 1.4, own / light)
    }
    return skin
  }

  /// The mask of the head's square, finer, goes over into the one of the whole photo near the square's edge.
  private func coarseMask(_ region: PictureRegion) -> Plane {
    let square = plan.headSquare
    let r = region.rectangle
    let wholeScale = Vector2(Float(wholeMask.width) / Float(photo.width), Float(wholeMask.height) / Float(photo.height))
    let headScale = Vector2(Float(headMask.width) / square.z, Float(headMask.height) / square.w)
    var mask = wholeMask.resized(
      SIMD4(r.x * wholeScale.x, r.y * wholeScale.y, r.z * wholeScale.x, r.w * wholeScale.y), width: region.width,
      height: region.height)
    let fine = headMask.resized(
      SIMD4(
        (r.x - square.x) * headScale.x, (r.y - square.y) * headScale.y, r.z * headScale.x, r.w * headScale.y),
      width: region.width, height: region.height)
    let margin = square.z * 0.08
    let size = Vector2(Float(photo.width), Float(photo.height))
    func weights(_ count: Int, _ start: Float, _ length: Float, _ low: Float, _ high: Float, _ end: Float) -> [Float] {
      (0..<count).map { i in
        let p = start + (Float(i) + 0.5) * length / Float(count)
        // No transition at the photo's own edge: there is nothing beyond.
        let before = low <= 0.5 ? 1 : Elementary.smoothstep(0, margin, p - low)
        let after = high >= end - 0.5 ? 1 : Elementary.smoothstep(0, margin, high - p)
        return before * after
      }
    }
    let across = weights(region.width, r.x, r.z, square.x, square.x + square.z, size.x)
    let along = weights(region.height, r.y, r.w, square.y, square.y + square.w, size.y)
    for y in 0..<region.height where along[y] > 0 {
      for x in 0..<region.width {
        let i = y * region.width + x
        mask.data[i] += (fine.data[i] - mask.data[i]) * (across[x] * along[y])
      }
    }
    return mask
  }
}
