/**
 * What the engine needs and this browser lacks; empty where it runs.
 * @returns {string[]}
 */
export function missingFeatures() {
  const missing = []
  if (typeof WebAssembly !== 'object' || !WebAssembly.validate(simd)) missing.push('WebAssembly SIMD')
  if (typeof Worker !== 'function') missing.push('Web Workers')
  if (typeof OffscreenCanvas !== 'function') missing.push('OffscreenCanvas')
  if (typeof createImageBitmap !== 'function') missing.push('createImageBitmap')
  if (typeof AudioWorkletNode !== 'function') missing.push('AudioWorklet')
  return missing
}

/**
 * What a browser may have beside the engine.
 * @typedef {'avatar' | 'microphone' | 'stream' | 'calls' | 'films'} Feature
 */

/** @typedef {'mp4' | 'webm' | 'webm-alpha'} FilmFormat */

/** @typedef {'pictures' | 'sound'} FilmTrackName */

const h264 = ['video/mp4;codecs=avc1', 'video/mp4;codecs=avc1.42E01E']
const opus = ['audio/webm;codecs=opus', 'audio/mp4;codecs=opus']
/**
 * MIME types of what a format may have in it, as recorders know them. H.264's do without pictures that lean on later ones.
 * @type {Record<FilmFormat, Record<FilmTrackName, string[]>>}
 */
const recorderKinds = {
  mp4: { pictures: h264, sound: ['audio/mp4;codecs=mp4a.40.2', ...opus] },
  webm: { pictures: ['video/webm;codecs=vp9', 'video/webm;codecs=vp8'], sound: opus },
  'webm-alpha': { pictures: [], sound: opus },
}

/** @param {FilmFormat} format @param {FilmTrackName} track */
const claimedKinds = (format, track) => recorderKinds[format][track].filter((kind) => globalThis.MediaRecorder?.isTypeSupported(kind))

/** @type {Map<string, boolean>} */
const tried = new Map()

/**
 * The MIME type by which the browser's recorder makes a format's pictures or sound; null: it makes none. WebKitGTK claims
 * pictures that it does not begin with.
 * @param {FilmFormat} format
 * @param {FilmTrackName} track
 */
export function recorderKind(format, track) {
  return claimedKinds(format, track).find((kind) => track === 'sound' || begins(kind)) ?? null
}

/** @param {string} kind */
function begins(kind) {
  const known = tried.get(kind) ?? records(kind)
  tried.set(kind, known)
  return known
}

/** @param {string} kind */
function records(kind) {
  /** @type {MediaStream | null} */
  let stream = null
  try {
    const canvas = document.createElement('canvas')
    canvas.getContext('2d')
    stream = canvas.captureStream()
    const recorder = new MediaRecorder(stream, { mimeType: kind })
    recorder.start()
    recorder.stop()
    return true
  } catch {
    return false
  } finally {
    stream?.getTracks().forEach((track) => track.stop())
  }
}

/** @param {FilmFormat} format */
const claimsFilms = (format) => (typeof VideoEncoder === 'function' || claimedKinds(format, 'pictures').length > 0) &&
  (typeof AudioEncoder === 'function' || claimedKinds(format, 'sound').length > 0)

/** @type {Record<Feature, () => boolean>} */
const features = {
  avatar: () => missingFeatures().length === 0 && hasWebGL2(),
  microphone: () => Boolean(navigator.mediaDevices?.getUserMedia),
  stream: () => 'MediaStreamTrackGenerator' in globalThis || 'captureStream' in HTMLCanvasElement.prototype,
  calls: () => typeof RTCPeerConnection === 'function',
  films: () => claimsFilms('mp4') || claimsFilms('webm'),
}

/** @param {Feature} feature */
export function supports(feature) {
  if (!Object.hasOwn(features, feature)) throw new TypeError(`A feature is one of ${Object.keys(features).join(', ')}.`)
  return features[feature]()
}

/** Whether a WebGL2 context can be had; asks for one, which takes a tenth of a second where there is no graphics processor. */
export function hasWebGL2() {
  return workersDraw() || draws(document.createElement('canvas'))
}

/** Whether only the page can draw: WebKitGTK gives canvases that are handed to workers no context. Others aren't asked. */
export function needsPage() {
  return navigator.vendor.startsWith('Apple') && !workersDraw() && hasWebGL2()
}

function workersDraw() {
  return typeof OffscreenCanvas === 'function' && draws(new OffscreenCanvas(1, 1))
}

/** @param {OffscreenCanvas | HTMLCanvasElement} canvas */
function draws(canvas) {
  const context = /** @type {WebGL2RenderingContext | null} */ (canvas.getContext('webgl2'))
  context?.getExtension('WEBGL_lose_context')?.loseContext()
  return context !== null
}

/** A module whose only function is `i32.const 0; i8x16.splat; i8x16.popcnt`. */
const simd = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
])
