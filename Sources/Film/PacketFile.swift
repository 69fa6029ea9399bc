import CLibAV
import Foundation

/// Encoded packets in a file of our own, in the encoder's time base: what a film is put together from. Only read by the
/// program that wrote it.
///
/// A packet is pts, dts, duration (Int64), flags, size, number of side data (Int32), the data, then each side data's
/// type and size (Int32) and bytes; all in the machine's byte order.
final class PacketFile {
  private static let largest = 256 << 20
  private var file: UnsafeMutablePointer<FILE>?

  private init(_ path: String, _ mode: String) throws(FilmError) {
    file = fopen(path, mode)
    guard file != nil else { throw .unwritable }
  }

  deinit { if let file { fclose(file) } }

  /// A new file, to be written.
  static func create(_ path: String) throws(FilmError) -> PacketFile { try PacketFile(path, "wbe") }

  /// A finished file, to be read.
  static func open(_ path: String) throws(FilmError) -> PacketFile { try PacketFile(path, "rbe") }

  // MARK: Writing

  func write(_ packet: UnsafeMutablePointer<AVPacket>) throws(FilmError) {
    try put(packet.pointee.pts)
    try put(packet.pointee.dts)
    try put(packet.pointee.duration)
    try put(packet.pointee.flags)
    try put(packet.pointee.size)
    try put(packet.pointee.side_data_elems)
    try put(packet.pointee.data, Int(packet.pointee.size))
    for i in 0..<Int(packet.pointee.side_data_elems) {
      let side = packet.pointee.side_data[i]
      try put(Int32(bitPattern: side.type.rawValue))
      try put(Int32(side.size))
      try put(side.data, side.size)
    }
  }

  /// Everything is on the disk when this returns.
  func finish() throws(FilmError) {
    guard let file, fflush(file) == 0, fsync(fileno(file)) == 0, fclose(file) == 0 else { throw .unwritable }
    self.file = nil
  }

  private func put<Value: FixedWidthInteger>(_ value: Value) throws(FilmError) {
    var value = value
    try put(&value, MemoryLayout<Value>.size)
  }

  private func put(_ bytes: UnsafeRawPointer?, _ count: Int) throws(FilmError) {
    guard count > 0, let bytes else { return }
    guard fwrite(bytes, 1, count, file) == count else { throw .unwritable }
  }

  // MARK: Reading

  /// Fills an empty packet; false at the end.
  func read(_ packet: UnsafeMutablePointer<AVPacket>) throws(FilmError) -> Bool {
    var pts: Int64 = 0
    guard fread(&pts, 8, 1, file) == 1 else { return false }
    let (dts, duration): (Int64, Int64) = (try get(), try get())
    let (flags, size, sides): (Int32, Int32, Int32) = (try get(), try get(), try get())
    guard 0...Self.largest ~= Int(size), 0...64 ~= sides, av_new_packet(packet, size) >= 0 else {
      throw .unreadableParts
    }
    (packet.pointee.pts, packet.pointee.dts, packet.pointee.duration) = (pts, dts, duration)
    packet.pointee.flags = flags
    try get(packet.pointee.data, Int(size))
    for _ in 0..<sides {
      let (type, size): (Int32, Int32) = (try get(), try get())
      guard 0...Self.largest ~= Int(size),
        let memory = av_packet_new_side_data(packet, AVPacketSideDataType(UInt32(bitPattern: type)), Int(size))
      else { throw .unreadableParts }
      try get(memory, Int(size))
    }
    return true
  }

  private func get<Value: FixedWidthInteger>() throws(FilmError) -> Value {
    var value: Value = 0
    try get(&value, MemoryLayout<Value>.size)
    return value
  }

  private func get(_ bytes: UnsafeMutableRawPointer?, _ count: Int) throws(FilmError) {
    guard count > 0 else { return }
    guard let bytes, fread(bytes, 1, count, file) == count else { throw .unreadableParts }
  }
}
