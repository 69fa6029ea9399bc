import Linear

extension Plane4 {
  /// Fills the unknown with what the picture shows elsewhere: every patch that touches the hole is made like some known
  /// patch, coarse to fine (Wexler, Shechtman and Irani 2007; the search is PatchMatch, Barnes and others 2009). Farther
  /// than `reach` from the known it fades into `smooth`, which is also the answer where no whole patch is known.
  /// The same picture gives the same fill.
  ///
  /// - Parameters:
  ///   - self: colours in x, y, z, premultiplied with the weight w: 1 known ... 0 unknown.
  ///   - reach: pixels.
  ///   - smooth: a continuation of the known (`inpainted`), of the same size.
  public func completed(reach: Float, over smooth: Plane4) -> Plane4 {
    var levels = [self]
    while max(levels.last!.width, levels.last!.height) > PatchField.finest { levels.append(levels.last!.halved()) }
    let finest = levels.count - 1
    while max(levels.last!.width, levels.last!.height) > PatchField.coarsest { levels.append(levels.last!.halved()) }
    var field: PatchField?
    for level in (finest..<levels.count).reversed() {
      let scale = Float(1 << level)
      var next = PatchField(levels[level], reach: reach / scale, coarser: field)
      next.search(rounds: level == finest ? 2 : 4)
      field = next
    }
    guard let field, field.hasSources else { return smooth }
    return field.fill(self, scale: 1 << finest, smooth: smooth)
  }
}

/// For each patch that touches the hole the known patch that is most like it.
struct PatchField {
  /// Longest sides of the pictures in which patches are searched, pixels.
  static let finest = 260
  static let coarsest = 70
  /// Of a patch: 5 by 5 pixels.
  private static let radius = 2
  /// What a patch costs that comes from as far as the fill reaches: from the side, from above or below. Horizons are level.
  private static let far = SIMD2<Float>(0.008, 0.02)
  /// How far a copied colour is moved to meet what is there at the rim.
  private static let correction: Float = 0.1
  private static let none = Int32(-1)
  /// Weight from which a pixel is wholly known.
  private static let known: Float = 0.999

  private let width: Int
  private let height: Int
  private let reach: Float
  /// w: how sure the colour is.
  private var picture: [SIMD4<Float>]
  private var isHole: [Bool]
  /// How far inside the hole, pixels.
  private let depth: Plane
  /// Whether a whole known patch lies round a pixel.
  private var isSource: [Bool]
  private var sources: [Int32] = []
  /// Centres of the patches to be filled, in reading order.
  private var targets: [Int32] = []
  /// Of each target the source's centre, and how unlike it is.
  private var source: [Int32]
  private var cost: [Float]
  private var random = SeededRandom(seed: 1)

  var hasSources: Bool { !sources.isEmpty }

  init(_ known: Plane4, reach: Float, coarser: PatchField?) {
    width = known.width
    height = known.height
    self.reach = reach
    let count = width * height
    picture = known.inpainted().data
    isHole = known.data.map { $0.w < Self.known }
    isSource = [Bool](repeating: false, count: count)
    source = [Int32](repeating: Self.none, count: count)
    cost = [Float](repeating: .infinity, count: count)
    depth = Plane(width: width, height: height, data: Self.depth(isHole, width: width, height: height))
    let hole = Plane(width: width, height: height, data: isHole.map { $0 ? 1 : 0 })
    let touched = hole.dilated(radius: Self.radius)
    for i in 0..<count {
      // Colours far inside are guesses of guesses.
      picture[i].w = isHole[i] ? Elementary.exp(-0.22 * min(depth.data[i], 40)) : 1
      let x = i % width, y = i / width
      let isWhole = x >= Self.radius && y >= Self.radius && x < width - Self.radius && y < height - Self.radius
      if touched.data[i] == 0 && isWhole {
        isSource[i] = true
        sources.append(Int32(i))
      } else if touched.data[i] > 0 && depth.data[i] <= reach + Float(2 * Self.radius) {
        targets.append(Int32(i))
      }
    }
    if sources.isEmpty { return }
    if let coarser, coarser.hasSources { take(coarser) } else { guess() }
  }

