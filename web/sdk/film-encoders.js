import { mendedDescription } from './film-description.js'
import { FilmError } from './errors.js'
import { recorderKind } from './support.js'

/** Pictures that an encoder may be behind; more would only fill the memory. */
const picturesInFlight = 6
/** The same of the sound's packets. */
const packetsInFlight = 50
/** Seconds between two pictures at which playing can begin. */
const keySeconds = 2
/** Bytes of an Opus header without a mapping of channels. */
const shortestHead = 19
/** Ticks of a picture: rates like 29.97 stay whole numbers. */
export const ticksPerPicture = 1000

/** Code points of ITU-T H.273 by WebCodecs' names. */
const codePoints = {
  primaries: { bt709: 1, bt470bg: 5, smpte170m: 6, bt2020: 9, smpte432: 12 },
  transfer: { bt709: 1, smpte170m: 6, linear: 8, 'iec61966-2-1': 13, pq: 16, hlg: 18 },
  matrix: { rgb: 0, bt709: 1, bt470bg: 5, smpte170m: 6, 'bt2020-ncl': 9 },
}

/** Levels: the most luma samples of a picture and a second (ITU-T H.264 table A-1 in samples; VP9 levels). */
const levels = {
  h264: [[414_720, 10_368_000, 30], [921_600, 27_648_000, 31], [2_097_152, 62_914_560, 40], [2_228_224, 133_693_440, 42],
    [9_437_184, 530_841_600, 52]],
  vp9: [[122_880, 4_608_000, 20], [245_760, 9_216_000, 21], [552_960, 20_736_000, 30], [983_040, 36_864_000, 31],
    [2_228_224, 83_558_400, 40], [2_228_224, 160_432_128, 41], [8_912_896, 311_951_360, 50], [8_912_896, 588_251_136, 51]],
}

/**
 * The lowest level that has room.
 * @param {'h264' | 'vp9'} codec @param {number} samples of a picture @param {number} fps
 */
export function level(codec, samples, fps) {
  const fits = levels[codec].find(([picture, second]) => samples <= picture && samples * fps <= second)
  return (fits ?? levels[codec][levels[codec].length - 1])[2]
}

/**
 * The first configuration that the browser can encode, best first; null: none.
 * @param {'h264' | 'vp9'} codec
 * @param {{width: number, height: number, fps: number, bitrate: number}} size
 * @returns {Promise<VideoEncoderConfig | null>}
 */
async function pictureConfiguration(codec, { width, height, fps, bitrate }) {
  if (typeof VideoEncoder !== 'function') return null
  const samples = Math.ceil(width / 16) * Math.ceil(height / 16) * 256
  const rank = level(codec, samples, fps)
  const names = codec === 'vp9' ? [`vp09.00.${rank}.08`]
    : ['6400', '4d00', '42e0', '4200'].map((profile) => `avc1.${profile}${rank.toString(16).padStart(2, '0')}`)
  for (const name of names) {
    /** @type {VideoEncoderConfig} */
    const wanted = {
      codec: name, width, height, bitrate, framerate: fps, latencyMode: codec === 'vp9' ? 'realtime' : 'quality',
      ...(codec === 'h264' ? { avc: { format: 'avc' } } : {}),
    }
    const { supported } = await VideoEncoder.isConfigSupported(wanted).catch(() => ({ supported: false }))
    if (supported) return wanted
  }
  return null
}

/** @param {number} channels */
export const soundBitrate = (channels) => 64_000 + 32_000 * channels

/**
 * @param {'aac' | 'opus'} codec
 * @param {{rate: number, channels: number}} sound
 * @returns {Promise<AudioEncoderConfig | null>}
 */
async function soundConfiguration(codec, { rate, channels }) {
  if (typeof AudioEncoder !== 'function') return null
  const wanted = {
    codec: codec === 'aac' ? 'mp4a.40.2' : 'opus', sampleRate: rate, numberOfChannels: channels, bitrate: soundBitrate(channels),
  }
  const { supported } = await AudioEncoder.isConfigSupported(wanted).catch(() => ({ supported: false }))
  return supported ? wanted : null
}

