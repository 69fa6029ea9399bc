import Linear
import Pixels

extension FaceFinder {
  /// Decides whether an avatar can be made of a photo (RGB, upright).
  /// - Parameters:
  ///   - choice: which face; nil: the only or clearly largest one.
  ///   - smallestEyeDistance: pixels between the irises below which the face is too small. 80 gives a good avatar; a
  ///     caller who knows may ask for less.
  /// - Returns: the face's landmarks, what was measured, and warnings.
  /// - Throws: the first reason against it: no face, several, turned away, too small, eyes hidden, blurred.
  public func examine(
    _ photo: PixelBuffer, face choice: FaceChoice? = nil, smallestEyeDistance: Float = 80
  ) throws(PhotoRefusal) -> PhotoExamination {
    let all = distinctFaces(in: photo)
    let index: Int
    switch choice {
    case .number(let number): index = try chosen(number, of: all, in: photo)
    case .near(let place): index = try nearest(to: place, of: all, in: photo)
    case nil: index = try largest(of: all, in: photo)
    }
    let landmarks = all[index].landmarks
    guard let measures = measure(photo, landmarks) else { throw .noFace }
    if let refusal = FaceVerdict.refusal(measures, smallestEyeDistance: smallestEyeDistance) { throw refusal }
    guard Self.isWhole(landmarks, in: photo) else { throw .noFace }
    var warnings = FaceVerdict.warnings(measures)
    if all.count > 1 && choice == nil { warnings.append(.otherFaces) }
    if Self.isTight(landmarks, in: photo) { warnings.append(.tightCrop) }
    let others = all.indices.filter { $0 != index }.map { all[$0].face }
    return PhotoExamination(
      face: all[index].face, others: others, landmarks: landmarks, measures: measures, warnings: warnings)
  }

  typealias Candidate = (face: DetectedFace, landmarks: FaceLandmarks)

  /// The faces that count beside the largest, the largest first.
  func distinctFaces(in photo: PixelBuffer) -> [Candidate] {
    var all: [Candidate] = []
    for face in faces(in: photo).sorted(by: { $0.size.x * $0.size.y > $1.size.x * $1.size.y }) {
      if let largest = all.first, face.longSide < largest.face.longSide * FaceVerdict.countedFace { break }
      // The detector takes a knee for a face now and then, the landmark network does not.
      let landmarks = landmarks(in: photo, face: face)
      guard landmarks.score >= FaceVerdict.presence else { continue }
      // Two boxes may lead to one face.
      let isNew = all.allSatisfy { (landmarks[1] - $0.landmarks[1]).length > $0.landmarks.eyeDistance }
      if isNew { all.append((face, landmarks)) }
    }
    return all
  }

  /// Hands, hats and cameras before a face, and profiles, make the detector doubt.
  func isCertain(_ candidate: Candidate, in photo: PixelBuffer) -> Bool {
    detector.confidence(in: candidate.face, of: photo) >= FaceVerdict.detection
  }

  func largest(of all: [Candidate], in photo: PixelBuffer) throws(PhotoRefusal) -> Int {
    guard let first = all.first, isCertain(first, in: photo) else { throw .noFace }
    for other in all.dropFirst() where other.face.longSide >= first.face.longSide * FaceVerdict.otherFace {
      if isCertain(other, in: photo) { throw .manyFaces }
    }
    return 0
  }

  private func chosen(_ number: Int, of all: [Candidate], in photo: PixelBuffer) throws(PhotoRefusal) -> Int {
    let fromLeft = all.indices.filter { isCertain(all[$0], in: photo) }
      .sorted { all[$0].face.centre.x < all[$1].face.centre.x }
    guard !fromLeft.isEmpty else { throw .noFace }
    guard 1...fromLeft.count ~= number else { throw .noSuchFace }
    return fromLeft[number - 1]
  }

  /// Of doubtful faces the nearest counts, too: whoever points at one does not mean the person beside it.
  private func nearest(
    to place: Vector2, of all: [Candidate], in photo: PixelBuffer
  ) throws(PhotoRefusal) -> Int {
    func distance(_ index: Int) -> Float { (all[index].face.centre - place).length }
    guard let index = all.indices.min(by: { distance($0) < distance($1) }), isCertain(all[index], in: photo) else {
      throw .noFace
    }
    guard distance(index) <= all[index].face.longSide else { throw .noSuchFace }
    return index
  }

  /// Measures a face whose landmarks are known; nil where they are no possible view of a face.
  public func measure(_ photo: PixelBuffer, _ landmarks: FaceLandmarks) -> FaceMeasures? {
    FaceMeasures(photo, landmarks, again: refined(landmarks, in: photo))
  }

  /// Brows, eyes, nose, mouth and chin lie in the photo.
  static func isWhole(_ landmarks: FaceLandmarks, in photo: PixelBuffer) -> Bool {
    for k in [70, 300, 105, 334, 33, 263, 1, 61, 291, 17, 152, 172, 397] {
      let p = landmarks[k]
      if p.x < 0 || p.y < 0 || p.x > Float(photo.width) || p.y > Float(photo.height) { return false }
    }
    return true
  }

  /// There is no room for hair above or beside the face.
  static func isTight(_ landmarks: FaceLandmarks, in photo: PixelBuffer) -> Bool {
    let room = landmarks.eyeDistance * 0.35
    return landmarks[10].y < room * 1.4 || landmarks[234].x < room || landmarks[454].x > Float(photo.width) - room
      || landmarks[152].y > Float(photo.height) - room * 0.5
  }
}

extension DetectedFace {
  fileprivate var longSide: Float { max(size.x, size.y) }
}
