/// Landmarks round one eye.
struct EyePoints: Sendable {
  /// Rim of the lids, from the outer corner over the upper lid to the inner corner and back below.
  var rim: [Int]
  /// Skin close under the lower lid, the skin under that, the cheek below, and further down beside nose and mouth.
  var underLid: [Int]
  var underEye: [Int]
  var cheek: [Int]
  var lowerCheek: [Int]
  var iris: Int

  /// The subject's right eye (image left), then the left one.
  static let right = EyePoints(
    rim: [33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7],
    underLid: [24, 23, 22, 26, 110], underEye: [228, 229, 230, 231], cheek: [50, 101, 36, 205, 187, 147],
    lowerCheek: [206, 216, 207, 187, 205], iris: 468)
  static let left = EyePoints(
    rim: [263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249],
    underLid: [254, 253, 252, 256, 339], underEye: [448, 449, 450, 451], cheek: [280, 330, 266, 425, 411, 376],
    lowerCheek: [426, 436, 427, 411, 425], iris: 473)
}
