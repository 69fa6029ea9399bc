import { startWorker } from './workers.js'

/** One timer at a time, by the thread's own clock. */
export class ThreadTimer {
  /** @param {() => void} act @param {number} wait milliseconds */
  set(act, wait) {
    this.clear()
    this.timer = setTimeout(act, wait)
  }

  clear() { clearTimeout(this.timer) }

  close() { this.clear() }
}

/** The same by a worker's clock: those of a hidden page are slowed down to one a second. */
export class WorkerTimer {
  constructor() {
    this.worker = startWorker('timer-worker.js', 'flexatar timer')
    this.number = 0
    /** @type {(() => void) | null} */
    this.act = null
    this.worker.onmessage = ({ data }) => {
      if (data === this.number) this.act?.()
    }
  }

  /** @param {() => void} act @param {number} wait milliseconds */
  set(act, wait) {
    this.act = act
    this.worker.postMessage([++this.number, wait])
  }

  clear() { this.act = null }

  close() { this.worker.terminate() }
}
