import { FlexatarError } from './sdk/errors.js'
import { SoundInput } from './sdk/sound-input.js'
import { TrackClock } from './sdk/sync.js'

/**
 * The page's half of an avatar that is drawn in the extension's frame: a `VirtualSource` for `installVirtualCamera`. The
 * voice stays here, samples of it go to the frame; pictures come back.
 *
 * Messages on the port: out `{tap}` with a port, `{size}`, `{frameRate}`, `{close}`; in `{delay}` seconds, `{pictures}` a port
 * (`FrameSink.send` of the SDK), `{failed}` why there are no pictures, or no more. Events: `error`.
 */
export class RemoteAvatar extends EventTarget {
  /** The first picture comes within this time, the next ones within the other, seconds: else nobody draws any more. */
  static patience = 30
  static silence = 5

  /**
   * @param {MessagePort} port to the frame
   * @param {MediaStream} voice the real microphone, ours to stop
   * @returns {Promise<RemoteAvatar>} when the first picture is there
   */
  static async open(port, voice) {
    const avatar = new RemoteAvatar(port, voice)
    try {
      await avatar.begun
    } catch (error) {
      avatar.close()
      throw error
    }
    return avatar
  }

  /** @param {MessagePort} port @param {MediaStream} voice */
  constructor(port, voice) {
    super()
    this.port = port
    this.voice = voice
    /** @type {MessagePort | null} */
    this.pictures = null
    this.generator = new MediaStreamTrackGenerator({ kind: 'video' })
    this.writer = this.generator.writable.getWriter()
    this.clock = new TrackClock()
    this.mediaStream = new MediaStream([this.generator])
    this.sound = new SoundInput(
      (tap) => port.postMessage({ tap }, tap ? [tap] : []),
      (error) => this.dispatchEvent(new CustomEvent('error', { detail: error })))
    this.wanted = { width: 640, height: 480 }
    this.rate = 30
    this.isOver = false
    this.begun = new Promise((resolve, reject) => {
      this.fail = (/** @type {string} */ message) => {
        if (this.isOver) return
        this.isOver = true
        clearInterval(this.watch)
        reject(new DOMException(message, 'NotReadableError'))
        this.dispatchEvent(new CustomEvent('error', { detail: new FlexatarError('engine-failed', message) }))
      }
      port.onmessage = ({ data }) => {
        if (data.delay) this.sound.setDelay(data.delay)
        if (data.failed) this.fail(data.failed)
        if (!data.pictures) return
        this.pictures = data.pictures
        this.pictures.onmessage = (/** @type {MessageEvent} */ { data: picture }) => {
          this.quiet = 0
          this.isDrawn = true
          this.show(picture)
          this.pictures?.postMessage('next')
          resolve(undefined)
        }
      }
    })
    this.quiet = 0
    this.isDrawn = false
    // A page that rewrites itself throws the frame away, and a frame may crash; ports do not tell. Turns of a timer, no times:
    // what a page that was frozen missed is still on its way.
    this.watch = setInterval(() => {
      if (++this.quiet < (this.isDrawn ? RemoteAvatar.silence : RemoteAvatar.patience)) return
      this.fail(this.isDrawn ? 'The avatar is drawn no more.' : 'The avatar did not start.')
    }, 1000)
    this.voiceStream = this.sound.connect(voice)
  }

  get size() {
    return this.wanted
  }

  set size(size) {
    this.wanted = size
    this.port.postMessage({ size })
  }

  get frameRate() {
    return this.rate
  }

  set frameRate(frameRate) {
    this.rate = frameRate
    this.port.postMessage({ frameRate })
  }

  /** @param {{picture: ArrayBuffer, format: VideoPixelFormat, width: number, height: number, timestamp: number}} picture */
  show({ picture, format, width, height, timestamp }) {
    // A consumer that falls behind gets fewer frames, not older ones.
    if (this.writer.desiredSize <= 0) return
    const stamp = this.clock.stamp(timestamp / 1e6)
    const frame = new VideoFrame(picture, { format, codedWidth: width, codedHeight: height, timestamp: Math.round(stamp * 1e6) })
    this.writer.write(frame).then(() => this.clock.arrived(stamp, performance.now() / 1000), () => frame.close())
  }

  close() {
    this.isOver = true
    clearInterval(this.watch)
    this.port.postMessage({ close: true })
    this.port.close()
    this.pictures?.close()
    this.sound.destroy()
    this.generator.stop()
    this.voice.getTracks().forEach((track) => track.stop())
  }
}
