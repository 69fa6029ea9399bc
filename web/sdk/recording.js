import { FilmError } from './errors.js'
import { readMP4 } from './mp4-reader.js'
import { readWebM } from './webm-reader.js'

/**
 * A track of a file that a `MediaRecorder` has made.
 * @typedef {object} RecordedTrack
 * @property {'h264' | 'vp8' | 'vp9' | 'aac' | 'opus' | 'other'} codec
 * @property {Uint8Array} description AVCDecoderConfigurationRecord or AudioSpecificConfig; empty where the codec needs none
 * @property {number} rate samples a second of sound
 * @property {number} channels
 * @property {{time: number, isKey: boolean, data: Uint8Array}[]} samples seconds
 */

/**
 * What a `MediaRecorder` takes down of a stream with one track. Recorders stand in for encoders that a browser lacks: their
 * files are taken apart again, and when they say that something was recorded only tells what it was.
 */
export class Recording {
  /**
   * @param {MediaStream} stream
   * @param {MediaRecorderOptions} options
   */
  constructor(stream, options) {
    /** @type {Blob[]} */
    this.parts = []
    /** @type {FilmError | null} */
    this.failure = null
    this.recorder = new MediaRecorder(stream, options)
    this.recorder.ondataavailable = ({ data }) => this.parts.push(data)
    this.recorder.onerror = () => { this.failure = new FilmError('encoding-failed', "The browser's recorder failed.") }
  }

  /** Throws a `FilmError`. */
  start() {
    try {
      this.recorder.start(1000)
    } catch {
      throw new FilmError('encoding-failed', "The browser's recorder does not record this film: choose another format or size.")
    }
  }

  /** Throws what has gone wrong since it began. */
  check() {
    if (this.failure) throw this.failure
  }

  /**
   * Ends.
   * @returns {Promise<RecordedTrack>} rejects with a `FilmError`
   */
  async end() {
    if (this.recorder.state !== 'inactive') {
      const stopped = new Promise((resolve) => { this.recorder.onstop = resolve })
      this.recorder.stop()
      await stopped
    }
    this.check()
    const file = new Uint8Array(await new Blob(this.parts).arrayBuffer())
    this.parts = []
    const isWebM = file[0] === 0x1a && file[1] === 0x45
    const track = (isWebM ? readWebM(file) : readMP4(file)).find(({ codec, samples }) => codec !== 'other' && samples.length > 0)
    if (!track) throw new FilmError('encoding-failed', "The browser's recorder has taken nothing down that can be read.")
    return track
  }

  close() {
    if (this.recorder.state !== 'inactive') this.recorder.stop()
  }
}
