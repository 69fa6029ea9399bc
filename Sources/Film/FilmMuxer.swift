import CLibAV
import Foundation
import Muxing

/// Puts a film together from its encoded parts: pictures, sound, subtitles, chapters; nothing is encoded anew.
final class FilmMuxer {
  private var format: UnsafeMutablePointer<AVFormatContext>?
  private var sources: [Source] = []
  private let container: FilmContainer

  /// Packets of one stream in the order of their time.
  private final class Source {
    let stream: UnsafeMutablePointer<AVStream>
    let timeBase: AVRational
    private let read: (UnsafeMutablePointer<AVPacket>) throws(FilmError) -> Bool
    private(set) var packet: UnsafeMutablePointer<AVPacket>?
    private var newest = Int64.min

    init(
      _ stream: UnsafeMutablePointer<AVStream>, _ timeBase: AVRational,
      _ read: @escaping (UnsafeMutablePointer<AVPacket>) throws(FilmError) -> Bool
    ) {
      (self.stream, self.timeBase, self.read) = (stream, timeBase, read)
    }

    deinit { av_packet_free(&packet) }

    /// Fetches the next packet; `packet` is nil at the end.
    func advance() throws(FilmError) {
      if packet == nil { packet = av_packet_alloc() }
      guard let packet else { throw .encodingFailed }
      av_packet_unref(packet)
      guard try read(packet) else { return av_packet_free(&self.packet) }
      packet.pointee.stream_index = stream.pointee.index
      packet.pointee.dts = max(packet.pointee.dts, newest == .min ? packet.pointee.dts : newest + 1)
      newest = packet.pointee.dts
    }

    var seconds: Double { Double(packet?.pointee.dts ?? 0) * av_q2d(timeBase) }
  }

  init(_ container: FilmContainer) throws(FilmError) {
    self.container = container
    guard avformat_alloc_output_context2(&format, nil, container.muxer, nil) >= 0, format != nil else {
      throw .noEncoder
    }
  }

  deinit {
    if let format, format.pointee.pb != nil { avio_closep(&format.pointee.pb) }
    avformat_free_context(format)
  }

  private func addStream(_ parameters: UnsafePointer<AVCodecParameters>, _ timeBase: AVRational) throws(FilmError)
    -> UnsafeMutablePointer<AVStream>
  {
    guard let stream = avformat_new_stream(format, nil),
      avcodec_parameters_copy(stream.pointee.codecpar, parameters) >= 0
    else { throw .encodingFailed }
    stream.pointee.codecpar.pointee.codec_tag = 0
    stream.pointee.time_base = timeBase
    return stream
  }

  /// A stream of packets from `files`, one after the other.
  func add(
    _ files: [String], _ parameters: UnsafePointer<AVCodecParameters>, timeBase: AVRational, rate: AVRational? = nil
  ) throws(FilmError) {
    let stream = try addStream(parameters, timeBase)
    if let rate { stream.pointee.avg_frame_rate = rate }
    var left = files[...]
    var file: PacketFile?
    sources.append(
      Source(stream, timeBase) { (packet) throws(FilmError) in
        while true {
          if let file, try file.read(packet) { return true }
          guard let next = left.popFirst() else { return false }
          file = try PacketFile.open(next)
        }
      })
  }

  /// A track of text; what lies behind `seconds` is left out.
  func add(_ subtitles: [Subtitle], seconds: Double) throws(FilmError) {
    let shown = SubtitleTrack.packets(subtitles, seconds: seconds, container)
    guard !shown.isEmpty else { return }
    guard let parameters = SubtitleTrack.parameters(container) else { throw .encodingFailed }
    var owned: UnsafeMutablePointer<AVCodecParameters>? = parameters
    defer { avcodec_parameters_free(&owned) }
    let stream = try addStream(parameters, SubtitleTrack.timeBase)
    var left = shown[...]
    sources.append(
      Source(stream, SubtitleTrack.timeBase) { (packet) throws(FilmError) in
        guard let next = left.popFirst() else { return false }
        guard av_new_packet(packet, Int32(next.bytes.count)) >= 0 else { throw .encodingFailed }
        next.bytes.withUnsafeBytes {
          packet.pointee.data.update(from: $0.bindMemory(to: UInt8.self).baseAddress!, count: $0.count)
        }
        (packet.pointee.pts, packet.pointee.dts, packet.pointee.duration) = (next.start, next.start, next.duration)
        packet.pointee.flags = AV_PKT_FLAG_KEY
        return true
      })
  }

  func add(_ chapters: [FilmPlan.Chapter], seconds: Double) throws(FilmError) {
    for (index, chapter) in chapters.enumerated() {
      let end = min(seconds, index + 1 < chapters.count ? chapters[index + 1].start : seconds)
      guard chapter.start < end else { continue }
      let added = libav_add_chapter(
        format, Int64(index + 1), Int64((chapter.start * 1000).rounded()), Int64((end * 1000).rounded()), chapter.title)
      guard added >= 0 else { throw .encodingFailed }
    }
  }

  /// Writes the file.
  func write(to path: String) throws(FilmError) {
    guard let format else { throw .unwritable }
    // The muxer opens the file once more to move its index to the front.
    format.pointee.url = av_strdup(path)
    guard avio_open(&format.pointee.pb, path, AVIO_FLAG_WRITE) >= 0 else { throw .unwritable }
    SyntheticMark.tag(format)
    var options: OpaquePointer?
    if container == .mp4 || container == .mov { av_dict_set(&options, "movflags", "+faststart", 0) }
    let written = avformat_write_header(format, &options)
    av_dict_free(&options)
    guard written >= 0 else { throw .unwritable }
    for source in sources { try source.advance() }
    while let next = sources.filter({ $0.packet != nil }).min(by: { $0.seconds < $1.seconds }) {
      av_packet_rescale_ts(next.packet, next.timeBase, next.stream.pointee.time_base)
      guard av_interleaved_write_frame(format, next.packet) >= 0 else { throw .unwritable }
      try next.advance()
    }
    guard av_write_trailer(format) >= 0, avio_closep(&format.pointee.pb) >= 0 else { throw .unwritable }
  }
}
