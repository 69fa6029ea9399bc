import CLibAV
import Foundation
import Muxing

/// Pictures and sound of one film on their way into its folder, and from there into the finished file. Used by one thread
/// at a time.
final class FilmEncoder: @unchecked Sendable {
  private let folder: FilmFolder
  private let container: FilmContainer
  private let plan: FilmPlan
  private let path: String
  private let pictures: any PictureStore
  private let sound: SoundEncoder?
  private let soundFile: PacketFile?

  init(
    _ folder: FilmFolder, _ container: FilmContainer, path: String, _ plan: FilmPlan, audioRate: Int?, channels: Int
  ) throws(FilmError) {
    (self.folder, self.container, self.path, self.plan) = (folder, container, path, plan)
    if container == .pictures {
      guard let name = NumberedName(path: path) else { throw .unknownContainer }
      pictures = try PictureFiles(folder, name, plan)
    } else {
      pictures = try PictureSegments(folder, container, plan)
    }
    if let audioRate, !container.audioEncoders.isEmpty {
      sound = try SoundEncoder(container, rate: audioRate, channels: channels)
      soundFile = try PacketFile.create(folder.file("sound"))
    } else {
      (sound, soundFile) = (nil, nil)
    }
  }

  /// Pictures that are there already.
  var count: Int { pictures.count }

  func encode(picture: UnsafeMutableRawBufferPointer, isBottomFirst: Bool) throws(FilmError) {
    try pictures.add(picture, isBottomFirst: isBottomFirst)
  }

  func encode(samples: [Float]) throws(FilmError) {
    guard let soundFile else { return }
    try sound?.encode(samples) { (packet) throws(FilmError) in try soundFile.write(packet) }
  }

  /// Everything that is still in the encoders goes out, and the film is put together and published.
  func end() throws(FilmError) {
    try pictures.end()
    if let sound, let soundFile {
      try sound.end { (packet) throws(FilmError) in try soundFile.write(packet) }
      try soundFile.finish()
    }
    if let files = pictures as? PictureFiles {
      try files.publish()
    } else if let segments = pictures as? PictureSegments {
      try join(segments)
    }
  }

  private func join(_ segments: PictureSegments) throws(FilmError) {
    let whole = folder.file("film")
    let seconds = Double(segments.count) / plan.fps
    let muxer = try FilmMuxer(container)
    try muxer.add(
      segments.files, segments.parameters, timeBase: segments.timeBase,
      rate: AVRational(num: segments.timeBase.den, den: segments.timeBase.num))
    if let context = sound?.context {
      guard let memory = avcodec_parameters_alloc() else { throw .encodingFailed }
      var parameters: UnsafeMutablePointer<AVCodecParameters>? = memory
      defer { avcodec_parameters_free(&parameters) }
      guard avcodec_parameters_from_context(memory, context) >= 0 else { throw .encodingFailed }
      try muxer.add([folder.file("sound")], memory, timeBase: context.pointee.time_base)
    }
    try muxer.add(plan.subtitles, seconds: seconds)
    try muxer.add(plan.chapters, seconds: seconds)
    try muxer.write(to: whole)
    try SyntheticMark.append(to: whole, container: container)
    guard Self.isSynchronised(whole), rename(whole, path) == 0 else { throw .unwritable }
  }

  /// A file that has its name is whole, even after the power has gone.
  private static func isSynchronised(_ path: String) -> Bool {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    return file >= 0 && fsync(file) == 0
  }
}
