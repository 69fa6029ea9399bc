import Avatar
import CGLES
import Linear
import Pixels

/// Where a picture's matte is empty, coarsely.
struct EmptyMap {
  static let side = 128
  private let alpha: [UInt8]

  /// - Parameter alpha: `side` x `side` values, top row first.
  init(alpha: [UInt8]) { self.alpha = alpha }

  /// Whether nothing is seen between `low` and `high` (0...1 of the picture; its edge goes on outside) and `margin` values
  /// round it, or nothing more opaque than `faint`.
  func isEmpty(_ low: Vector2, _ high: Vector2, margin: Int = 1, faint: UInt8 = 0) -> Bool {
    func texel(_ v: Float) -> Int { Int(max(-1, min(2, v)) * Float(Self.side)) }
    let range = 0...Self.side - 1
    func held(_ v: Int) -> Int { max(range.lowerBound, min(range.upperBound, v)) }
    for y in held(texel(low.y) - margin)...held(texel(high.y) + margin) {
      for x in held(texel(low.x) - margin)...held(texel(high.x) + margin)
      where alpha[y * Self.side + x] > faint { return false }
    }
    return true
  }
}

extension Stage {
  /// Leaves out the parts of the sheet on which there is nobody, once the pictures are known: half of what a frame costs.
  func cullSheet(_ slot: Int) {
    guard let drawing = drawing(slot), let geometry = deformer.geometry(slot), drawing.isReady else { return }
    let head = emptyMap(of: drawing.head)
    let frame = drawing.hasFrame ? emptyMap(of: drawing.frame) : nil
    let sheet = geometry.sheet
    func kept(_ triangles: [UInt32], _ needsFrame: Bool) -> [UInt32] {
      var kept: [UInt32] = []
      kept.reserveCapacity(triangles.count)
      var i = 0
      while i < triangles.count {
        // Six corners a cell, the first is the cell's own.
        let (low, high, isEdge) = sheet.evidence(of: Int(triangles[i]))
        let region = drawing.headRegion
        let origin = Vector2(region.x, region.y)
        let size = Vector2(region.z, region.w)
        let photo = drawing.camera.photoSize
        let margin = isEdge ? 0 : 1
        let faint: UInt8 = isEdge ? 96 : 0
        var isEmpty = head.isEmpty((low - origin) / size, (high - origin) / size, margin: margin, faint: faint)
        if isEmpty, needsFrame, let frame {
          isEmpty = frame.isEmpty(low / photo, high / photo, margin: margin, faint: faint)
        }
        if !isEmpty { kept.append(contentsOf: triangles[i..<i + 6]) }
        i += 6
      }
      return kept
    }
    drawing.setSheet(outer: kept(sheet.outerTriangles, true), inner: kept(sheet.innerTriangles, false))
  }

  /// Reads the matte of a joined picture back, made small.
  private func emptyMap(of picture: ScaledPicture) -> EmptyMap {
    let side = EmptyMap.side
    let small = Texture.make()
    Texture.allocate(small, width: side, height: side)
    glesBindFramebuffer(GLES_FRAMEBUFFER, shared.joinFramebuffer)
    glesFramebufferTexture2D(GLES_FRAMEBUFFER, GLES_COLOR_ATTACHMENT0, GLES_TEXTURE_2D, small, 0)
    glesViewport(0, 0, Int32(side), Int32(side))
    glesDisable(GLES_BLEND)
    glesDisable(GLES_DEPTH_TEST)
    glesDisable(GLES_CULL_FACE)
    uniforms[2] = SIMD4(0, 0, 1, 1)
    picture.bind(unit: 0, shown: Float(side))
    drawFlat(shared.layer)
    let pixels = read(width: side, height: side).data
    glesFramebufferTexture2D(GLES_FRAMEBUFFER, GLES_COLOR_ATTACHMENT0, GLES_TEXTURE_2D, 0, 0)
    glesBindFramebuffer(GLES_FRAMEBUFFER, output)
    glesDeleteTexture(small)
    var alpha = [UInt8](repeating: 0, count: side * side)
    for i in 0..<side * side { alpha[i] = pixels[4 * i + 3] }
    return EmptyMap(alpha: alpha)
  }
}