/**
 * A kind of the browser's recorder.
 * @typedef {{recorder: string}} Recorder
 *
 * @typedef {object} FilmCodecs
 * @property {VideoEncoderConfig | Recorder} pictures
 * @property {AudioEncoderConfig | Recorder} sound
 */

/**
 * What the browser can encode of what the format may have in it, by its recorder where it has no encoder; null: not enough
 * for a film.
 * @param {{width: number, height: number, fps: number, bitrate: number, format: import('./support.js').FilmFormat}} shape
 * @param {{rate: number, channels: number}} sound
 * @returns {Promise<FilmCodecs | null>}
 */
export async function filmCodecs(shape, sound) {
  const { format } = shape
  const pictures = await pictureConfiguration(format === 'mp4' ? 'h264' : 'vp9', shape) ?? recorder(format, 'pictures')
  const aac = format === 'mp4' ? await soundConfiguration('aac', sound) : null
  const voice = aac ?? await soundConfiguration('opus', sound) ?? recorder(format, 'sound')
  return pictures && voice && { pictures, sound: voice }
}

/** Whether sound has to be recorded for want of an encoder, as far as can be seen at once. */
export const mayRecordSound = () => typeof AudioEncoder !== 'function'

/**
 * @param {import('./support.js').FilmFormat} format
 * @param {'pictures' | 'sound'} track
 * @returns {Recorder | null}
 */
function recorder(format, track) {
  const kind = recorderKind(format, track)
  return kind === null ? null : { recorder: kind }
}

/** One stream of pictures out of the browser's encoder. */
export class PictureEncoder {
  /** @param {VideoEncoderConfig} configuration @param {number} fps */
  constructor(configuration, fps) {
    this.configuration = configuration
    this.fps = fps
    /** @type {Uint8Array[]} */
    this.chunks = []
    /** @type {{time: number, isKey: boolean}[]} */
    this.samples = []
    /** @type {VideoDecoderConfig | undefined} */
    this.decoder = undefined
    /** @type {unknown} */
    this.failure = null
    this.encoder = new VideoEncoder({
      output: (chunk, metadata) => {
        this.decoder ??= metadata?.decoderConfig
        this.chunks.push(bytesOf(chunk))
        this.samples.push({ time: Math.round(chunk.timestamp * fps / 1e6) * ticksPerPicture, isKey: chunk.type === 'key' })
      },
      error: (error) => { this.failure = error },
    })
    this.encoder.configure(configuration)
  }

  /**
   * Takes a picture and closes it; resolves when there is room for the next.
   * @param {VideoFrame} frame
   * @param {number} index
   */
  async put(frame, index) {
    this.check()
    this.encoder.encode(frame, { keyFrame: index % Math.round(keySeconds * this.fps) === 0 })
    frame.close()
    while (this.encoder.encodeQueueSize > picturesInFlight && !this.failure) {
      await new Promise((resolve) => this.encoder.addEventListener('dequeue', resolve, { once: true }))
    }
  }

  check() {
    if (this.failure) throw failed(this.failure)
  }

  async finish() {
    await this.encoder.flush().catch((error) => { this.failure ??= error })
    this.check()
    this.close()
  }

  close() {
    if (this.encoder.state !== 'closed') this.encoder.close()
  }

  /**
   * As the muxer takes it.
   * @returns {import('./muxer.js').FilmTrack}
   */
  track() {
    const { width, height, codec: name } = this.configuration
    const [kind, profile, rank] = name.split('.')
    const codec = kind === 'vp09' ? 'vp9' : 'h264'
    return {
      codec, width, height, timescale: Math.round(this.fps * ticksPerPicture), chunks: this.chunks, samples: this.samples,
      length: this.samples.length * ticksPerPicture, colour: colourOf(this.decoder?.colorSpace),
      description: codec === 'vp9' ? new Uint8Array([Number(profile), Number(rank)])
        : mendedDescription(viewOf(this.decoder?.description)),
    }
  }
}

