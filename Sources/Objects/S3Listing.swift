import Foundation

/// A page of S3's answer to ListObjectsV2. Keys of ours and tokens hold nothing that XML would spell otherwise.
package struct S3Listing: Equatable, Sendable {
  package struct Object: Equatable, Sendable {
    package let key: ObjectKey
    package let writtenAt: Date
  }

  package private(set) var objects: [Object] = []
  /// Where the next page begins; nil on the last one.
  package let next: String?

  /// Objects whose keys are none of ours are passed over.
  package init(_ xml: String) {
    var rest = xml[...]
    while let begin = rest.firstRange(of: "<Contents>"),
      let end = rest[begin.upperBound...].firstRange(of: "</Contents>")
    {
      let entry = rest[begin.upperBound..<end.lowerBound]
      rest = rest[end.upperBound...]
      guard let key = Self.text("Key", in: entry).flatMap({ ObjectKey($0) }),
        let date = Self.text("LastModified", in: entry).flatMap(Self.moment)
      else { continue }
      objects.append(Object(key: key, writtenAt: date))
    }
    next = Self.text("NextContinuationToken", in: xml[...])
  }

  /// What the first element of this name holds.
  static func text(_ name: String, in xml: Substring) -> String? {
    guard let begin = xml.firstRange(of: "<\(name)>"), let end = xml[begin.upperBound...].firstRange(of: "</\(name)>")
    else { return nil }
    return String(xml[begin.upperBound..<end.lowerBound])
  }

  private static func moment(_ text: String) -> Date? {
    (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
      ?? (try? Date(text, strategy: .iso8601))
  }
}
