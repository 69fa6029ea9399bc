import Engine
import Face

extension FaceFinder {
  /// The vision models that the set-up has fetched.
  public convenience init(_ files: DataFiles) throws(SetUpError) {
    let detector = try files.bytes(.detector)
    let landmarks = try files.bytes(.landmarks)
    let matte = try files.bytes(.matte)
    do throws(FaceError) {
      try self.init(detector: detector, landmarks: landmarks, matte: matte)
    } catch {
      throw .refused(.models(error))
    }
  }
}
