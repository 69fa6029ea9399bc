import { AvatarError, FilesError, FlexatarError, GraphicsError, PhotoRefusedError, ScriptError } from './errors.js'
import { fetchBytes, fetchResponse, fileUrl, unreachable } from './files.js'
import { GL } from './gl.js'

/**
 * The exports of `engine.wasm` (Sources/EngineWasm).
 * @typedef {Record<string, (...values: number[]) => number> & {memory: WebAssembly.Memory}} Exports
 */

/** The pictures of an avatar, as in `AvatarImage`. */
export const pictures = {
  headColour: 1, headAlpha: 2, frameColour: 3, frameAlpha: 4, background: 5, eyes: 6, preview: 7,
}

/** Kinds of background, as in `stageBackground`; `blur` is the photo's own, which comes to the stage blurred. */
export const backgrounds = { photo: 0, transparent: 1, colour: 2, picture: 3, blur: 4 }

/** The vision models that creation needs, in the order in which `creationOpen` takes them. */
export const creationFiles = [
  'models/face_detection_short_range.tflite', 'models/face_landmark_with_attention.tflite',
  'models/selfie_segmentation.tflite', 'rig-fit.bin',
]

/** Types and views over the engine's plain exports; decides nothing. */
export class Engine {
  /** @param {(share: number) => void} [onProgress] of a creation, 0...1 */
  constructor(onProgress) {
    /** @type {Exports} */
    this.exports = /** @type {any} */ (null)
    this.gl = new GL(() => this.exports.memory.buffer)
    this.imports = { gl: this.gl.imports(), host: { progress: onProgress ?? (() => {}) } }
  }

  /**
   * Fetches the engine's files from `filesUrl` and opens it.
   * @param {string} filesUrl
   * @param {{seed?: number, onProgress?: (share: number) => void}} [options]
   */
  static async load(filesUrl, options = {}) {
    const engine = new Engine(options.onProgress)
    const url = fileUrl(filesUrl, 'engine.wasm')
    const [instance, rig, speech] = await Promise.all([
      instantiate(url, engine.imports),
      fetchBytes(fileUrl(filesUrl, 'rig.bin'), { what: 'The head' }),
      fetchBytes(fileUrl(filesUrl, 'speech.bin'), { what: 'The speech model' }),
    ])
    try {
      engine.open(instance, new Uint8Array(rig), new Uint8Array(speech), options.seed)
    } catch (error) {
      throw error instanceof FlexatarError ? error : badEngine(url, error)
    }
    return engine
  }

  /**
   * @param {WebAssembly.Instance} instance
   * @param {Uint8Array} rig
   * @param {Uint8Array} speech
   * @param {number} [seed] of all chance in the idle motions
   */
  open(instance, rig, speech, seed = (Math.random() * 2 ** 32) >>> 0) {
    this.exports = /** @type {Exports} */ (/** @type {unknown} */ (instance.exports))
    this.lending([rig, speech], (...spans) => this.require(this.exports.engineOpen(...spans, seed)))
  }

  /** What the last export had to say. */
  answer() {
    const start = this.exports.answerPointer()
    return this.gl.bytes().slice(start, start + this.exports.answerCount())
  }

  answerLines() {
    const text = new TextDecoder().decode(this.answer())
    return text === '' ? [] : text.split('\n')
  }

  /**
   * Throws the answered error unless `succeeded`.
   * @param {number} succeeded
   */
  require(succeeded) {
    if (succeeded) return
    const [code, ...sentence] = this.answerLines()
    const message = sentence.join(' ')
    switch (code) {
      case 'bad-avatar': throw new AvatarError(code, message)
      case 'bad-script': throw new ScriptError(code, message)
      case 'webgl2-missing': throw new GraphicsError(code, message)
      case 'bad-engine': case 'model-missing': throw new FilesError(code, message)
      case 'engine-failed': throw new FlexatarError(code, message)
      default: throw new PhotoRefusedError(/** @type {import('./errors.js').PhotoCode} */ (code), message)
    }
  }

  /**
   * Copies byte arrays into the engine's memory for the time of a call.
   * @template T
   * @param {Uint8Array[]} arrays
   * @param {(...spans: number[]) => T} call takes address and length of each
   */
  lending(arrays, call) {
    const { malloc, free } = this.exports
    /** @type {number[]} */
    const spans = []
    try {
      for (const array of arrays) {
        const start = malloc(Math.max(array.length, 1))
        if (start === 0) throw new FlexatarError('engine-failed', 'There is not enough memory.')
        spans.push(start, array.length)
      }
      arrays.forEach((array, index) => this.gl.bytes().set(array, spans[2 * index]))
      return call(...spans)
    } finally {
      for (let index = 0; index < spans.length; index += 2) free(spans[index])
    }
  }

  /** @param {'emotions' | 'headMotions' | 'mouths'} kind */
  names(kind) {
    this.exports.names(['emotions', 'headMotions', 'mouths'].indexOf(kind))
    return this.answerLines()
  }

