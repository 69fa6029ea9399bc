import { FlexatarError, PhotoRefusedError, ServiceError } from './errors.js'
import { FtarLens } from './lens.js'

/** Orders of one user that wait for a place in the service's queue ask again after this, milliseconds. */
const queueWait = 3000

/**
 * A face that is being made.
 * @typedef {object} Making
 * @property {string} id
 * @property {Blob} photo
 * @property {import('./photo.js').Place | null} face which of several; null: the only or clearly largest one
 * @property {'waiting' | 'running' | 'failed'} state
 * @property {number} share of it that is done, 0...1
 * @property {string} code why it failed, for programs
 * @property {string} message why it failed, for people
 */

/** Makes avatars out of photos one after the other, on this device or by the service. */
export class AvatarMaker {
  /**
   * @param {import('./easy-renderer.js').FtarRenderer} renderer
   * @param {import('./service-client.js').ServiceClient | null} service
   * @param {'device' | 'service'} creation
   * @param {{onChange: () => void, onMade: (avatar: import('./avatar-library.js').KeptAvatar) => Promise<void>,
   *   onWarning: (warning: {code: string, message: string}) => void}} events
   */
  constructor(renderer, service, creation, events) {
    this.renderer = renderer
    this.service = service
    this.creation = creation
    this.events = events
    /** @type {Making[]} */
    this.list = []
    /** @type {Making | null} */
    this.current = null
    this.giving = new AbortController()
    this.busy = false
  }

  /**
   * @param {Blob} photo
   * @param {import('./photo.js').Place | null} face which of several
   */
  add(photo, face) {
    this.list = [...this.list, { id: crypto.randomUUID(), photo, face, state: 'waiting', share: 0, code: '', message: '' }]
    this.events.onChange()
    this.work()
  }

  /**
   * Takes one off the list, whatever its state. What is under way here is given up; one that the service has begun is made, and
   * comes with its list.
   * @param {string} id
   */
  dismiss(id) {
    this.leave(this.list.filter((making) => making.id !== id))
  }

  /** Takes all off the list. */
  clear() {
    this.leave([])
  }

  /** @param {Making[]} list what is still wanted */
  leave(list) {
    this.list = list
    if (this.current && !list.includes(this.current)) this.giving.abort()
    this.events.onChange()
  }

  async work() {
    if (this.busy) return
    this.busy = true
    for (;;) {
      const next = this.list.find(({ state }) => state === 'waiting')
      if (!next) break
      await this.make(next)
    }
    this.busy = false
  }

  /** @param {Making} making */
  async make(making) {
    this.current = making
    const { signal } = this.giving = new AbortController()
    this.update(making, { state: 'running', share: 0 })
    try {
      const avatar = this.creation === 'service' && this.service
        ? await this.order(making, this.service, signal) : await this.makeHere(making, signal)
      if (signal.aborted) return
      await this.events.onMade(avatar)
      this.dismiss(making.id)
    } catch (problem) {
      if (signal.aborted) return
      const error = problem instanceof FlexatarError ? problem : new FlexatarError('engine-failed', `The face could not be made: ${problem}`)
      if (error.code === 'queue-limit') {
        this.update(making, { state: 'waiting', share: 0 })
        await new Promise((resolve) => setTimeout(resolve, queueWait))
        return
      }
      this.update(making, { state: 'failed', code: error.reason ?? error.code, message: error.message })
    }
  }

  /**
   * @param {Making} making
   * @param {AbortSignal} signal
   * @returns {Promise<import('./avatar-library.js').KeptAvatar>}
   */
  async makeHere(making, signal) {
    const { ftar, preview, warnings } = await this.renderer.createAvatar(making.photo, {
      signal, face: making.face ?? 0, onProgress: (share) => this.update(making, { share }) })
    if (warnings.length > 0 && !signal.aborted) this.events.onWarning(warnings[0])
    return { id: crypto.randomUUID(), made: Date.now(), place: 'device', ftar, preview }
  }

  /**
   * Nothing is uploaded of which no avatar can come, unless this site goes without the lens's models, or the browser cannot read
   * what the service can.
   * @param {Making} making
   * @param {AbortSignal} signal
   */
  async examine({ photo, face: place }, signal) {
    const lens = new FtarLens(this.renderer.filesUrl)
    signal.addEventListener('abort', () => lens.close())
    try {
      await lens.look(photo)
      if (place) lens.choose(place)
      const { face, advice } = /** @type {import('./lens.js').Look} */ (lens.newest)
      const refusal = face ? !face.isUsable && face.advice.find(({ isRefusal }) => isRefusal) : advice
      if (refusal) throw new PhotoRefusedError(/** @type {any} */ (refusal.code), refusal.message, refusal.reason)
    } catch (error) {
      if (!(error instanceof FlexatarError) || (error.code !== 'model-missing' && error.reason !== 'heic')) throw error
    } finally {
      lens.close()
    }
  }

  /**
   * @param {Making} making
   * @param {import('./service-client.js').ServiceClient} service
   * @param {AbortSignal} signal
   * @returns {Promise<import('./avatar-library.js').KeptAvatar>}
   */
  async order(making, service, signal) {
    await this.examine(making, signal)
    const id = await service.create(making.photo, (share) => this.update(making, { share }), signal, making.face)
    const listed = (await service.list(signal)).find((item) => item.id === id)
    if (!listed) throw new ServiceError('service-failed', 'The service has lost the face. Please try again.')
    const [ftar, preview] = await Promise.all([service.download(listed.ftar, signal), service.download(listed.preview, signal)])
    return { id, made: listed.created * 1000, place: 'service', ftar, preview: new Blob([preview], { type: 'image/jpeg' }) }
  }

  /** @param {Making} making @param {Partial<Making>} changes */
  update(making, changes) {
    Object.assign(making, changes)
    this.events.onChange()
  }
}
