import Bytes
import Head
import Linear

extension AvatarFile {
  /// Reads an avatar.
  /// - Parameters:
  ///   - bytes: a `.ftar` file, from anywhere: every number is checked, nothing is allocated before it is known to be
  ///     there.
  ///   - rig: the head the avatar must have been made for.
  public static func decode(_ bytes: [UInt8], rig: Rig) throws(AvatarFileError) -> Avatar {
    let sections = try AvatarSections(bytes)
    let count = rig.vertexCount

    var reader = try sections.reader(Section.rig)
    guard try reader.uint32() == rig.checksum else { throw .otherRig }
    guard reader.isAtEnd else { throw .inconsistent }

    reader = try sections.reader(Section.camera)
    let camera = try readCamera(&reader)
    let region = try reader.vector4(pixels)
    guard reader.isAtEnd, isInside(region, camera.photoSize) else { throw .inconsistent }

    reader = try sections.reader(Section.photoPositions)
    guard try reader.uint32() == UInt32(count) else { throw .inconsistent }
    let photoPositions = try reader.axes3(count, centimetres)
    guard reader.isAtEnd else { throw .inconsistent }
    reader = try sections.reader(Section.neutralOffsets)
    let offsets = try reader.axes3(count, -20...20)
    guard reader.isAtEnd else { throw .inconsistent }
    let neutralPositions = (0..<count).map { photoPositions[$0] + offsets[$0] }
    // Everything must lie in front of the eye point.
    let nearest = camera.focalDistance - 1
    for i in 0..<count where photoPositions[i].z > nearest || neutralPositions[i].z > nearest { throw .inconsistent }

    let faceCount = rig.vertices(of: .face).count
    reader = try sections.reader(Section.faceTexture)
    let faceTexture = try reader.axes2(faceCount, pixels)
    guard reader.isAtEnd else { throw .inconsistent }
    reader = try sections.reader(Section.faceAlpha)
    let faceAlpha = try reader.units(faceCount)
    guard reader.isAtEnd else { throw .inconsistent }

    reader = try sections.reader(Section.blinks)
    let blinkRight = try readShape(&reader, vertexCount: count)
    let blinkLeft = try readShape(&reader, vertexCount: count)
    guard reader.isAtEnd else { throw .inconsistent }

    reader = try sections.reader(Section.expression)
    let mouthScale = try reader.float(0.1...10)
    var kept = BlendshapeWeights()
    for i in 0..<Blendshape.count { kept[i] = try reader.float(-2...2) }
    guard reader.isAtEnd else { throw .inconsistent }

    reader = try sections.reader(Section.teeth)
    let teethCount = Int(try reader.uint16())
    guard teethCount == 0 || teethCount == rig.vertices(of: .upperTeeth).count else { throw .inconsistent }
    let teethPhoto = try reader.units(teethCount)
    let teethTexture = try reader.axes2(teethCount, pixels)
    guard reader.isAtEnd else { throw .inconsistent }

    reader = try sections.reader(Section.eyes)
    let eyeRight = try readEye(&reader, nearest: nearest)
    let eyeLeft = try readEye(&reader, nearest: nearest)
    guard reader.isAtEnd else { throw .inconsistent }

    reader = try sections.reader(Section.appearance)
    let appearance = try readAppearance(&reader)
    guard reader.isAtEnd, appearance.showsTeeth == (teethCount > 0) else { throw .inconsistent }

    reader = try sections.reader(Section.sheet)
    let sheet = try readSheet(&reader, nearest: nearest)
    let avatar = Avatar(
      rigChecksum: rig.checksum, camera: camera, headRegion: region, photoPositions: photoPositions,
      neutralPositions: neutralPositions, faceTexture: faceTexture, faceAlpha: faceAlpha, blinkRight: blinkRight,
      blinkLeft: blinkLeft, mouthScale: mouthScale, keptExpression: kept, teethPhoto: teethPhoto,
      teethTexture: teethTexture, sides: try readSides(sections, faceCount: faceCount),
      eyeRight: eyeRight, eyeLeft: eyeLeft, appearance: appearance, sheet: sheet, images: try readImages(sections))
    guard avatar.sides == nil || 5...6 ~= avatar.atlasRows else { throw .inconsistent }
    return avatar
  }

  /// Photo pixels and a margin: a photo has at most 20 000 a side.
  private static let pixels: ClosedRange<Float> = -20_000...40_000
  private static let centimetres: ClosedRange<Float> = -200...200
  private static let colour: ClosedRange<Float> = 0...1

  /// Whether a rectangle (x, y, width, height) has an area and lies in the photo.
  private static func isInside(_ r: SIMD4<Float>, _ size: Vector2) -> Bool {
    r.z >= 1 && r.w >= 1 && r.x >= -1 && r.y >= -1 && r.x + r.z <= size.x + 1 && r.y + r.w <= size.y + 1
  }

  private static func readCamera(_ reader: inout ByteReader<AvatarFileError>) throws(AvatarFileError) -> Camera {
    let size = try reader.vector2(16...20_000)
    let origin = try reader.vector2(pixels)
    let pixelsPerUnit = try reader.float(0.1...2000)
    let focalDistance = try reader.float(20...5000)
    let c0 = try reader.vector3(-1.01...1.01)
    let c1 = try reader.vector3(-1.01...1.01)
    let c2 = try reader.vector3(-1.01...1.01)
    let rotation = Matrix3(c0, c1, c2)
    guard abs(rotation.determinant - 1) < 0.01, abs(c0.dot(c1)) < 0.01, abs(c0.dot(c2)) < 0.01 else {
      throw .inconsistent
    }
    return Camera(
      photoSize: size, origin: origin, pixelsPerUnit: pixelsPerUnit, focalDistance: focalDistance,
      rotation: rotation, translation: try reader.vector3(centimetres))
  }

