import { FtarRenderer } from './easy-renderer.js'
import { FilmError } from './errors.js'
import { filmRate } from './film-sound.js'
import { SoundInput } from './sound-input.js'
import { recorderKind } from './support.js'
import { streamSeconds } from './sync.js'
import { marked } from './synthetic-mark.js'

/** Looks at the clocks so often, milliseconds. */
const period = 100
/** A sound that stands still for longer will not go on, looks. */
const longestStand = 50
/** The sound begins so much later than the recorder, seconds. */
const head = 0.05

/**
 * The film for browsers whose WebCodecs lack the format's codecs, or that have none: the renderer speaks it, and a
 * MediaRecorder listens. It takes as long as the film lasts, and the page has to stay open and visible.
 * @param {import('./render-video.js').FilmOptions} options
 * @param {{width: number, height: number, fps: number, format: 'mp4' | 'webm' | 'webm-alpha', bitrate: number}} shape
 * @param {Float32Array[]} sound at `filmRate`
 * @param {import('./easy-renderer.js').Background} background
 * @returns {Promise<Blob>}
 */
export async function recordFilm(options, { width, height, fps, format, bitrate }, sound, background) {
  const { signal } = options
  const mimeType = recorderKind(format)
  if (!mimeType) throw new FilmError('no-encoder', `This browser cannot make ${format} films. Please update it, or choose another format.`)
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const renderer = new FtarRenderer(options.filesUrl, canvas, { frameRate: fps, seed: options.seed })
  const fault = new AbortController()
  renderer.addEventListener('error', (event) => {
    event.preventDefault()
    fault.abort(/** @type {CustomEvent} */ (event).detail)
  })
  const context = new AudioContext({ sampleRate: filmRate })
  try {
    await renderer.readyPromise
    await Promise.all([
      renderer.setAvatar(1, options.avatar), options.avatar2 ? renderer.setAvatar(2, options.avatar2) : null,
      renderer.setBackground(background),
    ])
    Object.assign(renderer, {
      mixKind: options.mixKind ?? 'morph', mix: options.avatar2 ? options.mix ?? 0.5 : 0, mixSwing: options.mixSwing ?? 0,
      framing: options.framing ?? 'portrait', pictureFrame: options.pictureFrame ?? {}, mood: options.mood ?? 0.4,
      still: options.still ?? false, animation: options.animation ?? null, ...(options.emotion ? { emotion: options.emotion } : {}),
    })
    const buffer = new AudioBuffer({ length: sound[0].length, sampleRate: filmRate, numberOfChannels: sound.length })
    sound.forEach((samples, index) => buffer.copyToChannel(/** @type {Float32Array} */ (samples), index))
    const source = new AudioBufferSourceNode(context, { buffer })
    const voice = new MediaStreamAudioDestinationNode(context)
    source.connect(voice)
    const heard = renderer.connectMediaStream(voice.stream)
    const recorder = new MediaRecorder(new MediaStream([await renderer.videoTrack, ...heard.getAudioTracks()]),
      { mimeType, videoBitsPerSecond: bitrate })
    /** @type {Blob[]} */
    const parts = []
    recorder.ondataavailable = ({ data }) => parts.push(data)
    // Given up while all this was made ready.
    signal?.throwIfAborted()
    fault.signal.throwIfAborted()
    const clocks = [context, /** @type {AudioContext} */ (SoundInput.shared)]
    await spoken({ renderer, clocks, source, recorder, seconds: buffer.duration, fps, fault: fault.signal, options })
    return await marked(new Blob(parts, { type: mimeType.split(';')[0] }))
  } finally {
    renderer.destroy({ keepsCanvas: false })
    context.close()
  }
}

/**
 * Records until the sound has been heard.
 * @param {object} film
 * @param {FtarRenderer} film.renderer
 * @param {AudioContext[]} film.clocks the sound's own and the renderer's
 * @param {AudioBufferSourceNode} film.source
 * @param {MediaRecorder} film.recorder
 * @param {number} film.seconds
 * @param {number} film.fps
 * @param {AbortSignal} film.fault aborted by what goes wrong in the renderer: its film would be a still
 * @param {import('./render-video.js').FilmOptions} film.options
 */
function spoken({ renderer, clocks, source, recorder, seconds, fps, fault, options: { script, signal, onProgress = () => {} } }) {
  return new Promise((resolve, reject) => {
    const [context] = clocks
    const total = Math.ceil(seconds * fps)
    let began = Infinity
    const begin = () => {
      recorder.start(1000)
      began = context.currentTime + head
      source.start(began)
      if (script) renderer.speakScript(script, { at: performance.now() + 1000 * (head + streamSeconds) }).catch(fail)
    }
    let times = clocks.map(() => Infinity)
    let stands = 0
    const clock = setInterval(() => {
      const before = times
      times = clocks.map(({ currentTime }) => currentTime)
      stands = times.every((time, index) => time > before[index]) ? 0 : stands + 1
      if (stands > longestStand) return fail(blocked())
      // Until a gesture some browsers refuse.
      if (stands % 10 === 1) clocks.forEach((one) => one.resume().catch(() => {}))
      if (stands === 0 && began === Infinity) {
        try {
          begin()
        } catch {
          return fail(new FilmError('encoding-failed', "The browser's recorder does not record this film: choose another format or size."))
        }
      }
      const done = Math.max(0, Math.min(seconds, context.currentTime - began))
      onProgress({ frames: Math.round(done * fps), total, secondsLeft: seconds - done })
    }, period)
    const end = (/** @type {() => void} */ then) => {
      clearInterval(clock)
      recorder.onstop = then
      if (recorder.state !== 'inactive') recorder.stop()
      else then()
    }
    const fail = (/** @type {unknown} */ error) => end(() => reject(error))
    recorder.onerror = () => fail(new FilmError('encoding-failed', "The browser's recorder failed."))
    for (const one of [signal, fault]) one?.addEventListener('abort', () => fail(one.reason), { once: true })
    // What is still in the delay is recorded, too.
    source.onended = () => setTimeout(() => end(() => resolve(undefined)), 150)
  })
}

const blocked = () => new FilmError('sound-blocked', 'The browser does not let the sound begin. Click on the page and try again.')
