extension Track {
  /// What the last packet of sound has beyond the film's end, nanoseconds (DiscardPadding).
  var surplusNanoseconds: Int64 {
    guard codec.isSound, let last = samples.last else { return 0 }
    let packet = samples.count > 1 ? last.time - samples[samples.count - 2].time : 0
    let surplus = last.time + packet - skip - length
    return MP4.scaled(max(0, surplus), timescale, 1_000_000_000)
  }

  /// The contents of a track entry (RFC 9559, 5.1.4.1).
  func writeEntry(to box: inout ElementWriter, number: Int) {
    box.number(0xD7, Int64(number))
    box.number(0x73C5, Int64(number))
    box.number(0x83, codec.isSound ? 2 : 1)
    box.number(0x9C, 0)
    box.text(0x22B59C, "und")
    switch codec {
    case .vp9(let profile, let level):
      box.text(0x86, "V_VP9")
      // Profile, level, bits, chroma: feature, length, value of each (WebM Container Guidelines, VP9 CodecPrivate).
      box.binary(0x63A2, [1, 1, profile, 2, 1, level, 3, 1, 8, 4, 1, 1])
    case .vp8: box.text(0x86, "V_VP8")
    case .opus(let head):
      box.text(0x86, "A_OPUS")
      box.binary(0x63A2, head)
      box.number(0x56AA, MP4.scaled(skip, timescale, 1_000_000_000))
      box.number(0x56BB, 80_000_000)
    case .h264, .aac: break
    }
    if codec.isSound {
      box.element(0xE1) { sound in
        sound.float(0xB5, Double(rate))
        sound.number(0x9F, Int64(channels))
      }
      return
    }
    if let period = framePeriod { box.number(0x23E383, period) }
    if hasAlpha {
      box.number(0x55EE, 1)
    }
    box.element(0xE0) { picture in
      picture.number(0xB0, Int64(width))
      picture.number(0xBA, Int64(height))
      if hasAlpha { picture.number(0x53C0, 1) }
      if let colour {
        picture.element(0x55B0) { box in
          box.number(0x55B1, Int64(colour.matrix))
          box.number(0x55B9, colour.isFullRange ? 2 : 1)
          box.number(0x55BA, Int64(colour.transfer))
          box.number(0x55BB, Int64(colour.primaries))
        }
      }
    }
  }

  /// Nanoseconds of most pictures, nil where there is one alone: recorded ones may lack some, or be there again.
  private var framePeriod: Int64? {
    guard samples.count > 1 else { return nil }
    var times = samples.map { $0.time }
    times.sort()
    var periods: [Int64] = []
    for index in times.indices.dropFirst() { periods.append(times[index] - times[index - 1]) }
    periods.sort()
    let ticks = periods[periods.count / 2]
    return ticks > 0 ? MP4.scaled(ticks, timescale, 1_000_000_000) : nil
  }
}
