import Avatar
import CGLES
import Head
import Linear
import Pixels

/// What the graphics driver holds of one avatar: pictures, and what does not change of its vertices.
final class AvatarDrawing {
  let camera: Camera
  let appearance: Appearance
  let eyes: (right: Eye, left: Eye)
  /// Radii of the irises in the photo, in `EyeGeometry.shadowReach`.
  let irisRadii: (right: Float, left: Float)
  let headRegion: SIMD4<Float>
  let hasFrame: Bool
  /// Rows of squares in the eyes' picture.
  let eyeRows: Float
  /// Teeth are in the eyes' picture, not in the head's.
  let hasOwnTeeth: Bool
  /// The sides of the face have pictures of their own.
  let hasSides: Bool
  let portrait: PortraitFrame

  /// One texture an `AvatarImage`, filled from outside, and the joined premultiplied pictures made of them.
  private var sources: [UInt32]
  private var isHere: [Bool]
  /// Width and height of the pictures that are scaled.
  private var headSize = (1, 1)
  private var frameSize = (1, 1)
  private var backgroundSize = (1, 1)
  let head: ScaledPicture
  let frame: ScaledPicture
  let background: ScaledPicture

  let skin: UInt32
  let lids: UInt32
  let plates: UInt32
  let platePositions: UInt32
  let plateArray: UInt32
  let faceArray: UInt32
  /// The face for the photo's own expression: every vertex shows the pixel that it was seen at.
  let photoFaceArray: UInt32
  private let photoSkin: UInt32
  let sheetPositions: UInt32
  private let sheetTextures: UInt32
  private let sheetTriangles: UInt32
  let sheetArray: UInt32
  private(set) var outerCount: Int
  private(set) var innerCount: Int

  init(_ avatar: Avatar, _ geometry: AvatarGeometry, rig: Rig, shared: SharedDrawing) {
    camera = avatar.camera
    appearance = avatar.appearance
    eyes = (avatar.eyeRight, avatar.eyeLeft)
    irisRadii = (geometry.eyeRight.irisRadius, geometry.eyeLeft.irisRadius)
    headRegion = avatar.headRegion
    hasFrame = avatar.image(.frameColour) != nil && avatar.image(.frameAlpha) != nil
    eyeRows = Float(avatar.atlasRows)
    hasOwnTeeth = avatar.hasTeethRow
    hasSides = avatar.sides != nil
    portrait = PortraitFrame(avatar, geometry: geometry, rig: rig)
    sources = []
    isHere = []
    for _ in AvatarImage.allCases {
      sources.append(Texture.make())
      isHere.append(false)
    }
    if let image = avatar.image(.headColour) { headSize = (image.width, image.height) }
    if let image = avatar.image(.frameColour) { frameSize = (image.width, image.height) }
    if let image = avatar.image(.background) { backgroundSize = (image.width, image.height) }
    head = ScaledPicture(Texture.make())
    frame = ScaledPicture(Texture.make())
    background = ScaledPicture(sources[Int(AvatarImage.background.rawValue) - 1])

    skin = VertexBuffer.make(GLES_ARRAY_BUFFER, Self.skin(avatar, geometry, rig))
    lids = VertexBuffer.make(GLES_ARRAY_BUFFER, Self.lids(avatar, rig))
    faceArray = VertexBuffer.array(
      [
        VertexAttribute(location: 0, buffer: shared.positions), VertexAttribute(location: 1, buffer: skin),
        VertexAttribute(location: 2, buffer: lids), VertexAttribute(location: 6, buffer: shared.creasePlaces),
      ], triangles: shared.triangles)
    photoSkin = VertexBuffer.make(GLES_ARRAY_BUFFER, Self.skin(avatar, geometry, rig, asSeen: true))
    photoFaceArray = VertexBuffer.array(
      [
        VertexAttribute(location: 0, buffer: shared.positions), VertexAttribute(location: 1, buffer: photoSkin),
        VertexAttribute(location: 2, buffer: lids), VertexAttribute(location: 6, buffer: shared.creasePlaces),
      ], triangles: shared.triangles)

    plates = VertexBuffer.make(
      GLES_ARRAY_BUFFER,
      Self.plate(geometry.eyeRight, avatar.headRegion) + Self.plate(geometry.eyeLeft, avatar.headRegion))
    platePositions = shared.plates
    plateArray = VertexBuffer.array(
      [
        VertexAttribute(location: 0, buffer: shared.plates),
        VertexAttribute(location: 1, buffer: plates, stride: 2),
        VertexAttribute(location: 2, buffer: plates, stride: 2, offset: 1),
      ], triangles: shared.plateTriangles)

    let sheet = geometry.sheet
    sheetPositions = VertexBuffer.makeDynamic(sheet.base.count)
    let region = avatar.headRegion
    let size = avatar.camera.photoSize
    sheetTextures = VertexBuffer.make(
      GLES_ARRAY_BUFFER,
      sheet.texture.map { p in
        SIMD4((p.x - region.x) / region.z, (p.y - region.y) / region.w, p.x / size.x, p.y / size.y)
      })
    sheetTriangles = VertexBuffer.make(GLES_ELEMENT_ARRAY_BUFFER, sheet.outerTriangles + sheet.innerTriangles)
    outerCount = sheet.outerTriangles.count
    innerCount = sheet.innerTriangles.count
    sheetArray = VertexBuffer.array(
      [
        VertexAttribute(location: 0, buffer: sheetPositions), VertexAttribute(location: 1, buffer: sheetTextures),
      ], triangles: sheetTriangles)
  }