/** One stream of sound out of the browser's encoder. */
export class SoundEncoder {
  /** @param {AudioEncoderConfig} configuration */
  constructor(configuration) {
    this.configuration = configuration
    /** @type {Uint8Array[]} */
    this.chunks = []
    /** @type {{time: number, isKey: boolean}[]} */
    this.samples = []
    /** @type {AudioDecoderConfig | undefined} */
    this.decoder = undefined
    /** @type {unknown} */
    this.failure = null
    let time = 0
    this.encoder = new AudioEncoder({
      output: (chunk, metadata) => {
        this.decoder ??= metadata?.decoderConfig
        this.chunks.push(bytesOf(chunk))
        this.samples.push({ time, isKey: true })
        time += Math.round((chunk.duration ?? 0) * configuration.sampleRate / 1e6)
      },
      error: (error) => { this.failure = error },
    })
    this.encoder.configure(configuration)
    /** Samples of a packet: WebKitGTK makes one of what comes at once, and throws away what is too much for it. */
    this.isOpus = configuration.codec === 'opus'
    this.packet = this.isOpus ? configuration.sampleRate / 50 : 1024
    this.planes = new Float32Array(this.packet * configuration.numberOfChannels)
    this.filled = 0
    this.encoded = 0
    this.count = 0
    /** Samples that are decoded and not heard. */
    this.skip = 0
    /** What has gone in comes out at once. */
    this.secondsLeft = 0
  }

  /**
   * Samples that follow the ones before.
   * @param {Float32Array[]} channels of the same length
   */
  async put(channels) {
    const count = channels[0].length
    this.count += count
    for (let at = 0; at < count;) {
      const end = Math.min(count, at + this.packet - this.filled)
      channels.forEach((samples, index) => this.planes.set(samples.subarray(at, end), index * this.packet + this.filled))
      this.filled += end - at
      at = end
      if (this.filled === this.packet) await this.#encode()
    }
  }

  async #encode() {
    const { sampleRate, numberOfChannels } = this.configuration
    const data = new AudioData({
      format: 'f32-planar', sampleRate, numberOfFrames: this.packet, numberOfChannels,
      timestamp: Math.round(this.encoded * 1e6 / sampleRate), data: this.planes,
    })
    this.encoded += this.packet
    this.filled = 0
    this.encoder.encode(data)
    data.close()
    while (this.encoder.encodeQueueSize > packetsInFlight && !this.failure) {
      await new Promise((resolve) => this.encoder.addEventListener('dequeue', resolve, { once: true }))
    }
    if (this.failure) throw failed(this.failure)
  }

  /** Takes what the encoder still has; what it puts before the sound is found out. */
  async finish() {
    await this.end(this.isOpus ? opusSkip(this.decoder) : await encoderDelay(this.configuration))
  }

  /** @param {number} skip samples that the encoder is late */
  async end(skip) {
    const { numberOfChannels } = this.configuration
    this.skip = skip
    const heard = this.count
    // The end comes out when what follows has gone in.
    const rest = new Float32Array(skip + 2048)
    await this.put(Array.from({ length: numberOfChannels }, () => rest))
    this.count = heard
    await this.encoder.flush().catch((error) => { this.failure ??= error })
    if (this.failure) throw failed(this.failure)
    this.close()
    const kept = this.samples.filter(({ time }) => time < skip + heard).length
    this.chunks.length = this.samples.length = kept
  }

  close() {
    if (this.encoder.state !== 'closed') this.encoder.close()
  }

  /**
   * As the muxer takes it.
   * @returns {import('./muxer.js').FilmTrack}
   */
  track() {
    const { sampleRate: rate, numberOfChannels: channels } = this.configuration
    const { count: length, chunks, samples, skip } = this
    const description = viewOf(this.decoder?.description)
    return {
      codec: this.isOpus ? 'opus' : 'aac', length, chunks, samples, rate, channels, skip,
      description: this.isOpus && description.length < shortestHead ? opusHead(channels, skip) : description,
    }
  }
}

