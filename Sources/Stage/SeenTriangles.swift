import Linear

/// The triangles of the face that one frame shows, part by part.
///
/// Where there is no graphics processor a triangle costs time even if nothing comes of it: each of them is moved, set up and
/// looked for in the picture.
final class SeenTriangles {
  private let face: FaceTriangles
  private let arena = Arena()
  private let all: UnsafeMutableBufferPointer<UInt16>
  private let chosen: UnsafeMutableBufferPointer<UInt16>
  private var count = 0
  private var runs: [FaceTriangles.Runs]

  init(_ face: FaceTriangles) {
    self.face = face
    all = arena.buffer(face.indices)
    chosen = arena.buffer(face.indices.count, 0)
    runs = FaceTriangles.Part.allCases.map { _ in FaceTriangles.Runs(plain: 0..<0, lids: 0..<0, creased: 0..<0) }
  }

  /// Corners of all triangles that are chosen.
  var indices: UnsafeBufferPointer<UInt16> { UnsafeBufferPointer(rebasing: chosen[0..<count]) }

  /// A part in `indices`.
  func runs(of part: FaceTriangles.Part) -> FaceTriangles.Runs { runs[part.rawValue] }

  /// Begins another frame, in which each part is chosen at most once.
  func begin() { count = 0 }

  func chooseAll(of part: FaceTriangles.Part) { choose(part) { _, _, _ in true } }

  /// - Parameter places: of the vertices, viewport.
  func choose(
    _ part: FaceTriangles.Part, _ places: UnsafeMutableBufferPointer<Vector2>, touching box: ViewportBox
  ) {
    choose(part) { a, b, c in box.touches(ViewportBox(places[a], places[b], places[c])) }
  }

  /// - Parameter places: of the vertices, viewport.
  func choose(
    _ part: FaceTriangles.Part, _ places: UnsafeMutableBufferPointer<Vector2>, notWithin first: ViewportBox,
    _ second: ViewportBox, _ third: ViewportBox, _ fourth: ViewportBox
  ) {
    choose(part) { a, b, c in
      let triangle = ViewportBox(places[a], places[b], places[c])
      return !(first.holds(triangle) || second.holds(triangle) || third.holds(triangle) || fourth.holds(triangle))
    }
  }

  @inline(__always)
  private func choose(_ part: FaceTriangles.Part, _ isSeen: (Int, Int, Int) -> Bool) {
    func copy(_ range: Range<Int>) -> Range<Int> {
      let first = count
      var i = range.lowerBound
      while i < range.upperBound {
        let (a, b, c) = (all[i], all[i + 1], all[i + 2])
        if isSeen(Int(a), Int(b), Int(c)) {
          chosen[count] = a
          chosen[count + 1] = b
          chosen[count + 2] = c
          count += 3
        }
        i += 3
      }
      return first..<count
    }
    let whole = face.runs(of: part)
    runs[part.rawValue] = FaceTriangles.Runs(
      plain: copy(whole.plain), lids: copy(whole.lids), creased: copy(whole.creased))
  }
}

/// A rectangle of the viewport.
struct ViewportBox {
  var low: Vector2
  var high: Vector2

  /// Round a triangle.
  init(_ a: Vector2, _ b: Vector2, _ c: Vector2) {
    low = pointwiseMin(pointwiseMin(a, b), c)
    high = pointwiseMax(pointwiseMax(a, b), c)
  }

  /// A part of a frame of `width` x `height` pixels with `margin` more pixels round it; nowhere for nil.
  init(_ box: PixelBox?, _ width: Int, _ height: Int, margin: Float) {
    guard let box else {
      (low, high) = (Vector2(repeating: .infinity), Vector2(repeating: -.infinity))
      return
    }
    let pixel = Vector2(2 / Float(width), 2 / Float(height))
    low = Vector2(Float(box.x) - margin, Float(box.y) - margin) * pixel - Vector2(1, 1)
    high = Vector2(Float(box.x + box.width) + margin, Float(box.y + box.height) + margin) * pixel - Vector2(1, 1)
  }

  func touches(_ other: ViewportBox) -> Bool {
    low.x < other.high.x && other.low.x < high.x && low.y < other.high.y && other.low.y < high.y
  }

  func holds(_ other: ViewportBox) -> Bool {
    low.x <= other.low.x && other.high.x <= high.x && low.y <= other.low.y && other.high.y <= high.y
  }
}
