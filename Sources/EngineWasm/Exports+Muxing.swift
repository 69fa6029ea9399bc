import Muxing

// A film's tracks come in one after the other, then its container goes out; the samples themselves stay in the page.

/// The film whose tracks are being described.
struct MuxingShell {
  var tracks: [Track] = []
  var layout = FileLayout()
}

/// Begins a film.
@_expose(wasm, "muxingOpen") @_cdecl("muxingOpen")
public func muxingOpen() { shell.muxing = MuxingShell() }

/// Adds a track of pictures. `codec`: 0 H.264 with its record as `description`, 1 VP9 with profile and level, 2 VP8.
/// `timescale` ticks a second, `length` ticks; the colour's code points as ITU-T H.273 has them, -1: not said.
@_expose(wasm, "muxingPictures") @_cdecl("muxingPictures")
public func muxingPictures(
  codec: Int32, description: UnsafePointer<UInt8>, descriptionCount: Int, timescale: Int, width: Int, height: Int,
  length: Double, hasAlpha: Int32, primaries: Int32, transfer: Int32, matrix: Int32, isFullRange: Int32
) {
  let bytes = [UInt8](UnsafeBufferPointer(start: description, count: descriptionCount))
  let kind: Codec
  switch codec {
  case 0: kind = .h264(configuration: bytes)
  case 1: kind = .vp9(profile: bytes.count > 0 ? bytes[0] : 0, level: bytes.count > 1 ? bytes[1] : 10)
  default: kind = .vp8
  }
  var track = Track(kind, timescale: timescale, width: width, height: height)
  track.length = Int64(length)
  track.hasAlpha = hasAlpha != 0
  if primaries >= 0, transfer >= 0, matrix >= 0 {
    track.colour = ColourSpace(
      primaries: UInt8(truncatingIfNeeded: primaries), transfer: UInt8(truncatingIfNeeded: transfer),
      matrix: UInt8(truncatingIfNeeded: matrix), isFullRange: isFullRange != 0)
  }
  shell.muxing.tracks.append(track)
}

/// Adds a track of sound. `codec`: 0 AAC, 1 Opus, with what its decoder has to know; `skip` and `length` in samples.
@_expose(wasm, "muxingSound") @_cdecl("muxingSound")
public func muxingSound(
  codec: Int32, description: UnsafePointer<UInt8>, descriptionCount: Int, rate: Int, channels: Int, skip: Double,
  length: Double
) {
  let bytes = [UInt8](UnsafeBufferPointer(start: description, count: descriptionCount))
  var track = Track(codec == 0 ? .aac(configuration: bytes) : .opus(head: bytes), rate: rate, channels: channels)
  track.skip = Int64(skip)
  track.length = Int64(length)
  shell.muxing.tracks.append(track)
}

/// Adds samples to the newest track: size, time in ticks, whether it is a key, size of its transparency, four numbers
/// each.
@_expose(wasm, "muxingSamples") @_cdecl("muxingSamples")
public func muxingSamples(numbers: UnsafePointer<UInt8>, byteCount: Int) {
  guard !shell.muxing.tracks.isEmpty else { return }
  let values = UnsafeRawBufferPointer(start: numbers, count: byteCount).bindMemory(to: Double.self)
  var samples: [Sample] = []
  samples.reserveCapacity(values.count / 4)
  for i in 0..<values.count / 4 {
    samples.append(
      Sample(
        size: Int(values[4 * i]), time: Int64(values[4 * i + 1]), isKey: values[4 * i + 2] != 0,
        alphaSize: Int(values[4 * i + 3])))
  }
  shell.muxing.tracks[shell.muxing.tracks.count - 1].samples += samples
}

/// Puts the film together: `container` 0 MP4, 1 WebM. Answers the container's own bytes.
@_expose(wasm, "muxingLayout") @_cdecl("muxingLayout")
public func muxingLayout(container: Int32) -> Int32 {
  do throws(MuxingError) {
    shell.muxing.layout = try container == 0 ? MP4.layout(shell.muxing.tracks) : WebM.layout(shell.muxing.tracks)
    shell.answer.set(shell.muxing.layout.bytes)
    return 1
  } catch {
    shell.answer.set(code: "bad-film", message: error.message)
    return 0
  }
}

/// Answers the pieces of the film as 32-bit numbers: own bytes before it, track, first sample, how many, whether it is
/// their transparency; and forgets the film.
@_expose(wasm, "muxingPieces") @_cdecl("muxingPieces")
public func muxingPieces() {
  var bytes: [UInt8] = []
  for piece in shell.muxing.layout.pieces {
    for value in [piece.ownBytes, piece.track, piece.firstSample, piece.sampleCount, piece.isAlpha ? 1 : 0] {
      withUnsafeBytes(of: Int32(value)) { bytes.append(contentsOf: $0) }
    }
  }
  shell.answer.set(bytes)
  shell.muxing = MuxingShell()
}
