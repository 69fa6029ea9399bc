import Bytes
import Testing

@Suite struct ByteReaderTests {
  enum Failure: ByteFailure {
    case pastEnd
  }

  let bytes: [UInt8] = [1, 2, 3, 4, 5, 0xFF, 0xFF, 0xFF, 0xFF]

  @Test func numbersAreLittleEndianAndFollowOneAnother() throws {
    var reader = ByteReader<Failure>(bytes)
    #expect(try reader.uint8() == 1)
    #expect(try reader.uint16() == 0x0302)
    #expect(try reader.uint16s(1) == [0x0504])
    #expect(reader.left == 4 && reader.offset == 5 && !reader.isAtEnd)
    #expect(try reader.uint32() == 0xFFFF_FFFF)
    #expect(reader.isAtEnd && reader.rest().isEmpty)
    #expect(try reader.uint32(at: 0) == 0x0403_0201)
  }

  @Test func nothingIsReadBeyondTheRange() throws {
    var reader = ByteReader<Failure>(bytes, 2..<5)
    #expect(throws: Failure.pastEnd) { try reader.uint32() }
    #expect(throws: Failure.pastEnd) { try reader.uint8s(4) }
    #expect(throws: Failure.pastEnd) { try reader.uint16s(.max) }
    #expect(throws: Failure.pastEnd) { try reader.skip(-1) }
    #expect(throws: Failure.pastEnd) { try reader.uint16(at: 4) }
    #expect(throws: Failure.pastEnd) { try reader.uint8(at: -1) }
    #expect(throws: Failure.pastEnd) { try reader.check(.max, .max) }
    #expect(reader.rest() == [3, 4, 5])
    #expect(throws: Failure.pastEnd) { try reader.uint8() }
  }

  @Test func aLengthFitsTheSmallestInt() {
    var reader = ByteReader<Failure>(bytes, 5..<9)
    #expect(throws: Failure.pastEnd) { try reader.length() }
  }

  /// "123456789", the check value of the catalogue of CRCs.
  @Test func theChecksumIsThatOfZip() {
    #expect(CRC32.checksum(Array("x123456789".utf8), 1..<10) == 0xCBF4_3926)
  }
}
