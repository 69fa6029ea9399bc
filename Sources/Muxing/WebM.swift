/// WebM files (RFC 9559; WebM Container Guidelines): VP8 or VP9 with Opus, transparency as block additions. All lengths are
/// known, and the list of places to begin at comes before the pictures.
public enum WebM {
  /// Nanoseconds of the unit in which the file's times are counted.
  private static let tick: Int64 = 1_000_000

  public static func layout(_ tracks: [Track]) throws(MuxingError) -> FileLayout {
    guard !tracks.isEmpty else { throw .empty }
    for track in tracks { try check(track) }
    let clusters = WebMCluster.clusters(of: tracks)
    let info = information(tracks)
    let entries = entries(tracks)
    let tags = tags()
    // Places are written with eight bytes, so that these lengths do not depend on them.
    var places = [Place.information, .entries, .tags, .cues]
    var offset = Int64(seekHead(places).count)
    for (index, element) in [info, entries, tags].enumerated() {
      places[index].offset = offset
      offset += Int64(element.count)
    }
    places[3].offset = offset
    let first = offset + Int64(cues(clusters, tracks, first: 0).count)
    var length = first
    for cluster in clusters { length += cluster.length }

    var head = ElementWriter()
    head.element(0x1A45_DFA3) { box in
      box.number(0x4286, 1)
      box.number(0x42F7, 1)
      box.number(0x42F2, 4)
      box.number(0x42F3, 8)
      box.text(0x4282, "webm")
      box.number(0x4287, 4)
      box.number(0x4285, 2)
    }
    head.put(id: 0x1853_8067)
    head.put(fixedLength: length)
    head.put(seekHead(places))
    head.put(info)
    head.put(entries)
    head.put(tags)
    head.put(cues(clusters, tracks, first: first))
    return assemble(head.bytes, clusters)
  }

  private static func check(_ track: Track) throws(MuxingError) {
    try track.checkNumbers()
    switch track.codec {
    case .vp8, .vp9: break
    case .opus(let head): guard OpusHead(head) != nil else { throw .description }
    case .h264, .aac: throw .codec
    }
    guard track.hasAlpha || !track.samples.contains(where: { $0.alphaSize > 0 }) else { throw .number }
  }

  private static func assemble(_ head: [UInt8], _ clusters: [WebMCluster]) -> FileLayout {
    var layout = FileLayout(bytes: head)
    var waiting = head.count
    for part in clusters.flatMap({ $0.parts }) {
      layout.bytes += part.own
      waiting += part.own.count
      guard let content = part.content else { continue }
      layout.pieces.append(
        FileLayout.Piece(
          ownBytes: waiting, track: content.track, firstSample: content.sample, sampleCount: 1,
          isAlpha: content.isAlpha))
      waiting = 0
    }
    return layout
  }

  // MARK: Before the pictures

  /// Where an element of the segment lies, bytes from the first one on.
  private struct Place {
    var id: UInt32
    var offset: Int64 = 0

    static let information = Place(id: 0x1549_A966)
    static let entries = Place(id: 0x1654_AE6B)
    static let tags = Place(id: 0x1254_C367)
    static let cues = Place(id: 0x1C53_BB6B)
  }

  private static func seekHead(_ places: [Place]) -> [UInt8] {
    var writer = ElementWriter()
    writer.element(0x114D_9B74) { box in
      for place in places {
        box.element(0x4DBB) { seek in
          var id = ElementWriter()
          id.put(id: place.id)
          seek.binary(0x53AB, id.bytes)
          seek.number(0x53AC, place.offset, bytes: 8)
        }
      }
    }
    return writer.bytes
  }

  private static func information(_ tracks: [Track]) -> [UInt8] {
    var seconds = 0.0
    for track in tracks { seconds = max(seconds, Double(track.length) / Double(track.timescale)) }
    var writer = ElementWriter()
    writer.element(0x1549_A966) { box in
      box.number(0x2AD7B1, tick)
      box.float(0x4489, seconds * 1e9 / Double(tick))
      box.text(0x4D80, "Flexatar")
      box.text(0x5741, "Flexatar")
    }
    return writer.bytes
  }

  private static func entries(_ tracks: [Track]) -> [UInt8] {
    var writer = ElementWriter()
    writer.element(0x1654_AE6B) { box in
      for (index, track) in tracks.enumerated() {
        box.element(0xAE) { track.writeEntry(to: &$0, number: index + 1) }
      }
    }
    return writer.bytes
  }

  private static func tags() -> [UInt8] {
    var writer = ElementWriter()
    writer.element(0x1254_C367) { box in
      box.element(0x7373) { tag in
        tag.element(0x63C0) { $0.number(0x68CA, 50) }
        for (name, value) in [("COMMENT", SyntheticMark.comment), ("ENCODER", "Flexatar")] {
          tag.element(0x67C8) { entry in
            entry.text(0x45A3, name)
            entry.text(0x4487, value)
          }
        }
      }
    }
    return writer.bytes
  }

  /// Where the clusters that begin with a key picture lie, from the segment's first element on.
  private static func cues(_ clusters: [WebMCluster], _ tracks: [Track], first: Int64) -> [UInt8] {
    let pictures = tracks.firstIndex { !$0.codec.isSound } ?? 0
    var writer = ElementWriter()
    writer.element(0x1C53_BB6B) { box in
      var offset = first
      for cluster in clusters {
        if cluster.begins(with: pictures, of: tracks) {
          box.element(0xBB) { point in
            point.number(0xB3, cluster.time, bytes: 8)
            point.element(0xB7) { place in
              place.number(0xF7, Int64(pictures + 1))
              place.number(0xF1, offset, bytes: 8)
            }
          }
        }
        offset += cluster.length
      }
    }
    return writer.bytes
  }
}
