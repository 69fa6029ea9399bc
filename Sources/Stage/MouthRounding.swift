import Head
import Linear

/// Keeps an open mouth round. Shapes add up: what opens the mean head's lips to an oval opens lips whose line hangs in the
/// middle (a kept smile, a full lower lip) to a wedge. Real lips are a ring of muscle: the further they part, the less of
/// their line at rest is left.
struct MouthRounding {
  private let lower: LipRounding
  private let upper: LipRounding
  /// The lips become an oval as the mouth opens from here to there, shares of its width.
  private static let opening: (none: Float, whole: Float) = (0.06, 0.26)
  /// The upper lip keeps more of its bow.
  private static let upperShare: Float = 0.6

  init(rig: Rig, arena: Arena) {
    let (contours, fields) = (rig.contours, rig.fields)
    lower = LipRounding(
      contours.lowerLipInner, contours.lowerLipOuter, weight: fields.lowerLip, isUpper: false, rig: rig, arena: arena)
    upper = LipRounding(
      contours.upperLipInner, contours.upperLipOuter, weight: fields.upperLip, isUpper: true, rig: rig, arena: arena)
  }

  /// - Parameters:
  ///   - up: the head's upward direction in the space of `positions`.
  ///   - amount: 0 leaves the lips as they are, 1 rounds them as far as they are open.
  func apply(_ positions: UnsafeMutableBufferPointer<Vector3>, up: Vector3, amount: Float) {
    let (l, u) = (lower.rim.line, upper.rim.line)
    guard let frame = MouthFrame(from: positions[Int(l[0])], to: positions[Int(l[l.count - 1])], up: up) else { return }
    var widest: Float = 0
    for k in 1..<l.count - 1 { widest = max(widest, (positions[Int(l[k])] - positions[Int(u[k])]).dot(frame.down)) }
    let share = amount * Elementary.smoothstep(Self.opening.none, Self.opening.whole, widest / frame.width)
    guard share > 0 else { return }
    lower.apply(positions, frame, share: share)
    upper.apply(positions, frame.upsideDown, share: share * Self.upperShare)
  }
}

/// One lip of an open mouth.
private struct LipRounding {
  /// The lip's visible rim, and where its red ends.
  let rim: RoundedLine
  private let contour: RoundedLine
  /// The vertices close behind the rim, and the elements of the rim that they lie behind.
  private let inside: UnsafeMutableBufferPointer<UInt16>
  private let elements: UnsafeMutableBufferPointer<UInt16>
  /// So far behind it, cm.
  private static let close: Float = 0.4
  /// How much of what a lip shows of its inside, rolled out beyond its line, counts as its rim.
  private static let rolled: Float = 0.6
  /// So far behind the rim, below the lower and above the upper lip's red nothing moves any more, cm.
  private static let reach: (inside: Float, below: Float, above: Float) = (1.5, 1.2, 0.7)

  /// - Parameter weight: how much a skin vertex belongs to the lip.
  init(_ line: [UInt16], _ red: [UInt16], weight: [Float], isUpper: Bool, rig: Rig, arena: Arena) {
    let fields = rig.fields
    /// Of the line's nearest element, and how far that is, cm.
    func nearest(_ i: Int, on line: [UInt16]) -> (element: Int, distance: Float) {
      var best = (element: 0, distance: Float.infinity)
      for k in 0..<line.count {
        let distance = (rig.neutral[Int(line[k])] - rig.neutral[i]).length
        if distance < best.distance { best = (k, distance) }
      }
      return best
    }
    /// Of a vertex of the lip's red: 0 at its rim, 1 at its contour.
    func side(_ i: Int) -> Float {
      fields.contactDistance[i] / max(fields.contactDistance[i] + nearest(i, on: red).distance, 1e-3)
    }
    rim = RoundedLine(line, rig: rig, arena: arena) { i in
      guard weight[i] > 0 else { return 0 }
      return weight[i]
        * (fields.innerDepth[i] > 0
          ? Elementary.smoothstep(Self.reach.inside, 0.1, fields.contactDistance[i]) : 1 - side(i))
    }
    let corner = rig.neutral[Int(line[0])].y
    let reach = isUpper ? Self.reach.above : Self.reach.below
    contour = RoundedLine(red, rig: rig, arena: arena) { i in
      if fields.lipDistance[i] > 0 {
        return (rig.neutral[i].y > corner) == isUpper ? Elementary.smoothstep(reach, 0, fields.lipDistance[i]) : 0
      }
      return fields.innerDepth[i] == 0 ? weight[i] * side(i) : 0
    }
    var (inside, elements): ([UInt16], [UInt16]) = ([], [])
    for i in 0..<rig.skinCount where weight[i] > 0.5 && fields.innerDepth[i] > 0 && fields.innerDepth[i] < Self.close {
      inside.append(UInt16(i))
      elements.append(UInt16(nearest(i, on: line).element))
    }
    self.inside = arena.buffer(inside)
    self.elements = arena.buffer(elements)
  }

  /// - Parameter share: of the way to an oval.
  func apply(_ positions: UnsafeMutableBufferPointer<Vector3>, _ frame: MouthFrame, share: Float) {
    rim.measure(positions, frame)
    contour.measure(positions, frame)
    for j in 0..<inside.count {
      let k = Int(elements[j])
      let line = frame.depth(positions[Int(rim.line[k])])
      let share = Self.rolled * rim.middle(k) * rim.middle(k)
      rim.depths[k] = min(rim.depths[k], line + share * (frame.depth(positions[Int(inside[j])]) - line))
    }
    rim.round(positions, frame, share: share)
    contour.round(positions, frame, share: share)
  }
}
