import { createAvatar } from './creation.js'
import { CameraError, FlexatarError, GraphicsError, SoundError, UnsupportedError, unpackError } from './errors.js'
import { describeBackground, framings, headMotions, mixKinds, ordinaryStrength, portable, strengths, unit } from './scene.js'
import { packScript } from './script.js'
import { SoundInput, openMicrophone } from './sound-input.js'
import { LocalEngine } from './local-engine.js'
import { missingFeatures, needsPage, supports } from './support.js'
import { openVideo } from './video-output.js'
import { startWorker } from './workers.js'

export * from './errors.js'
export { locateSDK } from './location.js'
export { scriptFromMarks } from './script.js'


/**
 * A canvas is handed to a worker once for all; the next renderer on it goes on there.
 * @type {WeakMap<HTMLCanvasElement, Worker | LocalEngine>}
 */
const parked = new WeakMap()

/**
 * Nobody can draw on a canvas that is gone; its worker would stay.
 * @type {FinalizationRegistry<Worker>}
 */
const leftBehind = new FinalizationRegistry((worker) => worker.terminate())

/**
 * An avatar file: its address, its bytes, or null for none.
 * @typedef {string | URL | ArrayBuffer | Uint8Array | Blob | null} AvatarSource
 *
 * Behind the person: a picture's address or file, a CSS colour, 'transparent', 'photo' (null): the photo's own, or
 * 'blur': the photo's own, out of focus.
 * @typedef {string | URL | Blob | null} Background
 *
 * @typedef {object} Options
 * @property {number} [frameRate] frames a second at most, 60
 * @property {number} [seed] of the idle motions' chance; the same seed moves the same
 *
 * @typedef {{[name: string]: number}} Emotions strengths 0...1 by name
 * @typedef {'silent' | 'calm' | 'lively'} HeadMotion
 */

/** Seconds. */
const ordinaryFade = 0.4

/**
 * An avatar that speaks on a canvas.
 *
 *     const renderer = new FtarRenderer('/files', canvas)
 *     await renderer.readyPromise
 *     renderer.slot1 = '/files/default.ftar'
 *     audio.srcObject = renderer.connectMediaStream(await FtarRenderer.openMicrophone())
 *
 * Setters may be used at any time, also before the engine is ready. What goes wrong later than `readyPromise` arrives as
 * an `error` event, whose `detail` is a `FlexatarError`. Other events: `avatar` (`detail.slot`: a face has appeared),
 * `camera` (`detail`: 'none', 'calibrating', 'face'), `contextlost`, `contextrestored`, `delay` (`detail`: seconds),
 * `soundend`, `stats`.
 */
