import Bytes
import CLibAV
import Foundation
import Muxing

/// The pictures of a film as PNG files, each with its mark that it is synthetic.
final class PictureFiles: PictureStore {
  private(set) var count = 0
  private let name: NumberedName
  private let folder: FilmFolder
  private let encoder: VideoEncoder
  private var written = 0

  /// - Parameter name: where the pictures go in the end.
  init(_ folder: FilmFolder, _ name: NumberedName, _ plan: FilmPlan) throws(FilmError) {
    (self.folder, self.name) = (folder, name)
    encoder = try VideoEncoder(.pictures, plan)
    guard mkdir(folder.file("pictures"), 0o777) == 0 || errno == EEXIST else { throw .unwritable }
    while access(place(count), F_OK) == 0 { count += 1 }
    written = count
  }

  func add(_ picture: UnsafeMutableRawBufferPointer, isBottomFirst: Bool) throws(FilmError) {
    try encoder.encode(picture, isBottomFirst: isBottomFirst, number: count, out: write)
    count += 1
  }

  func end() throws(FilmError) {
    guard count > 0 else { throw .encodingFailed }
    try encoder.end(out: write)
  }

  /// Moves the finished pictures to where they belong.
  func publish() throws(FilmError) {
    if name.isWhole {
      // An empty folder may be there already.
      guard rename(folder.file("pictures"), name.folder) == 0 else { throw .unwritable }
      return
    }
    for number in 0..<count {
      guard rename(place(number), name.folder + name.name(number)) == 0 else { throw .unwritable }
    }
  }

  private func place(_ number: Int) -> String { folder.file("pictures/") + name.name(number) }

  private func write(_ packet: UnsafeMutablePointer<AVPacket>) throws(FilmError) {
    let file = Data(bytes: packet.pointee.data, count: Int(packet.pointee.size))
    let begun = folder.file("begun")
    guard let marked = SyntheticMark.marked(png: file), FileManager.default.createFile(atPath: begun, contents: marked),
      rename(begun, place(written)) == 0
    else { throw .unwritable }
    written += 1
  }
}
