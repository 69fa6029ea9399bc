import CLibAV

/// Gives an encoder a frame (nil: there are no more) and hands out every packet that is then ready.
func encode(
  _ frame: UnsafeMutablePointer<AVFrame>?, by context: UnsafeMutablePointer<AVCodecContext>,
  _ packet: UnsafeMutablePointer<AVPacket>, out: (UnsafeMutablePointer<AVPacket>) throws(FilmError) -> Void
) throws(FilmError) {
  guard avcodec_send_frame(context, frame) >= 0 else { throw .encodingFailed }
  while true {
    let received = avcodec_receive_packet(context, packet)
    if received == LIBAV_AGAIN || received == LIBAV_EOF { return }
    guard received >= 0 else { throw .encodingFailed }
    try out(packet)
    av_packet_unref(packet)
  }
}