  /// Place in the head's picture, opacity, strength of the lips' contact line; teeth: place and weight of the photo.
  /// `asSeen`: without the shift that keeps teeth off the lips.
  private static func skin(
    _ avatar: Avatar, _ geometry: AvatarGeometry, _ rig: Rig, asSeen: Bool = false
  ) -> [SIMD4<Float>] {
    var skin = [SIMD4<Float>](repeating: SIMD4(0, 0, 0, 0), count: rig.vertexCount)
    let region = avatar.headRegion
    for i in rig.vertices(of: .face) {
      let p = asSeen ? avatar.camera.project(avatar.photoPositions[i]) : avatar.faceTexture[i]
      let contact = rig.fields.contactDistance[i] / 0.06
      skin[i] = SIMD4(
        (p.x - region.x) / region.z, (p.y - region.y) / region.w, avatar.faceAlpha[i],
        Elementary.exp(-contact * contact))
    }
    if avatar.appearance.showsTeeth {
      let teeth = rig.vertices(of: .upperTeeth)
      let isOwn = avatar.hasTeethRow
      let rows = Float(avatar.atlasRows)
      let region = isOwn ? extent(avatar.teethTexture) : region
      for (k, i) in teeth.enumerated() {
        let p = avatar.teethTexture[k]
        let y = (p.y - region.y) / region.w
        skin[i] = SIMD4((p.x - region.x) / region.z, isOwn ? (3 + y) / rows : y, avatar.teethPhoto[k], 0)
      }
    }
    return skin
  }

  /// The smallest rectangle (x, y, width, height) that holds all points.
  private static func extent(_ points: [Vector2]) -> SIMD4<Float> {
    var low = points.first ?? .zero
    var high = low
    for p in points {
      low = pointwiseMin(low, p)
      high = pointwiseMax(high, p)
    }
    let size = pointwiseMax(high - low, Vector2(1, 1))
    return SIMD4(low.x, low.y, size.x, size.y)
  }

  /// Distance from the lids' rims, cm, between which the picture of the closed lids gives way to the photo: the blink
  /// moves nothing there, so both show the same.
  static let lidFade: (from: Float, to: Float) = (0.95, 1.2)

  /// Place in the eyes' atlas where closed lids are seen, how much of that picture a blink shows here (negative: the left
  /// eye's), how far behind the lips' contact line (0 at it, 1 well inside; -1 on a lower lid). Where there are sides
  /// instead: their place, and how much of them a turn shows, 2 more on the right, 4 more on the left.
  private static func lids(_ avatar: Avatar, _ rig: Rig) -> [SIMD4<Float>] {
    let rows = Float(avatar.atlasRows)
    var closed = avatar.neutralPositions
    for blink in [avatar.blinkRight, avatar.blinkLeft] {
      for (k, i) in blink.indices.enumerated() { closed[Int(i)] += blink.deltas[k] }
    }
    var lids = [SIMD4<Float>](repeating: SIMD4(0, 0, 0, 0), count: rig.vertexCount)
    for i in rig.vertices(of: .face) {
      let isLeft = rig.neutral[i].x > 0
      let region = isLeft ? avatar.eyeLeft.lidRegion : avatar.eyeRight.lidRegion
      // The lower lid shows what lies below the dark line in which the lids meet.
      let rim = isLeft ? rig.contours.lowerLidLeft : rig.contours.lowerLidRight
      let isLower = rig.neutral[i].y < rig.neutral[Int(rim[0])].y + 0.05
      let below = isLower ? 0.1 * Elementary.smoothstep(0.25, 0, rig.fields.eyeDistance[i]) : 0
      let p = avatar.camera.project(closed[i] - avatar.camera.rotation.c1 * below)
      let x = (p.x - region.x) / region.z
      let y = (p.y - region.y) / region.w
      let share = Elementary.smoothstep(lidFade.to, lidFade.from, rig.fields.eyeDistance[i])
      lids[i] = SIMD4(
        isLeft ? 0.5 + 0.5 * x : 0.5 * x, (1 + 2 * y) / rows, isLeft ? -share : share,
        isLower && share > 0 ? -1 : Elementary.smoothstep(0.02, 0.55, rig.fields.innerDepth[i]))
    }
    if let sides = avatar.sides {
      for (k, i) in sides.indices.enumerated() {
        let place = Vector2(sides.places[k].x, (rows - 2 + 2 * sides.places[k].y) / rows)
        lids[Int(i)] = SIMD4(place.x, place.y, (rig.neutral[Int(i)].x > 0 ? 4 : 2) + sides.weights[k], lids[Int(i)].w)
      }
    }
    return lids
  }

