import ArgumentParser
import Avatar
import Film
import Head
import Photo
import Workshop

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Says what an avatar, a photo or a sound file is, and whether it is whole.")

  @Argument(help: "The file.", completion: .file())
  var file: String

  @Flag(help: "Answer in JSON.")
  var json = false

  func run() throws {
    try Failure.guarding {
      let head = try FileBytes.beginning(of: file, count: 16)
      let report: Report
      if head.starts(with: Array("FTAR".utf8)) || file.hasSuffix(".ftar") {
        report = try avatar()
      } else if Photo.isPicture(head) {
        report = try photo()
      } else if let sound = try sound() {
        report = sound
      } else {
        throw Failure("\(file): neither an avatar, nor a photo, nor a sound file that can be read")
      }
      if json {
        Terminal.answer(JSONText.object(report.members).text)
      } else {
        for line in report.lines { Terminal.answer(line) }
      }
    }
  }

  private struct Report {
    var members: [(String, JSONText)]
    var lines: [String]
  }

  private func avatar() throws -> Report {
    let bytes = try FileBytes.read(file, limit: AvatarFile.maximumBytes)
    let rig = try DataFiles.find().rig()
    let avatar: Avatar
    do {
      avatar = try AvatarFile.decode(bytes, rig: rig)
      for encoded in avatar.images { _ = try encoded.pixels() }
    } catch let error as AvatarFileError {
      throw Failure("\(file): \(error.message)")
    } catch let error as AvatarLoadingError {
      throw Failure("\(file): \(error.message)")
    }
    let (width, height) = (Int(avatar.camera.photoSize.x.rounded()), Int(avatar.camera.photoSize.y.rounded()))
    var lines = [
      "avatar, \(bytes.count) bytes", "photo      \(width)x\(height)", "vertices   \(avatar.photoPositions.count)",
      "sheet      \(avatar.sheet.columns.count)x\(avatar.sheet.rows.count)",
      "teeth      \(avatar.appearance.showsTeeth ? "from the photo" : "drawn")",
    ]
    for encoded in avatar.images {
      lines.append("picture    \(encoded.image) \(encoded.width)x\(encoded.height), \(encoded.bytes.count) bytes")
    }
    let images = avatar.images.map { encoded in
      JSONText.object([
        ("image", .string("\(encoded.image)")), ("width", .integer(encoded.width)),
        ("height", .integer(encoded.height)),
        ("bytes", .integer(encoded.bytes.count)),
      ])
    }
    return Report(
      members: [
        ("type", .string("avatar")), ("bytes", .integer(bytes.count)), ("photoWidth", .integer(width)),
        ("photoHeight", .integer(height)), ("vertices", .integer(avatar.photoPositions.count)),
        ("showsTeeth", .bool(avatar.appearance.showsTeeth)), ("images", .array(images)),
      ], lines: lines)
  }

  private func photo() throws -> Report {
    let photo: Photo
    do { photo = try Photo(path: file) } catch { throw Failure("\(file): \(error.reason)") }
    return Report(
      members: [
        ("type", .string("photo")), ("width", .integer(photo.originalWidth)),
        ("height", .integer(photo.originalHeight)),
      ], lines: ["photo, \(photo.originalWidth)x\(photo.originalHeight) upright"])
  }

  private func sound() throws -> Report? {
    guard let reader = try? AudioReader(path: file) else { return nil }
    var samples = 0
    do {
      while let block = try reader.next() { samples += block.mono.count }
    } catch {
      throw Failure("\(file): \(error.message)")
    }
    let seconds = Double(samples) / Double(reader.sampleRate)
    return Report(
      members: [
        ("type", .string("sound")), ("seconds", .number(seconds, digits: 6)),
        ("sampleRate", .integer(reader.sampleRate)), ("channels", .integer(reader.fileChannels)),
      ],
      lines: [
        "sound, \(JSONText.decimal(seconds, digits: 3)) s, \(reader.sampleRate) Hz, "
          + (reader.fileChannels == 1
            ? "mono" : reader.fileChannels == 2 ? "stereo" : "\(reader.fileChannels) channels")
      ])
  }
}
