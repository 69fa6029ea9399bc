import Avatar
import Creation
import Fitting
import Head
import Linear
import People
import Pixels
import Testing

@Suite("Sides of the face from other views")
struct SeenSidesTests {
  private let sitter = Sitter(depth: [], marks: 60)

  /// How wrong the colours are that vertices show which the sides' picture covers, mean, levels of 255: of that picture, and
  /// of the portrait.
  private func errors(
    _ created: CreatedAvatar, mirrored: Bool = false
  ) throws -> (sides: Float, portrait: Float, count: Int) {
    let sides = try #require(created.avatar.sides)
    let atlas = try #require(created.picture(.eyes))
    let head = try #require(created.picture(.headColour))
    let region = created.avatar.headRegion
    var (ofSides, ofPortrait, count) = (Float(0), Float(0), 0)
    for (k, i) in sides.indices.enumerated() where sides.weights[k] > 0.5 {
      let wanted = sitter.colour(Person.rig.neutral[mirrored ? Int(Person.rig.mirror[Int(i)]) : Int(i)])
      let rows = Float(atlas.height - 256)
      ofSides += (atlas.colour(sides.places[k].x * 512, rows + sides.places[k].y * 256) - wanted).length
      let p = created.avatar.faceTexture[Int(i)] - Vector2(region.x, region.y)
      ofPortrait +=
        (head.colour(p.x / region.z * Float(head.width), p.y / region.w * Float(head.height)) - wanted).length
      count += 1
    }
    return (ofSides / Float(count), ofPortrait / Float(count), count)
  }

  @Test("What a turned portrait hides comes from where it is seen", arguments: [Float(-0.25), 0.25])
  func farCheek(yaw: Float) throws {
    let created = sitter.created(sitter.view(yaw: yaw), with: [sitter.view(yaw: -1.4 * yaw)])
    #expect(created.views[0].uses.contains(.texture))
    let (sides, portrait, count) = try errors(created)
    #expect(count > 50)
    #expect(sides < 25)
    #expect(sides < 0.6 * portrait)
    // One side only, and none of its vertices beyond the middle.
    let indices = try #require(created.avatar.sides).indices
    let x = indices.map { Person.rig.neutral[Int($0)].x }
    #expect(x.min()! > 0 || x.max()! < 0)
  }

  @Test("In the portrait's colours, whatever light the view was taken in")
  func otherLight() throws {
    let portrait = sitter.view(yaw: 0.25)
    let alike = try errors(sitter.created(portrait, with: [sitter.view(yaw: -0.35)]))
    let warm = try errors(
      sitter.created(portrait, with: [sitter.view(yaw: -0.35, light: Vector3(0.95, 0.75, 0.6))]))
    #expect(warm.sides < alike.sides + 6)
  }

  @Test("Both sides from two views, of a portrait from the front")
  func bothSides() throws {
    let created = sitter.created(sitter.view(yaw: 0), with: [sitter.view(yaw: 0.4), sitter.view(yaw: -0.4)])
    #expect(created.views.allSatisfy { $0.uses.contains(.texture) })
    let sides = try #require(created.avatar.sides)
    #expect(sides.indices == sides.indices.sorted() && Set(sides.indices).count == sides.indices.count)
    for x: ClosedRange<Float> in [-20...0, 0...20] {
      #expect(sides.indices.contains { x.contains(Person.rig.neutral[Int($0)].x) })
    }
    let (ofSides, ofPortrait, _) = try errors(created)
    #expect(ofSides < ofPortrait)
    // Nothing is covered that speech or a blink moves, nor what collars lie before.
    let fields = Person.rig.fields
    let rig = Person.rig
    var normals = [Vector3](repeating: .zero, count: rig.vertexCount)
    rig.neutral.withUnsafeBufferPointer { vertices in
      normals.withUnsafeMutableBufferPointer {
        rig.normals(of: vertices, triangles: rig.triangles(of: .face), vertices: rig.vertices(of: .face), into: $0)
      }
    }
    // Next to a vertex that shows a side's picture none shows shut lids: between them would be a strip of anything.
    let covered = Set(sides.indices)
    let face = rig.triangles[rig.triangles(of: .face)]
    let mixed = stride(from: face.startIndex, to: face.endIndex, by: 3).filter { t in
      let corners = face[t..<t + 3]
      return corners.contains { covered.contains($0) } && corners.contains { fields.eyeDistance[Int($0)] <= 1.2 }
    }
    #expect(mixed.isEmpty)
    for (k, i) in sides.indices.enumerated() where sides.weights[k] > 0 {
      #expect(fields.eyeDistance[Int(i)] > 1.2 && fields.lipDistance[Int(i)] > 0.6)
      #expect(normals[Int(i)].y > -0.72)
    }
  }

