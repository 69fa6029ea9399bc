import Avatar
import Fitting
import Head
import Linear
import Pixels

/// Depth from other sides: the portrait's skin is found again in views that are turned against it (`SkinMatch`), and how
/// far it moved tells how deep it lies (`ParallaxFit`). The landmark network cannot: it draws turned faces after the faces
/// that it knows.
struct Parallax {
  /// Sine of the angle that a view is turned by at least.
  private static let leastTurn: Float = 0.12
  /// With fewer points found again a view tells nothing.
  private static let leastPoints = 60
  /// The depth is taken where it explains so much of the error, and leaves less than so much of it, cm: hair that has
  /// moved or another light leave more.
  private static let mostLeft: Float = 0.93
  private static let mostError: Float = 0.028

  private let rig: Rig
  private let fit: RigFit
  private let face: FaceFit
  /// The portrait's head in avatar space.
  private let vertices: [Vector3]
  private let picture: LumaPicture
  private let normals: [Vector3]
  private let neighbours: [[Int]]

  init(rig: Rig, fit: RigFit, face: FaceFit, vertices: [Vector3], photo: PixelBuffer, region: PictureRegion) {
    (self.rig, self.fit, self.face, self.vertices) = (rig, fit, face, vertices)
    picture = LumaPicture(photo, camera: face.camera, region: region)
    normals = rig.faceNormals(vertices)
    neighbours = rig.faceNeighbours
  }

  /// - Returns: coefficients of the identity modes' depth (`FaceFit.depth`) and the views that told them; nil where they
  ///   tell nothing.
  func depth(from views: [PersonView]) -> (coefficients: [Float], views: [Int])? {
    let found = views.enumerated().compactMap { number, view in find(in: view).map { (number, $0) } }
    guard !found.isEmpty else { return nil }
    let fit = ParallaxFit(rig: rig, fit: fit, face: face, vertices: vertices, sights: found.map { $0.1 })
    let flat = fit.solved(modeCount: 0)
    let deep = fit.solved(modeCount: face.identity.count)
    guard deep.error < Self.mostLeft * flat.error, deep.error < Self.mostError else { return nil }
    return (deep.depth, found.map { $0.0 })
  }

  private func find(in view: PersonView) -> ParallaxFit.Sight? {
    guard face.camera.rotation.c2.cross(view.camera.rotation.c2).length > Self.leastTurn else { return nil }
    let match = SkinMatch(picture, LumaPicture(view.photo, camera: view.camera, region: view.region))
    var points: [ParallaxFit.Point] = []
    var weights = [Float](repeating: 0, count: vertices.count)
    for i in rig.vertices(of: .face) where isSteady(i) && normals[i].z > 0.4 && view.normals[i].z > 0.4 {
      weights[i] = 1
      let expected = view.camera.project(view.vertices[i])
      guard let warp = warp(at: i, to: view),
        let found = match.find(face.camera.project(vertices[i]), expected: expected, warp: warp)
      else { continue }
      points.append(ParallaxFit.Point(vertex: i, place: view.camera.unproject(found, z: view.vertices[i].z).xy))
    }
    guard points.count >= Self.leastPoints else { return nil }
    let similarity = Similarity(from: vertices, to: view.vertices, weights: weights)
    return ParallaxFit.Sight(
      points: points, rotation: similarity.rotation, scale: similarity.scale, translation: similarity.translation.xy)
  }

  /// Skin that speech and blinks do not move.
  private func isSteady(_ i: Int) -> Bool {
    rig.fields.edgeDistance[i] > 0.8 && rig.fields.lipDistance[i] > 0.8 && rig.fields.eyeDistance[i] > 0.5
  }

  /// How the surface at a vertex is seen in the view, by least squares over its neighbours: photo pixels of the view per
  /// photo pixel of the portrait to the right and down.
  private func warp(at i: Int, to view: PersonView) -> (Vector2, Vector2)? {
    let (point, expected) = (face.camera.project(vertices[i]), view.camera.project(view.vertices[i]))
    var (xx, xy, yy) = (Float(0), Float(0), Float(0))
    var (right, down) = (Vector2(0, 0), Vector2(0, 0))
    for n in neighbours[i] {
      let a = face.camera.project(vertices[n]) - point
      let b = view.camera.project(view.vertices[n]) - expected
      xx += a.x * a.x
      xy += a.x * a.y
      yy += a.y * a.y
      right += b * a.x
      down += b * a.y
    }
    let determinant = xx * yy - xy * xy
    guard determinant > 1e-3 * xx * yy else { return nil }
    return ((right * yy - down * xy) / determinant, (down * xx - right * xy) / determinant)
  }
}
