import { FlexatarError } from './sdk/errors.js'
import { SoundInput } from './sdk/sound-input.js'
import { TrackClock } from './sdk/sync.js'

/**
 * The page's half of an avatar that is drawn in the extension's frame: a `VirtualSource` for `installVirtualCamera`. The
 * voice stays here, samples of it go to the frame; pictures come back as bitmaps.
 *
 * Messages on the port: out `{tap}` with a port, `{size}`, `{frameRate}`, `{close}`; in `{delay}` seconds, `{frame}` a
 * bitmap with its `timestamp` in microseconds, `{failed}` why there are no pictures, or no more. Events: `error`.
 */
export class RemoteAvatar extends EventTarget {
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
    this.generator = new MediaStreamTrackGenerator({ kind: 'video' })
    this.writer = this.generator.writable.getWriter()
    this.clock = new TrackClock()
    this.mediaStream = new MediaStream([this.generator])
    this.sound = new SoundInput(
      (tap) => port.postMessage({ tap }, tap ? [tap] : []),
      (error) => this.dispatchEvent(new CustomEvent('error', { detail: error })))
    this.wanted = { width: 640, height: 480 }
    this.rate = 30
    this.begun = new Promise((resolve, reject) => {
      port.onmessage = ({ data }) => {
        if (data.delay) this.sound.setDelay(data.delay)
        if (data.failed) {
          reject(new DOMException(data.failed, 'NotReadableError'))
          this.dispatchEvent(new CustomEvent('error', { detail: new FlexatarError('engine-failed', data.failed) }))
        }
        if (!data.frame) return
        this.show(data.frame, data.timestamp)
        resolve(undefined)
      }
    })
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

  /**
   * @param {ImageBitmap} bitmap
   * @param {number} timestamp microseconds
   */
  show(bitmap, timestamp) {
    // A consumer that falls behind gets fewer frames, not older ones.
    if (this.writer.desiredSize > 0) {
      const stamp = this.clock.stamp(timestamp / 1e6)
      const frame = new VideoFrame(bitmap, { timestamp: Math.round(stamp * 1e6), alpha: 'discard' })
      this.writer.write(frame).then(() => this.clock.arrived(stamp, performance.now() / 1000), () => frame.close())
    }
    bitmap.close()
  }

  close() {
    this.port.postMessage({ close: true })
    this.port.close()
    this.sound.destroy()
    this.generator.stop()
    this.voice.getTracks().forEach((track) => track.stop())
  }
}
