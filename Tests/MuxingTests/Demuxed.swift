import CLibAV
import Foundation

import Muxing

/// A film that libav has taken apart: tracks for the muxers, and their samples.
struct Demuxed {
  var tracks: [Track] = []
  var samples: [[[UInt8]]] = []
  var alphas: [[[UInt8]]] = []

  init(path: String) throws {
    var format: UnsafeMutablePointer<AVFormatContext>?
    guard avformat_open_input(&format, path, nil, nil) >= 0, let format else { throw Tools.Failure(text: path) }
    defer {
      var closing: UnsafeMutablePointer<AVFormatContext>? = format
      avformat_close_input(&closing)
    }
    avformat_find_stream_info(format, nil)
    let streams = (0..<Int(format.pointee.nb_streams)).map { format.pointee.streams[$0]! }
    var ends: [Int64] = []
    for stream in streams {
      let track = try Self.track(stream.pointee.codecpar.pointee)
      tracks.append(track)
      samples.append([])
      alphas.append([])
      ends.append(0)
    }
    var packet = av_packet_alloc()
    defer { av_packet_free(&packet) }
    while av_read_frame(format, packet) >= 0, let packet {
      let index = Int(packet.pointee.stream_index)
      let base = streams[index].pointee.time_base
      let to = AVRational(num: 1, den: Int32(tracks[index].timescale))
      let time = av_rescale_q(packet.pointee.pts, base, to)
      let bytes = [UInt8](UnsafeBufferPointer(start: packet.pointee.data, count: Int(packet.pointee.size)))
      var count = 0
      let side = av_packet_get_side_data(packet, AV_PKT_DATA_MATROSKA_BLOCKADDITIONAL, &count)
      // Eight bytes say which kind of addition it is.
      let alpha = side.map { [UInt8](UnsafeBufferPointer(start: $0 + 8, count: count - 8)) } ?? []
      tracks[index].samples.append(
        Sample(
          size: bytes.count, time: time, isKey: packet.pointee.flags & AV_PKT_FLAG_KEY != 0, alphaSize: alpha.count))
      if !alpha.isEmpty { tracks[index].hasAlpha = true }
      samples[index].append(bytes)
      alphas[index].append(alpha)
      ends[index] = max(ends[index], time + av_rescale_q(packet.pointee.duration, base, to))
      av_packet_unref(packet)
    }
    for index in tracks.indices {
      // What is before the film's beginning is the encoder's delay.
      let first = tracks[index].samples.map(\.time).min() ?? 0
      if tracks[index].codec.isSound { tracks[index].skip = -first }
      for i in tracks[index].samples.indices { tracks[index].samples[i].time -= first }
      tracks[index].length = ends[index] - (tracks[index].codec.isSound ? 0 : first)
      guard case .opus(let head) = tracks[index].codec else { continue }
      // WebM rounds to milliseconds what is exact: packets of 20 ms, the encoder's delay.
      for i in tracks[index].samples.indices { tracks[index].samples[i].time = 960 * Int64(i) }
      tracks[index].skip = Int64(head[10]) | Int64(head[11]) << 8
    }
  }

  private static func track(_ parameters: AVCodecParameters) throws -> Track {
    let extra = [UInt8](UnsafeBufferPointer(start: parameters.extradata, count: Int(parameters.extradata_size)))
    let (width, height) = (Int(parameters.width), Int(parameters.height))
    let (rate, channels) = (Int(parameters.sample_rate), Int(parameters.ch_layout.nb_channels))
    switch parameters.codec_id {
    case AV_CODEC_ID_H264:
      return Track(.h264(configuration: extra), timescale: 30_000, width: width, height: height)
    case AV_CODEC_ID_VP9: return Track(.vp9(profile: 0, level: 21), timescale: 30_000, width: width, height: height)
    case AV_CODEC_ID_AAC: return Track(.aac(configuration: extra), rate: rate, channels: channels)
    case AV_CODEC_ID_OPUS: return Track(.opus(head: extra), rate: rate, channels: channels)
    default: throw Tools.Failure(text: "codec \(parameters.codec_id)")
    }
  }

  func file(_ layout: FileLayout) -> [UInt8] {
    layout.assemble { track, index, isAlpha in isAlpha ? alphas[track][index] : samples[track][index] }
  }
}
