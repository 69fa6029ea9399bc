/**
 * The engine in the page itself, for browsers whose workers cannot draw with WebGL2 (WebKitGTK). To the renderer it is a
 * worker; it competes with the page for the main thread.
 */
export class LocalEngine {
  constructor() {
    /** @type {((event: {data: any}) => void) | null} */
    this.onmessage = null
    /** @type {((event: {message: string, preventDefault: () => void}) => void) | null} */
    this.onerror = null
    this.host = import('./engine-host.js').then(({ EngineHost }) => new EngineHost((data) => this.onmessage?.({ data })))
    this.host.catch((error) => this.onerror?.({ message: String(error), preventDefault() {} }))
  }

  /** @param {any} message */
  postMessage(message) {
    this.host.then((host) => host.receive(message), () => {})
  }

  terminate() {
    this.postMessage({ type: 'stop' })
  }
}
