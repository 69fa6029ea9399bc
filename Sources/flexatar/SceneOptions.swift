import ArgumentParser
import Avatar
import Film
import Head
import Photo
import Stage

/// What `still`, `video` and `retarget` share: who is shown, before what.
struct SceneOptions: ParsableArguments {
  @Option(help: "A second avatar to mix with.", completion: .file(extensions: ["ftar"]))
  var second: String?

  @Option(help: "0 shows the first avatar, 1 the second. [default: 0.5 with --second]")
  var mix: Double?

  @Option(help: "morph: shape and texture half-way. hybrid: the second's features in the first's head.")
  var mixKind = Choice(Mix.Kind.morph)

  @Option(
    help:
      "photo: the photo's own. blur: the same out of focus. none: transparent. #rrggbb: a colour. Or the path of a picture."
  )
  var background = BackgroundOption.photo

  @Flag(help: "Nothing but a circle in the middle is drawn; the rest is transparent, or black where nothing can be.")
  var round = false

  func validate() throws {
    if let mix {
      guard 0...1 ~= mix else { throw ValidationError("--mix is a number from 0 to 1.") }
      guard second != nil else { throw ValidationError("--mix needs a second avatar: --second FILE.") }
    }
  }

  /// The files that are read.
  var inputs: [String?] {
    if case .file(let path) = background { return [second, path] }
    return [second]
  }

  /// Reads the files and puts them on every stage; returns the first avatar and how it is mixed.
  func load(
    into stages: [Offscreen], avatar: String, rig: Rig, isMirrored: Bool = false
  ) throws -> (Avatar, Mix) {
    let first = try load(avatar, into: stages, rig: rig, slot: 0)
    if let second { _ = try load(second, into: stages, rig: rig, slot: 1) }
    if case .file(let path) = background {
      do {
        let picture = try Photo(path: path, longSide: Photo.otherLongSide).pixels
        for offscreen in stages { offscreen.stage.uploadBackground(picture) }
      } catch {
        throw Failure("\(path): \(error.reason)")
      }
    }
    for offscreen in stages {
      offscreen.stage.setBackground(background.background)
      offscreen.stage.frame = PictureFrame(isRound: round, isMirrored: isMirrored)
    }
    return (first, Mix(second == nil ? 0 : Float(mix ?? 0.5), kind: mixKind.value))
  }

  private func load(_ path: String, into stages: [Offscreen], rig: Rig, slot: Int) throws -> Avatar {
    let bytes = try FileBytes.read(path, limit: AvatarFile.maximumBytes)
    do {
      return try stages.show(bytes, rig: rig, slot: slot, isOutOfFocus: background.isBlur)
    } catch {
      throw Failure("\(path): \(error.message)")
    }
  }
}
