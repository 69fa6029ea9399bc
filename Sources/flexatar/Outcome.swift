import Photo

/// What `--json` says of a file that was made: `output`, `seconds` it took, `bytes`, and more.
struct Outcome {
  let text: String

  /// - Parameter files: what was made, where that is not the one file `output`.
  init(
    _ output: String, _ watch: Stopwatch, files: [String]? = nil, _ more: [(String, JSONText)]
  ) throws(FileError) {
    var bytes = 0
    for file in files ?? [output] { bytes += try FileBytes.size(of: file) }
    text =
      JSONText.object(
        [
          ("output", .string(output)), ("seconds", .number(watch.seconds, digits: 3)),
          ("bytes", .integer(bytes)),
        ] + more
      ).text
  }
}
