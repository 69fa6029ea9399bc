import Avatar
import Head
import Linear
import Pixels

/// Makes the 2.5D sheet: the fitted head's depth where there is one, relaxed smoothly to everything else.
struct SheetMaker {
  /// Depth of the ears in the rig, cm: where hair and the far background lie.
  private static let earDepth: Float = 1.2
  /// Depth of the torso in the rig, cm.
  private static let torsoDepth: Float = 2.6
  /// Below this height (rig, cm) there is torso; above `neckHeight` none.
  private static let torsoHeight: Float = -15
  private static let neckHeight: Float = -11
  /// Lines over the head's rectangle, about half a centimetre apart, and at the same density thinned out over the rest.
  /// Small triangles are what drawing without a graphics processor spends most of its time on.
  private static let headLines = 48
  private static let mostLines = 80

  let rig: Rig
  let camera: Camera

  /// - Parameters:
  ///   - head: the head's square in the photo (x, y, width, height): lines are dense there.
  ///   - matte: the person's opacity over the whole photo, at any size.
  func sheet(photo vertices: [Vector3], head: SIMD4<Float>, matte: Plane) -> Sheet {
    let columns = Self.lines(length: camera.photoSize.x, from: head.x, to: head.x + head.z)
    let rows = Self.lines(length: camera.photoSize.y, from: head.y, to: head.y + head.w)
    let surface = rasterise(vertices, columns, rows)
    let width = columns.count
    let ear = camera.place(Vector3(0, 0, Self.earDepth)).z
    let torso = camera.place(Vector3(0, Self.torsoHeight, Self.torsoDepth)).z
    let matteScale = Vector2(Float(matte.width) / camera.photoSize.x, Float(matte.height) / camera.photoSize.y)
    var fixed = [Bool](repeating: false, count: width * rows.count)
    var depth = [Float](repeating: ear, count: width * rows.count)
    for (r, y) in rows.enumerated() {
      for (c, x) in columns.enumerated() {
        let i = r * width + c
        let height = camera.unplace(camera.unproject(Vector2(x, y), z: ear)).y
        let hit = surface[i]
        if hit.y > 0.35 && hit.x > ear {
          fixed[i] = true
          depth[i] = hit.x
        } else if height < Self.torsoHeight {
          fixed[i] = true
          depth[i] = torso
        } else if matte.sample(Vector2(x, y) * matteScale) < 0.02 {
          fixed[i] = true
          let down = Elementary.smoothstep(Self.neckHeight, Self.torsoHeight, height)
          depth[i] = height > Self.neckHeight ? ear : ear + (torso - ear) * down
        }
      }
    }
    relax(&depth, fixed, width, rows.count)
    let smooth = Plane(width: width, height: rows.count, data: depth).gaussianBlurred(sigma: 1.2)
    return Sheet(columns: columns, rows: rows, depth: smooth.data)
  }

  /// Lines from 0 to `length`: evenly dense between `from` and `to`, three times wider apart elsewhere.
  static func lines(length: Float, from: Float, to: Float) -> [Float] {
    let low = max(0, from)
    let high = min(length, max(to, low + 1))
    let dense = max((high - low) / Float(headLines), length / Float(mostLines) * 0.5)
    var lines: [Float] = []
    func span(_ a: Float, _ b: Float, _ step: Float) {
      guard b - a > 0.25 else { return }
      let count = max(1, Int(((b - a) / step).rounded(.up)))
      for k in 0..<count { lines.append(a + (b - a) * Float(k) / Float(count)) }
    }
    let sparse = max(dense * 3, (length - (high - low)) / Float(mostLines - headLines))
    span(0, low, sparse)
    span(low, high, dense)
    span(high, length, sparse)
    lines.append(length)
    return lines
  }

