import { StudioHost } from './studio-host.js'

/** @typedef {import('./studio-host.js').StudioOptions} VCAMOptions */

/**
 * A camera whose picture is an avatar, with a studio to choose and change it.
 *
 *     const camera = new VCAM(async () => (await fetch('/my-token')).text())
 *     camera.mount(document.querySelector('#studio'))
 *     camera.src = await navigator.mediaDevices.getUserMedia({ audio: true })
 *     call.addTrack(await camera.videoTrack)
 *
 * The engine runs in the page and the token stays there; the iframe holds nothing but controls. Events: `ready`, `avatar`
 * (a face has appeared), `error` (`detail` is a `FlexatarError`), `status` (`detail` has `code`, `message` and `isNote`).
 */
export class VCAM extends StudioHost {
  /**
   * @param {(() => Promise<string>) | null} getToken fetches a user token from the page's own server; null: no service,
   *   everything stays on this device
   * @param {VCAMOptions} [options]
   */
  constructor(getToken, options = {}) {
    super(getToken, options, 'studio/index.html')
  }

  /** @type {MediaStream | MediaStreamTrack | null} */ #source = null

  /**
   * Whose voice the avatar speaks with: a stream, a track, or null.
   * @type {MediaStream | MediaStreamTrack | null}
   */
  get src() {
    return this.#source
  }

  set src(source) {
    this.#source = source
    this.model.say('sound')
    this.renderer.connectMediaStream(source)
  }

  /**
   * The camera: a video track of the avatar. The same stream every time; in Safari its track comes a moment later.
   * @type {MediaStream}
   */
  get mediaStream() {
    return this.renderer.mediaStream
  }

  /**
   * The track of `mediaStream`, when it is there.
   * @type {Promise<MediaStreamTrack>}
   */
  get videoTrack() {
    return this.renderer.videoTrack
  }

  /** The same whatever `src` is, silent while it is null: with `mediaStream` what `installVirtualCamera` takes. */
  get voiceStream() {
    return this.renderer.voiceStream
  }

  /** How far `voiceStream` is behind `src`, seconds. */
  get delay() {
    return this.renderer.stats.delay / 1000
  }

  /** Pixels of the camera's picture. */
  get size() {
    return this.renderer.size
  }

  set size(size) {
    this.renderer.size = size
    this.model.changed()
  }

  /** Frames a second of the camera at most. */
  get frameRate() {
    return this.renderer.frameRate
  }

  set frameRate(rate) {
    this.renderer.frameRate = rate
  }
}
