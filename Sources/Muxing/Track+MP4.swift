extension Track {
  /// The track box (ISO/IEC 14496-12, 8.3). An edit says what is shown: from the encoder's delay on, for `length`.
  func write(to boxes: inout BoxWriter, number: Int, movieTimescale: Int, table: SampleTable) {
    let shown = MP4.scaled(length, timescale, movieTimescale)
    boxes.box("trak") { box in
      box.fullBox("tkhd", version: 1, flags: 3) { box in
        box.put64(0)
        box.put64(0)
        box.put32(number)
        box.put32(0)
        box.put64(shown)
        box.put64(0)
        box.put16(0)
        box.put16(codec.isSound ? 1 : 0)
        box.put16(codec.isSound ? 0x100 : 0)
        box.put16(0)
        box.putIdentityMatrix()
        box.put32(width << 16)
        box.put32(height << 16)
      }
      box.box("edts") { edits in
        edits.fullBox("elst", version: 1) { box in
          box.put32(1)
          box.put64(shown)
          box.put64(skip + table.lead)
          box.put32(0x1_0000)
        }
      }
      box.box("mdia") { media in
        media.fullBox("mdhd", version: 1) { box in
          box.put64(0)
          box.put64(0)
          box.put32(timescale)
          box.put64(table.duration)
          box.put16(0x55C4)  // "und"
          box.put16(0)
        }
        media.fullBox("hdlr") { box in
          box.put32(0)
          box.put(text: codec.isSound ? "soun" : "vide")
          box.put([UInt8](repeating: 0, count: 12))
          box.put(text: codec.isSound ? "Sound" : "Video")
          box.put8(0)
        }
        media.box("minf") { info in
          if codec.isSound {
            info.fullBox("smhd") { $0.put32(0) }
          } else {
            info.fullBox("vmhd", flags: 1) { $0.put64(0) }
          }
          info.box("dinf") {
            $0.fullBox("dref") { box in
              box.put32(1)
              box.fullBox("url ", flags: 1) { _ in }
            }
          }
          table.write(to: &info)
        }
      }
    }
  }

  func writeSampleEntry(to boxes: inout BoxWriter) {
    switch codec {
    case .h264(let configuration):
      boxes.box("avc1") { box in
        writeVisual(to: &box)
        box.box("avcC") { $0.put(configuration) }
        writeColour(to: &box)
      }
    case .vp9(let profile, let level):
      boxes.box("vp09") { box in
        writeVisual(to: &box)
        let colour = colour ?? .bt709
        box.fullBox("vpcC", version: 1) { box in
          box.put8(Int(profile))
          box.put8(Int(level))
          // 8 bits, 4:2:0 with chroma beside the first luma sample.
          box.put8(8 << 4 | 1 << 1 | (colour.isFullRange ? 1 : 0))
          box.put8(Int(colour.primaries))
          box.put8(Int(colour.transfer))
          box.put8(Int(colour.matrix))
          box.put16(0)
        }
        writeColour(to: &box)
      }
    case .vp8: break
    case .aac(let configuration):
      boxes.box("mp4a") { box in
        writeAudible(to: &box, rate: rate)
        box.fullBox("esds") { writeElementaryStream(configuration, to: &$0) }
      }
    case .opus(let head):
      boxes.box("Opus") { box in
        writeAudible(to: &box, rate: 48_000)
        guard let head = OpusHead(head) else { return }
        box.box("dOps") { box in
          box.put8(0)
          box.put8(head.channels)
          box.put16(head.preSkip)
          box.put32(head.inputRate)
          box.put16(head.gain)
          box.put8(0)
        }
      }
    }
  }

  private func writeVisual(to box: inout BoxWriter) {
    box.put([UInt8](repeating: 0, count: 6))
    box.put16(1)
    box.put([UInt8](repeating: 0, count: 16))
    box.put16(width)
    box.put16(height)
    box.put32(0x48_0000)  // 72 dots an inch.
    box.put32(0x48_0000)
    box.put32(0)
    box.put16(1)
    box.put([UInt8](repeating: 0, count: 32))
    box.put16(0x18)
    box.put16(-1)
  }

  private func writeColour(to box: inout BoxWriter) {
    guard let colour else { return }
    box.box("colr") { box in
      box.put(text: "nclx")
      box.put16(Int(colour.primaries))
      box.put16(Int(colour.transfer))
      box.put16(Int(colour.matrix))
      box.put8(colour.isFullRange ? 0x80 : 0)
    }
  }

  private func writeAudible(to box: inout BoxWriter, rate: Int) {
    box.put([UInt8](repeating: 0, count: 6))
    box.put16(1)
    box.put64(0)
    box.put16(channels)
    box.put16(16)
    box.put32(0)
    // 16.16 has no room for more; the decoder's description says it again.
    box.put32(rate <= 0xFFFF ? Int64(rate) << 16 : 0)
  }

  /// ES_Descriptor (ISO/IEC 14496-1, 7.2.6.5).
  private func writeElementaryStream(_ configuration: [UInt8], to box: inout BoxWriter) {
    var bits: Int64 = 0
    for sample in samples { bits += Int64(sample.size) << 3 }
    let average = length > 0 ? Int64(Double(bits) * Double(timescale) / Double(length)) : 0
    box.put8(0x03)
    box.put8(3 + 2 + 13 + 2 + configuration.count + 3)
    box.put16(0)
    box.put8(0)
    box.put8(0x04)
    box.put8(13 + 2 + configuration.count)
    box.put8(0x40)  // Audio, ISO/IEC 14496-3.
    box.put8(0x15)
    box.put24(0)
    box.put32(average)
    box.put32(average)
    box.put8(0x05)
    box.put8(configuration.count)
    box.put(configuration)
    box.put([0x06, 1, 2])
  }
}
