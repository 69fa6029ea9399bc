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
}
