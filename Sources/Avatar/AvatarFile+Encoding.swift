import Bytes
import Head
import Linear

extension AvatarFile {
  /// The avatar as a file. Numbers are rounded as the format says: positions to 1/65535 of the head's extent.
  public static func encode(_ avatar: Avatar) -> [UInt8] {
    var content = ByteWriter()
    var count: UInt16 = 0
    func section(_ tag: UInt32, _ write: (inout ByteWriter) -> Void) {
      var payload = ByteWriter()
      write(&payload)
      content.uint32(tag)
      content.uint32(UInt32(payload.bytes.count))
      content.append(payload.bytes)
      content.append([UInt8](repeating: 0, count: (4 - payload.bytes.count % 4) % 4))
      count += 1
    }
    section(Section.rig) { $0.uint32(avatar.rigChecksum) }
    section(Section.camera) { write(avatar.camera, region: avatar.headRegion, into: &$0) }
    section(Section.photoPositions) { writer in
      writer.uint32(UInt32(avatar.photoPositions.count))
      writer.axes(avatar.photoPositions)
    }
    section(Section.neutralOffsets) { writer in
      writer.axes(avatar.photoPositions.indices.map { avatar.neutralPositions[$0] - avatar.photoPositions[$0] })
    }
    section(Section.faceTexture) { writer in writer.axes(avatar.faceTexture) }
    section(Section.faceAlpha) { writer in for alpha in avatar.faceAlpha { writer.unit(alpha) } }
    section(Section.blinks) { writer in
      write(avatar.blinkRight, into: &writer)
      write(avatar.blinkLeft, into: &writer)
    }
    section(Section.expression) { writer in
      writer.float(avatar.mouthScale)
      for i in 0..<Blendshape.count { writer.float(avatar.keptExpression[i]) }
    }
    section(Section.teeth) { writer in
      writer.uint16(UInt16(avatar.teethPhoto.count))
      for weight in avatar.teethPhoto { writer.unit(weight) }
      writer.axes(avatar.teethTexture)
    }
    if let sides = avatar.sides {
      section(Section.sides) { writer in
        write(sides.indices, into: &writer)
        for weight in sides.weights { writer.unit(weight) }
        writer.axes(sides.places)
      }
    }
    section(Section.eyes) { writer in
      write(avatar.eyeRight, into: &writer)
      write(avatar.eyeLeft, into: &writer)
    }
    section(Section.appearance) { write(avatar.appearance, into: &$0) }
    section(Section.sheet) { writer in
      writer.uint16(UInt16(avatar.sheet.columns.count))
      writer.uint16(UInt16(avatar.sheet.rows.count))
      for x in avatar.sheet.columns { writer.float(x) }
      for y in avatar.sheet.rows { writer.float(y) }
      writer.axis(avatar.sheet.depth)
    }
    for image in avatar.images {
      section(Section.image) { writer in
        writer.uint8(image.image.rawValue)
        writer.uint8(0)
        writer.uint16(UInt16(image.width))
        writer.uint16(UInt16(image.height))
        writer.uint16(0)
        writer.append(image.bytes)
      }
    }
    var file = ByteWriter()
    file.uint32(magic)
    file.uint16(version)
    file.uint16(count)
    file.uint32(UInt32(headerCount + content.bytes.count))
    file.uint32(CRC32.checksum(content.bytes, content.bytes.indices))
    file.append(content.bytes)
    return file.bytes
  }

  private static func write(_ camera: Camera, region: SIMD4<Float>, into writer: inout ByteWriter) {
    writer.vector(camera.photoSize)
    writer.vector(camera.origin)
    writer.float(camera.pixelsPerUnit)
    writer.float(camera.focalDistance)
    writer.vector(camera.rotation.c0)
    writer.vector(camera.rotation.c1)
    writer.vector(camera.rotation.c2)
    writer.vector(camera.translation)
    writer.vector(region)
  }

  private static func write(_ shape: PersonalShape, into writer: inout ByteWriter) {
    write(shape.indices, into: &writer)
    writer.axes(shape.deltas)
  }

  private static func write(_ indices: [UInt16], into writer: inout ByteWriter) {
    writer.uint16(UInt16(indices.count))
    for index in indices { writer.uint16(index) }
  }

  private static func write(_ eye: Eye, into writer: inout ByteWriter) {
    writer.vector(eye.irisCentre)
    writer.float(eye.irisRadius)
    writer.vector(eye.ballCentre)
    writer.float(eye.ballRadius)
    writer.vector(eye.scleraRegion)
    writer.vector(eye.lidRegion)
  }

  private static func write(_ appearance: Appearance, into writer: inout ByteWriter) {
    writer.vector(appearance.light)
    writer.vector(appearance.skin)
    writer.vector(appearance.innerLip)
    writer.vector(appearance.teeth)
    writer.vector(appearance.gums)
    writer.float(appearance.showsTeeth ? 1 : 0)
    writer.float(appearance.creases)
    writer.float(appearance.glasses)
  }
}
