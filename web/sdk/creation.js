import { FlexatarError, unpackError } from './errors.js'
import { startWorker } from './workers.js'

/** More add nothing, and take their time. */
const mostFurther = 11
/** An idle creation worker gives its memory back after this, seconds. */
const keepSeconds = 60

/**
 * What a photo has become.
 * @typedef {object} CreatedAvatar
 * @property {ArrayBuffer} ftar the avatar file
 * @property {Blob | null} preview a small JPEG picture for lists
 * @property {[number, number][]} landmarks 478 points in pixels of the photo
 * @property {{code: PhotoWarning, message: string}[]} warnings what could be better about the photo
 * @property {{uses: string[], refusal: {code: string, message: string} | null}[]} views what became of each further photo: what it
 *   lent (`teeth`, `right-lid`, `left-lid`, `shape`, `texture`), or why it could not be used
 */

/** @typedef {'turned' | 'soft' | 'small-face' | 'eyes-narrow' | 'uneven-eyes' | 'other-faces' | 'tight-crop'} PhotoWarning */

/** @type {{worker: Worker, jobs: Map<number, Job>, close: () => void, release?: ReturnType<typeof setTimeout>} | null} */
let studio = null
let jobs = 0

/** @typedef {{resolve: (value: CreatedAvatar) => void, reject: (error: Error) => void, onProgress?: (share: number) => void}} Job */

/**
 * Makes an avatar out of a photo, on this device: nothing is uploaded.
 * @param {string} filesUrl where the engine's files are served
 * @param {Blob} photo
 * @param {{onProgress?: (share: number) => void, face?: number | import('./photo.js').Place, further?: Blob[], signal?: AbortSignal}} [options]
 *   progress 0...1; which face of several: 1 the leftmost, or the one nearest to a place in pixels of the upright photo
 *   (default: the one that the lens took the photo of, else the only or clearly largest one); at most 11 more photos of the same
 *   person, for what the first does not show: a smile, shut eyes, the face from the sides; what gives it up
 * @returns {Promise<CreatedAvatar>} rejects with a `PhotoRefusedError` when the photo cannot be used, with the signal's reason
 *   when it is given up
 */
export async function createAvatar(filesUrl, photo, options = {}) {
  if (!(photo instanceof Blob)) throw new TypeError('`photo` is a Blob or a File.')
  const { onProgress, face = /** @type {import('./lens.js').TakenPhoto} */ (photo).face ?? 0, further = [], signal } = options
  if (further.length > mostFurther) throw new TypeError(`\`further\` has at most ${mostFurther} photos.`)
  const isFace = typeof face === 'number' ? Number.isInteger(face) && face >= 0
    : Number.isFinite(face?.x) && Number.isFinite(face?.y)
  if (!isFace) throw new TypeError('`face` is a whole number, 1 the leftmost face, or a place in the photo, { x, y }.')
  signal?.throwIfAborted()
  const { worker, jobs: open, close } = (studio ??= openStudio())
  clearTimeout(studio.release)
  const id = ++jobs
  const giveUp = () => {
    const job = open.get(id)
    if (!job) return
    open.delete(id)
    job.reject(signal?.reason)
    // What computes cannot be told anything, only ended.
    if (open.size === 0) close()
    else worker.postMessage({ giveUp: id })
  }
  signal?.addEventListener('abort', giveUp)
  return new Promise((/** @type {Job['resolve']} */ resolve, reject) => {
    open.set(id, { resolve, reject, onProgress })
    worker.postMessage({ id, filesUrl: new URL(filesUrl, document.baseURI).href, photo, face, further })
  }).finally(() => signal?.removeEventListener('abort', giveUp))
}

function openStudio() {
  const worker = startWorker('creation-worker.js', 'flexatar creation')
  /** @type {Map<number, Job>} */
  const open = new Map()
  const close = () => {
    worker.terminate()
    if (studio === opened) studio = null
  }
  const opened = { worker, jobs: open, close, release: /** @type {any} */ (undefined) }
  worker.onmessage = ({ data }) => {
    const job = open.get(data.id)
    if (data.type === 'progress') return job?.onProgress?.(data.share)
    open.delete(data.id)
    if (data.type === 'done') job?.resolve(data.value)
    else job?.reject(unpackError(data.error))
    if (open.size === 0) opened.release = setTimeout(close, keepSeconds * 1000)
  }
  worker.onerror = (event) => {
    event.preventDefault()
    for (const job of open.values()) {
      job.reject(new FlexatarError('engine-failed', `Creation failed: ${event.message ?? 'its worker did not start'}.`))
    }
    open.clear()
    close()
  }
  return opened
}
