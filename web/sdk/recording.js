import { FilmError } from './errors.js'
import { readMP4 } from './mp4-reader.js'
import { readWebM } from './webm-reader.js'

/** A recorder that takes longer to begin or end does not, milliseconds. */
const patience = 10_000

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
    try {
      this.recorder = new MediaRecorder(stream, options)
    } catch {
      throw refused()
    }
    this.recorder.ondataavailable = ({ data }) => this.parts.push(data)
    this.recorder.onerror = () => { this.failure = new FilmError('encoding-failed', "The browser's recorder failed.") }
  }

  /**
   * Resolves when it takes down what comes.
   * @returns {Promise<void>} rejects with a `FilmError`
   */
  async start() {
    const started = this.#happened('start')
    try {
      this.recorder.start(1000)
    } catch {
      throw refused()
    }
    await started
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
      const stopped = this.#happened('stop')
      this.recorder.stop()
      await stopped
    }
    this.check()
    const file = new Uint8Array(await new Blob(this.parts).arrayBuffer())
    this.parts = []
    const track = tracksOf(file).find(({ codec, samples }) => codec !== 'other' && samples.length > 0)
    if (!track) throw new FilmError('encoding-failed', "The browser's recorder has taken nothing down that can be read.")
    return track
  }

  close() {
    if (this.recorder.state !== 'inactive') this.recorder.stop()
  }

  /** @param {string} name */
  #happened(name) {
    return new Promise((resolve, reject) => {
      this.recorder.addEventListener(name, resolve, { once: true })
      setTimeout(() => reject(new FilmError('encoding-failed', "The browser's recorder does not answer.")), patience)
    })
  }
}

const refused = () => new FilmError('encoding-failed', "The browser's recorder does not record this film: choose another format or size.")

/**
 * @param {Uint8Array} file
 * @returns {RecordedTrack[]}
 */
function tracksOf(file) {
  const isWebM = file[0] === 0x1a && file[1] === 0x45
  try {
    return isWebM ? readWebM(file) : readMP4(file)
  } catch (error) {
    if (error instanceof RangeError) return []
    throw error
  }
}
