import { CameraError, FlexatarError, unpackError } from './errors.js'
import { sdkFile } from './location.js'
import { longSide, upright } from './photo.js'
import { startWorker } from './workers.js'

/**
 * What the person ought to change. `isRefusal`: no good avatar comes of such a photo; else it is worth mending. `reason` says
 * of a turned head which way to move.
 * @typedef {{code: LensCode, reason: LensCode | LensMove, isRefusal: boolean, message: string}} LensAdvice
 * @typedef {'no-face' | 'covered' | 'cut-off' | 'turned' | 'too-small' | 'eyes-hidden' | 'blurred' | 'turned-slightly' | 'small'
 *   | 'eyes-narrow' | 'soft' | 'tight' | 'other-people'} LensCode
 * @typedef {'turn-left' | 'turn-right' | 'chin-up' | 'chin-down' | 'turn-left-slightly' | 'turn-right-slightly'
 *   | 'chin-up-slightly' | 'chin-down-slightly'} LensMove left and right are the person's
 *
 * A face, in pixels of the photo. Angles in degrees: yaw > 0 with the nose to the picture's right, pitch > 0 bowed,
 * roll > 0 clockwise. `width`: between the cheeks. `advice`: the most important first. `isUsable`: creation, which lets heads
 * pass that are turned a little further, would take it.
 * @typedef {object} LensFace
 * @property {{x: number, y: number, width: number, height: number}} box
 * @property {{x: number, y: number}[]} eyes
 * @property {number} yaw
 * @property {number} pitch
 * @property {number} roll
 * @property {number} width
 * @property {LensAdvice[]} advice
 * @property {boolean} isUsable
 *
 * @typedef {object} Look
 * @property {LensFace[]} faces from the left
 * @property {LensFace | null} face the chosen one
 * @property {LensAdvice | null} advice the first thing to change; null: a good photo
 * @property {boolean} isGood nothing is against it
 * @property {number} width of the photo
 * @property {number} height
 *
 * A JPEG file; where others are in it, too, `face` is where the middle of the chosen one lies, pixels. A copy that is sent
 * elsewhere has it no more.
 * @typedef {Blob & {face?: import('./photo.js').Place}} TakenPhoto
 */

/** Looks a second at a camera; more do not help anybody. */
const looksPerSecond = 15
/** A larger picture is looked at in a copy of this many pixels on its long side. */
const longestSide = 1280
/** Less is not worth turning a photo for, degrees. */
const smallestRoll = 2
/**
 * How much of a large photo is kept on each side of a chosen face, of the face's height. With less, neighbours are cut through
 * and cannot be told apart; with more, creation has fewer pixels for the head than it keeps.
 */
const room = 3

/** @type {LensAdvice} */
const nobody = {
  code: 'no-face', reason: 'no-face', isRefusal: true, message: 'No face can be seen. Look into the camera, in good light.',
}

/**
 * Guidance before a photo is taken or chosen: finds all faces, says at once what is wrong and how to mend it, turns the photo
 * upright. Everything happens on this device; the models (3 MB) are fetched with the first look.
 *
 *     const lens = new FtarLens('/files')
 *     lens.addEventListener('look', ({ detail }) => { hint.textContent = detail.advice?.message ?? 'Good. Hold still.' })
 *     lens.watch(video)                       // or: await lens.look(file)
 *     const photo = await lens.take()         // upright; `createAvatar` makes the chosen face of it
 *
 * Events: `look` (`detail` is a `Look`), `error` (`detail` is a `FlexatarError`).
 */
