/// A cluster (RFC 9559, 5.1.3): blocks of all tracks for a few seconds, with one time for all.
struct WebMCluster {
  /// A cluster begins with a key picture or after so many milliseconds; its blocks' times have 16 bits.
  private static let longest: Int64 = 5_000

  /// Milliseconds.
  let time: Int64
  private(set) var blocks: [Block] = []
  private(set) var parts: [Part] = []
  /// Bytes of the whole element.
  private(set) var length: Int64 = 0

  struct Block {
    var track: Int
    var sample: Int
    /// Milliseconds, the sound's delay included.
    var time: Int64
    /// Microseconds at which it is shown or heard, for the order.
    var shown: Int64
  }

  /// Bytes of the container, then a sample's.
  struct Part {
    var own: [UInt8]
    var content: (track: Int, sample: Int, isAlpha: Bool)?
  }

  static func clusters(of tracks: [Track]) -> [WebMCluster] {
    var clusters: [WebMCluster] = []
    for block in blocks(tracks) {
      let track = tracks[block.track]
      let isKeyPicture = !track.codec.isSound && track.samples[block.sample].isKey
      let begins = clusters.last.map { isKeyPicture || block.time - $0.time >= longest } ?? true
      if begins { clusters.append(WebMCluster(time: block.time)) }
      clusters[clusters.count - 1].blocks.append(block)
    }
    for index in clusters.indices { clusters[index].fill(tracks) }
    return clusters
  }

  /// Whether a player may begin here.
  func begins(with track: Int, of tracks: [Track]) -> Bool {
    blocks.contains { $0.track == track && tracks[track].samples[$0.sample].isKey }
  }

  /// All samples in the order of their times, pictures before the sound that goes with them.
  private static func blocks(_ tracks: [Track]) -> [Block] {
    var next = [Int](repeating: 0, count: tracks.count)
    var blocks: [Block] = []
    while true {
      var earliest: Block?
      for (index, track) in tracks.enumerated() where next[index] < track.samples.count {
        let time = track.samples[next[index]].time
        let block = Block(
          track: index, sample: next[index], time: MP4.scaled(time, track.timescale, 1_000),
          shown: MP4.scaled(max(0, time - track.skip), track.timescale, 1_000_000))
        if let best = earliest, best.shown <= block.shown { continue }
        earliest = block
      }
      guard let block = earliest else { return blocks }
      blocks.append(block)
      next[block.track] += 1
    }
  }

  private mutating func fill(_ tracks: [Track]) {
    for block in blocks {
      let track = tracks[block.track]
      let sample = track.samples[block.sample]
      let surplus = block.sample == track.samples.count - 1 ? track.surplusNanoseconds : 0
      if sample.alphaSize > 0 || surplus > 0 {
        parts += group(block, track, discarding: surplus)
      } else {
        parts.append(simple(block, sample))
      }
    }
    var content: Int64 = 0
    for part in parts {
      content += Int64(part.own.count)
      guard let (track, sample, isAlpha) = part.content else { continue }
      content += Int64(isAlpha ? tracks[track].samples[sample].alphaSize : tracks[track].samples[sample].size)
    }
    var stamp = ElementWriter()
    stamp.number(0xE7, time)
    var head = ElementWriter()
    head.put(id: 0x1F43_B675)
    head.put(length: Int64(stamp.count) + content)
    head.put(stamp.bytes)
    length = Int64(head.count) + content
    parts.insert(Part(own: head.bytes), at: 0)
  }

  private func simple(_ block: Block, _ sample: Sample) -> Part {
    var writer = ElementWriter()
    writer.put(id: 0xA3)
    writer.put(length: Int64(4 + sample.size))
    putHeader(of: block, flags: sample.isKey ? 0x80 : 0, to: &writer)
    return Part(own: writer.bytes, content: (block.track, block.sample, false))
  }

  private func putHeader(of block: Block, flags: Int, to writer: inout ElementWriter) {
    writer.put8(0x80 | (block.track + 1))
    writer.put16(Int(block.time - time))
    writer.put8(flags)
  }

  /// A block with what a simple one has no place for: transparency, and an end that is not heard.
  private func group(_ block: Block, _ track: Track, discarding surplus: Int64) -> [Part] {
    let sample = track.samples[block.sample]
    var start = ElementWriter()
    start.put(id: 0xA1)
    start.put(length: Int64(4 + sample.size))
    putHeader(of: block, flags: 0, to: &start)
    var rest = ElementWriter()
    if !sample.isKey, block.sample > 0 {
      let before = MP4.scaled(track.samples[block.sample - 1].time, track.timescale, 1_000)
      rest.number(0xFB, before - block.time, bytes: 2)
    }
    if surplus > 0 { rest.number(0x75A2, surplus, bytes: 8) }
    if sample.alphaSize > 0 {
      var addition = ElementWriter()
      addition.number(0xEE, 1)
      addition.put(id: 0xA5)
      addition.put(length: Int64(sample.alphaSize))
      var more = ElementWriter()
      more.put(id: 0xA6)
      more.put(length: Int64(addition.count + sample.alphaSize))
      more.put(addition.bytes)
      rest.put(id: 0x75A1)
      rest.put(length: Int64(more.count + sample.alphaSize))
      rest.put(more.bytes)
    }
    var writer = ElementWriter()
    writer.put(id: 0xA0)
    writer.put(length: Int64(start.count + sample.size + rest.count + sample.alphaSize))
    writer.put(start.bytes)
    let picture = Part(own: writer.bytes, content: (block.track, block.sample, false))
    return [picture, Part(own: rest.bytes, content: sample.alphaSize > 0 ? (block.track, block.sample, true) : nil)]
  }
}
