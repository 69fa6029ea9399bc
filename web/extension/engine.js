/**
 * The extension's frame inside a page: draws the chosen avatar and sends its pictures over the port that `bridge.js`
 * brings. The page sees pictures and the sound's delay, no avatar file and no setting.
 */
import { FtarRenderer } from './sdk/easy-renderer.js'
import { apply, readSettings } from './settings.js'

/** One for each taker; a page has one, and another after a change of the microphone. */
class Taker {
  /** @param {MessagePort} port */
  constructor(port) {
    this.port = port
    const canvas = document.createElement('canvas')
    Object.assign(canvas, { width: 640, height: 480 })
    this.renderer = new FtarRenderer('files', canvas, { frameRate: 30 })
    this.renderer.addEventListener('delay', ({ detail }) => port.postMessage({ delay: detail }))
    this.renderer.addEventListener('error', (event) => {
      event.preventDefault()
      if (event.detail.code === 'engine-failed') this.fail(event.detail)
    })
    this.follow = ({ settings }) => settings && apply(this.renderer, settings.newValue, settings.oldValue)
    port.onmessage = ({ data }) => this.receive(data)
    this.run().catch((error) => this.fail(error))
  }

  /** @param {Error} error */
  fail(error) {
    this.port.postMessage({ failed: error.message })
    this.end()
  }

  async run() {
    await this.renderer.readyPromise
    await apply(this.renderer, await readSettings())
    chrome.storage.onChanged.addListener(this.follow)
    // From the worker that draws to the page's process: this thread has no part in it.
    const { port1, port2 } = new MessageChannel()
    this.renderer.sendPictures(port1)
    this.port.postMessage({ pictures: port2 }, [port2])
  }

  /** @param {any} message from a page, so anything may be in it */
  receive({ tap, size, frameRate, close }) {
    if (tap instanceof MessagePort || tap === null) this.renderer.connectTap(tap)
    const isLength = (value) => Number.isInteger(value) && value >= 16 && value <= 1920
    if (isLength(size?.width) && isLength(size?.height)) this.renderer.size = { width: size.width, height: size.height }
    if (frameRate >= 1 && frameRate <= 60) this.renderer.frameRate = frameRate
    if (close) this.end()
  }

  end() {
    chrome.storage.onChanged.removeListener(this.follow)
    this.renderer.destroy({ keepsCanvas: false })
    this.port.close()
  }
}

/** Passes that the bridge has announced and nobody has shown yet. */
const passes = new Set()
chrome.runtime.onMessage.addListener(({ pass }, { id }) => {
  if (id === chrome.runtime.id && typeof pass === 'string') passes.add(pass)
})
addEventListener('message', ({ data, ports: [port] }) => {
  if (port && passes.delete(data?.pass)) new Taker(port)
})
