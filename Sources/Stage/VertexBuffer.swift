import CGLES

/// Buffers of vertices and triangles.
enum VertexBuffer {
  static func make<Element: BitwiseCopyable>(_ target: UInt32, _ values: [Element]) -> UInt32 {
    let buffer = glesCreateBuffer()
    glesBindBuffer(target, buffer)
    values.withUnsafeBytes { glesBufferData(target, Int32($0.count), $0.baseAddress, GLES_STATIC_DRAW) }
    return buffer
  }

  /// Room for `count` vectors that change every frame.
  static func makeDynamic(_ count: Int) -> UInt32 {
    let buffer = glesCreateBuffer()
    glesBindBuffer(GLES_ARRAY_BUFFER, buffer)
    glesBufferData(GLES_ARRAY_BUFFER, Int32(count * 16), nil, GLES_DYNAMIC_DRAW)
    return buffer
  }

  /// Overwrites the vectors from number `first` on.
  static func update(_ buffer: UInt32, _ values: UnsafeBufferPointer<SIMD4<Float>>, first: Int = 0) {
    guard let data = values.baseAddress, values.count > 0 else { return }
    glesBindBuffer(GLES_ARRAY_BUFFER, buffer)
    glesBufferSubData(GLES_ARRAY_BUFFER, Int32(first * 16), Int32(values.count * 16), data)
  }

  /// Overwrites corners of triangles from number `first` on.
  static func update(_ buffer: UInt32, _ corners: UnsafeBufferPointer<UInt16>, first: Int) {
    guard let data = corners.baseAddress, corners.count > 0 else { return }
    // It would become the one of whatever array is bound.
    glesBindVertexArray(0)
    glesBindBuffer(GLES_ELEMENT_ARRAY_BUFFER, buffer)
    glesBufferSubData(GLES_ELEMENT_ARRAY_BUFFER, Int32(first * 2), Int32(corners.count * 2), data)
  }

  /// A vertex array whose attribute `location` reads vectors of four floats from `buffer`, every `stride` vectors from
  /// vector `offset` on.
  static func array(_ attributes: [VertexAttribute], triangles: UInt32) -> UInt32 {
    let array = glesCreateVertexArray()
    glesBindVertexArray(array)
    for attribute in attributes {
      glesBindBuffer(GLES_ARRAY_BUFFER, attribute.buffer)
      glesEnableVertexAttribArray(attribute.location)
      glesVertexAttribPointer(
        attribute.location, 4, GLES_FLOAT, 0, Int32(16 * attribute.stride), Int32(16 * attribute.offset))
    }
    glesBindBuffer(GLES_ELEMENT_ARRAY_BUFFER, triangles)
    glesBindVertexArray(0)
    return array
  }
}

/// Where one attribute of a vertex array comes from; strides and offsets in vectors of four floats.
struct VertexAttribute {
  var location: UInt32
  var buffer: UInt32
  var stride = 1
  var offset = 0
}
