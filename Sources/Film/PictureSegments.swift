import CLibAV

/// Encoded pictures in files of a few seconds, each begun by a picture that stands for itself: every file that is
/// finished stays good whatever comes after. What they hold does not depend on when a run broke off.
final class PictureSegments: PictureStore {
  private(set) var count = 0
  /// Finished files in order.
  private(set) var files: [String] = []
  /// The encoder's, for the container.
  let parameters: UnsafeMutablePointer<AVCodecParameters>
  let timeBase: AVRational

  private let folder: FilmFolder
  private let container: FilmContainer
  private let plan: FilmPlan
  private var encoder: VideoEncoder?
  private var file: PacketFile?
  private var first = 0

  init(_ folder: FilmFolder, _ container: FilmContainer, _ plan: FilmPlan) throws(FilmError) {
    (self.folder, self.container, self.plan) = (folder, container, plan)
    let encoder = try VideoEncoder(container, plan)
    guard let memory = avcodec_parameters_alloc() else { throw .encodingFailed }
    parameters = memory
    timeBase = encoder.context!.pointee.time_base
    self.encoder = encoder
    guard avcodec_parameters_from_context(parameters, encoder.context) >= 0 else { throw .encodingFailed }
    let names = folder.names
    while let name = names.first(where: { $0.hasPrefix("pictures-\(count)-") }),
      let more = name.split(separator: "-").last.flatMap({ Int($0) }), more > 0
    {
      files.append(folder.file(name))
      count += more
    }
    first = count
  }

  deinit {
    var memory: UnsafeMutablePointer<AVCodecParameters>? = parameters
    avcodec_parameters_free(&memory)
  }

  func add(_ picture: UnsafeMutableRawBufferPointer, isBottomFirst: Bool) throws(FilmError) {
    if encoder == nil { encoder = try VideoEncoder(container, plan) }
    if file == nil { file = try PacketFile.create(folder.file("begun")) }
    guard let encoder, let file else { throw .encodingFailed }
    try encoder.encode(picture, isBottomFirst: isBottomFirst, number: count) { (packet) throws(FilmError) in
      try file.write(packet)
    }
    count += 1
    if count - first == 2 * VideoEncoder.distance(plan.fps) { try close() }
  }

  func end() throws(FilmError) {
    guard count > 0 else { throw .encodingFailed }
    try close()
  }

  private func close() throws(FilmError) {
    guard let encoder, let file, count > first else { return }
    try encoder.end { (packet) throws(FilmError) in try file.write(packet) }
    try file.finish()
    let path = folder.file("pictures-\(first)-\(count - first)")
    guard rename(folder.file("begun"), path) == 0 else { throw .unwritable }
    files.append(path)
    first = count
    (self.encoder, self.file) = (nil, nil)
  }
}
