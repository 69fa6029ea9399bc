import { FtarRenderer } from './easy-renderer.js'
import { FilmError } from './errors.js'
import { filmRate } from './film-sound.js'
import { marked } from './synthetic-mark.js'

/** Kinds that a recorder may have, by the film's format. */
const kinds = {
  mp4: ['video/mp4;codecs=avc1,mp4a.40.2', 'video/mp4'],
  webm: ['video/webm;codecs=vp9,opus', 'video/webm;codecs=vp8,opus', 'video/webm'],
  'webm-alpha': [],
}

/**
 * The film for browsers without WebCodecs: the renderer speaks it, and a MediaRecorder listens. It takes as long as the
 * film lasts, and the page has to stay open and visible.
 * @param {import('./render-video.js').FilmOptions} options
 * @param {{width: number, height: number, fps: number, format: 'mp4' | 'webm' | 'webm-alpha', bitrate: number}} shape
 * @param {Float32Array[]} sound at `filmRate`
 * @param {import('./easy-renderer.js').Background} background
 * @returns {Promise<Blob>}
 */
export async function recordFilm(options, { width, height, fps, format, bitrate }, sound, background) {
  const { signal, onProgress = () => {} } = options
  const mimeType = kinds[format].find((kind) => globalThis.MediaRecorder?.isTypeSupported(kind))
  if (!mimeType) throw new FilmError('no-encoder', `This browser cannot make ${format} films. Please update it, or choose another format.`)
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const renderer = new FtarRenderer(options.filesUrl, canvas, { frameRate: fps, seed: options.seed })
  renderer.addEventListener('error', (event) => event.preventDefault())
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
    await spoken(context, source, recorder, buffer.duration, fps, signal, onProgress)
    return await marked(new Blob(parts, { type: mimeType.split(';')[0] }))
  } finally {
    renderer.destroy({ keepsCanvas: false })
    context.close()
  }
}

/**
 * Records until the sound has been heard.
 * @param {AudioContext} context
 * @param {AudioBufferSourceNode} source
 * @param {MediaRecorder} recorder
 * @param {number} seconds
 * @param {number} fps
 * @param {AbortSignal | undefined} signal
 * @param {(progress: import('./render-video.js').FilmProgress) => void} onProgress
 */
function spoken(context, source, recorder, seconds, fps, signal, onProgress) {
  return new Promise((resolve, reject) => {
    const total = Math.ceil(seconds * fps)
    const began = context.currentTime
    const clock = setInterval(() => {
      const done = Math.min(seconds, context.currentTime - began)
      onProgress({ frames: Math.round(done * fps), total, secondsLeft: seconds - done })
    }, 100)
    const end = (/** @type {() => void} */ then) => {
      clearInterval(clock)
      recorder.onstop = then
      if (recorder.state !== 'inactive') recorder.stop()
      else then()
    }
    recorder.onerror = () => end(() => reject(new FilmError('encoding-failed', "The browser's recorder failed.")))
    signal?.addEventListener('abort', () => end(() => reject(signal.reason)), { once: true })
    // What is still in the delay is recorded, too.
    source.onended = () => setTimeout(() => end(() => resolve(undefined)), 150)
    recorder.start(1000)
    source.start()
  })
}
