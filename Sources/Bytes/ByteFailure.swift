/// A file format's own errors, for `ByteReader` to throw.
public protocol ByteFailure: Error {
  /// The bytes end before the number that was asked for.
  static var pastEnd: Self { get }
}
