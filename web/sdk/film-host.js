import { Engine } from './engine.js'
import { FlexatarError, GraphicsError, packError } from './errors.js'
import { direct, namesOf } from './direction.js'
import { fetchAvatar, fetchBackground } from './files.js'
import { PictureEncoder, SoundEncoder } from './film-encoders.js'
import { FilmPictures } from './film-pictures.js'
import { mux } from './muxer.js'
import { StageView } from './stage-view.js'

/** Sound is handed to the engine in pieces not longer than this, seconds: it keeps half a second at hand. */
const piece = 0.01
/** A picture shows this moment of its time: the middle of a film camera's exposure (a shutter of 180°). */
const exposure = 0.25
/** Between two reports, milliseconds. */
const reportPeriod = 100

/**
 * What is to be filmed, as `render-video.js` has checked it.
 * @typedef {object} FilmOrder
 * @property {string} filesUrl
 * @property {(string | ArrayBuffer | null)[]} avatars
 * @property {{kind: number, colour?: number[], source?: string | ArrayBuffer | null}} background
 * @property {[string, any[]][]} settings as `direct` takes them
 * @property {Float32Array[]} sound channels
 * @property {number} rate samples a second
 * @property {import('./script.js').Script | null} script
 * @property {number} width
 * @property {number} height
 * @property {number} fps
 * @property {number} bitrate
 * @property {number} [seed]
 * @property {'mp4' | 'webm' | 'webm-alpha'} format
 * @property {import('./film-encoders.js').FilmCodecs} codecs
 * @property {AudioContext | null} context at `rate`, where the sound is recorded; whoever orders the film closes it
 */

/**
 * Where pictures come from, and what takes them or the sound down: the browser's encoders, or its recorder.
 * @typedef {{index: number, colour: VideoFrame | HTMLCanvasElement, alpha: VideoFrame | null}} Picture
 * @typedef {{draw: () => Picture | null, next: () => Picture | null}} PictureSource
 * @typedef {{finish: () => Promise<void>, close: () => void}} Sink
 * @typedef {Sink & {put: (picture: any, index: number) => Promise<void>, track: () => import('./muxer.js').FilmTrack, chunks?: Uint8Array[]}} PictureSink
 * @typedef {Sink & {put: (channels: Float32Array[]) => Promise<void>, secondsLeft: number,
 *   track: (engine: Engine) => import('./muxer.js').FilmTrack | Promise<import('./muxer.js').FilmTrack>}} SoundSink
 */

/**
 * Makes a film, picture by picture as fast as it can: sound through the engine, the canvas through the browser's encoders,
 * all of it through the muxer. Lives in a worker, or in the page where workers cannot draw.
 */
export class FilmHost {
  /** @param {(message: object) => void} post {progress}, {done} or {failed} */
  constructor(post) {
    this.post = post
    this.cancelled = new AbortController()
    /** When it was told last how many pictures are done, and how many. */
    this.reported = 0
    this.done = 0
  }

  /** @param {{type: string, order: FilmOrder}} message */
  async receive({ type, order }) {
    if (type === 'cancel') return this.cancelled.abort()
    try {
      this.post({ type: 'done', film: await this.shoot(order) })
    } catch (error) {
      this.post({ type: 'failed', error: packError(error) })
    }
  }

  /** @param {FilmOrder} order @returns {Promise<Blob>} */
  async shoot(order) {
    const { width, height, fps, rate, sound, format } = order
    const { signal } = this.cancelled
    const engine = await Engine.load(order.filesUrl, { seed: order.seed })
    const canvas = typeof document === 'object' ? Object.assign(document.createElement('canvas'), { width, height })
      : new OffscreenCanvas(width, height)
    /** @type {FlexatarError | null} */
    let lost = null
    const stage = new StageView(engine, canvas, {
      onLost: () => { lost = new GraphicsError('context-lost', 'The graphics driver was reset while the film was made; please try again.') },
      onRestored: () => {}, onError: () => {},
    })
    /** @type {Sink[]} */
    const open = []
    const opened = (/** @type {any} */ sink) => (open.push(sink), sink)
    try {
      const { source, pictures, alphas } = await pictureSinks(order, stage, opened)
      /** @type {SoundSink} */
      const voice = opened(await soundSink(order, signal))
      stage.start()
      await setUp(stage, engine, order)
      const count = Math.max(1, Math.ceil(sound[0].length / rate * fps - 1e-6))
      const ahead = engine.exports.engineSoundDelay()
      const speech = new Speech(engine, sound, rate)
      const film = { total: count, fps, began: performance.now(), voice }
      const keep = async (/** @type {Picture | null} */ picture) => {
        if (!picture) return
        await pictures.put(picture.colour, picture.index)
        if (picture.alpha) await alphas?.put(picture.alpha, picture.index)
        await this.report(picture.index + 1, film)
      }
      for (let index = 0; index < count; index++) {
        const moment = (index + exposure) / fps
        speech.feed(moment + ahead)
        engine.exports.frame(moment)
        await keep(source.draw())
        await speech.encode(voice, (index + 1) / fps)
        signal.throwIfAborted()
        if (lost) throw lost
      }
      for (let picture = source.next(); picture; picture = source.next()) await keep(picture)
      await pictures.finish()
      await alphas?.finish()
      const tracks = [pictures.track()]
      if (alphas) tracks[0].alphas = alphas.chunks
      await speech.encode(voice, Infinity)
      while (voice.secondsLeft > 0) {
        await new Promise((resolve) => setTimeout(resolve, reportPeriod))
        await this.report(count, film)
      }
      await voice.finish()
      // What was still to be heard at the last picture has been since.
      if (this.done < count) await this.report(count, film)
      tracks.push(await voice.track(engine))
      return mux(engine, format === 'mp4' ? 'mp4' : 'webm', tracks)
    } finally {
      open.forEach((sink) => sink.close())
      stage.destroy()
      // A page has few contexts, and this one's preview has another.
      stage.context?.getExtension('WEBGL_lose_context')?.loseContext()
    }
  }

