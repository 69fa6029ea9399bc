import Avatar
import Fitting
import Head
import Linear
import Pixels

/// A further photo, or the portrait in a mirror, with the person's head fitted to it.
struct PersonView {
  let photo: PixelBuffer
  let landmarks: [Vector3]
  let camera: Camera
  let expression: BlendshapeWeights
  /// Every rig vertex in the view's own avatar space; skin vertices project to where they are seen.
  let vertices: [Vector3]
  /// Colours of `region` of the photo.
  let picture: Plane4
  let region: PictureRegion
  /// Of `vertices`, for the skin.
  let normals: [Vector3]

  init(_ further: FurtherPhoto, face: FaceFit, rig: Rig, fit: RigFit) {
    photo = further.pixels
    landmarks = further.landmarks
    camera = face.camera
    expression = face.expression
    vertices = HeadGeometry(rig: rig, fit: fit, face: face).photo
    region = PicturePlan(width: photo.width, height: photo.height, landmarks: landmarks).head
    picture = photo.resampled(region.rectangle, width: region.width, height: region.height)
    normals = rig.faceNormals(vertices)
  }

  /// The portrait in a mirror: each vertex is seen where the portrait sees its mirror image. Landmarks and expression stay the
  /// portrait's.
  /// - Parameters:
  ///   - vertices: the portrait's head in avatar space.
  init(
    mirrored portrait: PortraitSurface, photo: PixelBuffer, landmarks: [Vector3], face: FaceFit, vertices: [Vector3],
    rig: Rig
  ) {
    self.photo = photo
    self.landmarks = landmarks
    camera = face.camera
    expression = face.expression
    picture = portrait.skin.colours
    region = portrait.skin.region
    self.vertices = vertices.indices.map { vertices[Int(rig.mirror[$0])] }
    normals = vertices.indices.map { portrait.normals[Int(rig.mirror[$0])] }
  }

  /// The colour at a pixel of the view's photo.
  func colour(_ p: Vector2) -> SIMD4<Float> { picture.sample(region.point(p)) }

  /// What the view's colours are multiplied with, by channel, to be the portrait's: the median over skin that both see
  /// well.
  /// - Parameter near: which vertices count.
  func gain(to portrait: PortraitSurface, rig: Rig, near: (Int) -> Bool) -> Vector3 {
    let skin = portrait.skin
    var ratios: [Vector3] = []
    for i in rig.vertices(of: .face) where near(i) && normals[i].z > 0.6 && portrait.normals[i].z > 0.6 {
      guard rig.fields.edgeDistance[i] > 1, rig.fields.lipDistance[i] > 0.3, rig.fields.eyeDistance[i] > 0.5 else {
        continue
      }
      let own = colour(camera.project(vertices[i]))
      let wanted = skin.colour(skin.texture[i])
      if min(own.x, own.y, own.z) < 0.02 { continue }
      ratios.append(Vector3(wanted.x, wanted.y, wanted.z) / Vector3(own.x, own.y, own.z))
    }
    guard ratios.count > 20, let gain = SkinTones.median(ratios) else { return Vector3(1, 1, 1) }
    return gain.clamped(lowerBound: Vector3(repeating: 0.5), upperBound: Vector3(repeating: 2))
  }
}

/// What a view is matched to: the portrait as the face's skin shows it.
struct PortraitSurface {
  let skin: SkinPicture
  /// Of the face with the portrait's expression.
  let normals: [Vector3]

  init(skin: SkinPicture, vertices: [Vector3], rig: Rig) {
    self.skin = skin
    normals = rig.faceNormals(vertices)
  }
}

extension Rig {
  /// The neighbours of each of the face's vertices, by edges of its triangles.
  var faceNeighbours: [[Int]] {
    let range = triangles(of: .face)
    var neighbours = [[Int]](repeating: [], count: skinCount)
    for t in stride(from: range.lowerBound, to: range.upperBound, by: 3) {
      for k in 0..<3 { neighbours[Int(triangles[t + k])].append(Int(triangles[t + (k + 1) % 3])) }
    }
    return neighbours
  }

  /// Normals of the face's surface; zero elsewhere.
  func faceNormals(_ positions: [Vector3]) -> [Vector3] {
    var normals = [Vector3](repeating: .zero, count: vertexCount)
    positions.withUnsafeBufferPointer { positions in
      normals.withUnsafeMutableBufferPointer {
        self.normals(of: positions, triangles: triangles(of: .face), vertices: vertices(of: .face), into: $0)
      }
    }
    return normals
  }
}
