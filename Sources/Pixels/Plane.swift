/// One channel of floats, `height` rows of `width` values, top row first.
public struct Plane: Equatable, Sendable {
  public let width: Int
  public let height: Int
  public var data: [Float]

  public init(width: Int, height: Int, repeating value: Float = 0) {
    self.init(width: width, height: height, data: [Float](repeating: value, count: width * height))
  }

  /// Takes `data` as it is; `data.count` must be `width * height`.
  public init(width: Int, height: Int, data: [Float]) {
    precondition(width > 0 && height > 0 && data.count == width * height)
    self.width = width
    self.height = height
    self.data = data
  }
}
