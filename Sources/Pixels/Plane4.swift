/// Four channels of floats a pixel, `height` rows of `width` values, top row first. Colours are 0...1, sRGB-encoded.
public struct Plane4: Equatable, Sendable {
  public let width: Int
  public let height: Int
  public var data: [SIMD4<Float>]

  public init(width: Int, height: Int, repeating value: SIMD4<Float> = .zero) {
    self.init(width: width, height: height, data: [SIMD4<Float>](repeating: value, count: width * height))
  }

  /// Takes `data` as it is; `data.count` must be `width * height`.
  public init(width: Int, height: Int, data: [SIMD4<Float>]) {
    precondition(width > 0 && height > 0 && data.count == width * height)
    self.width = width
    self.height = height
    self.data = data
  }

  /// The colours of an RGB or RGBA picture as 0...1 in x, y, z; w is 0.
  public init(colours picture: PixelBuffer) {
    precondition(picture.channels >= 3)
    let channels = picture.channels
    let count = picture.width * picture.height
    let data = [SIMD4<Float>](unsafeUninitializedCapacity: count) { target, filled in
      picture.data.withUnsafeBufferPointer { source in
        for i in 0..<count {
          let k = i * channels
          target[i] = SIMD4(Float(source[k]), Float(source[k + 1]), Float(source[k + 2]), 0) * (1 / 255)
        }
      }
      filled = count
    }
    self.init(width: picture.width, height: picture.height, data: data)
  }

  /// x, y, z as an RGB picture, rounded and clamped to 0...1.
  public func rgb() -> PixelBuffer {
    let count = width * height
    let bytes = [UInt8](unsafeUninitializedCapacity: count * 3) { target, filled in
      data.withUnsafeBufferPointer { source in
        for i in 0..<count {
          let v = (source[i].clamped(lowerBound: .zero, upperBound: .one) * 255 + 0.5)
          target[3 * i] = UInt8(v.x)
          target[3 * i + 1] = UInt8(v.y)
          target[3 * i + 2] = UInt8(v.z)
        }
      }
      filled = count * 3
    }
    return PixelBuffer(width: width, height: height, channels: 3, data: bytes)
  }
}

extension Plane {
  /// The plane as a grey picture, 0...1 to 0...255, rounded and clamped.
  public func grey() -> PixelBuffer {
    PixelBuffer(
      width: width, height: height, channels: 1,
      data: data.map { UInt8(max(0, min(1, $0)) * 255 + 0.5) })
  }
}
