import Head
import Linear
import Pixels

/// The face's triangles, part by part as they are drawn.
///
/// The lines where lips, lids and nostrils end need several samples a pixel; skin does not, and where there is no graphics processor a
/// sample costs nearly as much as a pixel. So these *rims* are drawn smooth only, and so is what lies round them as far as the
/// rectangle that holds them reaches, however the head is turned. Likewise most of the skin never shows a shut lid or a
/// crease, and needs no program that looks for them.
struct FaceTriangles {
  enum Part: Int, CaseIterable {
    case whole
    /// All but the rims.
    case skin
    /// Rims and their surroundings.
    case nose, eyeRight, eyeLeft, mouth
  }

  /// A part in `indices`: first what shows neither, then what shuts over the eyes, then what may be creased.
  struct Runs {
    var plain: Range<Int>
    var lids: Range<Int>
    var creased: Range<Int>
    var all: Range<Int> { plain.lowerBound..<creased.upperBound }
  }

  /// Along the surface from the line of the lips and from the lids' rims, cm.
  private static let mouthRim: Float = 0.35
  private static let eyeRim: Float = 0.25
  private static let mouthReach: Float = 3.8
  private static let eyeReach: Float = 3
  private static let bridge: Float = 1
  /// Nostrils and what is round them on the mean head, cm: how far to the sides, from where to where upwards.
  private static let nostrils: (aside: Float, low: Float, high: Float) = (1.95, -0.95, 1.05)
  private static let noseReach: (aside: Float, low: Float, high: Float) = (4.5, -3.8, 3.8)

  private(set) var indices: [UInt16] = []
  private var runs: [Runs] = []
  /// Vertices of the rims.
  let mouth: [UInt16]
  let nose: [UInt16]
  let eyeRight: [UInt16]
  let eyeLeft: [UInt16]

  /// - Parameter creases: the picture of them.
  init(rig: Rig, creases: PixelBuffer) {
    let fields = rig.fields
    func contact(_ v: UInt16) -> Float { fields.innerDepth[Int(v)] > 0 ? 0 : fields.contactDistance[Int(v)] }
    func eye(_ v: UInt16) -> Float { fields.eyeDistance[Int(v)] }
    let isCreased = Creases.reach(creases)
    var mouthRim: [UInt16] = []
    var eyeRims: [UInt16] = []
    var noseRim: [UInt16] = []
    // Part by part, plain, lids, creased.
    var lists = [[UInt16]](repeating: [], count: 3 * Part.allCases.count)
    let triangles = rig.triangles(of: .face)
    for i in stride(from: triangles.lowerBound, to: triangles.upperBound, by: 3) {
      let (a, b, c) = (rig.triangles[i], rig.triangles[i + 1], rig.triangles[i + 2])
      let eyeLeast = min(eye(a), eye(b), eye(c))
      let contactLeast = min(contact(a), contact(b), contact(c))
      let x = SIMD3(rig.neutral[Int(a)].x, rig.neutral[Int(b)].x, rig.neutral[Int(c)].x)
      let isEyeRim = max(eye(a), eye(b), eye(c)) <= Self.eyeRim
      let isMouthRim = max(contact(a), contact(b), contact(c)) <= Self.mouthRim
      let y = SIMD3(rig.neutral[Int(a)].y, rig.neutral[Int(b)].y, rig.neutral[Int(c)].y)
      func lies(in part: (aside: Float, low: Float, high: Float)) -> Bool {
        x.min() > -part.aside && x.max() < part.aside && y.min() > part.low && y.max() < part.high
      }
      let isNoseRim = lies(in: Self.nostrils)
      let kind =
        isCreased(rig.neutral[Int(a)], rig.neutral[Int(b)], rig.neutral[Int(c)])
        ? 2 : eyeLeast <= AvatarDrawing.lidFade.to ? 1 : 0
      func add(_ part: Part) { lists[3 * part.rawValue + kind] += [a, b, c] }
      add(.whole)
      if !isEyeRim && !isMouthRim && !isNoseRim { add(.skin) }
      if lies(in: Self.noseReach) { add(.nose) }
      if eyeLeast <= Self.eyeReach {
        // Each eye's with the bridge of the nose.
        if x.min() < Self.bridge { add(.eyeRight) }
        if x.max() > -Self.bridge { add(.eyeLeft) }
      }
      // A nose that hangs into the mouth's rectangle hides the mouth behind it.
      if contactLeast <= Self.mouthReach || lies(in: Self.noseReach) { add(.mouth) }
      if isEyeRim { eyeRims += [a, b, c] }
      if isMouthRim { mouthRim += [a, b, c] }
      if isNoseRim { noseRim += [a, b, c] }
    }
    for part in Part.allCases {
      let first = indices.count
      let lids = first + lists[3 * part.rawValue].count
      let creased = lids + lists[3 * part.rawValue + 1].count
      for list in lists[3 * part.rawValue..<3 * part.rawValue + 3] { indices += list }
      runs.append(Runs(plain: first..<lids, lids: lids..<creased, creased: creased..<indices.count))
    }
    mouth = mouthRim
    nose = noseRim
    eyeRight = eyeRims.filter { rig.neutral[Int($0)].x <= 0 }
    eyeLeft = eyeRims.filter { rig.neutral[Int($0)].x > 0 }
  }

  func runs(of part: Part) -> Runs { runs[part.rawValue] }
}