/**
 * How many samples an encoder is late: a click goes in, its decoder says where it comes out.
 * @param {AudioEncoderConfig} configuration
 */
export async function encoderDelay(configuration) {
  const { sampleRate, numberOfChannels } = configuration
  const at = Math.round(sampleRate / 4)
  const click = new Float32Array(2 * at)
  for (let i = 0; i < 64; i++) click[at + i] = Math.exp(-i / 8) * Math.cos(i)
  const encoder = new SoundEncoder(configuration)
  await encoder.put(Array.from({ length: numberOfChannels }, () => click))
  await encoder.end(4096)
  if (!encoder.decoder) return 0
  let heard = 0
  let loudest = { level: 0, at }
  const decoder = new AudioDecoder({
    output: (data) => {
      const samples = new Float32Array(data.numberOfFrames)
      data.copyTo(samples, { planeIndex: 0, format: 'f32-planar' })
      samples.forEach((value, index) => {
        if (Math.abs(value) > loudest.level) loudest = { level: Math.abs(value), at: heard + index }
      })
      heard += data.numberOfFrames
      data.close()
    },
    error: () => {},
  })
  // An Opus header would let the decoder take the delay away by itself.
  const { description, ...bare } = encoder.decoder
  decoder.configure(configuration.codec === 'opus' ? bare : encoder.decoder)
  encoder.chunks.forEach((data, index) => decoder.decode(new EncodedAudioChunk({
    type: 'key', timestamp: Math.round(encoder.samples[index].time * 1e6 / sampleRate), data: /** @type {BufferSource} */ (data) })))
  await decoder.flush().catch(() => {})
  if (decoder.state !== 'closed') decoder.close()
  return Math.max(0, loudest.at - at)
}

/**
 * The pre-skip of an Opus stream (RFC 7845, 5.1).
 * @param {AudioDecoderConfig | undefined} decoder
 */
export function opusSkip(decoder) {
  const head = viewOf(decoder?.description)
  // libopus' own look-ahead at 48 kHz, where the encoder does not say it.
  return head.length >= shortestHead ? head[10] | head[11] << 8 : 312
}

/**
 * An Opus stream's identification header (RFC 7845, 5.1).
 * @param {number} channels @param {number} skip
 */
export function opusHead(channels, skip) {
  return new Uint8Array([...new TextEncoder().encode('OpusHead'), 1, channels, skip & 255, skip >> 8, 0x80, 0xbb, 0, 0, 0, 0, 0])
}

/** @param {EncodedChunk} chunk */
function bytesOf(chunk) {
  const bytes = new Uint8Array(chunk.byteLength)
  chunk.copyTo(bytes)
  return bytes
}

/** @param {AllowSharedBufferSource | undefined} source */
function viewOf(source) {
  if (!source) return new Uint8Array(0)
  return ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice()
    : new Uint8Array(/** @type {ArrayBuffer} */ (source)).slice()
}

/** @param {VideoColorSpaceInit | undefined} space @returns {[number, number, number, boolean] | null} */
function colourOf(space) {
  if (!space) return null
  const { primaries, transfer, matrix, fullRange } = space
  const points = [
    codePoints.primaries[/** @type {keyof typeof codePoints.primaries} */ (primaries)],
    codePoints.transfer[/** @type {keyof typeof codePoints.transfer} */ (transfer)],
    codePoints.matrix[/** @type {keyof typeof codePoints.matrix} */ (matrix)],
  ]
  return points.includes(/** @type {any} */ (undefined)) ? null : [points[0], points[1], points[2], fullRange === true]
}

/** @param {unknown} error */
const failed = (error) => new FilmError('encoding-failed', `The browser's encoder failed: ${/** @type {Error} */ (error).message ?? error}.`)
