import Avatar
import Creation
import Fitting
import Head
import Linear
import People
import Pixels
import Testing

@Suite("What lies on the face and on no other photo's")
struct UncoveringTests {
  private typealias Photo = (photo: PixelBuffer, landmarks: [Vector3])
  private let sitter = Sitter(depth: [], marks: 30)
  private var portrait: Photo { haired(sitter.view(yaw: 0)) }
  private var unit: Float { sitter.taken.camera.pixelsPerUnit }
  private static let hair = Vector3(45, 32, 28)
  private static let white = Vector3(252, 252, 250)

  /// A strand from the outline into the forehead, on neither eye, as wide as two to three millimetres.
  private func strand(_ photo: Photo) -> [Vector2] {
    let p = photo.landmarks
    return [p[67].xy, p[67].xy * 0.4 + p[9].xy * 0.6 + Vector2(0.3 * unit, -0.6 * unit)]
  }

  /// With hair above the forehead, down to the face's outline.
  private func haired(_ photo: Photo, lower: Float = 0) -> Photo {
    let (p, up) = (photo.landmarks, Vector2(0, (lower - 1.5) * unit))
    return painted(photo, [p[103].xy + up, p[332].xy + up], radius: 0.9, Self.hair)
  }

  private func view(_ yaw: Float, light: Vector3 = Vector3(1, 1, 1)) -> Photo {
    haired(sitter.view(yaw: yaw, light: light))
  }

  private func painted(_ photo: Photo, _ line: [Vector2], radius: Float, _ colour: Vector3) -> Photo {
    var result = photo
    result.photo.paint(line, radius: radius * unit, colour)
    return result
  }

  /// How far the face's picture is from the person's own skin along a line, mean, levels of 255.
  private func error(_ created: CreatedAvatar, _ line: [Vector2]) throws -> Float {
    let head = try #require(created.picture(.headColour))
    var sum: Float = 0
    for k in 2...16 {
      let p = line[0] + (line[1] - line[0]) * (Float(k) / 16)
      let bare = portrait.photo.colour(p)
      sum += (head.colour(created.inHead(p, head)) - bare).length / 15
    }
    return sum
  }

