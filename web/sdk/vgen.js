import { FilmModel } from './film-model.js'
import { StudioHost } from './studio-host.js'

/** @typedef {import('./studio-host.js').StudioOptions} VGENOptions `size` is the preview's to begin with, 640x640 */

/**
 * A maker of films: the avatar says what is recorded, dropped or chosen, and the film is there a moment later.
 *
 *     const maker = new VGEN(async () => (await fetch('/my-token')).text())
 *     maker.mount(document.querySelector('#films'))
 *     maker.addEventListener('film', ({ detail: { film, name } }) => upload(film, name))
 *
 * The engine runs in the page and the token stays there; the iframe holds controls and the finished film. Nothing is
 * uploaded. Events: `ready`, `avatar`, `progress` (`detail` as `FilmProgress`), `film` (`detail` `{ film, name, shape }`),
 * `error` (`detail` is a `FlexatarError`), `status`.
 */
export class VGEN extends StudioHost {
  /**
   * @param {(() => Promise<string>) | null} getToken fetches a user token from the page's own server; null: no service,
   *   everything stays on this device
   * @param {VGENOptions} [options]
   */
  constructor(getToken, options = {}) {
    super(getToken, { size: { width: 640, height: 640 }, ...options }, 'films/index.html', FilmModel)
    this.#films.addEventListener('moment', () => {
      const { moment } = this.#films
      this.studio?.tell(moment)
      if (moment.progress) this.emit('progress', moment.progress)
    })
    this.#films.addEventListener('state', () => {
      const { result } = this.#films
      if (result && result !== this.#told) this.emit('film', result)
      this.#told = result
    })
  }

  /** @type {import('./film-model.js').FilmState['result']} */ #told = null

  /** @returns {FilmModel} */
  get #films() { return /** @type {FilmModel} */ (/** @type {unknown} */ (this.model)) }

  /**
   * What is said: a file, its address, an AudioBuffer, { samples, rate }, or null. 3 seconds to 5 minutes.
   * @param {import('./film-sound.js').FilmSound | null} sound
   * @param {string} [name] of the film
   * @returns {Promise<void>} rejects with a `FilmError`
   */
  setSound(sound, name = sound instanceof File ? sound.name : '') {
    return this.#films.takeSound(sound, name)
  }

  /**
   * Size, rate and format of the film.
   * @type {import('./film-model.js').FilmShape}
   */
  get shape() { return { ...this.#films.film } }

  set shape(shape) { this.#films.shape(shape) }

  /**
   * Makes the film of what is chosen; one after the other.
   * @returns {Promise<Blob>} rejects with a `FilmError`, or an AbortError after `cancel()`
   */
  render() { return this.#films.render() }

  /** Gives up the film that is being made. */
  cancel() { this.#films.making?.abort() }
}
