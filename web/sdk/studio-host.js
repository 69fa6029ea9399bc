import { FtarRenderer } from './easy-renderer.js'
import { CameraError, FlexatarError, GraphicsError, SoundError } from './errors.js'
import { takePhotos } from './given-photos.js'
import { sdkFile } from './location.js'
import { ServiceClient } from './service-client.js'
import { StudioFrame } from './studio-frame.js'
import { StudioModel } from './studio-model.js'
import { studioStyle } from './vcam-style.js'

/**
 * @typedef {object} StudioOptions
 * @property {{width: number, height: number}} [size] pixels of the picture, 640x480 for a camera, 640x640 for films
 * @property {string} [url] of the studio page, `studio/index.html` or `films/index.html` beside the SDK's folder; its query string chooses
 *   language (`lang=de`), theme (`theme=dark`) and controls (`hide=camera,mood`)
 * @property {string} [filesUrl] where the engine's files are served, `files` beside the SDK's folder
 * @property {string} [serviceUrl] where the service is; the studio's origin unless told
 * @property {HTMLCanvasElement} [canvas] to draw on, somewhere else in the page; one of its own unless told
 * @property {boolean} [needGallery] false: no controls, the page has its own
 * @property {() => Promise<string[]>} [defaultBackgroundsFn] addresses of the pictures to choose from
 * @property {{width?: number, height?: number}} [vCamUI] of the element on the page, CSS pixels
 * @property {boolean} [roundOverlay] a round frame to begin with
 * @property {string} [user] whose faces are kept on this device; the token's user unless told
 * @property {'device' | 'service'} [creation] where photos become faces
 */

/**
 * An avatar on a canvas with an iframe of controls beside it: what the virtual camera and the film maker have in common.
 * The engine runs in the page and the token stays there.
 */