  /// Depth (x) and how much the surface faces the viewer (y) of the skin at every crossing; y is 0 where there is none.
  private func rasterise(_ vertices: [Vector3], _ columns: [Float], _ rows: [Float]) -> [Vector2] {
    let skin = 0..<rig.triangles(of: .head).upperBound
    var normals = [Vector3](repeating: .zero, count: rig.vertexCount)
    vertices.withUnsafeBufferPointer { vertices in
      normals.withUnsafeMutableBufferPointer {
        rig.normals(of: vertices, triangles: skin, vertices: 0..<rig.skinCount, into: $0)
      }
    }
    let pixels = (0..<rig.skinCount).map { camera.project(vertices[$0]) }
    var result = [Vector2](repeating: Vector2(-.greatestFiniteMagnitude, 0), count: columns.count * rows.count)
    for t in stride(from: skin.lowerBound, to: skin.upperBound, by: 3) {
      let corners = (Int(rig.triangles[t]), Int(rig.triangles[t + 1]), Int(rig.triangles[t + 2]))
      let (a, b, c) = (pixels[corners.0], pixels[corners.1], pixels[corners.2])
      let area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)
      if abs(area) < 1e-6 { continue }
      let left = Self.firstIndex(columns, atLeast: min(a.x, b.x, c.x))
      let top = Self.firstIndex(rows, atLeast: min(a.y, b.y, c.y))
      let right = max(a.x, b.x, c.x)
      let bottom = max(a.y, b.y, c.y)
      var r = top
      while r < rows.count && rows[r] <= bottom {
        var k = left
        while k < columns.count && columns[k] <= right {
          let p = Vector2(columns[k], rows[r])
          let v = ((p.x - a.x) * (c.y - a.y) - (c.x - a.x) * (p.y - a.y)) / area
          let w = ((b.x - a.x) * (p.y - a.y) - (p.x - a.x) * (b.y - a.y)) / area
          let u = 1 - v - w
          if u >= -1e-5 && v >= -1e-5 && w >= -1e-5 {
            let z = vertices[corners.0].z * u + vertices[corners.1].z * v + vertices[corners.2].z * w
            let i = r * columns.count + k
            if z > result[i].x {
              result[i] = Vector2(
                z, normals[corners.0].z * u + normals[corners.1].z * v + normals[corners.2].z * w)
            }
          }
          k += 1
        }
        r += 1
      }
    }
    return result
  }

  private static func firstIndex(_ lines: [Float], atLeast value: Float) -> Int {
    var low = 0
    var high = lines.count
    while low < high {
      let middle = (low + high) / 2
      if lines[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Every free value becomes the mean of its four neighbours (Jacobi; edges repeat).
  private func relax(_ depth: inout [Float], _ fixed: [Bool], _ width: Int, _ height: Int) {
    var next = depth
    for _ in 0..<900 {
      depth.withUnsafeBufferPointer { now in
        next.withUnsafeMutableBufferPointer { next in
          for y in 0..<height {
            let above = max(0, y - 1) * width
            let below = min(height - 1, y + 1) * width
            for x in 0..<width {
              let i = y * width + x
              if fixed[i] { continue }
              let sides = now[y * width + max(0, x - 1)] + now[y * width + min(width - 1, x + 1)]
              next[i] = (sides + now[above + x] + now[below + x]) * 0.25
            }
          }
        }
      }
      swap(&depth, &next)
    }
  }
}

extension Sheet {
  /// Depth at a photo pixel, bilinear between the crossings.
  func depth(at p: Vector2) -> Float {
    let (c, fx) = Self.cell(columns, p.x)
    let (r, fy) = Self.cell(rows, p.y)
    let i = r * columns.count + c
    let upper = depth[i] + (depth[i + 1] - depth[i]) * fx
    let lower = depth[i + columns.count] + (depth[i + columns.count + 1] - depth[i + columns.count]) * fx
    return upper + (lower - upper) * fy
  }

  private static func cell(_ lines: [Float], _ value: Float) -> (Int, Float) {
    var low = 0
    var high = lines.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if lines[middle] <= value { low = middle } else { high = middle }
    }
    return (low, max(0, min(1, (value - lines[low]) / (lines[high] - lines[low]))))
  }
}
