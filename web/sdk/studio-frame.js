import { ServiceError } from './errors.js'
import { readCommand, version } from './messages.js'

/** A studio that does not answer is told of after this, milliseconds. */
const patience = 15_000

/** The iframe with the controls, seen from the page: sends states, receives commands. See messages.js. */
export class StudioFrame {
  /**
   * @param {string} url of the studio; more of its query string than `parent` chooses its language and controls
   * @param {{onReady: () => void, onCommand: (command: {type: string}) => void, onError: (error: ServiceError) => void}} events
   * @param {number} [wait] milliseconds for an answer
   */
  constructor(url, events, wait = patience) {
    this.events = events
    this.wait = wait
    this.url = new URL(url, document.baseURI)
    this.url.searchParams.set('parent', location.origin)
    this.element = document.createElement('iframe')
    this.element.src = this.url.href
    this.element.title = 'Flexatar'
    // Browsers that cannot share complain of the word.
    this.element.allow = 'canShare' in navigator ? 'camera; web-share' : 'camera'
    this.element.addEventListener('load', () => this.greet())
    /** @type {MessagePort | null} */
    this.port = null
    this.isOpen = false
  }

  /** A frame that is moved in the page loads anew, and is greeted anew. */
  greet() {
    this.port?.close()
    this.isOpen = false
    const { port1, port2 } = new MessageChannel()
    this.port = port1
    port1.onmessage = ({ data }) => this.receive(data)
    this.element.contentWindow?.postMessage({ flexatar: version, type: 'hello' }, this.url.origin, [port2])
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      if (!this.isOpen) this.events.onError(new ServiceError('no-studio', 'The controls could not be loaded.'))
    }, this.wait)
  }

  /** @param {any} message */
  receive(message) {
    if (message?.type === 'ready' && message.flexatar === version) {
      clearTimeout(this.timer)
      this.isOpen = true
      return this.events.onReady()
    }
    const command = readCommand(message)
    if (command && this.isOpen) this.events.onCommand(command)
  }

  /** @param {import('./studio-model.js').StudioState} state */
  show(state) {
    if (this.isOpen) this.port?.postMessage({ type: 'state', state })
  }

  /**
   * Says what changes many times a second, see messages.js.
   * @param {object} moment
   */
  tell(moment) {
    if (this.isOpen) this.port?.postMessage({ type: 'moment', ...moment })
  }

  /**
   * Hands over a photo, with which the studio does as with one that is dropped on it.
   * @param {Blob} photo
   */
  give(photo) {
    if (this.isOpen) this.port?.postMessage({ type: 'photo', photo })
  }

  destroy() {
    clearTimeout(this.timer)
    this.port?.close()
    this.element.remove()
  }
}
