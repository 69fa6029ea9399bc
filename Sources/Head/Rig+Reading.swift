import Bytes
import Linear

extension Rig {
  static let magic = RigSections.tag("F", "X", "R", "G")

  /// Reads a rig.
  /// - Parameters:
  ///   - player: the content of `Models/rig.bin`.
  ///   - fit: the content of `Models/rig-fit.bin`, which only creation needs.
  /// - Throws: `RigError`, whatever the bytes are; nothing is allocated before it is known to be there.
  public init(player: [UInt8], fit: [UInt8]?) throws(RigError) {
    let sections = try RigSections(player, magic: Self.magic)
    checksum = sections.checksum
    (partVertices, partTriangles) = try Self.parts(sections.reader(RigSections.tag("P", "A", "R", "T")))
    let vertexCount = partVertices[RigPart.count - 1].upperBound
    let skinCount = partVertices[1].upperBound
    triangles = try Self.triangles(
      sections.reader(RigSections.tag("T", "R", "I", "S")), partTriangles[RigPart.count - 1].upperBound, vertexCount)
    neutral = try Self.positions(sections.reader(RigSections.tag("N", "E", "U", "T")), vertexCount)
    mirror = try Self.mirror(sections.reader(RigSections.tag("M", "I", "R", "R")), vertexCount)
    shapes = try Self.shapes(sections.reader(RigSections.tag("S", "H", "A", "P")), vertexCount, mirror)
    contours = try Self.contours(sections.reader(RigSections.tag("C", "O", "N", "T")), vertexCount)
    fields = try Self.fields(sections.reader(RigSections.tag("F", "I", "E", "L")), skinCount)
    var eyes = try sections.reader(RigSections.tag("E", "Y", "E", "S"))
    eyeLeft = try Self.eye(&eyes)
    eyeRight = try Self.eye(&eyes)
    guard eyes.isAtEnd else { throw .inconsistent }
    if let fit {
      self.fit = try RigFit(
        fit, playerChecksum: sections.checksum, softCount: partVertices[2].upperBound, skinCount: skinCount)
    } else {
      self.fit = nil
    }
  }

  private static func parts(_ section: ByteReader<RigError>) throws(RigError) -> ([Range<Int>], [Range<Int>]) {
    var reader = section
    var vertices: [Range<Int>] = []
    var triangles: [Range<Int>] = []
    var vertex = 0
    var triangle = 0
    for _ in 0..<RigPart.count {
      let vertexCount = Int(try reader.uint32())
      let triangleCount = Int(try reader.uint32())
      guard vertexCount > 0, vertexCount <= 65535, triangleCount > 0, triangleCount <= 262_144 else {
        throw .inconsistent
      }
      vertices.append(vertex..<vertex + vertexCount)
      triangles.append(triangle..<triangle + 3 * triangleCount)
      vertex += vertexCount
      triangle += 3 * triangleCount
    }
    guard vertex <= 65535, reader.isAtEnd else { throw .inconsistent }
    return (vertices, triangles)
  }

  private static func triangles(
    _ section: ByteReader<RigError>, _ count: Int, _ vertexCount: Int
  ) throws(RigError) -> [UInt16] {
    var reader = section
    var indices = try reader.packed(count)
    guard reader.isAtEnd else { throw .inconsistent }
    var last: UInt16 = 0
    for i in 0..<count {
      // Zigzag: 0, -1, 1, -2 ... are 0, 1, 2, 3 ...
      let difference = indices[i] >> 1 ^ (0 &- (indices[i] & 1))
      last = last &+ difference
      guard last < vertexCount else { throw .inconsistent }
      indices[i] = last
    }
    return indices
  }

  private static func positions(_ section: ByteReader<RigError>, _ count: Int) throws(RigError) -> [Vector3] {
    var reader = section
    let scale = try reader.float()
    let values = try reader.integers(3 * count, width: 2)
    guard reader.isAtEnd else { throw .inconsistent }
    return vectors(values, count, scale)
  }