export class StudioHost extends EventTarget {
  /**
   * @param {(() => Promise<string>) | null} getToken
   * @param {StudioOptions} options
   * @param {string} controls the iframe's page, from beside the SDK's folder
   * @param {typeof StudioModel} Model
   */
  constructor(getToken, options, controls, Model = StudioModel) {
    super()
    const { size = { width: 640, height: 480 }, canvas, needGallery = true, vCamUI = {} } = options
    const url = new URL(options.url ?? `../${controls}`, options.url ? document.baseURI : sdkFile(''))
    const filesUrl = new URL(options.filesUrl ?? '../files', options.filesUrl ? document.baseURI : sdkFile('')).href.replace(/\/$/, '')
    /** What the avatar is drawn on. */
    this.canvas = canvas ?? Object.assign(document.createElement('canvas'), size)
    /** The engine, for all that has no word here. */
    this.renderer = new FtarRenderer(filesUrl, this.canvas)
    // A canvas of the page may have been handed to a worker already, and takes no size then.
    this.renderer.size = size
    /** @protected */
    this.model = new Model({
      renderer: this.renderer,
      service: getToken && new ServiceClient(options.serviceUrl ?? url.origin, getToken),
      user: options.user ?? (getToken ? null : ''),
      creation: options.creation ?? 'device',
      look: { round: options.roundOverlay ?? false },
      builtIn: [{ id: 'default', source: `${filesUrl}/default.ftar`, preview: `${filesUrl}/default.jpg` }],
      backgrounds: async () => (await (options.defaultBackgroundsFn ?? (async () => ordinaryBackgrounds(url)))())
        .map((address) => ({ id: address, source: new URL(address, document.baseURI).href })),
    })
    /** What is mounted: the picture, unless it is elsewhere, and the studio. */
    this.element = document.createElement('div')
    this.#progress = document.createElement('progress')
    this.#isGivenCanvas = canvas !== undefined
    this.#build(vCamUI)
    /** @protected @type {StudioFrame | null} */
    this.studio = needGallery ? new StudioFrame(url.href, {
      onReady: () => {
        this.model.say('studio')
        this.studio?.show(this.model.state)
      },
      onCommand: (command) => this.model.obey(command),
      onError: (error) => this.#fail(error, 'studio'),
    }) : null
    const { studio } = this
    if (studio) {
      this.element.shadowRoot?.querySelector('.studio')?.append(studio.element)
      this.#takeNoPhotos = takePhotos([this.element, this.canvas], studio.element, (photo) => studio.give(photo))
    }
    this.model.addEventListener('state', () => this.#changed())
    this.model.addEventListener('failure', (event) => this.#report(/** @type {CustomEvent} */ (event).detail))
    this.model.addEventListener('avatar', () => {
      this.#advance(null)
      this.emit('avatar')
    })
    this.renderer.addEventListener('error', (event) => {
      event.preventDefault()
      const error = /** @type {CustomEvent} */ (event).detail
      this.#fail(error, subjectOf(error))
    })
    this.renderer.addEventListener('contextrestored', () => this.model.say('graphics'))
    this.renderer.addEventListener('camera', (event) => {
      if (/** @type {CustomEvent} */ (event).detail !== 'none') this.model.say('camera')
    })
    this.#advance(undefined)
    /** Resolves when the engine runs and the user's faces are known. */
    this.readyPromise = this.model.start()
    this.readyPromise.then(() => {
      this.#isReady = true
      this.#changed()
      this.onReady?.()
      this.emit('ready')
    }, () => this.#advance(null))
  }

  /**
   * Called when all is ready.
   * @type {(() => void) | null}
   */
  onReady = /** @type {(() => void) | null} */ (null)
  /** @type {HTMLProgressElement} */ #progress
  #isGivenCanvas
  #takeNoPhotos = () => {}
  #isReady = false
  #status = 'starting'
  /**
   * The bar that the page wants, see `showProgress`.
   * @type {number | null | undefined}
   */
  #wanted = /** @type {number | null | undefined} */ (null)
  /**
   * The bar of what is under way here.
   * @type {number | null | undefined}
   */
  #own = /** @type {number | null | undefined} */ (undefined)

  /** @param {{width?: number, height?: number}} size */
  #build({ width, height }) {
    const root = this.element.attachShadow({ mode: 'open' })
    root.adoptedStyleSheets = [studioStyle()]
    const make = (/** @type {string} */ name, /** @type {Node[]} */ ...children) => {
      const box = document.createElement('div')
      box.className = name
      box.append(...children)
      return box
    }
    const picture = make('picture', this.#progress)
    if (!this.#isGivenCanvas) {
      this.canvas.setAttribute('role', 'img')
      this.canvas.setAttribute('aria-label', 'Your avatar')
      picture.prepend(this.canvas)
    }
    root.append(make('camera', picture, make('studio')))
    if (width) this.element.style.width = `${width}px`
    if (height) this.element.style.height = `${height}px`
  }

  #changed() {
    const { state } = this.model
    this.studio?.show(state)
    const making = state.making.find((one) => one.state === 'running')
    // A face to begin with is waited for, unless none may be shown.
    const isOver = typeof this.#own === 'number' || (this.#isReady && this.model.choices[0] === null)
    this.#advance(making ? making.share : isOver ? null : this.#own)
    if (state.status.code !== this.#status) {
      this.#status = state.status.code
      this.emit('status', state.status)
    }
  }

  /**
   * @protected
   * @param {string} name @param {unknown} [detail]
   */
  emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }))
  }

  /** @param {FlexatarError} error @param {string} about */
  #fail(error, about) {
    this.model.say(about, error.code, error.message)
    this.#report(error)
  }

  /** @param {FlexatarError} error */
  #report(error) {
    this.#advance(null)
    if (this.dispatchEvent(new CustomEvent('error', { detail: error, cancelable: true }))) console.warn(error.message)
  }

  /**
   * Puts picture and studio into an element of the page.
   * @param {Element} parent
   */
  mount(parent) {
    parent.append(this.element)
  }

  /**
   * A bar over the picture: a share 0...1, nothing for "busy", null for none. It stays until it is none; the studio's own is
   * seen when there is none of the page's.
   * @param {number | null} [share]
   */
  showProgress(share) {
    this.#wanted = share
    this.#showProgress()
  }

  /** @param {number | null | undefined} share */
  #advance(share) {
    this.#own = share
    this.#showProgress()
  }

  #showProgress() {
    const share = this.#wanted === null ? this.#own : this.#wanted
    this.#progress.hidden = share === null
    if (typeof share === 'number') this.#progress.value = share
    else this.#progress.removeAttribute('value')
  }

  /** Erases what is kept for this user on this device: faces, pictures, settings. */
  erase() {
    return this.model.erase()
  }

  /** Ends everything; the element goes from the page. */
  destroy() {
    this.#takeNoPhotos()
    this.studio?.destroy()
    this.model.destroy()
    this.renderer.destroy({ keepsCanvas: this.#isGivenCanvas })
    this.element.remove()
  }
}

/** @param {FlexatarError} error of the renderer */
function subjectOf(error) {
  return error instanceof SoundError ? 'sound' : error instanceof CameraError ? 'camera' : error instanceof GraphicsError ? 'graphics' : 'picture'
}

/** @param {URL} studio @returns {string[]} */
function ordinaryBackgrounds(studio) {
  return ['studio', 'dusk', 'garden'].map((name) => new URL(`../studio/backgrounds/${name}.jpg`, studio).href)
}