  @Test("A strand that falls into the forehead is taken away", arguments: [Vector3(1, 1, 1), Vector3(0.9, 0.75, 0.6)])
  func strandOfHair(light: Vector3) throws {
    let line = strand(portrait)
    let covered = painted(portrait, [line[0] * 1.5 - line[1] * 0.5, line[1]], radius: 0.12, Self.hair)
    let alone = sitter.created(covered, with: [])
    let helped = sitter.created(covered, with: [view(0.08, light: light)])
    #expect(helped.views[0].uses == [.texture])
    #expect(try error(alone, line) > 100)
    let left = try error(helped, line)
    #expect(left < 20)
    // And nothing else is touched.
    let (before, after) = (try #require(alone.picture(.headColour)), try #require(helped.picture(.headColour)))
    let chin = alone.inHead(portrait.landmarks[Landmark.chin].xy - Vector2(0, unit), before)
    #expect(before.colour(chin) == after.colour(chin))
  }

  @Test("A glint on the cheek is taken away, a light in the eye stays")
  func glint() throws {
    let p = portrait.landmarks
    let cheek = (p[Landmark.cheeks[0]].xy + p[117].xy) * 0.5
    let line = [cheek - Vector2(0.4 * unit, 0), cheek + Vector2(0.4 * unit, 0)]
    let iris = p[Landmark.irisLeft].xy
    let covered = painted(
      painted(portrait, line, radius: 0.25, Self.white), [iris, iris + Vector2(1, 0)], radius: 0.2, Self.white)
    let helped = sitter.created(covered, with: [view(-0.08)])
    #expect(helped.views[0].uses == [.texture])
    #expect(try error(helped, line) < 14)
    let head = try #require(helped.picture(.headColour))
    #expect((head.colour(helped.inHead(iris, head)) - Self.white).length < 40)
  }

  @Test("A glint across a lid is taken away, unless the eyes look elsewhere", arguments: [Float(0), 0.3])
  func glintAcrossALid(gaze: Float) throws {
    let p = portrait.landmarks
    let middle = p[Landmark.rightLower[4]].xy + Vector2(0, 0.7 * unit)
    let line = [middle - Vector2(0.3 * unit, 0), middle + Vector2(0.3 * unit, 0)]
    let covered = painted(portrait, line, radius: 0.9, Self.white)
    var other = view(-0.08)
    for k in Landmark.irisRight..<Landmark.irisRight + 10 { other.landmarks[k].x += gaze * unit }
    let helped = sitter.created(covered, with: [other])
    #expect(helped.views[0].uses == (gaze == 0 ? [.texture] : []))
    let wrong = try error(helped, line)
    #expect(gaze == 0 ? wrong < 14 : wrong > 100)
  }

  @Test("Hair that lies otherwise in the other photo is not taken for skin")
  func hairElsewhere() throws {
    let line = strand(portrait)
    let covered = painted(portrait, [line[0] * 1.5 - line[1] * 0.5, line[1]], radius: 0.12, Self.hair)
    var other = view(0.08)
    let root = other.landmarks[67].xy
    other = painted(
      other, [root, other.landmarks[Landmark.betweenBrows].xy - Vector2(0, unit)], radius: 1, Vector3(225, 150, 90))
    #expect(sitter.created(covered, with: [other]).views[0].uses == [])
  }

  private enum Own: CaseIterable {
    case mole, fringe, wispyFringe, hairline, frames, strandOverTheEye, wrinkle, beardLine, boom, tilak
  }

  @Test("What is the person's own stays", arguments: Own.allCases)
  private func own(_ thing: Own) throws {
    let p = portrait.landmarks
    var covered = portrait
    func paint(_ line: [Vector2], _ radius: Float, _ colour: Vector3 = Self.hair) {
      covered = painted(covered, line, radius: radius, colour)
    }
    switch thing {
    case .mole: paint([p[Landmark.betweenBrows].xy, p[Landmark.betweenBrows].xy + Vector2(1, 0)], 0.3)
    case .wispyFringe:
      for k in 0..<8 {
        let root = p[67].xy + (p[297].xy - p[67].xy) * (Float(k) / 7)
        paint([root - Vector2(0, unit), root + Vector2(0, 2.2 * unit)], 0.13)
      }
    case .hairline: covered = haired(covered, lower: 0.6)
    case .boom: paint([p[234].xy, p[Landmark.mouthRight].xy - Vector2(1.2 * unit, 0)], 0.15)
    case .tilak:
      paint([p[10].xy - Vector2(0, 0.4 * unit), p[9].xy - Vector2(0, 0.8 * unit)], 0.13, Vector3(190, 30, 40))
    case .fringe: paint([p[67].xy, p[297].xy + Vector2(0, unit)], 1.1)
    case .frames:
      for (upper, lower) in [(Landmark.rightUpper, Landmark.rightLower), (Landmark.leftUpper, Landmark.leftLower)] {
        let middle = (p[upper[4]].xy + p[lower[4]].xy) * 0.5
        let corners = [Vector2(-2.6, -1.8), Vector2(2.6, -1.8), Vector2(2.6, 1.8), Vector2(-2.6, 1.8)]
        for k in 0..<4 { paint([middle + corners[k] * unit, middle + corners[(k + 1) % 4] * unit], 0.15) }
      }
      let bridge = p[Landmark.noseBridge].xy
      paint([bridge - Vector2(0.7 * unit, 0), bridge + Vector2(0.7 * unit, 0)], 0.15)
      paint([p[Landmark.rightUpper[0]].xy - Vector2(0.8 * unit, 0.5 * unit), p[127].xy], 0.15)
    case .strandOverTheEye: paint([p[67].xy - Vector2(0, unit), p[Landmark.cheeks[0]].xy], 0.12)
    case .wrinkle:
      let middle = p[151].xy
      paint([middle - Vector2(2.5 * unit, 0), middle + Vector2(2.5 * unit, 0)], 0.08, Vector3(130, 95, 80))
    case .beardLine: paint([p[172].xy, p[Landmark.mouthRight].xy + Vector2(-unit, unit)], 0.15)
    }
    let alone = sitter.created(covered, with: [])
    let helped = sitter.created(covered, with: [view(0.08)])
    #expect(helped.views[0].uses == [])
    let isUntouched = alone.picture(.headColour) == helped.picture(.headColour)
    #expect(isUntouched)
  }

  @Test("What lies on the other photo's face only, or on both, is not taken for skin")
  func coveredView() throws {
    let turned = view(0.08)
    let view = painted(turned, strand(turned), radius: 0.12, Self.hair)
    let alone = sitter.created(portrait, with: [])
    let helped = sitter.created(portrait, with: [view])
    #expect(helped.views[0].uses == [])
    let isUntouched = alone.picture(.headColour) == helped.picture(.headColour)
    #expect(isUntouched)
    let covered = painted(portrait, strand(portrait), radius: 0.12, Self.hair)
    #expect(sitter.created(covered, with: [view]).views[0].uses == [])
  }
}

extension PixelBuffer {
  /// A line with round, soft ends.
  fileprivate mutating func paint(_ line: [Vector2], radius: Float, _ colour: Vector3) {
    let span = line[1] - line[0]
    for y in 0..<height {
      for x in 0..<width {
        let p = Vector2(Float(x) + 0.5, Float(y) + 0.5)
        let along = max(0, min(1, (p - line[0]).dot(span) / span.dot(span)))
        let share = max(0, min(1, radius + 0.5 - (p - line[0] - span * along).length))
        for c in 0..<3 {
          let i = (y * width + x) * 3 + c
          data[i] = UInt8(Float(data[i]) * (1 - share) + colour[c] * share)
        }
      }
    }
  }

  /// The pixel that holds a place.
  fileprivate func colour(_ p: Vector2) -> Vector3 {
    let i = (max(0, min(height - 1, Int(p.y))) * width + max(0, min(width - 1, Int(p.x)))) * channels
    return Vector3(Float(data[i]), Float(data[i + 1]), Float(data[i + 2]))
  }
}

extension CreatedAvatar {
  /// A photo pixel in the head's picture.
  fileprivate func inHead(_ p: Vector2, _ head: PixelBuffer) -> Vector2 {
    let region = avatar.headRegion
    return (p - Vector2(region.x, region.y)) / Vector2(region.z, region.w)
      * Vector2(Float(head.width), Float(head.height))
  }
}