  private static func mirror(_ section: ByteReader<RigError>, _ count: Int) throws(RigError) -> [UInt16] {
    var reader = section
    let mirror = try reader.uint16s(count)
    guard reader.isAtEnd else { throw .inconsistent }
    for i in 0..<count where mirror[i] >= count || mirror[Int(mirror[i])] != i { throw .inconsistent }
    return mirror
  }

  private static func shapes(
    _ section: ByteReader<RigError>, _ vertexCount: Int, _ mirror: [UInt16]
  ) throws(RigError) -> [RigShape] {
    var reader = section
    var shapes: [RigShape] = []
    for _ in 0..<Blendshape.count {
      let width = Int(try reader.uint8())
      if width == 0 {  // The mirror image of an earlier shape.
        let source = Int(try reader.uint8())
        guard source < shapes.count else { throw .inconsistent }
        shapes.append(mirrored(shapes[source], mirror))
        continue
      }
      guard width <= 2 else { throw .inconsistent }
      let count = Int(try reader.uint16())
      let scale = try reader.float()
      var indices = try reader.packed(count)
      let values = try reader.integers(3 * count, width: width)
      var next = 0
      for i in 0..<count {
        next += Int(indices[i])
        guard next < vertexCount else { throw .inconsistent }
        indices[i] = UInt16(next)
        next += 1
      }
      shapes.append(RigShape(indices: indices, deltas: vectors(values, count, scale)))
    }
    guard reader.isAtEnd else { throw .inconsistent }
    return shapes
  }

  private static func mirrored(_ shape: RigShape, _ mirror: [UInt16]) -> RigShape {
    let order = shape.indices.indices.sorted { mirror[Int(shape.indices[$0])] < mirror[Int(shape.indices[$1])] }
    return RigShape(
      indices: order.map { mirror[Int(shape.indices[$0])] },
      deltas: order.map { shape.deltas[$0] * Vector3(-1, 1, 1) })
  }

  private static func contours(_ section: ByteReader<RigError>, _ vertexCount: Int) throws(RigError) -> RigContours {
    var reader = section
    var lines: [[UInt16]] = []
    for _ in 0..<RigContours.count {
      let line = try reader.uint16s(Int(try reader.uint16()))
      guard line.count >= 2, line.allSatisfy({ $0 < vertexCount }) else { throw .inconsistent }
      lines.append(line)
    }
    // Lips and lids come as pairs: corners shared, element facing element.
    for i in stride(from: 0, to: 8, by: 2) {
      guard lines[i].count == lines[i + 1].count, lines[i].first == lines[i + 1].first,
        lines[i].last == lines[i + 1].last
      else { throw .inconsistent }
    }
    guard reader.isAtEnd else { throw .inconsistent }
    return RigContours(lines: lines)
  }

  private static func fields(_ section: ByteReader<RigError>, _ skinCount: Int) throws(RigError) -> RigFields {
    var reader = section
    var fields: [[Float]] = []
    for _ in 0..<RigFields.count {
      let scale = try reader.float()
      fields.append(try reader.uint8s(skinCount).map { Float($0) * scale })
    }
    guard reader.isAtEnd else { throw .inconsistent }
    return RigFields(values: fields)
  }

  private static func eye(_ reader: inout ByteReader<RigError>) throws(RigError) -> RigEye {
    let x = try reader.float()
    let y = try reader.float()
    let z = try reader.float()
    let radius = try reader.float()
    let irisRadius = try reader.float()
    guard radius > 0, irisRadius > 0, irisRadius < radius else { throw .inconsistent }
    return RigEye(centre: Vector3(x, y, z), radius: radius, irisRadius: irisRadius)
  }

  /// Positions out of all x, then all y, then all z.
  static func vectors(_ values: [Int16], _ count: Int, _ scale: Float) -> [Vector3] {
    (0..<count).map { i in
      Vector3(Float(values[i]), Float(values[count + i]), Float(values[2 * count + i])) * scale
    }
  }
}
