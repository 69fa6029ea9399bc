import Foundation
import Photo
import Pixels
import Testing

/// The pictures of make-zoo.py: 48 x 32, quarters of red, green, blue and grey.
enum Zoo {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Zoo")

  static func path(_ name: String) -> String { folder.appending(path: name).path }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: name)))
  }

  static let (width, height) = (48, 32)
  static let colours: [[Int]] = [[220, 40, 30], [40, 170, 60], [30, 60, 200], [128, 128, 128]]
  /// The middle of each quarter, and luma (Rec. 601) of its colour.
  static let places = [(12, 8), (36, 8), (12, 24), (36, 24)]
  static let greys: [Int] = colours.map { ($0[0] * 299 + $0[1] * 587 + $0[2] * 114 + 500) / 1000 }

  /// Largest difference of the quarters' middles from `expected`, grey levels.
  static func difference(_ picture: PixelBuffer, from expected: [[Int]] = colours) -> Int {
    var worst = 0
    for (place, colour) in zip(places, expected) {
      let pixel = (place.1 * picture.width + place.0) * picture.channels
      for c in 0..<3 { worst = max(worst, abs(Int(picture.data[pixel + c]) - colour[c])) }
    }
    return worst
  }
}
