import Avatar
import Creation
import Engine
import Face
import Linear
import Pixels

@_extern(wasm, module: "host", name: "progress")
func hostProgress(_ share: Float)

/// A creation between the engine's part and the page's, which encodes the pictures.
struct CreationShell {
  /// Photos beside the next one.
  var further: [PixelBuffer] = []
  var created: CreatedAvatar?
}

/// Loads the vision models (`.tflite` files) and `rig-fit.bin`.
@_expose(wasm, "creationOpen") @_cdecl("creationOpen")
public func creationOpen(
  detector: UnsafePointer<UInt8>, detectorCount: Int, landmarks: UnsafePointer<UInt8>, landmarksCount: Int,
  matte: UnsafePointer<UInt8>, matteCount: Int, fit: UnsafePointer<UInt8>, fitCount: Int
) -> Int32 {
  shell.succeeds { () throws(EngineError) in
    try shell.engine?.openCreation(
      detector: .init(detector, detectorCount), landmarks: .init(landmarks, landmarksCount),
      matte: .init(matte, matteCount), rigFit: .init(fit, fitCount))
  }
}

/// Puts another photo of the same person, RGB pixels, rows from the top, beside the one that is handed in next.
@_expose(wasm, "createFurther") @_cdecl("createFurther")
public func createFurther(pixels: UnsafePointer<UInt8>, width: Int, height: Int) {
  shell.creation.further.append(
    PixelBuffer(width: width, height: height, channels: 3, data: .init(pixels, width * height * 3)))
}

/// Makes an avatar of RGB pixels, rows from the top; `face` 1 is the leftmost one, 0 the only or largest one. On failure the answer is the refusal's code and sentence.
@_expose(wasm, "create") @_cdecl("create")
public func create(pixels: UnsafePointer<UInt8>, width: Int, height: Int, face: Int) -> Int32 {
  create(pixels, width, height, face == 0 ? nil : .number(face))
}

/// Makes an avatar of the face nearest to a place, pixels of the photo; else as `create`.
@_expose(wasm, "createNear") @_cdecl("createNear")
public func createNear(pixels: UnsafePointer<UInt8>, width: Int, height: Int, x: Float, y: Float) -> Int32 {
  create(pixels, width, height, .near(Vector2(x, y)))
}

private func create(_ pixels: UnsafePointer<UInt8>, _ width: Int, _ height: Int, _ face: FaceChoice?) -> Int32 {
  let photo = PixelBuffer(width: width, height: height, channels: 3, data: .init(pixels, width * height * 3))
  let further = shell.creation.further
  shell.creation.further = []
  do throws(PhotoRefusal) {
    shell.creation.created = try shell.engine?.create(
      photo, further: further, face: face, progress: hostProgress)
    return shell.creation.created == nil ? 0 : 1
  } catch {
    shell.answer.set(code: error.code, message: error.message)
    return 0
  }
}

/// Answers picture `index` of the created avatar, `createdChannels` bytes a pixel; returns which picture it is, 0 after
/// the last.
@_expose(wasm, "createdPicture") @_cdecl("createdPicture")
public func createdPicture(index: Int) -> Int32 {
  guard let picture = picture(index) else { return 0 }
  shell.answer.set(picture.pixels.data)
  return Int32(picture.image.rawValue)
}

/// Width of picture `index`, pixels.
@_expose(wasm, "createdWidth") @_cdecl("createdWidth")
public func createdWidth(index: Int) -> Int { picture(index)?.pixels.width ?? 0 }

@_expose(wasm, "createdHeight") @_cdecl("createdHeight")
public func createdHeight(index: Int) -> Int { picture(index)?.pixels.height ?? 0 }

@_expose(wasm, "createdChannels") @_cdecl("createdChannels")
public func createdChannels(index: Int) -> Int { picture(index)?.pixels.channels ?? 0 }

private func picture(_ index: Int) -> CreatedAvatar.Picture? {
  guard let pictures = shell.creation.created?.pictures, pictures.indices.contains(index) else { return nil }
  return pictures[index]
}

/// The JPEG quality (1...100) for a picture at the given attempt to stay under the file's size.
@_expose(wasm, "pictureQuality") @_cdecl("pictureQuality")
public func pictureQuality(picture: UInt8, attempt: Int) -> Int {
  AvatarImage(rawValue: picture)?.jpegQuality(attempt: attempt) ?? 0
}

/// Hands in the JPEG file of picture `index`, replacing an earlier one.
@_expose(wasm, "createdEncoded") @_cdecl("createdEncoded")
public func createdEncoded(index: Int, bytes: UnsafePointer<UInt8>, count: Int) {
  guard let picture = picture(index) else { return }
  let (width, height) = (picture.pixels.width, picture.pixels.height)
  shell.creation.created?.avatar.images.removeAll { $0.image == picture.image }
  shell.creation.created?.avatar.images.append(
    EncodedImage(image: picture.image, width: width, height: height, bytes: .init(bytes, count)))
}

/// Answers the finished `.ftar`; returns 1 when it is to stay so, 0 when the pictures ought to be encoded again, smaller.
@_expose(wasm, "createdFile") @_cdecl("createdFile")
public func createdFile(attempt: Int) -> Int32 {
  guard let avatar = shell.creation.created?.avatar else { return 0 }
  let file = AvatarFile.encode(avatar)
  shell.answer.set(file)
  return AvatarFile.isFinal(bytes: file.count, attempt: attempt) ? 1 : 0
}

/// Answers the 478 landmarks as 32-bit floats: x, y in pixels of the photo, z.
@_expose(wasm, "createdLandmarks") @_cdecl("createdLandmarks")
public func createdLandmarks() {
  var bytes: [UInt8] = []
  for point in shell.creation.created?.landmarks ?? [] {
    for value in [point.x, point.y, point.z] { withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) } }
  }
  shell.answer.set(bytes)
}

/// Answers the warnings, two lines each: code and sentence.
@_expose(wasm, "createdWarnings") @_cdecl("createdWarnings")
public func createdWarnings() {
  var lines: [String] = []
  for warning in shell.creation.created?.warnings ?? [] {
    lines.append(warning.code)
    lines.append(warning.message)
  }
  shell.answer.set(lines: lines)
}

/// Answers what became of each further photo, three lines each: what it lent (names with spaces between), and the code and
/// the sentence of its refusal.
@_expose(wasm, "createdViews") @_cdecl("createdViews")
public func createdViews() {
  var lines: [String] = []
  for view in shell.creation.created?.views ?? [] {
    var names = ""
    for use in view.uses { names += (names.isEmpty ? "" : " ") + use.name }
    lines.append(names)
    lines.append(view.refusal?.code ?? "")
    lines.append(view.refusal?.message ?? "")
  }
  shell.answer.set(lines: lines)
}

/// Forgets the created avatar, and photos that were put beside one that never came.
@_expose(wasm, "createdClose") @_cdecl("createdClose")
public func createdClose() { shell.creation = CreationShell() }
