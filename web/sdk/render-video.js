import { FilmError, FlexatarError, UnsupportedError, unpackError } from './errors.js'
import { filmCodecs, mayRecordSound } from './film-encoders.js'
import { decodeSound, filmRate } from './film-sound.js'
import { describeBackground, framings, headMotions, mixKinds, portable, strengths, unit } from './scene.js'
import { packScript } from './script.js'
import { missingFeatures, needsPage } from './support.js'
import { startWorker } from './workers.js'

export * from './errors.js'
export { locateSDK } from './location.js'

const formats = /** @type {const} */ (['mp4', 'webm', 'webm-alpha'])
/** Bits a pixel of a picture, where nobody says how many. */
const bitsPerPixel = 0.12

/**
 * @typedef {object} FilmProgress
 * @property {number} frames that are done
 * @property {number} total
 * @property {number} secondsLeft at the speed so far
 *
 * @typedef {object} FilmOptions
 * @property {string | URL} filesUrl where the engine's files are served
 * @property {import('./easy-renderer.js').AvatarSource} avatar who speaks
 * @property {import('./film-sound.js').FilmSound} audio what is said: a file, its address, an AudioBuffer or { samples, rate }
 * @property {import('./easy-renderer.js').AvatarSource} [avatar2] to mix with
 * @property {number} [mix] how much of `avatar2`, 0...1
 * @property {'morph' | 'hybrid'} [mixKind]
 * @property {number} [mixSwing] seconds for the mix to go and come back; 0: it stays
 * @property {string | import('./easy-renderer.js').Emotions | {name: string, strength?: number} | null} [emotion]
 * @property {string | null} [animation] a head motion ('silent', 'calm', 'lively'), or an emotion that is held
 * @property {number} [mood] friendliness between words, 0...1
 * @property {boolean} [still] nothing moves but the mouth
 * @property {import('./easy-renderer.js').Background} [background]
 * @property {'photo' | 'close' | 'portrait' | 'shoulders'} [framing]
 * @property {{round?: boolean, mirrored?: boolean}} [pictureFrame]
 * @property {import('./script.js').ScriptEntry[]} [script] what is said, where it is known, on the sound's time
 * @property {number} [width] pixels, even, 64 to 3840; 640
 * @property {number} [height] pixels, even, 64 to 2160; 640
 * @property {number} [fps] pictures a second, 5 to 60; 30
 * @property {number} [bitrate] of the pictures, bits a second
 * @property {'mp4' | 'webm' | 'webm-alpha'} [format] H.264 with AAC, or Opus where the browser has no AAC; VP9, or VP8 where it
 *   has no VP9, with Opus; VP9 with Opus and transparency
 * @property {number} [seed] of the idle motions' chance
 * @property {AbortSignal} [signal] gives the film up: rejects with the signal's reason
 * @property {(progress: FilmProgress) => void} [onProgress]
 */

/**
 * A film of an avatar that speaks, made in this page, faster than it lasts where the browser has encoders for the format.
 *
 *     const film = await renderVideo({ filesUrl: '/files', avatar: '/files/default.ftar', audio: file })
 *     video.src = URL.createObjectURL(film)
 *
 * The sound starts with the first picture; mouth and sound agree. The film says in its tags that it is synthetic.
 *
 * @param {FilmOptions} options
 * @returns {Promise<Blob>} rejects with a `FlexatarError` that says what is wrong
 */
export async function renderVideo(options) {
  const shape = checked(options)
  const { signal, onProgress = () => {} } = options
  signal?.throwIfAborted()
  const missing = missingFeatures()
  if (missing.length > 0) throw new UnsupportedError('unsupported', `This browser lacks ${missing.join(', ')}. Please update it.`)
  // While the user's click counts: later Safari lets no sound begin.
  let context = mayRecordSound() ? openedContext() : null
  try {
    const sound = await decodeSound(options.audio)
    signal?.throwIfAborted()
    const codecs = await filmCodecs(shape, { rate: filmRate, channels: sound.length })
    if (!codecs) throw new FilmError('no-encoder', `This browser cannot make ${shape.format} films. Please update it, or choose another format.`)
    if ('recorder' in codecs.sound) context ??= openedContext()
    /** @type {import('./film-host.js').FilmOrder} */
    const order = {
      ...shape, codecs, context, filesUrl: new URL(options.filesUrl, document.baseURI).href, sound, rate: filmRate, seed: options.seed,
      avatars: [await portable(options.avatar), await portable(options.avatar2 ?? null)],
      background: await describeBackground(backgroundOf(options)),
      settings: settingsOf(options), script: options.script ? packScript(options.script) : null,
    }
    return await made(order, signal, onProgress)
  } finally {
    await context?.close()
  }
}

/** A graph whose sound nobody hears. */
function openedContext() {
  const context = new AudioContext({ sampleRate: filmRate })
  context.resume().catch(() => {})
  return context
}

/**
 * The formats in which this browser makes films of that shape, best first; empty: it makes none.
 * @param {{width?: number, height?: number, fps?: number}} shape
 * @returns {Promise<import('./support.js').FilmFormat[]>}
 */
export async function filmFormats({ width = 640, height = 640, fps = 30 } = {}) {
  if (missingFeatures().length > 0) return []
  const shape = { width, height, fps, bitrate: ordinaryBitrate(width, height, fps) }
  const possible = await Promise.all(formats.map((format) =>
    filmCodecs({ ...shape, format }, { rate: filmRate, channels: 2 })))
  return formats.filter((_, index) => possible[index] !== null)
}

