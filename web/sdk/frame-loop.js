import { Pacer } from './sync.js'

/** Rate while nobody looks at the page: enough for a virtual camera. */
const hiddenRate = 30
/** An animation frame that is this late will not come: the browser has stopped them, seconds. */
const patience = 0.1

/**
 * Calls for frames: with the display while the page is visible, by timers (which run on in a worker) while it is not.
 */
export class FrameLoop {
  /**
   * @param {(now: number) => void} frame takes seconds
   * @param {number} rate frames a second at most while visible
   */
  constructor(frame, rate) {
    this.frame = frame
    this.pacer = new Pacer(rate)
    this.hiddenPacer = new Pacer(hiddenRate)
    this.visible = true
    this.running = false
    this.last = -Infinity
    this.onDisplay = () => {
      if (!this.running) return
      if (this.visible) this.tick(this.pacer)
      requestAnimationFrame(this.onDisplay)
    }
    this.onTimer = () => {
      if (!this.running) return
      const now = performance.now() / 1000
      if (!this.visible || !this.hasDisplay) this.tick(this.hiddenPacer)
      else if (now - this.last > patience) this.tick(this.hiddenPacer)
      const wait = this.visible && this.hasDisplay ? patience : this.hiddenPacer.wait(performance.now() / 1000)
      this.timer = setTimeout(this.onTimer, wait * 1000)
    }
  }

  get hasDisplay() {
    return typeof requestAnimationFrame === 'function'
  }

  start() {
    if (this.running) return
    this.running = true
    if (this.hasDisplay) requestAnimationFrame(this.onDisplay)
    this.onTimer()
  }

  stop() {
    this.running = false
    clearTimeout(this.timer)
  }

  /** @param {boolean} visible */
  show(visible) {
    this.visible = visible
    if (!this.running) return
    clearTimeout(this.timer)
    this.onTimer()
  }

  /** @param {Pacer} pacer */
  tick(pacer) {
    const now = performance.now() / 1000
    if (!pacer.due(now)) return
    this.last = now
    this.frame(now)
  }
}
