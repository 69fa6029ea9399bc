/**
 * Where drawn frames go besides the canvas: into a video track, or to the page as bitmaps where its canvas cannot be
 * handed to a worker.
 */
export class FrameSink {
  /**
   * @param {OffscreenCanvas} canvas
   * @param {boolean} asBitmaps
   */
  constructor(canvas, asBitmaps) {
    this.canvas = canvas
    this.asBitmaps = asBitmaps
    /** @type {WritableStreamDefaultWriter<VideoFrame> | null} */
    this.writer = null
  }

  /**
   * Opens a video track: into the stream handed over (Chrome's MediaStreamTrackGenerator), or one made here, which is
   * then sent to the page (VideoTrackGenerator).
   * @param {WritableStream<VideoFrame>} [writable]
   */
  open(writable) {
    this.writer?.close().catch(() => {})
    if (writable) {
      this.writer = writable.getWriter()
      return
    }
    const generator = new /** @type {any} */ (globalThis).VideoTrackGenerator()
    this.writer = generator.writable.getWriter()
    postMessage({ type: 'track', track: generator.track }, { transfer: [generator.track] })
  }

  /**
   * The canvas has been drawn at `now` (seconds), in this task.
   * @param {number} now
   */
  put(now) {
    // A consumer that falls behind gets fewer frames, not older ones.
    if (this.writer && (this.writer.desiredSize ?? 0) > 0) {
      // The stamp is ours: canvas frames have none in WebKit.
      const frame = new VideoFrame(this.canvas, { timestamp: Math.round(now * 1e6), alpha: 'discard' })
      this.writer.write(frame).catch(() => {
        frame.close()
        this.writer = null
      })
    }
    if (this.asBitmaps) {
      const bitmap = this.canvas.transferToImageBitmap()
      postMessage({ type: 'bitmap', bitmap }, { transfer: [bitmap] })
    }
  }

  close() {
    this.writer?.close().catch(() => {})
    this.writer = null
  }
}
