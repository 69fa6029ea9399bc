import { TrackClock } from './sync.js'

/** So many pictures may be on their way to another process. */
const mostUnderWay = 2

/**
 * Where drawn frames go besides the canvas: into a video track, to the page as bitmaps where its canvas cannot be handed to
 * a worker, or over a port to a page in another process.
 */
export class FrameSink {
  /**
   * @param {import('./engine-host.js').Canvas} canvas
   * @param {import('./engine-host.js').Post} post
   * @param {boolean} asBitmaps the page's canvas is painted from bitmaps
   */
  constructor(canvas, post, asBitmaps) {
    this.canvas = canvas
    this.post = post
    this.asBitmaps = asBitmaps
    /** Copies go to the page, which makes its video of them. */
    this.copies = false
    /** @type {WritableStreamDefaultWriter<VideoFrame> | null} */
    this.writer = null
    this.clock = new TrackClock()
    /** @type {MessagePort | null} */
    this.port = null
    this.wanted = 0
  }

  /**
   * Sends the pictures' bytes, another one for each message that comes back. Bitmaps would be drawn once more at either end.
   * @param {MessagePort} port sends `{picture: ArrayBuffer, format, width, height, timestamp}` as `VideoFrame` takes them
   */
  send(port) {
    this.port?.close()
    this.port = port
    this.wanted = mostUnderWay
    port.onmessage = () => { this.wanted++ }
  }

  /**
   * Opens a video track: into the stream handed over (Chrome's MediaStreamTrackGenerator), as copies of the frames for
   * the page, or one made here, which is then sent to the page (VideoTrackGenerator).
   * @param {WritableStream<VideoFrame>} [writable]
   * @param {boolean} [asBitmaps]
   */
  open(writable, asBitmaps = false) {
    this.writer?.close().catch(() => {})
    this.copies = asBitmaps
    if (asBitmaps) return
    if (writable) {
      this.writer = writable.getWriter()
      return
    }
    const generator = new /** @type {any} */ (globalThis).VideoTrackGenerator()
    this.writer = generator.writable.getWriter()
    this.post({ type: 'track', track: generator.track }, [generator.track])
  }

  /**
   * The canvas has been drawn at `now` (seconds), in this task.
   * @param {number} now
   */
  put(now) {
    // A consumer that falls behind gets fewer frames, not older ones.
    if (this.writer && (this.writer.desiredSize ?? 0) > 0) {
      // The stamp is ours: canvas frames have none in WebKit.
      const stamp = this.clock.stamp(now)
      const frame = new VideoFrame(/** @type {OffscreenCanvas} */ (this.canvas), { timestamp: Math.round(stamp * 1e6), alpha: 'discard' })
      this.writer.write(frame).then(() => this.clock.arrived(stamp, performance.now() / 1000), () => {
        frame.close()
        this.writer = null
      })
    }
    if (this.port && this.wanted > 0) {
      this.wanted--
      this.copy(this.port, now).catch(() => { this.wanted++ })
    }
    if (this.copies) {
      createImageBitmap(/** @type {any} */ (this.canvas)).then((bitmap) => this.post({ type: 'copy', bitmap }, [bitmap]), () => {})
    }
    if (this.asBitmaps) {
      const bitmap = /** @type {OffscreenCanvas} */ (this.canvas).transferToImageBitmap()
      this.post({ type: 'bitmap', bitmap }, [bitmap])
    }
  }

  /** @param {MessagePort} port @param {number} now seconds */
  async copy(port, now) {
    const frame = new VideoFrame(/** @type {OffscreenCanvas} */ (this.canvas), { timestamp: Math.round(now * 1e6), alpha: 'discard' })
    try {
      const { format, codedWidth: width, codedHeight: height, timestamp } = frame
      const picture = new ArrayBuffer(frame.allocationSize())
      await frame.copyTo(picture)
      port.postMessage({ picture, format, width, height, timestamp }, [picture])
    } finally {
      frame.close()
    }
  }

  close() {
    this.port?.close()
    this.port = null
    this.writer?.close().catch(() => {})
    this.writer = null
  }
}
