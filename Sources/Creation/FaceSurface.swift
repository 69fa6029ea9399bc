import Avatar
import Head
import Linear

/// How the photo lies on the face mesh: texture coordinates and opacity per face vertex.
struct FaceSurface {
  var texture: [Vector2]
  var alpha: [Float]

  /// The edge of open lips samples the photo this far inside the red, cm and share of the lip's thickness: what is seen at
  /// their contact line is partly teeth. Closed lips have the dark line there in which they meet.
  private static let lipInset: Float = 0.16
  private static let lipInsetShare: Float = 0.18

  /// - Parameter pixel: size of a pixel of the face's picture, photo pixels.
  init(rig: Rig, camera: Camera, photo: [Vector3], pixel: Float) {
    let face = rig.vertices(of: .face)
    texture = face.map { camera.project(photo[$0]) }
    alpha = [Float](repeating: 1, count: face.count)
    shiftInnerLips(rig, camera, photo, least: 1.5 * pixel)
    setAlpha(rig, photo)
  }

  private mutating func shiftInnerLips(_ rig: Rig, _ camera: Camera, _ photo: [Vector3], least: Float) {
    let contours = rig.contours
    let middle = contours.upperLipInner.count / 2
    let gap = (photo[Int(contours.upperLipInner[middle])] - photo[Int(contours.lowerLipInner[middle])]).length
    let parted = Elementary.smoothstep(0.05, 0.25, gap)
    for (inner, outer, upper) in [
      (contours.upperLipInner, contours.upperLipOuter, true), (contours.lowerLipInner, contours.lowerLipOuter, false),
    ] {
      func pixels(_ line: [UInt16]) -> ContourProfile {
        ContourProfile(line, of: rig, values: line.map { Vector3(camera.project(photo[Int($0)]), 0) })
      }
      func shape(_ line: [UInt16]) -> ContourProfile {
        ContourProfile(line, of: rig, values: line.map { rig.neutral[Int($0)] })
      }
      let (innerPixels, outerPixels) = (pixels(inner), pixels(outer))
      let (innerShape, outerShape) = (shape(inner), shape(outer))
      let side = upper ? rig.fields.upperLip : rig.fields.lowerLip
      for i in rig.vertices(of: .face) where side[i] > 0.5 {
        let x = rig.neutral[i].x
        guard x > innerShape.first, x < innerShape.last, rig.fields.contactDistance[i] < 1.2 else { continue }
        let a = innerPixels.value(at: x).xy
        let b = outerPixels.value(at: x).xy
        let thickness = (b - a).length
        let inset =
          parted
          * min(0.5, max(Self.lipInsetShare, max(least, Self.lipInset * camera.pixelsPerUnit) / max(thickness, 1e-3)))
        let edge =
          Elementary.smoothstep(innerShape.first, innerShape.first + 0.57, x)
          * Elementary.smoothstep(innerShape.last, innerShape.last - 0.57, x)
        let depth = rig.fields.innerDepth[i]
        let target: Vector2
        if depth > 0 {
          // Next to the rim all the same: pixels that a closed mouth's inside only touches are extrapolated, and would
          // reach across the rim to the teeth.
          target = a + (b - a) * (inset + 0.5 * max(0, min(depth, 0.5) - 0.15))
        } else {
          let yi = innerShape.value(at: x).y
          let yo = outerShape.value(at: x).y
          let t = (rig.neutral[i].y - yi) / (yo - yi)
          guard (yo - yi > 0) == upper, t < 1 else { continue }
          target = texture[i] + (b - a) * (inset * (1 - max(0, t)))
        }
        texture[i] += (target - texture[i]) * edge
      }
    }
  }

  /// How opaque the face is `edge` cm from its outline, whatever lies on it.
  static func border(_ edge: Float) -> Float { Elementary.smoothstep(0.15, 1.3, edge) }

  private mutating func setAlpha(_ rig: Rig, _ photo: [Vector3]) {
    let fields = rig.fields
    var normals = [Vector3](repeating: .zero, count: rig.vertexCount)
    photo.withUnsafeBufferPointer { vertices in
      normals.withUnsafeMutableBufferPointer {
        rig.normals(
          of: vertices, triangles: 0..<rig.triangles(of: .head).upperBound, vertices: 0..<rig.skinCount, into: $0)
      }
    }
    let step = Elementary.smoothstep
    for i in rig.vertices(of: .face) {
      let edge = fields.edgeDistance[i]
      let y = rig.neutral[i].y
      // Wider under the chin, where mesh and neck differ most.
      var border = Self.border(edge)
      if y < -7.5 { border *= step(0.2, 2.4, edge) }
      var value = border * step(0.02, 0.25, normals[i].z)
      // Well inside everything is opaque: nostrils would become black rings.
      if edge > 2.2 && y > -6 { value = 1 }
      if fields.lipDistance[i] < 1 || fields.innerDepth[i] > 0 { value = 1 }
      alpha[i] = max(value, step(1, 0.5, fields.eyeDistance[i]) * border)
    }
  }
}
