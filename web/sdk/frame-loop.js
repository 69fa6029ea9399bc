import { Pacer } from './sync.js'
import { ThreadTimer } from './timers.js'

/** Rate while nobody looks at the page: enough for a virtual camera. */
const hiddenRate = 30
/** An animation frame that is this late will not come: the browser has stopped them, seconds. */
const patience = 0.1

/**
 * Calls for frames: with the display while the page is visible and wants more than a camera's, by timers else.
 */
export class FrameLoop {
  /**
   * @param {(now: number) => void} frame takes seconds
   * @param {number} rate frames a second at most while visible
   * @param {ThreadTimer | import('./timers.js').WorkerTimer} [timer]
   */
  constructor(frame, rate, timer = new ThreadTimer()) {
    this.frame = frame
    this.timer = timer
    this.pacer = this.hiddenPacer = new Pacer(rate)
    this.followsDisplay = true
    this.limit(rate)
    this.visible = true
    this.running = false
    /** When the display last asked for a frame. */
    this.displayed = -Infinity
    this.onDisplay = () => {
      if (!this.running) return
      this.displayed = performance.now() / 1000
      if (this.visible && this.followsDisplay) this.tick(this.pacer)
      requestAnimationFrame(this.onDisplay)
    }
    this.onTimer = () => {
      if (!this.running) return
      const follows = this.visible && this.followsDisplay && performance.now() / 1000 - this.displayed <= patience
      if (!follows) this.tick(this.hiddenPacer)
      const wait = follows ? patience : this.hiddenPacer.wait(performance.now() / 1000)
      this.timer.set(this.onTimer, wait * 1000)
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
    this.timer.close()
  }

  /** @param {boolean} visible */
  show(visible) {
    this.visible = visible
    if (!this.running) return
    this.timer.clear()
    this.onTimer()
  }

  /** @param {number} rate frames a second at most */
  limit(rate) {
    // A camera's rate is its own: of a busy display's frames every other one would be fewer, at uneven distances.
    this.followsDisplay = rate > hiddenRate
    this.pacer = new Pacer(rate)
    this.hiddenPacer = new Pacer(Math.min(rate, hiddenRate))
  }

  /** @param {Pacer} pacer */
  tick(pacer) {
    const now = performance.now() / 1000
    if (!pacer.due(now)) return
    this.frame(now)
  }
}
