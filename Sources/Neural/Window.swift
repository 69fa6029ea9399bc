/// How a kernel of a convolution or pool slides over one dimension.
struct Window {
  var input: Int
  var kernel: Int
  var stride: Int
  var output: Int
  /// Positions before the first input that the first window covers.
  var padBefore: Int

  /// `isSame`: as many outputs as strides fit the input, zeros shared on both sides; else only windows inside.
  init?(input: Int, kernel: Int, stride: Int, isSame: Bool) {
    guard input > 0, kernel > 0, stride > 0, kernel <= 1 << 14, stride <= 1 << 14 else { return nil }
    self.input = input
    self.kernel = kernel
    self.stride = stride
    if isSame {
      output = (input + stride - 1) / stride
      padBefore = max(0, (output - 1) * stride + kernel - input) / 2
    } else {
      guard kernel <= input else { return nil }
      output = (input - kernel) / stride + 1
      padBefore = 0
    }
  }

  /// Inputs that the windows touch, padding included.
  var extent: Int { (output - 1) * stride + kernel }
  var needsBorder: Bool { padBefore > 0 || extent > input }
}
