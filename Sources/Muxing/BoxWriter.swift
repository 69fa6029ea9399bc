/// Boxes (ISO/IEC 14496-12, 4.2): a length, a name of four letters, contents, which may be boxes.
struct BoxWriter {
  private var writer = BigEndianWriter()
  var bytes: [UInt8] { writer.bytes }

  mutating func put(_ bytes: [UInt8]) { writer.put(bytes) }
  mutating func put(text: StaticString) { writer.put(text: text) }
  mutating func put8(_ value: Int) { writer.put8(value) }
  mutating func put16(_ value: Int) { writer.put16(value) }
  mutating func put24(_ value: Int) { writer.put24(value) }
  mutating func put32(_ value: Int) { writer.put32(value) }
  mutating func put32(_ value: Int64) { writer.put32(value) }
  mutating func put64(_ value: Int64) { writer.put64(value) }

  mutating func box(_ name: StaticString, _ fill: (inout BoxWriter) -> Void) {
    let start = writer.bytes.count
    writer.put32(0)
    writer.put(text: name)
    fill(&self)
    writer.set32(writer.bytes.count - start, at: start)
  }

  mutating func fullBox(
    _ name: StaticString, version: Int = 0, flags: Int = 0, _ fill: (inout BoxWriter) -> Void
  ) {
    box(name) { box in
      box.put8(version)
      box.put24(flags)
      fill(&box)
    }
  }

  /// The picture is shown as it is.
  mutating func putIdentityMatrix() {
    for value in [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000] { put32(value) }
  }

  /// The list of tags as iTunes has it, which players and libav read: comment and program.
  mutating func putTags(comment: String) {
    fullBox("meta") { meta in
      meta.fullBox("hdlr") { box in
        box.put32(0)
        box.put(text: "mdirappl")
        box.put([UInt8](repeating: 0, count: 9))
      }
      meta.box("ilst") { list in
        list.tag([0xA9, 0x63, 0x6D, 0x74], comment)  // "©cmt"
        list.tag([0xA9, 0x74, 0x6F, 0x6F], "Flexatar")  // "©too"
      }
    }
  }

  private mutating func tag(_ name: [UInt8], _ text: String) {
    let content = [UInt8](text.utf8)
    put32(24 + content.count)
    put(name)
    box("data") { box in
      box.put32(1)  // UTF-8.
      box.put32(0)
      box.put(content)
    }
  }
}
