/// Keeps the pictures of a film on the disk as they come. Used by one thread at a time.
protocol PictureStore: AnyObject {
  /// Pictures that are there, those of an earlier run included.
  var count: Int { get }
  /// Adds the next picture, RGBA.
  func add(_ picture: UnsafeMutableRawBufferPointer, isBottomFirst: Bool) throws(FilmError)
  /// The last picture has come.
  func end() throws(FilmError)
}