  /**
   * @param {number} frames that are drawn
   * @param {{total: number, fps: number, began: number, voice: SoundSink}} film
   */
  async report(frames, { total, fps, began, voice }) {
    const now = performance.now()
    if (frames < total && now - this.reported < reportPeriod) return
    this.reported = now
    const drawing = (now - began) / frames * (total - frames) / 1000
    this.done = Math.max(0, Math.min(frames, total - Math.ceil(voice.secondsLeft * fps - 1e-6)))
    this.post({ type: 'progress', progress: { frames: this.done, total, secondsLeft: Math.max(drawing, voice.secondsLeft) } })
    await nextTask()
  }
}

/**
 * @param {FilmOrder} order
 * @param {StageView} stage
 * @param {<T>(sink: T) => T} opened
 * @returns {Promise<{source: PictureSource, pictures: PictureSink, alphas: PictureSink | null}>}
 */
async function pictureSinks({ codecs: { pictures }, width, height, fps, bitrate, format }, stage, opened) {
  if ('recorder' in pictures) {
    const { DrawnPictures, RecordedPictures } = await import('./recorded-pictures.js')
    return { source: new DrawnPictures(stage), pictures: opened(new RecordedPictures(pictures.recorder, { width, height, fps, bitrate })), alphas: null }
  }
  const isAlpha = format === 'webm-alpha'
  const encoder = () => opened(new PictureEncoder(pictures, fps))
  return { source: new FilmPictures(stage, fps, isAlpha), pictures: encoder(), alphas: isAlpha ? encoder() : null }
}

/**
 * @param {FilmOrder} order
 * @param {AbortSignal} signal
 * @returns {Promise<SoundSink>}
 */
async function soundSink({ codecs, sound, context }, signal) {
  if (!('recorder' in codecs.sound)) return new SoundEncoder(codecs.sound)
  const { RecordedSound } = await import('./recorded-sound.js')
  return new RecordedSound(codecs.sound.recorder, sound, /** @type {AudioContext} */ (context), signal)
}

/** The sound on its two ways: into the engine and into the encoder. */
class Speech {
  /** @param {Engine} engine @param {Float32Array[]} sound @param {number} rate */
  constructor(engine, sound, rate) {
    this.engine = engine
    this.sound = sound
    this.rate = rate
    this.fed = 0
    this.encoded = 0
    this.hasEnded = false
    engine.exports.soundRestart()
  }

  /** @param {number} seconds what the engine needs to know */
  feed(seconds) {
    const { sound, rate, engine } = this
    const count = sound[0].length
    const step = Math.max(1, Math.floor(rate * piece))
    while (this.fed < Math.min(count, seconds * rate)) {
      const end = Math.min(this.fed + step, count)
      engine.feed(mixed(sound, this.fed, end), rate)
      this.fed = end
    }
    if (this.fed < count || this.hasEnded) return
    this.hasEnded = true
    engine.exports.soundEnd()
  }

  /** @param {SoundSink} encoder @param {number} seconds up to there */
  async encode(encoder, seconds) {
    const end = Math.min(this.sound[0].length, Math.round(seconds * this.rate))
    if (end <= this.encoded) return
    await encoder.put(this.sound.map((channel) => channel.subarray(this.encoded, end)))
    this.encoded = end
  }
}

/** Messages come in between tasks only. Timers would take a second in a page that is not seen. */
function nextTask() {
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close()
      resolve(undefined)
    }
    port2.postMessage(null)
  })
}

/**
 * One channel of all.
 * @param {Float32Array[]} sound @param {number} start @param {number} end
 */
function mixed(sound, start, end) {
  if (sound.length === 1) return sound[0].subarray(start, end)
  const mono = new Float32Array(end - start)
  for (const channel of sound) for (let i = start; i < end; i++) mono[i - start] += channel[i] / sound.length
  return mono
}

/** @param {StageView} stage @param {Engine} engine @param {FilmOrder} order */
async function setUp(stage, engine, order) {
  const names = namesOf(engine)
  for (const [name, values] of order.settings) direct(engine, names, name, values)
  await Promise.all(order.avatars.map(async (source, slot) => {
    const bytes = typeof source === 'string' ? await fetchAvatar(source) : source
    if (bytes) await stage.load(new Uint8Array(bytes), slot)
  }))
  const { kind, colour, source } = order.background
  const bytes = typeof source === 'string' ? await fetchBackground(source) : source ?? undefined
  await stage.setBackground({ kind, colour, bytes })
  if (order.script) {
    engine.readScript(order.script)
    engine.exports.scriptSchedule(0)
  }
}
