import { FilmError } from './errors.js'
import { opusHead } from './film-encoders.js'
import { mux } from './muxer.js'
import { frameSamples, splitPacket } from './opus-packet.js'
import { Recording } from './recording.js'
import { placeOf, tellingPart } from './sound-place.js'

/** Looks at the sound's clock so often, milliseconds. */
const look = 100
/** A clock that stands still for longer will not go on, looks. */
const longestStand = 50
/** The sound begins so much later than the recorder, seconds. */
const head = 0.1
/** And the recorder ends so much later than the sound, seconds. */
const tail = 0.5
/** Samples of a packet of AAC (ISO/IEC 14496-3). */
const aacSamples = 1024
/** The sound may be so late in what it takes down, seconds. */
const latest = 1

/** The sound of a film, taken down while it is played where nobody hears it. As `SoundEncoder`. */
export class RecordedSound {
  /**
   * @param {string} mimeType
   * @param {Float32Array[]} sound
   * @param {number} rate
   * @param {AbortSignal} signal ends the waiting
   */
  constructor(mimeType, sound, rate, signal) {
    this.sound = sound
    this.rate = rate
    this.signal = signal
    this.context = new AudioContext({ sampleRate: rate })
    // Once the source has ended Chromium delivers nothing more, not even what is under way.
    const length = sound[0].length + Math.round(tail * rate)
    const buffer = new AudioBuffer({ length, sampleRate: rate, numberOfChannels: sound.length })
    sound.forEach((samples, index) => buffer.copyToChannel(/** @type {Float32Array} */ (samples), index))
    this.source = new AudioBufferSourceNode(this.context, { buffer })
    this.target = new MediaStreamAudioDestinationNode(this.context, { channelCount: sound.length })
    this.source.connect(this.target)
    this.recording = new Recording(this.target.stream, { mimeType, audioBitsPerSecond: 64_000 + 32_000 * sound.length })
    this.began = Infinity
    this.duration = sound[0].length / rate
    /** @type {unknown} */
    this.failure = null
    this.ended = this.#play().catch((error) => { this.failure = error })
  }

  /** Seconds of it that have still to be taken down; nothing is once it has failed. */
  get secondsLeft() {
    if (this.failure) return 0
    return Math.max(0, Math.min(this.duration, this.began + this.duration - this.context.currentTime))
  }

  /** It plays by itself. */
  async put() {
    if (this.failure) throw this.failure
    this.recording.check()
  }

  async #play() {
    let stands = 0
    for (let before = Infinity; this.began === Infinity; stands++) {
      if (stands > longestStand) throw new FilmError('sound-blocked', 'The browser does not let the sound begin. Click on the page and try again.')
      // Until a gesture some browsers refuse.
      if (stands % 10 === 1) this.context.resume().catch(() => {})
      const now = this.context.currentTime
      if (now > before) {
        this.recording.start()
        this.began = now + head
        this.source.start(this.began)
      }
      before = now
      await this.#wait(look)
    }
    while (this.context.currentTime < this.began + this.duration + tail) await this.#wait(look)
  }

  /** @param {number} milliseconds */
  async #wait(milliseconds) {
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
    this.signal.throwIfAborted()
  }

  /** Waits for its end. */
  async finish() {
    await this.ended
    if (this.failure) throw this.failure
    this.recorded = await this.recording.end()
    this.close()
  }

  close() {
    this.recording.close()
    this.source.disconnect()
    if (this.context.state !== 'closed') this.context.close()
  }

  /**
   * As the muxer takes it: what was recorded before the sound is decoded and not heard.
   * @param {import('./engine.js').Engine} engine
   * @returns {Promise<import('./muxer.js').FilmTrack>}
   */
  async track(engine) {
    const packets = packetsOf(/** @type {import('./recording.js').RecordedTrack} */ (this.recorded))
    const length = Math.round(this.duration * packets.rate)
    const begins = await this.#beginning(engine, packets)
    if (packets.end - begins < length - 0.01 * packets.rate) throw new FilmError('encoding-failed', "The browser's recorder has lost some of the sound.")
    // What is before is silent, so that a decoder may begin here.
    const first = Math.max(0, packets.times.filter((time) => time <= begins).length - 1)
    return cut(packets, first, begins, length)
  }

  /**
   * The sample of the recorded packets at which the sound begins.
   * @param {import('./engine.js').Engine} engine
   * @param {Packets} packets
   */
  async #beginning(engine, packets) {
    const { rate } = packets
    const mono = this.sound.length === 1 ? this.sound[0] : this.sound[0].map((value, at) => (value + this.sound[1][at]) / 2)
    const part = tellingPart(mono, this.rate)
    if (!part) return Math.round(head * rate)
    // A trial that leaves out as much as certainly is silence: how decoders do that is theirs.
    const certain = Math.round(0.05 * rate)
    const trial = cut(packets, 0, certain, Math.round((part.to + latest) * rate))
    const heard = await decoded(mux(engine, packets.codec === 'aac' ? 'mp4' : 'webm', [trial]), this.rate)
    const late = placeOf(mono, heard, this.rate, Math.round(latest * this.rate))
    if (late === null) throw new FilmError('encoding-failed', "The browser's recorder has taken down another sound.")
    return certain + Math.round(late * rate / this.rate)
  }
}

/**
 * Recorded packets of sound; times are samples from the first one on, however far apart the recorder says they were.
 * @typedef {{codec: 'aac' | 'opus', description: Uint8Array, rate: number, channels: number, times: number[], chunks: Uint8Array[], end: number}} Packets
 */

/**
 * @param {import('./recording.js').RecordedTrack} recorded
 * @returns {Packets}
 */
function packetsOf({ codec, description, rate, channels, samples }) {
  const isOpus = codec === 'opus'
  // The shorter the packets, the less is there beyond a film's ends.
  const chunks = samples.flatMap(({ data }) => isOpus ? splitPacket(data) : [data])
  let end = 0
  const times = chunks.map((data) => {
    const time = end
    end += isOpus ? frameSamples(data) : aacSamples
    return time
  })
  return { codec: isOpus ? 'opus' : 'aac', description, rate: isOpus ? 48_000 : rate, channels, times, chunks, end }
}

/**
 * Some of the packets as a track.
 * @param {Packets} packets
 * @param {number} first packet
 * @param {number} begins sample of the packets from which on it is heard
 * @param {number} length samples
 * @returns {import('./muxer.js').FilmTrack}
 */
function cut({ codec, description, rate, channels, times, chunks, end }, first, begins, length) {
  const last = times.filter((time) => time < begins + length).length
  const skip = begins - times[first]
  return {
    codec, rate, channels, skip, length: Math.min(length, end - begins), chunks: chunks.slice(first, last),
    samples: times.slice(first, last).map((time) => ({ time: time - times[first], isKey: true })),
    description: codec === 'opus' ? opusHead(channels, skip) : description,
  }
}

/**
 * One channel of a file.
 * @param {Blob} file
 * @param {number} rate
 */
async function decoded(file, rate) {
  try {
    const buffer = await new OfflineAudioContext(1, 1, rate).decodeAudioData(await file.arrayBuffer())
    const channels = Array.from({ length: buffer.numberOfChannels }, (_, index) => buffer.getChannelData(index))
    return channels[0].map((_, at) => channels.reduce((sum, samples) => sum + samples[at], 0) / channels.length)
  } catch {
    throw new FilmError('encoding-failed', 'The browser cannot read the sound that it has recorded.')
  }
}