export class FtarRenderer extends EventTarget {
  /**
   * @param {string | URL} filesUrl where the engine's files are served
   * @param {HTMLCanvasElement} canvas
   * @param {Options} [options]
   */
  constructor(filesUrl, canvas, options = {}) {
    super()
    /** Where the engine's files are served. */
    this.filesUrl = new URL(filesUrl, document.baseURI).href
    this.canvas = canvas
    /** @type {Map<number, {resolve: (value: any) => void, reject: (error: FlexatarError) => void}>} */
    this.#pending = new Map()
    this.#size = { width: canvas.width, height: canvas.height }
    this.#sound = new SoundInput((port) => this.#listen(port), (error) => this.#soundEnded(error))
    this.#trackOfWorker = new Promise((resolve) => { this.#giveTrack = resolve })
    if (options.frameRate !== undefined) this.frameRate = options.frameRate
    this.#onVisibility = () => this.#post('visibility', { visible: !document.hidden })
    document.addEventListener('visibilitychange', this.#onVisibility)
    /** Resolves when the engine runs; rejects with a `FlexatarError` where it cannot. */
    this.readyPromise = this.#start(options)
    // Whoever waits for it gets the error; nobody has to.
    this.readyPromise.catch((error) => {
      this.#fail(error)
      // Without an engine every later command fails too, and says nothing new.
      this.#failed = true
    })
  }

  /** @type {Worker | LocalEngine | null} */ #worker = null
  /** @type {Map<number, {resolve: (value: any) => void, reject: (error: FlexatarError) => void}>} */ #pending
  #requests = 0
  #size
  #frameRate = 60
  #sound
  #destroyed = false
  #failed = false
  /** @type {FlexatarError | null} */ #lost = null
  /** @type {Promise<MediaStreamTrack>} */ #trackOfWorker
  /** @type {(track: MediaStreamTrack) => void} */ #giveTrack = () => {}
  /** @type {() => void} */ #onVisibility
  /** @type {ImageBitmapRenderingContext | null} */ #bitmaps = null
  /** @type {ReturnType<typeof openVideo> | null} */ #video = null
  /** @type {{emotions: string[], headMotions: string[]}} */ #names = { emotions: [], headMotions: [] }
  /** @type {Record<'slot1' | 'slot2' | 'background', any>} */ #wanted = { slot1: null, slot2: null, background: 'photo' }
  #shown = { ...this.#wanted }
  /** @type {string | null} */ #animation = null
  /** @type {Emotions} */ #emotions = {}
  /** @type {HeadMotion} */ #headMotion = 'calm'
  #still = false
  /** @type {number | null} */ #scriptEnd = null
  #mix = 0
  /** @type {'morph' | 'hybrid'} */ #mixKind = 'morph'
  #mixSwing = 0
  #mood = 0.4
  /** @type {'close' | 'portrait' | 'shoulders' | 'photo'} */ #framing = 'portrait'
  #gaze = { x: 0, y: 0 }
  #pictureFrame = { round: false, mirrored: false }
  /** @type {import('./camera-input.js').CameraInput | null} */ #camera = null
  #cameras = 0
  /** @type {import('./statistics.js').Stats} */
  #stats = { fps: 0, frames: 0, delay: 0, cpu: 0, draw: 0, retarget: 0, lead: 0 }

  // MARK: What the browser can do

  /**
   * Whether this browser can run the engine (`avatar`), or what else it can: a `microphone` to speak with, the avatar as a
   * video `stream`, `calls` and agents over WebRTC, `films`.
   * @param {import('./support.js').Feature} [feature]
   */
  static isSupported(feature = 'avatar') {
    return supports(feature)
  }

  /**
   * The microphone's stream; rejects with a `SoundError` that says what to do.
   * @param {MediaTrackConstraints | true} [constraints]
   */
  static openMicrophone(constraints) {
    return openMicrophone(constraints)
  }

  /**
   * The camera's stream; rejects with a `CameraError` that says what to do.
   * @param {MediaTrackConstraints} [constraints]
   */
  static async openCamera(constraints) {
    return (await import('./camera-input.js')).openCamera(constraints)
  }

  /** @param {Options} options */
  async #start(options) {
    const missing = missingFeatures()
    if (missing.length > 0) {
      throw new UnsupportedError('unsupported', `This browser lacks ${missing.join(', ')}. Please update it.`)
    }
    const reused = parked.get(this.canvas)
    parked.delete(this.canvas)
    const isLocal = reused ? reused instanceof LocalEngine : needsPage()
    const worker = /** @type {Worker} */ (reused ?? (isLocal ? new LocalEngine() : startWorker('engine-worker.js', 'flexatar')))
    this.#worker = worker
    if (!reused && !isLocal) leftBehind.register(this.canvas, worker)
    const handed = reused ? undefined : isLocal ? this.canvas : this.#handOver()
    worker.onmessage = ({ data }) => this.#receive(data)
    worker.onerror = (event) => {
      event.preventDefault()
      const reason = event.message ?? 'its worker did not start'
      const error = new FlexatarError('engine-failed', `The engine failed: ${reason}.`)
      if (event instanceof ErrorEvent && !event.isTrusted) this.#lost = error
      this.#failAll(error)
    }
    const { names } = await this.#ask('start', {
      filesUrl: this.filesUrl, canvas: handed, ...this.#size, rate: this.#frameRate, seed: options.seed,
      visible: !document.hidden, asBitmaps: this.#bitmaps !== null,
    }, handed && handed !== this.canvas ? [/** @type {any} */ (handed)] : [])
    this.#names = names
  }

  /** The canvas for the worker; one that has been drawn on already is painted from bitmaps instead. */
  #handOver() {
    try {
      return this.canvas.transferControlToOffscreen()
    } catch {
      try {
        this.#bitmaps = this.canvas.getContext('bitmaprenderer')
      } catch { /* it belongs to a worker that has gone */ }
      if (this.#bitmaps) return new OffscreenCanvas(this.#size.width, this.#size.height)
      throw new GraphicsError('webgl2-missing', 'The canvas is in use by another program; give the renderer its own.')
    }
  }

  // MARK: Messages

  /**
   * @param {string} type
   * @param {object} [content]
   * @param {Transferable[]} [transfer]
   */
  #post(type, content = {}, transfer = []) {
    this.#worker?.postMessage({ type, ...content }, transfer)
  }

  /**
   * @param {string} type @param {object} [content] @param {Transferable[]} [transfer]
   * @returns {Promise<any>}
   */
  #ask(type, content = {}, transfer = []) {
    if (this.#destroyed) return Promise.reject(new FlexatarError('destroyed', 'The renderer has been destroyed.'))
    if (this.#lost) return Promise.reject(this.#lost)
    return new Promise((resolve, reject) => {
      const id = ++this.#requests
      this.#pending.set(id, { resolve, reject })
      this.#post(type, { ...content, id }, transfer)
    })
  }

  /** @param {any} message from the worker */
  #receive(message) {
    switch (message.type) {
      case 'done':
        this.#pending.get(message.id)?.resolve(message.value)
        this.#pending.delete(message.id)
        if (message.value?.delay) this.#delay(message.value.delay)
        break
      case 'failed': {
        const error = unpackError(message.error)
        const waiting = this.#pending.get(message.id)
        this.#pending.delete(message.id)
        if (waiting) waiting.reject(error)
        else this.#fail(error)
        break
      }
      case 'delay': this.#delay(message.seconds); break
      case 'stats':
        this.#stats = message.stats
        this.#emit('stats', message.stats)
        break
      case 'lost':
        this.#emit('contextlost')
        this.#fail(new GraphicsError('context-lost',
          'The graphics driver was reset; the picture comes back by itself in a moment.'))
        break
      case 'restored': this.#emit('contextrestored'); break
      case 'track': this.#giveTrack(message.track); break
      case 'bitmap': this.#bitmaps?.transferFromImageBitmap(message.bitmap); break
      case 'copy': this.#video?.paint?.(message.bitmap); break
    }
  }

  /** @param {number} seconds from the sound's source to the stream that is heard */
  #delay(seconds) {
    this.#sound.setDelay(seconds)
    this.#emit('delay', seconds)
  }

  /**
   * @param {string} name
   * @param {unknown} [detail]
   */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }))
  }

  /**
   * An error that nobody handles (`event.preventDefault()`) goes to the console.
   * @param {FlexatarError} error
   */
  #fail(error) {
    if (this.#destroyed || this.#failed) return
    if (this.dispatchEvent(new CustomEvent('error', { detail: error, cancelable: true }))) console.error(error)
  }

  /** @param {FlexatarError} error */
  #failAll(error) {
    if (this.#pending.size === 0) this.#fail(error)
    for (const { reject } of this.#pending.values()) reject(error)
    this.#pending.clear()
  }

  // MARK: Picture

  /** Pixels of the canvas; how large it appears on the page is the page's matter. */
  get size() {
    return { ...this.#size }
  }

  set size({ width, height }) {
    if (!(width >= 1 && height >= 1 && width <= 4096 && height <= 4096)) {
      throw new FlexatarError('bad-size', 'A size is a width and a height of 1 to 4096 pixels.')
    }
    this.#size = { width: Math.round(width), height: Math.round(height) }
    if (this.#bitmaps) Object.assign(this.canvas, this.#size)
    this.#post('size', this.#size)
  }

  /** Frames a second at most while the page is visible, 1 to 60; a hidden one has 30. */
  get frameRate() {
    return this.#frameRate
  }

  set frameRate(rate) {
    if (!(rate >= 1)) throw new FlexatarError('bad-size', 'A frame rate is a number of frames a second, 1 or more.')
    this.#frameRate = Math.min(rate, 60)
    this.#post('rate', { rate: this.#frameRate })
  }

  /**
   * The avatar. Assigning begins to load it; the face changes when it is whole.
   * @type {AvatarSource}
   */
  get slot1() {
    return this.#wanted.slot1
  }

  set slot1(source) {
    this.setAvatar(1, source).catch((error) => this.#fail(error))
  }

  /**
   * A second avatar to mix with.
   * @type {AvatarSource}
   */
  get slot2() {
    return this.#wanted.slot2
  }

  set slot2(source) {
    this.setAvatar(2, source).catch((error) => this.#fail(error))
  }

  /**
   * As `slot1 = source`, and resolves when the face is there; rejects with an `AvatarError` or `FilesError`.
   * @param {1 | 2} slot
   * @param {AvatarSource} source
   */
  async setAvatar(slot, source) {
    await this.#want(`slot${slot}`, source, async () => this.#ask('avatar', { slot: slot - 1, source: await portable(source) }))
    this.#emit('avatar', { slot })
  }

  /**
   * What is refused gives its place back to what is shown, unless something newer is on its way.
   * @param {'slot1' | 'slot2' | 'background'} place
   * @param {any} source
   * @param {() => Promise<void>} show
   */
  async #want(place, source, show) {
    this.#wanted[place] = source
    try {
      await show()
      this.#shown[place] = source
    } catch (error) {
      if (this.#wanted[place] === source) this.#wanted[place] = this.#shown[place]
      throw error
    }
  }

  /** How much of `slot2` shows: 0 `slot1` alone, 1 `slot2` (or its features, see `mixKind`). */
  get mix() {
    return this.#mix
  }

  set mix(share) {
    this.#mix = unit(share)
    this.#set('mix', this.#mix, mixKinds.indexOf(this.#mixKind), this.#mixSwing)
  }

  /**
   * `morph`: shape and texture of both, half-way. `hybrid`: the features of `slot2` in the head of `slot1`.
   * @type {'morph' | 'hybrid'}
   */
  get mixKind() {
    return this.#mixKind
  }

  set mixKind(kind) {
    if (!mixKinds.includes(kind)) throw new TypeError(`\`mixKind\` is one of ${mixKinds.join(', ')}.`)
    this.#mixKind = kind
    this.mix = this.#mix
  }

  /** In so many seconds the mix goes from `slot1` alone to `mix` and back, again and again; 0: it stays. */
  get mixSwing() {
    return this.#mixSwing
  }

  set mixSwing(seconds) {
    const number = Number(seconds)
    if (!(number === 0 || (number >= 0.5 && number <= 3600))) {
      throw new RangeError('`mixSwing` is 0 or a number of seconds from 0.5 to 3600.')
    }
    this.#mixSwing = number
    this.mix = this.#mix
  }

  /** @type {Background} */
  get background() {
    return this.#wanted.background
  }

  set background(background) {
    this.setBackground(background).catch((error) => this.#fail(error))
  }

  /**
   * As `background = …`, and resolves when it is there.
   * @param {Background} background
   */
  async setBackground(background) {
    return this.#want('background', background, async () => this.#ask('background', await describeBackground(background)))
  }

  /** 'close', 'portrait' or 'shoulders': more and more of the person fills the canvas; 'photo': the photo's own frame. */
  get framing() {
    return this.#framing
  }

  set framing(framing) {
    if (!framings.includes(framing)) throw new TypeError(`\`framing\` is one of ${framings.join(', ')}.`)
    this.#framing = framing
    this.#set('framing', framings.indexOf(framing))
  }

  /**
   * `round`: nothing but a circle in the middle is drawn, the rest is transparent (black in `mediaStream`); `mirrored`:
   * left and right change places. Whatever is drawn, also for the others in a call.
   */
  get pictureFrame() {
    return { ...this.#pictureFrame }
  }

  set pictureFrame({ round = false, mirrored = false }) {
    this.#pictureFrame = { round: Boolean(round), mirrored: Boolean(mirrored) }
    this.#set('pictureFrame', Number(round), Number(mirrored))
  }

  /**
   * The canvas as a camera stream: a video track at the canvas's size. The same stream every time; in Safari its track
   * comes a moment later.
   * @type {MediaStream}
   */
  get mediaStream() {
    return this.#videoOutput.stream
  }

  /**
   * The track of `mediaStream`, when it is there.
   * @type {Promise<MediaStreamTrack>}
   */
  get videoTrack() {
    return this.#videoOutput.track
  }

  get #videoOutput() {
    return this.#video ??= openVideo(this.canvas, this.#bitmaps !== null || this.#worker instanceof LocalEngine,
      ({ type, ...content }, transfer) => this.#post(type, content, transfer), this.#trackOfWorker)
  }

  // MARK: Life

  /** The names that `animation` takes, once the engine is ready: head motions, then emotions. */
  getAnimationList() {
    return [...this.#names.headMotions, ...this.#names.emotions]
  }

  /**
   * A head motion, or an emotion that is held; null: automatic.
   * @type {string | null}
   */
  get animation() {
    return this.#animation
  }

  set animation(name) {
    if (name !== null && !headMotions.includes(name) && this.#isUnknown(name)) return
    this.#animation = name
    const motion = name !== null && headMotions.includes(name) ? /** @type {HeadMotion} */ (name) : null
    this.headMotion = motion ?? 'calm'
    this.emotion = motion ? null : name
  }

  /** The emotions that can be set and played, once the engine is ready; `neutral` takes the others away. */
  getEmotionList() {
    return [...this.#names.emotions]
  }

  /**
   * What is felt, on top of speech: a name, strengths by name (`{joy: 0.7, surprise: 0.3}`), `{name, strength}`, or
   * null. Reads as strengths by name.
   * @type {Emotions}
   */
  get emotion() {
    return { ...this.#emotions }
  }

  /** @param {string | Emotions | {name: string, strength?: number} | null} emotion */
  set emotion(emotion) {
    const wanted = strengths(emotion)
    if (Object.keys(wanted).filter((name) => this.#isUnknown(name)).length > 0) return
    for (const name of Object.keys(this.#emotions)) if (!(name in wanted)) this.setEmotion(name, 0)
    for (const [name, strength] of Object.entries(wanted)) this.setEmotion(name, strength)
  }

  /**
   * Holds one emotion beside what else is felt.
   * @param {string} name
   * @param {number} [strength] 0...1; `neutral` takes that share of all others away
   * @param {{fade?: number}} options seconds until it is there, 0: at once
   */
  setEmotion(name, strength = ordinaryStrength, { fade = ordinaryFade } = {}) {
    if (this.#isUnknown(name)) return
    const held = unit(strength)
    if (name === 'neutral') {
      for (const other of Object.keys(this.#emotions)) this.#emotions[other] *= 1 - held
    } else {
      this.#emotions[name] = held
    }
    for (const [other, left] of Object.entries(this.#emotions)) if (left === 0) delete this.#emotions[other]
    this.#set('emotion', name, held, fade)
  }

  /**
   * Whether the engine, once it is there, knows no such emotion, which it then tells: what is felt stays.
   * @param {string} name
   */
  #isUnknown(name) {
    const { emotions } = this.#names
    if (emotions.length === 0 || emotions.includes(name)) return false
    this.#set('emotion', name, 0, 0)
    return true
  }

  /**
   * Plays an emotion once, on top of what is held: it comes, stays and goes.
   * @param {string} name
   * @param {{strength?: number, seconds?: number}} options strength 0...1; seconds as a whole
   */
  playEmotion(name, { strength = ordinaryStrength, seconds = 2.5 } = {}) {
    this.#set('emotionClip', name, unit(strength), seconds)
  }

  /**
   * How much the head moves. Whether it speaks or listens it knows by itself.
   * @type {HeadMotion}
   */
  get headMotion() {
    return this.#headMotion
  }

  set headMotion(name) {
    const { headMotions } = this.#names
    if (headMotions.length === 0 || headMotions.includes(name)) this.#headMotion = name
    this.#set('headMotion', name)
  }

  /** True: nothing moves but the mouth; the rest comes to rest within half a second. */
  get still() {
    return this.#still
  }

  set still(still) {
    this.#still = Boolean(still)
    this.#set('still', Number(this.#still))
  }

  /** Friendliness between words, 0...1. */
  get mood() {
    return this.#mood
  }

  set mood(friendly) {
    this.#mood = unit(friendly)
    this.#set('mood', this.#mood)
  }

  /** Where the eyes look beside the camera, radians: x to the image's right, y up. */
  get gaze() {
    return { ...this.#gaze }
  }

  set gaze({ x, y }) {
    this.#gaze = { x, y }
    this.#set('gaze', x, y)
  }

  /**
   * @param {string} name
   * @param {...(number | string)} values
   */
  #set(name, ...values) {
    this.#post('set', { name, values })
  }

  // MARK: Sound

  /**
   * Lets a sound drive the face: a microphone's or a call's stream, a track, an `<audio>` element; null for none.
   * @param {import('./sound-input.js').SoundSource | null} source
   * @returns {MediaStream} the same sound, delayed so that it fits the lips: play or send this one
   */
  connectMediaStream(source) {
    if (this.#destroyed) throw new FlexatarError('destroyed', 'The renderer has been destroyed.')
    return this.#sound.connect(source)
  }

  /**
   * The delayed sound of whatever is connected, also later: the same stream every time, silent while nothing is.
   * @type {MediaStream}
   */
  get voiceStream() {
    if (this.#destroyed) throw new FlexatarError('destroyed', 'The renderer has been destroyed.')
    return this.#sound.stream
  }

  /**
   * Says beforehand what the sound will say: while the script lasts the mouth follows it, and loudness follows the sound.
   * Before, after and in the script's gaps the face listens for itself. Resolves when the engine has taken it; rejects
   * with a `ScriptError` that names the entry.
   *
   * A script ought to come before its sound or together with it. A later script takes the place of what an earlier one
   * still has to say from its own beginning on, so that scripts may come piece by piece.
   * @param {import('./script.js').ScriptEntry[]} entries in order of time, not overlapping
   * @param {{at?: number}} options `at`: when the sound's moment that is the script's time 0 enters the source given to
   *   `connectMediaStream`, milliseconds on the page's `performance.now()`; now unless told
   */
  async speakScript(entries, { at = performance.now() } = {}) {
    const script = packScript(entries)
    await this.#ask('script', { script, at: performance.timeOrigin + at })
    this.#scriptEnd = script.times.length > 0 ? at + 1000 * script.times[script.times.length - 1] : this.#scriptEnd
  }

  /** When the last script's end enters the source, milliseconds on `performance.now()`; null: there is none. */
  get scriptEnd() {
    return this.#scriptEnd
  }

  /** Drops the rest of all scripts; the face listens for itself. */
  clearScript() {
    this.#scriptEnd = null
    this.#post('clearScript')
  }

  /** Barge-in: closes the mouth, drops scripts and the sound that is on its way, within 100 ms. */
  interrupt() {
    this.#scriptEnd = null
    this.#sound.interrupt()
    this.#post('interrupt')
  }

  /**
   * Lets sound drive the face that is tapped elsewhere: the other end of the port posts what `tap-worklet.js` does. Who
   * hears that sound delays it by what the `delay` event tells (`detail`: seconds).
   * @param {MessagePort | null} port
   */
  connectTap(port) {
    this.#listen(port)
  }

  /**
   * Sends its pictures to a page in another process, as an extension's frame does: see `FrameSink.send`.
   * @param {MessagePort} port
   */
  sendPictures(port) {
    this.#post('pictures', { port }, [port])
  }

  /** @param {MessagePort | null} port */
  #listen(port) {
    this.#post('tap', { port }, port ? [port] : [])
  }

  /** @param {SoundError | null} error */
  #soundEnded(error) {
    this.#post('soundEnd')
    this.#emit('soundend')
    if (error) this.#fail(error)
  }

  // MARK: Camera

  /**
   * Lets a camera drive head, gaze, lids, brows and mouth. The first second of a face is taken for that face at rest.
   * Pictures are looked at on this device and not kept; the models (3 MB) are fetched now.
   * @param {import('./camera-input.js').CameraSource} source
   * @param {object} [options]
   * @param {boolean} [options.mirrored] true: the avatar moves as a mirror would; false: as others would see the person
   * @param {'speech' | 'camera' | 'both'} [options.mouth] both: the voice moves the mouth while it speaks, the camera
   *   else, and its smile always shows
   * @returns {Promise<void>} resolves when the avatar follows; rejects with a `CameraError`, `no-face` after 15 s
   */
  async connectCamera(source, options = {}) {
    const { mirrored = true, mouth = 'both' } = options
    if (this.#destroyed) throw new FlexatarError('destroyed', 'The renderer has been destroyed.')
    this.disconnectCamera()
    const number = ++this.#cameras
    const { CameraInput } = await import('./camera-input.js')
    if (number !== this.#cameras) throw new CameraError('camera-closed', 'The camera has been disconnected.')
    const { port1, port2 } = new MessageChannel()
    const camera = new CameraInput(this.filesUrl, source, {
      mirrored, poses: port1, onSight: (sight) => this.#emit('camera', sight),
      onEnd: (error) => {
        this.disconnectCamera()
        this.#fail(error)
      },
    })
    this.#camera = camera
    this.#post('camera', { port: port2 }, [port2])
    this.#set('mouth', mouth)
    try {
      await camera.learnt()
    } catch (error) {
      if (this.#camera === camera) this.disconnectCamera()
      throw error
    }
  }

  /** Learns the face at rest anew, from the next second: look straight ahead. Resolves when that is done. */
  async calibrate() {
    if (!this.#camera) throw new CameraError('camera-closed', 'No camera is connected.')
    return this.#camera.calibrate()
  }

  /** Lets go of the camera; idle life comes back within half a second. The stream stays the caller's to stop. */
  disconnectCamera() {
    this.#cameras++
    if (!this.#camera) return
    this.#camera.close()
    this.#camera = null
    this.#post('camera', { port: null })
  }

  // MARK: Making avatars

  /**
   * Makes an avatar out of a photo on this device; nothing is uploaded.
   * @param {Blob} photo
   * @param {Parameters<typeof createAvatar>[2]} [options] `face`: which of several, 1 the leftmost, or the one nearest
   *   to a place, `{ x, y }` in pixels of the upright photo; `further`: up to 11 more
   *   photos of the same person, for what the first does not show; `signal` gives it up
   * @returns {Promise<import('./creation.js').CreatedAvatar>} rejects with a `PhotoRefusedError`
   */
  createAvatar(photo, options) {
    return createAvatar(this.filesUrl, photo, options)
  }

  // MARK: The rest

  /** How it runs, renewed twice a second. */
  get stats() {
    return { ...this.#stats }
  }

  /**
   * For tests: loses the graphics context as a driver's reset does.
   * @param {number} seconds until it comes back
   */
  loseContext(seconds) {
    this.#post('loseContext', { seconds })
  }

  /**
   * Ends everything. A new renderer may be made on the same canvas.
   * @param {{keepsCanvas?: boolean}} options `keepsCanvas`: false where nobody will draw on the canvas again; what drew on
   *   it ends at once, else with the canvas
   */
  destroy({ keepsCanvas = true } = {}) {
    if (this.#destroyed) return
    document.removeEventListener('visibilitychange', this.#onVisibility)
    this.#video?.stream.getTracks().forEach((track) => track.stop())
    this.#sound.destroy()
    this.disconnectCamera()
    this.#destroyed = true
    this.#failAll(new FlexatarError('destroyed', 'The renderer has been destroyed.'))
    const worker = this.#worker
    if (!worker) return
    this.#post('stop')
    worker.onmessage = worker.onerror = null
    if (this.#bitmaps || this.#lost || !keepsCanvas) worker.terminate()
    else parked.set(this.canvas, worker)
    this.#worker = null
  }
}
