/// Seconds since it was made.
struct Stopwatch {
  private let start = ContinuousClock.now

  var seconds: Double { Self.seconds(ContinuousClock.now - start) }

  static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }

  /// Median seconds of `runs` calls, after one that does not count.
  static func median(runs: Int, _ body: () throws -> Void) rethrows -> Double {
    try body()
    var times: [Double] = []
    for _ in 0..<runs {
      let watch = Stopwatch()
      try body()
      times.append(watch.seconds)
    }
    return times.sorted()[runs / 2]
  }
}