  private static func plate(_ geometry: EyeGeometry, _ region: SIMD4<Float>) -> [SIMD4<Float>] {
    let eye = geometry.eye
    let white = eye.scleraRegion
    var values: [SIMD4<Float>] = []
    for i in 0..<EyeGeometry.count {
      let p = geometry.texture[i]
      values.append(
        SIMD4(
          (p.x - white.x) / white.z, (p.y - white.y) / white.w, (p.x - region.x) / region.z,
          (p.y - region.y) / region.w))
      let q = (p - eye.irisCentre) * (1 / max(0.5, eye.irisRadius))
      values.append(SIMD4(q.x, q.y, geometry.photoDepth[i], geometry.photoHeight[i]))
    }
    return values
  }

  /// Draws only these triangles of the sheet from now on.
  func setSheet(outer: [UInt32], inner: [UInt32]) {
    outerCount = outer.count
    innerCount = inner.count
    let all = outer + inner
    glesBindVertexArray(0)
    glesBindBuffer(GLES_ELEMENT_ARRAY_BUFFER, sheetTriangles)
    all.withUnsafeBytes { glesBufferData(GLES_ELEMENT_ARRAY_BUFFER, Int32($0.count), $0.baseAddress, GLES_STATIC_DRAW) }
  }

  // MARK: A frame

  /// Pixels of the frame that a pixel of the photo takes.
  private var scale: Float = 1

  /// How this avatar is seen in a frame of `width` x `height` pixels, from now on.
  func lens(_ framing: Framing, width: Int, height: Int) -> Lens {
    let window = portrait.window(framing, width: width, height: height)
    scale = Float(width) / window.z
    return Lens(camera: camera, window: window)
  }

  /// This avatar is seen in another's head.
  /// - Parameter size: of this head, for one of the other's.
  func isSeen(as size: Float, of other: AvatarDrawing) {
    scale = other.scale * size * other.camera.pixelsPerUnit / camera.pixelsPerUnit
  }

  func bindHead(unit: UInt32) { head.bind(unit: unit, shown: headRegion.z * scale) }
  func bindFrame(unit: UInt32) { frame.bind(unit: unit, shown: camera.photoSize.x * scale) }
  func bindBackground(unit: UInt32) { background.bind(unit: unit, shown: camera.photoSize.x * scale) }

  // MARK: Pictures

  func texture(_ image: AvatarImage) -> UInt32 { sources[Int(image.rawValue) - 1] }

  private func has(_ image: AvatarImage) -> Bool { isHere[Int(image.rawValue) - 1] }

  /// Everything that the person needs is here.
  var isReady: Bool { has(.headColour) && has(.headAlpha) && has(.eyes) && (!hasFrame || frameIsReady) }
  private var frameIsReady: Bool { has(.frameColour) && has(.frameAlpha) }
  var hasBackground: Bool { has(.background) }

  /// Two pictures that can be joined into a premultiplied one.
  struct Pair {
    let colour: UInt32
    let alpha: UInt32
    let joined: ScaledPicture
    let width: Int
    let height: Int
  }

  /// The pixels of `image` have arrived in its texture; `pixels` where they are at hand.
  /// - Returns: what can now be joined, if anything.
  func arrived(_ image: AvatarImage, _ pixels: PixelBuffer?) -> Pair? {
    let size = pixels.map { ($0.width, $0.height) }
    isHere[Int(image.rawValue) - 1] = true
    if let size, image == .headColour { headSize = size }
    if let size, image == .frameColour { frameSize = size }
    if let size, image == .background { backgroundSize = size }
    switch image {
    case .headColour, .headAlpha:
      guard has(.headColour) && has(.headAlpha) else { return nil }
      return Pair(
        colour: texture(.headColour), alpha: texture(.headAlpha), joined: head, width: headSize.0, height: headSize.1)
    case .frameColour, .frameAlpha:
      guard frameIsReady else { return nil }
      return Pair(
        colour: texture(.frameColour), alpha: texture(.frameAlpha), joined: frame, width: frameSize.0,
        height: frameSize.1)
    case .background: background.filled(width: backgroundSize.0, height: backgroundSize.1, pixels)
    case .preview: break
    case .eyes:
      Texture.mipmap(texture(.eyes), levels: 2, pixels)
    }
    return nil
  }

  func delete() {
    for texture in sources { glesDeleteTexture(texture) }
    head.delete()
    frame.delete()
    for array in [faceArray, photoFaceArray, plateArray, sheetArray] { glesDeleteVertexArray(array) }
    for buffer in [skin, lids, photoSkin, plates, sheetPositions, sheetTextures, sheetTriangles] {
      glesDeleteBuffer(buffer)
    }
  }
}