  /// Distance to the nearest known pixel, pixels (chamfer 1, 1.4).
  static func depth(_ isHole: [Bool], width: Int, height: Int) -> [Float] {
    var depth = isHole.map { $0 ? Float(1e6) : 0 }
    func relax(_ i: Int, _ x: Int, _ dx: Int, _ dy: Int) {
      let j = i + dy * width + dx
      guard x + dx >= 0, x + dx < width, j >= 0, j < depth.count else { return }
      depth[i] = min(depth[i], depth[j] + (dx != 0 && dy != 0 ? 1.4 : 1))
    }
    for i in depth.indices where isHole[i] {
      let x = i % width
      relax(i, x, -1, 0); relax(i, x, -1, -1); relax(i, x, 0, -1); relax(i, x, 1, -1)
    }
    for i in depth.indices.reversed() where isHole[i] {
      let x = i % width
      relax(i, x, 1, 0); relax(i, x, 1, 1); relax(i, x, 0, 1); relax(i, x, -1, 1)
    }
    return depth
  }

  /// Any known patch of about the same height, the smooth continuation as colours.
  private mutating func guess() {
    for t in targets {
      var best = sources[Int(random.next() % UInt32(sources.count))]
      for _ in 0..<6 {
        let other = sources[Int(random.next() % UInt32(sources.count))]
        if abs(Int(other) / width - Int(t) / width) < abs(Int(best) / width - Int(t) / width) { best = other }
      }
      source[Int(t)] = best
    }
  }

  /// The coarser level's answers, at twice the size.
  private mutating func take(_ coarser: PatchField) {
    for t in targets {
      let x = Int(t) % width, y = Int(t) / width
      let c = min(y / 2, coarser.height - 1) * coarser.width + min(x / 2, coarser.width - 1)
      let s = coarser.source[c]
      guard s != Self.none else {
        source[Int(t)] = sources[Int(random.next() % UInt32(sources.count))]
        continue
      }
      let sx = 2 * (Int(s) % coarser.width) + x % 2, sy = 2 * (Int(s) / coarser.width) + y % 2
      let i = min(sy, height - 1) * width + min(sx, width - 1)
      source[Int(t)] = isSource[i] ? Int32(i) : nearestSource(sx, sy)
    }
    vote()
  }

  private mutating func nearestSource(_ x: Int, _ y: Int) -> Int32 {
    for r in 1..<6 {
      for dy in -r...r {
        for dx in -r...r where max(abs(dx), abs(dy)) == r {
          let u = x + dx, v = y + dy
          if u >= 0, v >= 0, u < width, v < height, isSource[v * width + u] { return Int32(v * width + u) }
        }
      }
    }
    return sources[Int(random.next() % UInt32(sources.count))]
  }

  /// Searches and paints in turn.
  mutating func search(rounds: Int) {
    if sources.isEmpty { return }
    for _ in 0..<rounds {
      picture.withUnsafeBufferPointer { picture in
        for t in targets { cost[Int(t)] = difference(Int(t), Int(source[Int(t)]), picture, below: .infinity) }
        for pass in 0..<2 {
          let step = pass == 0 ? -1 : 1
          for k in targets.indices {
            let t = Int(targets[pass == 0 ? k : targets.count - 1 - k])
            improve(t, step, picture)
          }
        }
      }
      vote()
    }
  }

  private mutating func improve(_ t: Int, _ step: Int, _ picture: UnsafeBufferPointer<SIMD4<Float>>) {
    var best = Int(source[t])
    var least = cost[t]
    func attempt(_ s: Int) {
      if s == best || s < 0 || s >= isSource.count || !isSource[s] { return }
      let d = difference(t, s, picture, below: least)
      if d < least {
        least = d
        best = s
      }
    }
    // What suits the neighbour may suit here.
    let x = t % width
    if x + step >= 0, x + step < width, source[t + step] != Self.none { attempt(Int(source[t + step]) - step) }
    let row = t + step * width
    if row >= 0, row < source.count, source[row] != Self.none { attempt(Int(source[row]) - step * width) }
    // And chance, nearer and nearer.
    var range = max(width, height) / 2
    while range >= 1 {
      let u = best % width + Int(random.next() % UInt32(2 * range + 1)) - range
      let v = best / width + Int(random.next() % UInt32(2 * range + 1)) - range
      if u >= 0, v >= 0, u < width, v < height { attempt(v * width + u) }
      range /= 2
    }
    source[t] = Int32(best)
    cost[t] = least
  }

  /// How unlike the patch at `t` the one at `s` is; gives up above `limit`.
  private func difference(
    _ t: Int, _ s: Int, _ picture: UnsafeBufferPointer<SIMD4<Float>>, below limit: Float
  ) -> Float {
    let tx = t % width, ty = t / width
    let away = SIMD2(Float(s % width - tx), Float(s / width - ty)) / reach
    let extra = (away * away * Self.far).sum()
    var sum: Float = 0
    var weight: Float = 1e-3
    for dy in max(-Self.radius, -ty)...min(Self.radius, height - 1 - ty) {
      let row = dy * width
      for dx in max(-Self.radius, -tx)...min(Self.radius, width - 1 - tx) {
        let a = picture[t + row + dx]
        var d = a - picture[s + row + dx]
        d.w = 0
        sum += (d * d).sum() * a.w
        weight += a.w
      }
      if sum > limit * 30 { return .infinity }
    }
    return sum / weight + extra
  }

