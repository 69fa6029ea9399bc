import { FtarRenderer } from './easy-renderer.js'
import { FlexatarError } from './errors.js'
import { sdkFile } from './location.js'

/** Attributes that are the renderer's own properties, with what no attribute means. */
const properties = /** @type {const} */ ({
  background: ['background', 'photo'],
  framing: ['framing', 'portrait'],
  emotion: ['emotion', null],
  'head-motion': ['headMotion', 'calm'],
})
/** Of the picture, where neither attributes nor layout say anything, CSS pixels. */
const usualSize = 320
/** A picture is drawn no larger, pixels a side. */
const largestSide = 1920

/** @type {CSSStyleSheet | null} */
let sheet = null

/** A constructed sheet: inline ones are refused by strict policies. */
function style() {
  if (!sheet) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(`:host { display: inline-block; width: ${usualSize}px; aspect-ratio: 1; overflow: hidden }
      :host([hidden]) { display: none } canvas { display: block; width: 100%; height: 100% }`)
  }
  return sheet
}

/**
 * An avatar as an element:
 *
 *     <flexatar-avatar avatar="/files/default.ftar" background="blur"></flexatar-avatar>
 *     element.voice = await navigator.mediaDevices.getUserMedia({ audio: true })
 *
 * Attributes: `avatar` and `avatar2` (addresses), `mix` (0...1), `background`, `framing`, `emotion`, `head-motion`, `muted`
 * (its voice is not played here: the page plays or sends `voiceStream`), `width` and `height` (pixels of the picture; else as
 * laid out), `files` (where the engine's files are served), `label` (what the picture is, for screen readers). Events:
 * `ready`, `avatar`, `soundend`, `error` (`detail` is a `FlexatarError`; to the console unless the default is prevented).
 */
export class FlexatarAvatar extends HTMLElement {
  static observedAttributes = ['avatar', 'avatar2', 'mix', 'muted', 'width', 'height', 'label', ...Object.keys(properties)]

  /** @type {FtarRenderer | null} */ #renderer = null
  /** @type {import('./sound-input.js').SoundSource | null} */ #voice = null
  #canvas = document.createElement('canvas')
  #audio = new Audio()
  #layout = new ResizeObserver(() => this.#resize())
  /** @type {MediaStream | null} */ #heard = null

