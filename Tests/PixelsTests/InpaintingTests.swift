import Linear
import Pixels
import Testing

@Suite struct InpaintingTests {
  @Test func knownPixelsStayAndTheHoleContinuesItsSurroundings() {
    let (w, h) = (61, 47)
    var picture = Plane4(width: w, height: h)
    for y in 0..<h {
      for x in 0..<w {
        let hole = (20..<40).contains(x) && (15..<30).contains(y)
        let v = Float(x) / Float(w)
        picture.data[y * w + x] = hole ? .zero : SIMD4(v, 1 - v, 0.5, 1)
      }
    }
    let filled = picture.inpainted()
    for y in 0..<h {
      for x in 0..<w {
        let v = filled.data[y * w + x]
        #expect(abs(v.w - 1) < 1e-5)
        let known = picture.data[y * w + x].w == 1
        if known { #expect(v == picture.data[y * w + x]) }
        // A ramp goes on as a ramp, roughly.
        if !known { #expect(abs(v.x - Float(x) / Float(w)) < 0.12 && abs(v.z - 0.5) < 1e-3) }
      }
    }
  }

  @Test func aPictureWithNothingKnownStaysUnknown() {
    let filled = Plane4(width: 13, height: 9).inpainted()
    #expect(filled.data.allSatisfy { $0 == .zero })
  }

  @Test func normalisedConvolutionFillsWithTheColourOfItsNeighbours() {
    var picture = Plane4(width: 40, height: 40)
    for i in picture.data.indices where i % 40 < 12 { picture.data[i] = SIMD4(0.8, 0.4, 0.2, 1) }
    let filled = picture.normalisedConvolution(sigmas: [1, 4, 16])
    for v in filled.data { #expect(abs(v.x - 0.8) < 0.01 && abs(v.y - 0.4) < 0.01 && abs(v.z - 0.2) < 0.01) }
  }

  @Test func theForegroundLosesTheBackgroundsColour() {
    let (w, h) = (80, 60)
    var picture = Plane4(width: w, height: h)
    var matte = Plane(width: w, height: h)
    for y in 0..<h {
      for x in 0..<w {
        let a = max(0, min(1, (Float(x) - 34) / 12))
        matte.data[y * w + x] = a
        picture.data[y * w + x] = SIMD4(0.7, 0.5, 0.4, 0) * a + SIMD4(0, 1, 0, 0) * (1 - a)
      }
    }
    let foreground = picture.foreground(matte: matte, radii: [30, 4])
    let half = foreground.data[30 * w + 40]
    #expect(abs(picture.data[30 * w + 40].y - 0.75) < 0.01)
    #expect(abs(half.y - 0.5) < 0.05 && abs(half.x - 0.7) < 0.06)
  }
}
