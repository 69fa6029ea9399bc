import { DelayController, SoundClock, transitSeconds } from './sync.js'

/** The sound's delay moves no faster than this, seconds a second: half a per cent of pitch, which nobody hears. */
export const delaySlope = 0.005
/** Blocks that keep arriving this late for as long mean that the audio clock stood still, seconds. */
const stall = 0.2
/** Blocks that are missing for longer than this end the sound; less is silence, seconds. */
const longestGap = 1

/**
 * Which moment of the sound a frame shows. Runs on the audio clock while there is sound and on the worker's own
 * before and after; never jumps back except where a new sound begins.
 */
export class SoundTimeline {
  /**
   * @param {import('./engine.js').Engine} engine
   * @param {(delay: number) => void} onDelay the sound must be delayed by this many seconds from now on
   */
  constructor(engine, onDelay) {
    this.engine = engine
    this.onDelay = onDelay
    this.controller = new DelayController(engine.exports.engineDelay(), engine.exports.engineFuture())
    /** The delay that the sound has at the moment: follows `controller.delay` at `delaySlope`. */
    this.delay = this.controller.delay
    /** @type {SoundClock | null} */
    this.clock = null
    /** Where on the audio clock the sound began, seconds. */
    this.start = 0
    /** The sound's samples a second, and its next sample on the audio clock. */
    this.rate = 0
    this.next = 0
    /**
     * Scripts that came before their sound.
     * @type {{script: import('./script.js').Script, at: number}[]}
     */
    this.waiting = []
    /**
     * Scripts of the present sound, where on the audio clock their time 0 lies and where they end or give way to a later
     * one, seconds.
     * @type {{script: import('./script.js').Script, start: number, end: number}[]}
     */
    this.scripts = []
    /** Until then what comes is the rest of an interrupted sound. */
    this.deafUntil = -Infinity
    this.sounding = false
    this.lateSince = Infinity
    this.time = 0
    this.updated = -Infinity
    this.feedSeconds = 0
  }

  /**
   * Mono samples from the tap.
   * @param {{samples: Float32Array, frame: number, rate: number}} block
   * @param {number} now seconds
   */
  feed({ samples, frame, rate }, now) {
    if (now < this.deafUntil) return
    const end = (frame + samples.length) / rate
    const gap = frame - this.next
    const goesOn = rate === this.rate && gap >= 0 && gap <= longestGap * rate
    const breaksOff = this.sounding && (!goesOn || this.stalled(end, now))
    // What is known of a sound that only breaks off holds for the rest of it, on the audio clock.
    const known = breaksOff && rate === this.rate && gap >= 0 ? this.scripts : []
    this.next = frame + samples.length
    if (breaksOff || !this.sounding || !this.clock) {
      this.engine.exports.soundRestart()
      this.clock = new SoundClock()
      this.start = frame / rate
      this.rate = rate
      this.sounding = true
      this.lateSince = Infinity
      this.time = -this.delay
      this.scripts = []
      for (const { script, start, end } of known) if (end > this.start) this.schedule(script, start)
    } else if (gap > 0) {
      // What a busy audio thread has left out: the engine's time goes on as the sound's does.
      this.give(new Float32Array(gap))
    }
    this.clock.observe(end, now)
    for (const { script, at } of this.waiting.splice(0)) this.speak(script, at)
    this.give(samples)
  }

  /** @param {Float32Array} samples that follow the ones before */
  give(samples) {
    const began = performance.now()
    this.engine.feed(samples, this.rate)
    this.feedSeconds += (performance.now() - began) / 1000
  }

  /**
   * What will be said; without a sound it waits for the next one. Throws a `ScriptError`.
   * @param {import('./script.js').Script} script
   * @param {number} at when the sound's moment that is the script's time 0 comes in, seconds on the worker's clock
   */
  speak(script, at) {
    if (this.sounding && this.clock) return this.schedule(script, this.clock.at(at))
    this.engine.readScript(script)
    this.waiting.push({ script, at })
  }

  /**
   * @param {import('./script.js').Script} script
   * @param {number} start where its time 0 lies on the audio clock, seconds
   */
  schedule(script, start) {
    this.engine.readScript(script)
    this.engine.exports.scriptSchedule(start - this.start)
    if (script.times.length === 0) return
    const [begin, end] = [start + script.times[0], start + script.times[script.times.length - 1]]
    this.scripts = this.scripts
      .map((earlier) => ({ ...earlier, end: Math.min(earlier.end, begin) }))
      .filter((earlier) => earlier.end > this.next / this.rate)
    this.scripts.push({ script, start, end })
  }

  /** Forgets what will be said. */
  clearScript() {
    this.waiting = []
    this.scripts = []
    this.engine.exports.scriptClear()
  }

  /** The sound has ended; its last frames are still shown. */
  end() {
    if (!this.sounding) return
    this.sounding = false
    this.engine.exports.soundEnd()
  }

  /**
   * Barge-in: the mouth closes, what is still on its way is not spoken, and what comes then is a new sound: the network
   * remembers the old one longer than the mouth may.
   * @param {number} now seconds
   */
  interrupt(now) {
    this.clearScript()
    if (!this.sounding) return
    this.engine.exports.soundInterrupt()
    this.sounding = false
    this.deafUntil = now + transitSeconds
  }

  /**
   * @param {number} end
   * @param {number} now
   */
  stalled(end, now) {
    const late = this.clock ? this.clock.at(now) - end > stall : false
    if (!late) this.lateSince = Infinity
    else this.lateSince = Math.min(this.lateSince, now)
    return now - this.lateSince > stall
  }

  /**
   * The moment of the sound that is heard when a frame drawn at `now` is seen, seconds since the sound began.
   * @param {number} now seconds
   */
  moment(now) {
    const passed = Math.min(0.25, Math.max(0, now - this.updated))
    this.updated = now
    const change = this.controller.delay - this.delay
    this.delay += Math.sign(change) * Math.min(Math.abs(change), delaySlope * passed)
    if (!this.clock) return (this.time += passed)

    // A frame's way to the screen is about as long as the sound's way from the stream to the loudspeaker, so the two are
    // left out together.
    this.time = Math.max(this.time, this.clock.at(now) - this.delay - this.start)
    if (this.sounding && this.time > 0.5) {
      const slack = this.engine.exports.speechTime() - this.time
      if (this.controller.observe(slack, now)) this.onDelay(this.controller.delay)
    }
    return this.time
  }
}
