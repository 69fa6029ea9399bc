import Linear
import Neural
import Pixels

/// MediaPipe's selfie segmentation (256x256): where a person is.
final class MatteNetwork {
  static let side = 256
  private let network: Network

  init(_ model: [UInt8]) throws(FaceError) {
    do throws(NeuralError) { network = try Network(tflite: model) } catch { throw .matte(error) }
    guard network.inputShapes == [[1, 256, 256, 3]], network.outputShapes == [[1, 256, 256, 1]] else {
      throw .otherModel
    }
  }

  /// Probability 0...1 that a place in `region` (x, y, width, height in photo pixels) shows a person; the region is
  /// stretched to a square as MediaPipe does.
  func matte(in photo: PixelBuffer, region: SIMD4<Float>) -> Plane {
    let step = 1 / Float(Self.side)
    let map = AffineMap(
      origin: Vector2(region.x, region.y), right: Vector2(region.z * step, 0), down: Vector2(0, region.w * step))
    network.withInput {
      photo.warp(
        into: $0, width: Self.side, height: Self.side, by: map, border: .black, gain: 1 / 255, bias: 0)
    }
    network.run()
    return network.withOutput { Plane(width: Self.side, height: Self.side, data: Array($0)) }
  }
}
