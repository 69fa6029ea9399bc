import Linear
import Pixels

/// The person cut out of a picture: colours without the background's, and a matte.
struct Cutout {
  /// The person's colours, continued beyond the matte's edge.
  var colour: Plane4
  /// Opacity, 0...1.
  var matte: Plane

  /// - Parameter side: of the head's square, pixels of this picture.
  init(picture: Plane4, matte: Plane, side: Float) {
    let unit = side / 1024
    self.matte = matte
    colour = picture.foreground(
      matte: matte, radii: [max(4, Int((90 * unit).rounded())), max(2, Int((6 * unit).rounded()))])
  }

  /// The picture without the person, and colours changed as little as possible so that the two together give the
  /// picture exactly: `colour * matte + background * (1 - matte) = picture`. Where the matte is 0 the background is the
  /// picture itself.
  mutating func background(of picture: Plane4) -> Plane4 {
    let count = picture.data.count
    // Behind the person, and a little beyond the matte's edge, nothing is known.
    let margin = max(2, max(picture.width, picture.height) / 160)
    let covered = matte.dilated(radius: margin)
    var known = picture
    var any = false
    for i in 0..<count {
      let visible = covered.data[i] < 0.01
      any = any || visible
      known.data[i] = visible ? SIMD4(picture.data[i].x, picture.data[i].y, picture.data[i].z, 1) : .zero
    }
    var background = any ? known.inpainted() : picture.boxBlurred(radius: max(picture.width, picture.height) / 8)
    for i in 0..<count {
      let a = matte.data[i]
      let whole = picture.data[i]
      if a <= 0 {
        background.data[i] = whole
        continue
      }
      var f = colour.data[i]
      var b = background.data[i]
      // The least change of both (in proportion to their shares), then what clamping has spoiled.
      let miss = (whole - f * a - b * (1 - a)) * (1 / (a * a + (1 - a) * (1 - a)))
      f = (f + miss * a).clamped(lowerBound: .zero, upperBound: .one)
      b = (b + miss * (1 - a)).clamped(lowerBound: .zero, upperBound: .one)
      f = ((whole - b * (1 - a)) * (1 / a)).clamped(lowerBound: .zero, upperBound: .one)
      if a < 1 { b = ((whole - f * a) * (1 / (1 - a))).clamped(lowerBound: .zero, upperBound: .one) }
      colour.data[i] = f
      background.data[i] = b
    }
    return background
  }
}
