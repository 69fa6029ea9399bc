import Photo

/// What `--json` says of a file that was made: `output`, `seconds` it took, `bytes`, and more.
struct Outcome {
  let text: String

  init(_ output: String, _ watch: Stopwatch, _ more: [(String, JSONText)]) throws(FileError) {
    text =
      JSONText.object(
        [
          ("output", .string(output)), ("seconds", .number(watch.seconds, digits: 3)),
          ("bytes", .integer(try FileBytes.size(of: output))),
        ] + more
      ).text
  }
}
