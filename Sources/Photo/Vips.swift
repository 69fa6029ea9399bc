import CVips

/// The library itself, started at the first use.
enum Vips {
  /// With more, libvips 8.14 now and then gives out a file that was cut short as a whole one: a worker's read error
  /// does not reach the pipeline. Decoding is serial anyway, and a server has other photos for its other cores.
  static let threads: Int32 = 1

  static let isUsable: Bool = {
    cvips_be_quiet()
    return cvips_start(threads) == 0
  }()
}