/**
 * Lets a worker make the film, or the page itself where workers cannot draw; only there are recorders.
 * @param {import('./film-host.js').FilmOrder} order
 * @param {AbortSignal | undefined} signal
 * @param {(progress: FilmProgress) => void} onProgress
 * @returns {Promise<Blob>}
 */
async function made(order, signal, onProgress) {
  const isRecorded = 'recorder' in order.codecs.pictures || 'recorder' in order.codecs.sound
  const maker = isRecorded || needsPage() ? await localMaker() : startWorker('film-worker.js', 'flexatar film')
  const abort = () => maker.terminate()
  try {
    return await new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => {
        abort()
        reject(signal.reason)
      }, { once: true })
      if (signal?.aborted) reject(signal.reason)
      maker.onmessage = ({ data }) => {
        if (data.type === 'progress' && !signal?.aborted) onProgress(data.progress)
        else if (data.type === 'done') resolve(data.film)
        else if (data.type === 'failed') reject(unpackError(data.error))
      }
      maker.onerror = (event) => {
        event.preventDefault()
        reject(new FlexatarError('engine-failed', `The film could not be made: ${event.message ?? 'its worker did not start'}.`))
      }
      maker.postMessage({ type: 'film', order }, order.sound.map(({ buffer }) => buffer))
    })
  } finally {
    maker.terminate()
  }
}

/**
 * A maker in the page, behind a worker's interface.
 * @returns {Promise<Worker>}
 */
async function localMaker() {
  const { FilmHost } = await import('./film-host.js')
  /** @type {any} */
  const local = { onmessage: null, onerror: null, terminate: () => host.receive(/** @type {any} */ ({ type: 'cancel' })) }
  const host = new FilmHost((data) => local.onmessage?.({ data }))
  local.postMessage = (/** @type {any} */ message) => host.receive(message)
  return local
}

/**
 * Size and format, held against what is possible.
 * @param {FilmOptions} options
 */
function checked({ avatar, width = 640, height = 640, fps = 30, format = 'mp4', bitrate, framing, mixKind, animation, ...rest }) {
  const refuse = (/** @type {string} */ message) => { throw new FilmError('bad-film', message) }
  if (avatar === null || avatar === undefined) refuse('`avatar` is an avatar file: its address, its bytes or a Blob.')
  if (rest.audio === null || rest.audio === undefined) refuse('`audio` is a file, its address, an AudioBuffer, or { samples, rate }.')
  const isEven = (/** @type {number} */ value, /** @type {number} */ most) => Number.isInteger(value) && value % 2 === 0 && value >= 64 && value <= most
  if (!isEven(width, 3840) || !isEven(height, 2160)) refuse('A film is 64 to 3840 pixels wide and 64 to 2160 high, both even.')
  if (!(fps >= 5 && fps <= 60)) refuse('`fps` is 5 to 60 pictures a second.')
  if (!formats.includes(format)) refuse(`\`format\` is one of ${formats.join(', ')}.`)
  if (bitrate !== undefined && !(bitrate >= 50_000 && bitrate <= 100_000_000)) refuse('`bitrate` is 50,000 to 100,000,000 bits a second.')
  if (framing !== undefined && !framings.includes(framing)) refuse(`\`framing\` is one of ${framings.join(', ')}.`)
  if (mixKind !== undefined && !mixKinds.includes(mixKind)) refuse(`\`mixKind\` is one of ${mixKinds.join(', ')}.`)
  if (rest.background === 'transparent' && format !== 'webm-alpha') {
    throw new FilmError('no-transparency', 'Only webm-alpha films have transparency; choose that format, or something behind the person.')
  }
  // 29.97 and the like are written with as many digits.
  return { width, height, fps: Math.round(fps * 1000) / 1000, format, bitrate: bitrate ?? ordinaryBitrate(width, height, fps) }
}

/** @param {number} width @param {number} height @param {number} fps */
function ordinaryBitrate(width, height, fps) {
  return Math.round(bitsPerPixel * width * height * Math.min(fps, 30))
}

/** @param {FilmOptions} options */
function backgroundOf({ background, format }) {
  return background ?? (format === 'webm-alpha' ? 'transparent' : 'photo')
}

/**
 * What the engine is told before the first picture.
 * @param {FilmOptions} options
 * @returns {[string, any[]][]}
 */
function settingsOf(options) {
  const { animation = null, mixKind = 'morph', mixSwing = 0, framing = 'portrait', pictureFrame = {} } = options
  const isMotion = animation !== null && headMotions.includes(animation)
  const felt = strengths(options.emotion ?? (isMotion ? null : animation))
  const mix = options.avatar2 ? unit(options.mix ?? 0.5) : 0
  return [
    ['mix', [mix, mixKinds.indexOf(mixKind), mixSwing]],
    ['framing', [framings.indexOf(framing)]],
    ['pictureFrame', [Number(pictureFrame.round ?? false), Number(pictureFrame.mirrored ?? false)]],
    ['mood', [unit(options.mood ?? 0.4)]],
    ['headMotion', [isMotion ? animation : 'calm']],
    ['still', [Number(options.still ?? false)]],
    .../** @type {[string, any[]][]} */ (Object.entries(felt).map(([name, strength]) => ['emotion', [name, unit(strength), 0]])),
  ]
}
