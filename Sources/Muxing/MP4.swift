/// ISO base media files (ISO/IEC 14496-12), the description before the samples, so that playing begins at once: H.264
/// (14496-15) and VP9 (VP Codec ISO Media File Format Binding 1.0) with AAC (14496-14) or Opus (Encapsulation of Opus in
/// ISO Base Media File Format).
public enum MP4 {
  /// Puts tracks together; the film's timescale is the first one's.
  public static func layout(_ tracks: [Track]) throws(MuxingError) -> FileLayout {
    guard !tracks.isEmpty else { throw .empty }
    for track in tracks { try check(track) }
    let chunks = interleave(tracks)
    var media: Int64 = 0
    for chunk in chunks { media += chunk.bytes }
    // The description's length does not depend on the offsets in it, only on how wide they are.
    var isLong = false
    var head = head(tracks, chunks, start: 0, isLong: false)
    if Int64(head.count) + 16 + media > 0xFFFF_FFFF {
      isLong = true
      head = Self.head(tracks, chunks, start: 0, isLong: true)
    }
    let box = mediaBox(bytes: media)
    head = Self.head(tracks, chunks, start: Int64(head.count + box.count), isLong: isLong)
    var layout = FileLayout(bytes: head + box)
    for (index, chunk) in chunks.enumerated() {
      layout.pieces.append(
        FileLayout.Piece(
          ownBytes: index == 0 ? layout.bytes.count : 0, track: chunk.track, firstSample: chunk.first,
          sampleCount: chunk.count, isAlpha: false))
    }
    return layout
  }

  private static func check(_ track: Track) throws(MuxingError) {
    try track.checkNumbers()
    switch track.codec {
    case .h264(let configuration): guard configuration.count >= 7, configuration[0] == 1 else { throw .description }
    case .vp9: break
    case .vp8: throw .codec
    case .aac(let configuration): guard (2...64).contains(configuration.count) else { throw .description }
    case .opus(let head): guard OpusHead(head) != nil else { throw .description }
    }
    guard !track.hasAlpha else { throw .codec }
  }

  /// A run of samples in the media box.
  struct Chunk {
    var track: Int
    var first: Int
    var count: Int
    var bytes: Int64
  }

  /// One second of each track in turn.
  private static func interleave(_ tracks: [Track]) -> [Chunk] {
    var chunks: [Chunk] = []
    var next = [Int](repeating: 0, count: tracks.count)
    var second: Int64 = 1
    while true {
      var isOver = true
      for (index, track) in tracks.enumerated() {
        let limit = scaled(second, 1, track.timescale)
        var chunk = Chunk(track: index, first: next[index], count: 0, bytes: 0)
        while next[index] < track.samples.count, track.samples[next[index]].time < limit || chunk.count == 0 {
          // What lies far ahead waits for its second.
          if track.samples[next[index]].time >= limit { break }
          chunk.bytes += Int64(track.samples[next[index]].size)
          chunk.count += 1
          next[index] += 1
        }
        if chunk.count > 0 { chunks.append(chunk) }
        if next[index] < track.samples.count { isOver = false }
      }
      if isOver { return chunks }
      second += 1
    }
  }

  private static func mediaBox(bytes: Int64) -> [UInt8] {
    var box = BigEndianWriter()
    if bytes + 8 <= 0xFFFF_FFFF {
      box.put32(bytes + 8)
      box.put(text: "mdat")
    } else {
      box.put32(1)
      box.put(text: "mdat")
      box.put64(bytes + 16)
    }
    return box.bytes
  }

  /// File type, movie box and mark; `start` is where the first chunk lies in the file.
  private static func head(_ tracks: [Track], _ chunks: [Chunk], start: Int64, isLong: Bool) -> [UInt8] {
    var offsets = [[Int64]](repeating: [], count: tracks.count)
    var counts = [[Int]](repeating: [], count: tracks.count)
    var offset = start
    for chunk in chunks {
      offsets[chunk.track].append(offset)
      counts[chunk.track].append(chunk.count)
      offset += chunk.bytes
    }
    var boxes = BoxWriter()
    boxes.box("ftyp") { box in
      box.put(text: "isom")
      box.put32(0x200)
      box.put(text: "isomiso2mp41")
    }
    boxes.box("moov") { movie in
      let timescale = tracks[0].timescale
      var length: Int64 = 0
      for track in tracks { length = max(length, scaled(track.length, track.timescale, timescale)) }
      movie.fullBox("mvhd", version: 1) { box in
        box.put64(0)
        box.put64(0)
        box.put32(timescale)
        box.put64(length)
        box.put32(0x1_0000)  // Rate 1.
        box.put16(0x100)  // Full volume.
        box.put([UInt8](repeating: 0, count: 10))
        box.putIdentityMatrix()
        box.put([UInt8](repeating: 0, count: 24))
        box.put32(tracks.count + 1)
      }
      for (index, track) in tracks.enumerated() {
        let table = SampleTable(track: track, offsets: offsets[index], counts: counts[index], isLong: isLong)
        track.write(to: &movie, number: index + 1, movieTimescale: timescale, table: table)
      }
      movie.box("udta") { box in box.putTags(comment: SyntheticMark.comment) }
    }
    return boxes.bytes + SyntheticMark.box
  }

  /// `ticks` in another timescale, rounded to the nearest. Products stay within 64 bits, since tracks are held against
  /// their limits; checked ones would need 128 bits, which WebAssembly has no instruction for.
  static func scaled(_ ticks: Int64, _ from: Int, _ to: Int) -> Int64 {
    if from == to { return ticks }
    let (seconds, rest) = ticks.quotientAndRemainder(dividingBy: Int64(from))
    return seconds &* Int64(to) &+ (rest &* Int64(to) &+ Int64(from) / 2) / Int64(from)
  }
}
