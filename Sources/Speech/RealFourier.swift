import Linear

/// The Fourier transform of 512 real numbers, as a transform of 256 complex ones (even and odd samples).
package struct RealFourier: ~Copyable {
  package static let size = 512
  package static let bins = size / 2 + 1

  private static let half = size / 2
  private let cosine = FloatStore(count: half)
  private let sine = FloatStore(count: half)
  private let real = FloatStore(count: half)
  private let imaginary = FloatStore(count: half)
  private let mirrored = FloatStore(count: size)
  private let order: [UInt8]

  package init() {
    for index in 0..<Self.half {
      // Exact at the eighths of the circle: fold the angle into the first one.
      let (c, s) = Self.unit(index)
      cosine[index] = c
      sine[index] = s
    }
    order = (0..<256).map { index in
      var reversed = 0
      for bit in 0..<8 where index & (1 << bit) != 0 { reversed |= 128 >> bit }
      return UInt8(reversed)
    }
  }

  /// cos and sin of 2 pi index / 512.
  private static func unit(_ index: Int) -> (Float, Float) {
    let step = 2 * Elementary.pi / Float(size)
    switch index {
    case 0...64: return (Elementary.cos(step * Float(index)), Elementary.sin(step * Float(index)))
    case 65...128: return (Elementary.sin(step * Float(128 - index)), Elementary.cos(step * Float(128 - index)))
    default:
      let (c, s) = unit(index - 128)
      return (-s, c)
    }
  }

  /// |X|^2 of the 512 numbers at `samples` into the 257 places at `power`.
  package func power(of samples: UnsafePointer<Float>, into power: UnsafeMutablePointer<Float>) {
    transform(samples)
    let half = Self.half
    for k in 0...half / 2 {
      // X[k] = E[k] + w^k O[k], where E and O are the transforms of the even and the odd samples.
      let mirror = (half - k) & (half - 1)
      let (a, b, c, d) = (real[k], imaginary[k], real[mirror], imaginary[mirror])
      let (evenReal, evenImaginary) = ((a + c) * 0.5, (b - d) * 0.5)
      let (oddReal, oddImaginary) = ((b + d) * 0.5, (c - a) * 0.5)
      let turnedReal = oddReal * cosine[k] + oddImaginary * sine[k]
      let turnedImaginary = oddImaginary * cosine[k] - oddReal * sine[k]
      let (x, y) = (evenReal + turnedReal, evenImaginary + turnedImaginary)
      power[k] = x * x + y * y
      // X[half - k] = conj(E[k] - w^k O[k]).
      let (u, v) = (evenReal - turnedReal, evenImaginary - turnedImaginary)
      power[half - k] = u * u + v * v
    }
  }

  /// The circular correlation with itself of the signal whose power is at `power`, lags 0...256, up to a factor.
  package func correlation(of power: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>) {
    for bin in 0..<Self.bins { mirrored[bin] = power[bin] }
    for bin in 1..<Self.half { mirrored[Self.size - bin] = power[bin] }
    transform(mirrored.base)
    // The spectrum of a real and even signal is real: only that part is unpacked.
    for k in 0...Self.half / 2 {
      let mirror = (Self.half - k) & (Self.half - 1)
      let (a, b, c, d) = (real[k], imaginary[k], real[mirror], imaginary[mirror])
      let turned = (b + d) * 0.5 * cosine[k] + (c - a) * 0.5 * sine[k]
      result[k] = (a + c) * 0.5 + turned
      result[Self.half - k] = (a + c) * 0.5 - turned
    }
  }

  /// The complex transform (decimation in time) of the pairs at `samples` into `real` and `imaginary`.
  private func transform(_ samples: UnsafePointer<Float>) {
    for index in 0..<Self.half {
      let source = Int(order[index])
      real[index] = samples[2 * source]
      imaginary[index] = samples[2 * source + 1]
    }
    var span = 1
    while span < Self.half {
      let turn = Self.half / span
      var start = 0
      while start < Self.half {
        for offset in 0..<span {
          let (p, q) = (start + offset, start + offset + span)
          let (c, s) = (cosine[offset * turn], sine[offset * turn])
          let x = real[q] * c + imaginary[q] * s
          let y = imaginary[q] * c - real[q] * s
          real[q] = real[p] - x
          imaginary[q] = imaginary[p] - y
          real[p] += x
          imaginary[p] += y
        }
        start += 2 * span
      }
      span *= 2
    }
  }
}