  private static func readShape(
    _ reader: inout ByteReader<AvatarFileError>, vertexCount: Int
  ) throws(AvatarFileError) -> PersonalShape {
    let indices = try readIndices(&reader, vertexCount: vertexCount)
    return PersonalShape(indices: indices, deltas: try reader.axes3(indices.count, -10...10))
  }

  /// Rising numbers of vertices.
  private static func readIndices(
    _ reader: inout ByteReader<AvatarFileError>, vertexCount: Int
  ) throws(AvatarFileError) -> [UInt16] {
    let count = Int(try reader.uint16())
    guard count <= vertexCount else { throw .inconsistent }
    var indices: [UInt16] = []
    indices.reserveCapacity(count)
    for _ in 0..<count {
      let index = try reader.uint16()
      guard index < vertexCount, indices.last.map({ $0 < index }) ?? true else { throw .inconsistent }
      indices.append(index)
    }
    return indices
  }

  private static func readSides(_ sections: AvatarSections, faceCount: Int) throws(AvatarFileError) -> SideTexture? {
    guard let section = sections.ranges(Section.sides).first else { return nil }
    var reader = ByteReader<AvatarFileError>(sections.bytes, section)
    let indices = try readIndices(&reader, vertexCount: faceCount)
    let weights = try reader.units(indices.count)
    let sides = SideTexture(indices: indices, weights: weights, places: try reader.axes2(indices.count, 0...1))
    guard reader.isAtEnd else { throw .inconsistent }
    return sides
  }

  private static func readEye(_ reader: inout ByteReader<AvatarFileError>, nearest: Float) throws(AvatarFileError)
    -> Eye
  {
    let irisCentre = try reader.vector2(pixels)
    let irisRadius = try reader.float(0.1...4000)
    let ballCentre = try reader.vector3(centimetres)
    let ballRadius = try reader.float(0.1...10)
    let sclera = try reader.vector4(pixels)
    let lid = try reader.vector4(pixels)
    guard sclera.z >= 1, sclera.w >= 1, lid.z >= 1, lid.w >= 1, ballCentre.z + ballRadius < nearest else {
      throw .inconsistent
    }
    return Eye(
      irisCentre: irisCentre, irisRadius: irisRadius, ballCentre: ballCentre, ballRadius: ballRadius,
      scleraRegion: sclera, lidRegion: lid)
  }

  private static func readAppearance(_ reader: inout ByteReader<AvatarFileError>) throws(AvatarFileError) -> Appearance
  {
    let light = try reader.vector4(-10...10)
    let skin = try reader.vector3(colour)
    let innerLip = try reader.vector3(colour)
    let teeth = try reader.vector3(colour)
    let gums = try reader.vector3(colour)
    let showsTeeth = try reader.float(0...1) == 1
    let creases = reader.isAtEnd ? Appearance.usualCreases : try reader.float(0...1)
    let glasses = reader.isAtEnd ? 0 : try reader.float(0...1)
    return Appearance(
      light: light, skin: skin, innerLip: innerLip, teeth: teeth, gums: gums, showsTeeth: showsTeeth, creases: creases,
      glasses: glasses)
  }

  private static func readSheet(_ reader: inout ByteReader<AvatarFileError>, nearest: Float) throws(AvatarFileError)
    -> Sheet
  {
    let columnCount = Int(try reader.uint16())
    let rowCount = Int(try reader.uint16())
    guard 2...1024 ~= columnCount, 2...1024 ~= rowCount, columnCount * rowCount <= 65536 else { throw .inconsistent }
    let columns = try readLines(&reader, columnCount)
    let rows = try readLines(&reader, rowCount)
    let depth = try reader.axis(columnCount * rowCount, -200...nearest)
    guard reader.isAtEnd else { throw .inconsistent }
    return Sheet(columns: columns, rows: rows, depth: depth)
  }

  /// Rising coordinates.
  private static func readLines(_ reader: inout ByteReader<AvatarFileError>, _ count: Int) throws(AvatarFileError)
    -> [Float]
  {
    var lines: [Float] = []
    for _ in 0..<count {
      let line = try reader.float(pixels)
      guard lines.last.map({ $0 < line }) ?? true else { throw .inconsistent }
      lines.append(line)
    }
    return lines
  }

  private static func readImages(_ sections: AvatarSections) throws(AvatarFileError) -> [EncodedImage] {
    var images: [EncodedImage] = []
    for section in sections.ranges(Section.image) {
      var reader = ByteReader<AvatarFileError>(sections.bytes, section)
      guard let image = AvatarImage(rawValue: try reader.uint8()), try reader.uint8() == 0 else { throw .inconsistent }
      let width = Int(try reader.uint16())
      let height = Int(try reader.uint16())
      guard try reader.uint16() == 0, 1...maximumSide ~= width, 1...maximumSide ~= height,
        !images.contains(where: { $0.image == image })
      else { throw .inconsistent }
      let bytes = reader.rest()
      // A JPEG file begins with "start of image" and another marker.
      guard bytes.count > 4, bytes[0] == 0xFF, bytes[1] == 0xD8, bytes[2] == 0xFF else { throw .inconsistent }
      images.append(EncodedImage(image: image, width: width, height: height, bytes: bytes))
    }
    func has(_ image: AvatarImage) -> Bool { images.contains { $0.image == image } }
    guard has(.headColour), has(.headAlpha), has(.background), has(.eyes) else { throw .missingSection }
    guard has(.frameColour) == has(.frameAlpha) else { throw .missingSection }
    return images
  }
}
