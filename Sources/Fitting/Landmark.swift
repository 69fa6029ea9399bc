import Linear

/// Indices into MediaPipe's 478 face landmarks.
package enum Landmark {
  package static let forehead = 10
  package static let chin = 152
  package static let betweenBrows = 9
  /// On the nose between the eyes.
  package static let noseBridge = 168
  package static let noseRidge = 195
  package static let noseTip = 1
  package static let mouthRight = 61
  package static let mouthLeft = 291
  package static let upperLip = 13
  package static let lowerLip = 14
  package static let irisRight = 468
  package static let irisLeft = 473

  /// The face's outline: the detector only guesses it.
  package static let oval = [
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150,
    136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
  ]
  /// On the rims of the nostrils, outside and inside.
  package static let nostrilRight = [79, 20]
  package static let nostrilLeft = [309, 250]
  /// Contact line of the lips, from the image's left corner to the right one; pairs face one another.
  package static let innerUpper = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308]
  package static let innerLower = [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308]
  package static let outerUpper = [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291]
  package static let outerLower = [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291]
  /// Rims of the lids from the outer to the inner corner.
  package static let rightUpper = [33, 246, 161, 160, 159, 158, 157, 173, 133]
  package static let rightLower = [33, 7, 163, 144, 145, 153, 154, 155, 133]
  package static let leftUpper = [263, 466, 388, 387, 386, 385, 384, 398, 362]
  package static let leftLower = [263, 249, 390, 373, 374, 380, 381, 382, 362]
  /// The brows' lower edges.
  package static let rightBrow = [46, 53, 52, 65, 55]
  package static let leftBrow = [276, 283, 282, 295, 285]
  /// On the cheeks, in the light and in the shade.
  package static let cheeks = [50, 280, 101, 330, 117, 346]
  /// Skin between lid and brow, and below the eye.
  package static let rightLidSkin = [27, 28, 29, 56]
  package static let leftLidSkin = [257, 258, 259, 286]
  package static let rightUnderEye = [118, 119]
  package static let leftUnderEye = [347, 348]
}