export class FtarLens extends EventTarget {
  /** @param {string | URL} [filesUrl] where the engine's files are served */
  constructor(filesUrl = sdkFile('../files')) {
    super()
    this.filesUrl = new URL(filesUrl, document.baseURI).href
    this.#worker = startWorker('lens-worker.js', 'flexatar lens')
    this.#worker.onmessage = ({ data }) => {
      const job = this.#jobs.get(data.id)
      this.#jobs.delete(data.id)
      if (data.type === 'done') job?.resolve(data.value)
      else job?.reject(unpackError(data.error))
    }
    this.#worker.onerror = (event) => {
      event.preventDefault()
      const error = new FlexatarError('engine-failed', `The lens failed: ${event.message ?? 'its worker did not start'}.`)
      this.#lost = error
      this.#failAll(error)
    }
  }

  #worker
  /** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void}>} */ #jobs = new Map()
  #count = 0
  /** @type {Look | null} */ #newest = null
  /** @type {HTMLVideoElement | ImageBitmap | null} */ #source = null
  #watching = 0
  /** @type {{x: number, y: number} | null} */ #choice = null
  #isClosed = false
  /**
   * Why there is no worker any more.
   * @type {FlexatarError | null}
   */
  #lost = null

  /**
   * Looks at a camera, again and again, until `stop()`.
   * @param {HTMLVideoElement} video that plays
   */
  watch(video) {
    this.#use(video)
    const number = ++this.#watching
    const again = async () => {
      const began = performance.now()
      try {
        if (video.readyState >= 2 && video.videoWidth > 0) await this.#look(video, video.videoWidth, video.videoHeight)
      } catch (error) {
        if (number === this.#watching) this.#fail(/** @type {FlexatarError} */ (error))
        return
      }
      if (number !== this.#watching) return
      setTimeout(again, Math.max(0, began + 1000 / looksPerSecond - performance.now()))
    }
    again()
  }

  /** Looks no more at the camera. */
  stop() {
    this.#watching++
  }

  /**
   * Looks at a photo.
   * @param {Blob} photo
   * @returns {Promise<Look>}
   */
  async look(photo) {
    this.#mustBeOpen()
    this.stop()
    const bitmap = await upright(photo)
    try {
      this.#use(bitmap)
    } catch (error) {
      bitmap.close()
      throw error
    }
    return this.#look(bitmap, bitmap.width, bitmap.height)
  }

  #mustBeOpen() {
    if (this.#isClosed) throw new FlexatarError('destroyed', 'The lens has been closed.')
  }

  /** @param {HTMLVideoElement | ImageBitmap} source */
  #use(source) {
    this.#mustBeOpen()
    if (this.#source instanceof ImageBitmap) this.#source.close()
    this.#source = source
    this.#choice = this.#newest = null
  }

  /**
   * @param {HTMLVideoElement | ImageBitmap} source
   * @param {number} width
   * @param {number} height
   */
  async #look(source, width, height) {
    const scale = Math.max(1, Math.max(width, height) / longestSide)
    const picture = await createImageBitmap(source, {
      resizeWidth: Math.round(width / scale), resizeHeight: Math.round(height / scale), resizeQuality: 'medium',
    })
    // Closed meanwhile: nobody would answer.
    if (this.#isClosed) picture.close()
    this.#mustBeOpen()
    /** @type {LensFace[]} */
    const faces = await new Promise((resolve, reject) => {
      if (this.#lost) return reject(this.#lost)
      const id = ++this.#count
      this.#jobs.set(id, { resolve, reject })
      this.#worker.postMessage({ id, filesUrl: this.filesUrl, picture, scale }, [picture])
    })
    const look = this.#judge(faces, width, height)
    this.#newest = look
    this.dispatchEvent(new CustomEvent('look', { detail: look }))
    return look
  }

  /**
   * @param {LensFace[]} faces
   * @param {number} width
   * @param {number} height
   * @returns {Look}
   */
  #judge(faces, width, height) {
    const choice = this.#choice
    const distance = (/** @type {LensFace} */ face) => (choice
      ? Math.hypot(middle(face).x - choice.x, middle(face).y - choice.y)
      : -face.width)
    const face = faces.reduce((/** @type {LensFace | null} */ best, one) =>
      (best === null || distance(one) < distance(best) ? one : best), null)
    // In a video the chosen face moves.
    if (choice && face) this.#choice = middle(face)
    const advice = face ? face.advice[0] ?? null : nobody
    return { faces, face, advice, isGood: face !== null && !face.advice.some((one) => one.isRefusal), width, height }
  }

  /**
   * Chooses one of several faces; the largest is chosen unless told.
   * @param {LensFace | import('./photo.js').Place | null} face of the newest look, or a place that it is nearest to
   */
  choose(face) {
    this.#choice = face && 'box' in face ? middle(face) : face
    if (!this.#newest) return
    const { faces, width, height } = this.#newest
    this.#newest = this.#judge(faces, width, height)
    this.dispatchEvent(new CustomEvent('look', { detail: this.#newest }))
  }

  /** The newest look, null before the first. */
  get newest() {
    return this.#newest
  }

  /**
   * The photo, or the camera's picture of now: upright, of a large one with several people what lies round the chosen face.
   * @returns {Promise<TakenPhoto>} rejects with a `CameraError` where there is no face
   */
  async take() {
    const source = this.#source
    if (!source || !this.#newest) throw new CameraError('no-picture', 'The lens has seen no picture yet.')
    const [width, height] = source instanceof HTMLVideoElement
      ? [source.videoWidth, source.videoHeight] : [source.width, source.height]
    const still = await createImageBitmap(source)
    const { face, faces } = await this.#look(still, width, height)
    if (!face) throw new CameraError('no-face', nobody.message)
    const isOneOfSeveral = faces.length > 1
    const cut = isOneOfSeveral && Math.max(width, height) > longSide ? around(face, width, height) : { x: 0, y: 0, width, height }
    const turn = Math.abs(face.roll) >= smallestRoll ? face.roll * Math.PI / 180 : 0
    const centre = middle(face)
    const place = { x: centre.x - cut.x, y: centre.y - cut.y }
    const canvas = new OffscreenCanvas(Math.round(cut.width), Math.round(cut.height))
    const context = /** @type {any} */ (canvas.getContext('2d'))
    context.translate(place.x, place.y)
    context.rotate(-turn)
    // Corners that the turn uncovers get the picture's own edge, blown up, rather than black.
    if (turn) context.drawImage(still, -centre.x * 1.5, -centre.y * 1.5, width * 1.5, height * 1.5)
    context.drawImage(still, -centre.x, -centre.y)
    still.close()
    const photo = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 })
    return isOneOfSeveral ? Object.assign(photo, { face: place }) : photo
  }

  /** @param {FlexatarError} error */
  #fail(error) {
    if (this.#isClosed) return
    if (this.dispatchEvent(new CustomEvent('error', { detail: error, cancelable: true }))) console.error(error)
  }

  /** @param {FlexatarError} error */
  #failAll(error) {
    for (const { reject } of this.#jobs.values()) reject(error)
    this.#jobs.clear()
  }

  /** Ends it; the camera stays the caller's to stop. */
  close() {
    if (this.#isClosed) return
    this.stop()
    this.#isClosed = true
    this.#worker.terminate()
    if (this.#source instanceof ImageBitmap) this.#source.close()
    this.#source = null
    this.#failAll(new FlexatarError('destroyed', 'The lens has been closed.'))
  }
}

/**
 * @param {LensFace} face
 * @returns {import('./photo.js').Place}
 */
const middle = ({ box }) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 })

/**
 * The part of a photo that shows one person and those beside it.
 * @param {LensFace} face
 * @param {number} width
 * @param {number} height
 */
function around({ box }, width, height) {
  const margin = room * box.height
  const left = Math.max(0, box.x - margin)
  const right = Math.min(width, box.x + box.width + margin)
  const top = Math.max(0, box.y - margin)
  const bottom = Math.min(height, box.y + box.height + margin)
  return { x: left, y: top, width: right - left, height: bottom - top }
}