  /// Paints the hole: each pixel the mean of what the patches over it say, the likely ones' most.
  private mutating func vote() {
    var sums = [SIMD4<Float>](repeating: .zero, count: picture.count)
    let radius = Self.radius
    for t in targets {
      let s = Int(source[Int(t)])
      let tx = Int(t) % width, ty = Int(t) / width
      let centre = Int(t)
      let c = cost[centre]
      let share = picture[centre].w / ((c.isFinite ? c : 0.01) + 0.0005)
      for dy in max(-radius, -ty)...min(radius, height - 1 - ty) {
        for dx in max(-radius, -tx)...min(radius, width - 1 - tx) {
          let i = centre + dy * width + dx
          if !isHole[i] { continue }
          var v = picture[s + dy * width + dx]
          v.w = 1
          sums[i] += v * share
        }
      }
    }
    for i in picture.indices where isHole[i] && sums[i].w > 0 {
      let v = sums[i] / sums[i].w
      picture[i] = SIMD4(v.x, v.y, v.z, picture[i].w)
    }
  }

  /// The whole picture with its hole filled from `known` itself, `scale` times as large as this field.
  func fill(_ known: Plane4, scale: Int, smooth: Plane4) -> Plane4 {
    var result = smooth
    // How far what is copied is from what is there, along the rim.
    var miss = Plane4(width: width, height: height)
    func eachPixel(_ body: (_ i: Int, _ x: Int, _ y: Int, _ cell: Int) -> Void) {
      for t in targets {
        let cell = Int(t)
        let left = cell % width * scale, top = cell / width * scale
        for y in top..<min(top + scale, known.height) {
          for x in left..<max(left, min(left + scale, known.width)) { body(y * known.width + x, x, y, cell) }
        }
      }
    }
    eachPixel { i, x, y, cell in
      let copied = copy(known, x, y, scale)
      if copied.w == 0 { return }
      if known.data[i].w < Self.known {
        result.data[i] = copied
      } else {
        var difference = known.data[i] - copied
        difference.w = 1
        miss.data[cell] += difference
      }
    }
    for i in miss.data.indices where miss.data[i].w > 0 { miss.data[i] /= miss.data[i].w }
    miss = miss.inpainted()
    let limit = SIMD4<Float>(repeating: Self.correction)
    eachPixel { i, x, y, _ in
      if known.data[i].w >= Self.known {
        result.data[i] = known.data[i]
        return
      }
      let p = Vector2(Float(x) + 0.5, Float(y) + 0.5) / Float(scale)
      let copied = result.data[i] + miss.sample(p).clamped(lowerBound: -limit, upperBound: limit)
      let share = Elementary.smoothstep(reach, 0.6 * reach, depth.sample(p))
      result.data[i] = (smooth.data[i] + (copied - smooth.data[i]) * share).clamped(lowerBound: .zero, upperBound: .one)
    }
    return result
  }

  /// What the four nearest patches' sources show at a pixel of the large picture; w 0: nothing.
  private func copy(_ known: Plane4, _ x: Int, _ y: Int, _ scale: Int) -> SIMD4<Float> {
    let px = (Float(x) + 0.5) / Float(scale) - 0.5
    let py = (Float(y) + 0.5) / Float(scale) - 0.5
    let x0 = Int(px.rounded(.down))
    let y0 = Int(py.rounded(.down))
    var sum = SIMD4<Float>.zero
    for cy in max(0, y0)...min(height - 1, y0 + 1) {
      for cx in max(0, x0)...min(width - 1, x0 + 1) {
        let share = (1 - abs(px - Float(cx))) * (1 - abs(py - Float(cy)))
        let s = Int(source[cy * width + cx])
        if s < 0 { continue }
        let u = x + (s % width - cx) * scale
        let v = y + (s / width - cy) * scale
        if u < 0 || v < 0 || u >= known.width || v >= known.height { continue }
        var value = known.data[v * known.width + u]
        if value.w < Self.known { continue }
        value.w = 1
        sum += value * share
      }
    }
    return sum.w > 0 ? sum / sum.w : .zero
  }
}
