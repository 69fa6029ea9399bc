/// When and where the samples of a track are (ISO/IEC 14496-12, 8.6 and 8.7).
struct SampleTable {
  let track: Track
  /// Of each chunk: where it lies, how many samples it has.
  let offsets: [Int64]
  let counts: [Int]
  /// Whether offsets have 64 bits.
  let isLong: Bool

  /// When each sample is decoded: the times of showing in order, so early that none is shown before.
  let decodeTimes: [Int64]
  /// Ticks by which decoding begins before the first picture is shown; 0 where the order is the same.
  let lead: Int64

  init(track: Track, offsets: [Int64], counts: [Int], isLong: Bool) {
    self.track = track
    self.offsets = offsets
    self.counts = counts
    self.isLong = isLong
    var sorted = track.samples.map { $0.time }
    sorted.sort()
    var lead: Int64 = 0
    for (index, sample) in track.samples.enumerated() { lead = max(lead, sorted[index] - sample.time) }
    decodeTimes = sorted
    self.lead = lead
  }

  /// Ticks from the first sample's decoding to the end of the last one. The last packet of sound is as long as it is heard
  /// (Encapsulation of Opus in ISO Base Media File Format, 4.4).
  var duration: Int64 {
    let heard = track.skip + track.length
    guard let last = decodeTimes.last else { return heard }
    if track.codec.isSound, heard > last { return heard }
    let count = decodeTimes.count
    return max(heard, last + (count > 1 ? last - decodeTimes[count - 2] : 1))
  }

  func write(to boxes: inout BoxWriter) {
    boxes.box("stbl") { table in
      table.fullBox("stsd") { box in
        box.put32(1)
        track.writeSampleEntry(to: &box)
      }
      table.fullBox("stts") { writeRuns(durations, to: &$0) }
      if lead > 0 { table.fullBox("ctts") { writeRuns(compositions, to: &$0) } }
      if track.samples.contains(where: { !$0.isKey }) {
        let keys = track.samples.indices.filter { track.samples[$0].isKey }
        table.fullBox("stss") { box in
          box.put32(keys.count)
          for key in keys { box.put32(key + 1) }
        }
      }
      writeRoll(to: &table)
      table.fullBox("stsc") { box in
        let runs = Self.runs(counts.map(Int64.init))
        box.put32(runs.count)
        var chunk = 1
        for run in runs {
          box.put32(chunk)
          box.put32(run.value)
          box.put32(1)
          chunk += run.count
        }
      }
      table.fullBox("stsz") { box in
        box.put32(0)
        box.put32(track.samples.count)
        for sample in track.samples { box.put32(sample.size) }
      }
      table.fullBox(isLong ? "co64" : "stco") { box in
        box.put32(offsets.count)
        for offset in offsets {
          if isLong { box.put64(offset) } else { box.put32(offset) }
        }
      }
    }
  }

  /// How many packets a decoder needs before what it gives is right: 80 ms of Opus, 1 frame of AAC.
  private func writeRoll(to table: inout BoxWriter) {
    guard track.codec.isSound else { return }
    var distance = 1
    if case .opus = track.codec {
      let packet = max(1, decodeTimes.count > 1 ? decodeTimes[1] - decodeTimes[0] : 960)
      distance = Int((3840 + packet - 1) / packet)
    }
    table.fullBox("sgpd", version: 1) { box in
      box.put(text: "roll")
      box.put32(2)
      box.put32(1)
      box.put16(-distance)
    }
    table.fullBox("sbgp") { box in
      box.put(text: "roll")
      box.put32(1)
      box.put32(track.samples.count)
      box.put32(1)
    }
  }

  private var durations: [Int64] {
    var durations: [Int64] = []
    for index in decodeTimes.indices.dropLast() { durations.append(decodeTimes[index + 1] - decodeTimes[index]) }
    return durations + [max(1, duration - (decodeTimes.last ?? 0))]
  }

  private var compositions: [Int64] {
    track.samples.indices.map { track.samples[$0].time - decodeTimes[$0] + lead }
  }

  private func writeRuns(_ values: [Int64], to box: inout BoxWriter) {
    let runs = Self.runs(values)
    box.put32(runs.count)
    for run in runs {
      box.put32(run.count)
      box.put32(run.value)
    }
  }

  private struct Run {
    var value: Int64
    var count: Int
  }

  private static func runs(_ values: [Int64]) -> [Run] {
    var runs: [Run] = []
    for value in values {
      if let last = runs.last, last.value == value {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(Run(value: value, count: 1))
      }
    }
    return runs
  }
}
