import Bytes
import Linear

/// Damage to files that begin with 16 bytes of which the third word is the length and the fourth the CRC-32 of the rest,
/// and go on with sections (tag, length, content, zeros up to a multiple of 4): avatars, rigs and, but for the sections,
/// speech models.
extension [UInt8] {
  /// The file with length and checksum set right again, so that what lies behind them is put to the test.
  public func sealed() -> [UInt8] {
    guard count >= 16 else { return self }
    var file = self
    file.put(UInt32(count), at: 8)
    file.put(CRC32.checksum(self, 16..<count), at: 12)
    return file
  }

  /// The sections: tag, and the range from the tag to the content's end.
  public func sections() -> [(tag: String, range: Range<Int>)] {
    var list: [(String, Range<Int>)] = []
    var i = 16
    while i + 8 <= count {
      let tag = String(decoding: self[i..<i + 4], as: UTF8.self)
      let length = (0..<4).reduce(0) { $0 | Int(self[i + 4 + $1]) << (8 * $1) }
      list.append((tag, i..<i + 8 + length))
      i += 8 + (length + 3) / 4 * 4
    }
    return list
  }

  /// One random change, anywhere or to the structure.
  public mutating func mutate(_ random: inout SeededRandom) {
    guard count > 20 else { return }
    let at = random.below(count)
    switch random.below(10) {
    case 0: self[at] ^= 1 << UInt8(random.below(8))
    case 1: self[at] = UInt8(random.below(256))
    case 2: put(Self.telling[random.below(Self.telling.count)], at: at)
    case 3: removeSubrange(at..<Swift.min(count, at + random.below(64)))
    case 4: insert(contentsOf: [UInt8](repeating: UInt8(random.below(256)), count: random.below(64)), at: at)
    case 5:  // A section's header, or the first numbers in it.
      guard let section = section(&random) else { return }
      let k = section.lowerBound + random.below(32)
      if k < count { self[k] = UInt8(random.below(256)) }
    case 6:  // A section twice, or elsewhere.
      guard let section = section(&random) else { return }
      insert(contentsOf: Array(self[section]), at: at)
    case 7, 8:  // A number in a section, often one that is small: it passes more checks than any bits would.
      guard let section = section(&random), section.count > 12 else { return }
      let k = section.lowerBound + 8 + random.below((section.count - 8) / 4) * 4
      let value = random.below(3) == 0 ? Self.telling[random.below(Self.telling.count)] : random.number().bitPattern
      put(value, at: k)
    default: self[4 + random.below(12)] = UInt8(random.below(256))
    }
  }

  private static let telling: [UInt32] = [
    0, 1, 2, 65535, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
    Float.nan.bitPattern, Float.infinity.bitPattern, (-Float.infinity).bitPattern,
    Float.leastNonzeroMagnitude.bitPattern,
    Float.greatestFiniteMagnitude.bitPattern, Float(-0.0).bitPattern,
  ]

  private func section(_ random: inout SeededRandom) -> Range<Int>? {
    let all = sections()
    return all.isEmpty ? nil : all[random.below(all.count)].range.clamped(to: 0..<count)
  }

  /// Overwrites four bytes, little-endian.
  public mutating func put(_ value: UInt32, at place: Int) {
    for k in 0..<4 where place + k < count { self[place + k] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(k))) }
  }
}

extension SeededRandom {
  /// 0..<limit.
  public mutating func below(_ limit: Int) -> Int { Int(next() % UInt32(limit)) }

  /// Numbers of all magnitudes that a head may have.
  mutating func number() -> Float { uniform(-1, 1) * [0.001, 1, 10, 100, 1000, 20_000][below(6)] }
}