  /**
   * @param {Uint8Array} file
   * @param {number} slot 0 or 1
   */
  loadAvatar(file, slot) {
    this.lending([file], (start, length) => this.require(this.exports.avatarLoad(start, length, slot)))
  }

  /**
   * The pictures of a loaded avatar as JPEG files, with the size that each must have.
   * @param {number} slot
   * @returns {{picture: number, jpeg: Uint8Array, width: number, height: number}[]}
   */
  avatarPictures(slot) {
    const found = []
    for (let index = 0; ; index++) {
      const picture = this.exports.avatarPicture(slot, index)
      if (picture === 0) return found
      found.push({
        picture, jpeg: this.answer(), width: this.exports.avatarPictureWidth(slot, index),
        height: this.exports.avatarPictureHeight(slot, index),
      })
    }
  }

  /**
   * Feeds mono samples.
   * @param {Float32Array} samples
   * @param {number} rate samples a second
   */
  feed(samples, rate) {
    const start = this.exports.soundBuffer(samples.length)
    this.gl.floats().set(samples, start >> 2)
    this.require(this.exports.soundFeed(samples.length, rate))
  }

  /**
   * Looks at a picture of the camera.
   * @param {Uint8ClampedArray} rgba rows from the top
   * @param {number} width
   * @param {number} height
   * @param {number} time seconds
   * @returns {number} as `cameraWatch`
   */
  watch(rgba, width, height, time) {
    this.lendPicture(rgba, width, height)
    return this.exports.cameraWatch(width, height, time)
  }

  /**
   * Looks for faces; `answer` has them.
   * @param {Uint8ClampedArray} rgba rows from the top
   * @param {number} width
   * @param {number} height
   * @param {number} scale the photo's pixels for one of these
   * @returns {number} how many
   */
  lookAt(rgba, width, height, scale) {
    this.lendPicture(rgba, width, height)
    return this.exports.lensLook(width, height, scale)
  }

  /**
   * Puts a picture into the camera's buffer, as RGB.
   * @param {Uint8ClampedArray} rgba
   * @param {number} width
   * @param {number} height
   */
  lendPicture(rgba, width, height) {
    const start = this.exports.cameraBuffer(width * height * 3)
    const rgb = this.gl.bytes().subarray(start, start + width * height * 3)
    for (let from = 0, to = 0; to < rgb.length; from += 4) {
      rgb[to++] = rgba[from]
      rgb[to++] = rgba[from + 1]
      rgb[to++] = rgba[from + 2]
    }
  }

  /** The pose that the last `watch` has seen. */
  get writtenPose() {
    const start = this.exports.poseBuffer() >> 2
    return this.gl.floats().slice(start, start + this.exports.poseCount())
  }

  /**
   * Follows a pose that a camera has seen.
   * @param {Float32Array} floats
   * @param {number} seconds until it is reached
   */
  follow(floats, seconds) {
    this.gl.floats().set(floats, this.exports.poseBuffer() >> 2)
    this.exports.cameraFollow(seconds)
  }

  /**
   * Reads a script, for `exports.scriptSchedule`; throws a `ScriptError` where it cannot be followed.
   * @param {import('./script.js').Script} script
   */
  readScript({ times, symbols }) {
    this.lending([new Uint8Array(times.buffer, times.byteOffset, times.byteLength), new TextEncoder().encode(symbols)],
      (...spans) => this.require(this.exports.scriptRead(...spans)))
  }

  /** The pose of the last frame, see `Pose+Floats.swift`. */
  get pose() {
    const start = this.exports.poseBuffer() >> 2
    this.exports.poseRead()
    return this.gl.floats().slice(start, start + this.exports.poseCount())
  }

  set pose(floats) {
    this.gl.floats().set(floats, this.exports.poseBuffer() >> 2)
    this.exports.poseShow()
  }

  /** @param {Uint8Array[]} files as in `creationFiles` */
  openCreation(files) {
    this.lending(files, (...spans) => this.require(this.exports.creationOpen(...spans)))
  }
}

/**
 * @param {string} url
 * @param {WebAssembly.Imports} imports
 * @returns {Promise<WebAssembly.Instance>}
 */
async function instantiate(url, imports) {
  const naming = { what: 'The engine' }
  const response = await fetchResponse(url, naming)
  try {
    if (/^application\/wasm\b/.test(response.headers.get('content-type') ?? '')) {
      return (await WebAssembly.instantiateStreaming(response, imports)).instance
    }
    // Servers that do not know the type cost a little time, nothing else.
    return (await WebAssembly.instantiate(await response.arrayBuffer(), imports)).instance
  } catch (error) {
    // Anything else is the body that broke off.
    throw error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError
      ? badEngine(url, error) : unreachable(url, naming)
  }
}

/**
 * @param {string} url
 * @param {unknown} error
 */
function badEngine(url, error) {
  return new FilesError('bad-engine', `The engine at ${url} does not run here: ${String(error)}`)
}
