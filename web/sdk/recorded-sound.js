import { FilmError } from './errors.js'
import { opusHead, soundBitrate } from './film-encoders.js'
import { filmRate } from './film-sound.js'
import { mux } from './muxer.js'
import { frameSamples, splitPacket } from './opus-packet.js'
import { Recording } from './recording.js'
import { delayOf, distinctivePart } from './sound-alignment.js'

/** The context's clock is looked at so often, milliseconds. */
const look = 100
/** A clock that stands still for longer will not go on, milliseconds. */
const longestStall = 5_000
/** Silence that is recorded before the sound and after it, seconds. */
const lead = 0.5
const tail = 0.5
/** Of the silence before it so much has been recorded certainly; and the sound is not later than that, seconds. */
const certain = 0.05
const latest = 1.5
/** Its end may be so much earlier or later than its beginning says, seconds. */
const bearable = 0.01
/** The end is looked for in the last seconds of sounds that are longer than twice as much, if there is as much of it, seconds. */
const lastSeconds = 5
const shortestEnd = 0.5
/** Sounds that are shorter cannot be found, seconds. */
const shortest = 0.1
/** Samples of a packet of AAC (ISO/IEC 14496-3). */
const aacSamples = 1024
/** Samples that a decoder needs before what it gives is right: 80 ms of Opus (RFC 7845, 4.6), an overlap of AAC. */
const preroll = { opus: 3840, aac: aacSamples }

/** The sound of a film, taken down while it is played where nobody hears it. As `SoundEncoder`. */
export class RecordedSound {
  /**
   * @param {string} mimeType
   * @param {Float32Array[]} sound at `filmRate`
   * @param {AudioContext} context at `filmRate`
   * @param {AbortSignal} signal ends the waiting
   */
  constructor(mimeType, sound, context, signal) {
    this.sound = sound
    this.signal = signal
    this.context = context
    // Once the source has ended Chromium delivers nothing more, not even what is under way.
    const length = sound[0].length + Math.round(tail * filmRate)
    const buffer = new AudioBuffer({ length, sampleRate: filmRate, numberOfChannels: sound.length })
    sound.forEach((samples, index) => buffer.copyToChannel(/** @type {Float32Array} */ (samples), index))
    this.source = new AudioBufferSourceNode(context, { buffer })
    const target = new MediaStreamAudioDestinationNode(context, { channelCount: sound.length })
    this.source.connect(target)
    this.recording = new Recording(target.stream, { mimeType, audioBitsPerSecond: soundBitrate(sound.length) })
    this.began = Infinity
    this.duration = sound[0].length / filmRate
    this.isClosed = false
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
  }

  /** Plays it once the context's clock goes, and watches that it goes on. */
  async #play() {
    let before = Infinity
    let moved = performance.now()
    while (!this.isClosed) {
      this.signal.throwIfAborted()
      this.recording.check()
      const now = this.context.currentTime
      if (now > before) {
        moved = performance.now()
        if (this.began === Infinity) await this.#begin()
        else if (now >= this.began + this.duration + tail) return
      } else {
        if (performance.now() - moved > longestStall) throw this.began === Infinity ? blocked() : lost()
        // Until a gesture some browsers refuse.
        if (this.context.state !== 'running') this.context.resume().catch(() => {})
      }
      before = now
      await new Promise((resolve) => setTimeout(resolve, look))
    }
  }

  async #begin() {
    await this.recording.start()
    this.began = this.context.currentTime + lead
    this.source.start(this.began)
  }

  /** Waits for its end. */
  async finish() {
    await this.ended
    if (this.failure) throw this.failure
    this.recorded = await this.recording.end()
    this.close()
  }

  close() {
    this.isClosed = true
    this.recording.close()
    this.source.disconnect()
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
    if (packets.end - begins < length - bearable * packets.rate) throw lost()
    return cut(packets, begins, length)
  }

  /**
   * The recorded sample at which the sound begins.
   * @param {import('./engine.js').Engine} engine
   * @param {Packets} packets
   */
  async #beginning(engine, packets) {
    const { rate } = packets
    const energies = this.sound.map((samples) => samples.reduce((sum, value) => sum + value * value, 0))
    const channel = energies.indexOf(Math.max(...energies))
    const samples = this.sound[channel]
    const part = this.duration < shortest ? null : distinctivePart(samples, filmRate, 0)
    if (!part) return Math.round(lead * rate)
    const find = (/** @type {import('./sound-alignment.js').Part} */ part, /** @type {number} */ from, /** @type {number} */ to) =>
      this.#find(engine, packets, channel, part, Math.round(from * rate), Math.round(to * rate))
    const begins = await find(part, certain, latest)
    if (begins === null) throw new FilmError('encoding-failed', "The browser's recorder has taken down another sound.")
    const last = this.duration < 2 * lastSeconds ? null : distinctivePart(samples, filmRate, samples.length - lastSeconds * filmRate)
    const tellsEnough = last !== null && last.to - last.from > shortestEnd * filmRate
    if (tellsEnough && await find(last, begins / rate - bearable, begins / rate + bearable) === null) throw lost()
    return begins
  }

  /**
   * The recorded sample at which the sound begins, by a part of it; null: there is no such part.
   * @param {import('./engine.js').Engine} engine
   * @param {Packets} packets
   * @param {number} channel
   * @param {import('./sound-alignment.js').Part} part
   * @param {number} first recorded sample
   * @param {number} last recorded sample
   * @returns {Promise<number | null>}
   */
  async #find(engine, packets, channel, part, first, last) {
    const scale = packets.rate / filmRate
    // What decoders make of samples that are not to be heard is theirs, so there are some in any case.
    const begin = Math.max(Math.round(certain * packets.rate), first + Math.round(part.from * scale))
    const trial = cut(packets, begin, last - first + Math.round((part.to - part.from) * scale))
    const heard = await decoded(mux(engine, packets.codec === 'aac' ? 'mp4' : 'webm', [trial]), channel)
    const delay = delayOf(this.sound[channel], part, heard, Math.round((last - first) / scale))
    return delay === null ? null : begin + Math.round((delay - part.from) * scale)
  }
}

const blocked = () => new FilmError('sound-blocked', 'The browser does not let the sound begin. Click on the page and try again.')
const lost = () => new FilmError('encoding-failed', "The browser's recorder has lost some of the sound. Please try again.")

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
 * @param {number} begins sample of the packets from which on it is heard
 * @param {number} length samples
 * @returns {import('./muxer.js').FilmTrack}
 */
function cut({ codec, description, rate, channels, times, chunks, end }, begins, length) {
  const first = Math.max(0, times.filter((time) => time <= begins - preroll[codec]).length - 1)
  const last = times.filter((time) => time < begins + length).length
  const skip = begins - times[first]
  return {
    codec, rate, channels, skip, length: Math.min(length, end - begins), chunks: chunks.slice(first, last),
    samples: times.slice(first, last).map((time) => ({ time: time - times[first], isKey: true })),
    description: codec === 'opus' ? opusHead(channels, skip) : description,
  }
}

/**
 * One channel of a file at `filmRate`.
 * @param {Blob} file
 * @param {number} channel
 */
async function decoded(file, channel) {
  try {
    const buffer = await new OfflineAudioContext(1, 1, filmRate).decodeAudioData(await file.arrayBuffer())
    return buffer.getChannelData(Math.min(channel, buffer.numberOfChannels - 1))
  } catch {
    throw new FilmError('encoding-failed', 'The browser cannot read the sound that it has recorded.')
  }
}