  constructor() {
    super()
    const root = this.attachShadow({ mode: 'open' })
    root.adoptedStyleSheets = [style()]
    this.#canvas.setAttribute('role', 'img')
    root.append(this.#canvas)
  }

  connectedCallback() {
    this.#canvas.setAttribute('aria-label', this.getAttribute('label') ?? 'A speaking face')
    this.#layout.observe(this)
    // Moved within the page: it is still there.
    if (!this.#renderer) this.#start()
    this.#play()
  }

  disconnectedCallback() {
    // An element that is moved is connected again in the same task.
    queueMicrotask(() => {
      if (this.isConnected) return
      this.#layout.disconnect()
      this.#audio.srcObject = null
      this.#renderer?.destroy()
      this.#renderer = this.#heard = null
    })
  }

  #start() {
    const renderer = new FtarRenderer(this.getAttribute('files') ?? sdkFile('../files'), this.#canvas)
    this.#renderer = renderer
    renderer.size = this.#pixels
    for (const name of ['avatar', 'error', 'soundend', 'stats', 'contextlost', 'contextrestored']) {
      renderer.addEventListener(name, (event) => {
        const { detail } = /** @type {CustomEvent} */ (event)
        if (renderer !== this.#renderer) return event.preventDefault()
        const told = new CustomEvent(name, { detail, cancelable: event.cancelable })
        if (!this.dispatchEvent(told)) event.preventDefault()
        if (name === 'error' && detail.code === 'engine-failed') this.#restart()
      })
    }
    for (const name of FlexatarAvatar.observedAttributes) {
      if (this.hasAttribute(name)) this.attributeChangedCallback(name)
    }
    this.#try(() => { this.voice = this.#voice })
    renderer.readyPromise.then(() => {
      if (renderer === this.#renderer) this.dispatchEvent(new CustomEvent('ready'))
    }, () => {})
  }

  /** The canvas belonged to the worker that the browser has ended: another one takes its place. */
  #restart() {
    const now = performance.now()
    // Where there is not enough memory, it would go on like this.
    if (now - this.#restarted < 10_000) return
    this.#restarted = now
    this.#renderer?.destroy({ keepsCanvas: false })
    const canvas = /** @type {HTMLCanvasElement} */ (this.#canvas.cloneNode())
    this.#canvas.replaceWith(canvas)
    this.#canvas = canvas
    this.#heard = null
    this.#start()
  }
  #restarted = -Infinity

  /**
   * What a page writes may be wrong in one place and right in all others.
   * @param {() => void} act
   */
  #try(act) {
    try {
      act()
    } catch (thrown) {
      const detail = thrown instanceof FlexatarError ? thrown : new FlexatarError('unknown-name', /** @type {Error} */ (thrown).message)
      if (this.dispatchEvent(new CustomEvent('error', { detail, cancelable: true }))) console.error(detail)
    }
  }

  /** @param {string} name */
  attributeChangedCallback(name) {
    const renderer = this.#renderer
    const value = this.getAttribute(name)
    if (!renderer) return
    if (name === 'avatar') renderer.slot1 = value
    else if (name === 'avatar2') renderer.slot2 = value
    else if (name === 'mix') renderer.mix = Number(value)
    else if (name === 'muted') this.#play()
    else if (name === 'label') this.#canvas.setAttribute('aria-label', value ?? 'A speaking face')
    else if (name === 'width' || name === 'height') this.#resize()
    else {
      const [property, usual] = properties[/** @type {keyof properties} */ (name)]
      this.#try(() => Object.assign(renderer, { [property]: value ?? usual }))
    }
  }

  /** What the picture needs, pixels of the screen. */
  get #pixels() {
    const side = (/** @type {string} */ name, /** @type {number} */ laid) =>
      Math.min(largestSide, Math.max(16, Math.round(Number(this.getAttribute(name)) || laid * devicePixelRatio || usualSize)))
    return { width: side('width', this.clientWidth), height: side('height', this.clientHeight) }
  }

  #resize() {
    const { width, height } = this.#pixels
    const size = this.#renderer?.size
    if (this.#renderer && size && (size.width !== width || size.height !== height)) this.#renderer.size = { width, height }
  }

  #play() {
    const heard = this.muted ? null : this.#heard
    if (this.#audio.srcObject === heard) return
    this.#audio.srcObject = heard
    // Browsers that wait for a gesture play with the next one: the audio context wakes then, too.
    if (heard) this.#audio.play().catch(() => addEventListener('pointerdown', () => this.#audio.play().catch(() => {}), { once: true }))
  }

  /** The engine behind the element, while it is in the page. */
  get renderer() {
    return this.#renderer
  }

  /**
   * What it says: a stream, a track, an `<audio>` element, or null.
   * @type {import('./sound-input.js').SoundSource | null}
   */
  get voice() {
    return this.#voice
  }

  set voice(voice) {
    this.#voice = voice
    if (!this.#renderer) return
    // Nothing to say opens no audio context, which only a gesture may.
    if (!voice && !this.#heard) return
    this.#heard = this.#renderer.connectMediaStream(voice)
    this.#play()
  }

  /** Whether its voice is not played here. */
  get muted() {
    return this.hasAttribute('muted')
  }

  set muted(muted) {
    // React assigns what it would write as the attribute.
    this.toggleAttribute('muted', /** @type {unknown} */ (muted) === '' || Boolean(muted))
  }

  /** The picture as a video track, while it is in the page. */
  get mediaStream() {
    return this.#renderer?.mediaStream ?? null
  }

  /** The voice in step with the picture, while it is in the page. */
  get voiceStream() {
    return this.#renderer?.voiceStream ?? null
  }

  /** The avatar's address; any other source goes to `renderer.slot1`. */
  get avatar() {
    return this.getAttribute('avatar') ?? ''
  }

  set avatar(address) {
    this.#write('avatar', address)
  }

  /** As the renderer's `background`; pictures by address. */
  get background() {
    return this.getAttribute('background') ?? 'photo'
  }

  set background(background) {
    this.#write('background', background)
  }

  /** @param {string} name @param {string | null | undefined} value none takes the attribute away */
  #write(name, value) {
    if (value === null || value === undefined) this.removeAttribute(name)
    else this.setAttribute(name, value)
  }
}

if (!customElements.get('flexatar-avatar')) customElements.define('flexatar-avatar', FlexatarAvatar)