  @Test(
    "What a turned portrait hides and no view shows is its other side in the mirror", arguments: [Float(-0.3), 0.3])
  func mirrored(yaw: Float) throws {
    let created = sitter.created(sitter.view(yaw: yaw), with: [])
    #expect(created.views.isEmpty)
    let (sides, portrait, count) = try errors(created, mirrored: true)
    #expect(count > 20)
    #expect(sides < 25)
    #expect(sides < 0.6 * portrait)
    let x = try #require(created.avatar.sides).indices.map { Person.rig.neutral[Int($0)].x }
    #expect(x.min()! > 0 || x.max()! < 0)
  }

  @Test("Glasses are not mirrored: the portrait's own go on, whatever the turn does to them")
  func notUnderGlasses() throws {
    func weights(bridge: Bool) throws -> (band: Float, rest: Float) {
      var portrait = sitter.view(yaw: 0.3)
      if bridge {
        let (top, bottom) = (portrait.landmarks[Landmark.betweenBrows].xy, portrait.landmarks[Landmark.noseRidge].xy)
        let middle = top + (bottom - top) * 0.4
        for y in Int(middle.y) - 5...Int(middle.y) + 5 {
          for x in Int(middle.x) - 25...Int(middle.x) + 25 {
            for c in 0..<3 { portrait.photo.data[3 * (y * portrait.photo.width + x) + c] = 20 }
          }
        }
      }
      let avatar = sitter.created(portrait, with: []).avatar
      #expect((avatar.appearance.glasses > 0.9) == bridge)
      var (band, rest) = (Float(0), Float(0))
      for (k, i) in try #require(avatar.sides).indices.enumerated() {
        let weight = avatar.sides!.weights[k]
        if (1.5...5.5).contains(Person.rig.neutral[Int(i)].y) { band += weight } else { rest += weight }
      }
      return (band, rest)
    }
    let bare = try weights(bridge: false)
    #expect(bare.band > 5)
    let glasses = try weights(bridge: true)
    #expect(glasses.band < 0.1 * bare.band && glasses.rest > 0.5 * bare.rest)
  }

  @Test("A near side that the photo's edge cuts off is not mirrored")
  func cutOff() throws {
    let (photo, landmarks) = sitter.view(yaw: 0.3)
    let whole = try #require(sitter.created((photo, landmarks), with: []).avatar.sides).weights.reduce(0, +)
    // The photo ends where the near cheek begins.
    let nose = landmarks[1].x
    let near = landmarks.map(\.x).max()! - nose > nose - landmarks.map(\.x).min()!
    let width = photo.width
    let columns =
      near
      ? 0..<Int(nose + 0.45 * (landmarks.map(\.x).max()! - nose))
      : Int(nose - 0.45 * (nose - landmarks.map(\.x).min()!))..<width
    var cut = PixelBuffer(width: columns.count, height: photo.height, channels: 3)
    for y in 0..<photo.height {
      for (x, column) in columns.enumerated() {
        for c in 0..<3 { cut.data[3 * (y * cut.width + x) + c] = photo.data[3 * (y * width + column) + c] }
      }
    }
    let moved = landmarks.map { Vector3($0.x - Float(columns.lowerBound), $0.y, $0.z) }
    let left = sitter.created((cut, moved), with: []).avatar.sides?.weights.reduce(0, +) ?? 0
    #expect(left < 0.5 * whole)
  }

  @Test("Hair over one side of the face stays on it, and is not on the other")
  func oneSided() throws {
    func covered(_ hair: ClosedRange<Float>?) -> Float {
      let sitter = Sitter(depth: [], marks: 20, hair: hair)
      let sides = [Float(-0.3), 0.3].map { sitter.created(sitter.view(yaw: $0), with: []).avatar.sides }
      return sides.reduce(0) { $0 + ($1?.weights.reduce(0, +) ?? 0) }
    }
    let whole = covered(nil)
    #expect(whole > 100)
    // Between nose and hair both sides are skin.
    #expect(covered(3...20) < 0.4 * whole)
  }

  @Test("Views from where the portrait was taken lend nothing")
  func sameSide() {
    let created = sitter.created(sitter.view(yaw: 0), with: [sitter.view(yaw: 0.06), sitter.view(yaw: 0)])
    #expect(created.avatar.sides == nil)
    #expect(created.views.allSatisfy { !$0.uses.contains(.texture) })
    #expect(created.picture(.eyes).map { $0.height * 4 } == created.picture(.eyes).map { $0.width * 3 })
  }
}

extension PixelBuffer {
  /// The pixel that holds a place.
  fileprivate func colour(_ x: Float, _ y: Float) -> Vector3 {
    let i = (max(0, min(height - 1, Int(y))) * width + max(0, min(width - 1, Int(x)))) * channels
    return Vector3(Float(data[i]), Float(data[i + 1]), Float(data[i + 2]))
  }
}
