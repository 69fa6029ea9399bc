/**
 * How sound and picture are kept together. Pure arithmetic on seconds; the worker hands in its clock.
 *
 * Two clocks run: the audio clock (what the context has rendered) and the worker's own. `SoundClock` maps one to the
 * other; `DelayController` finds the smallest delay of the sound at which every frame still finds its mouth shapes.
 */

/**
 * Longest delay the sound may get from its source to the stream that is heard, seconds. Browsers hand streams on in
 * pieces of 10 ms: one of them is always, two now and then on their way beyond it, and 100 ms must hold.
 */
export const maximumDelaySeconds = 0.086
/** The part of every delay that the stream out of the audio graph takes, seconds; the delay node does the rest. */
export const streamSeconds = 0.01
/**
 * What a source still delivers of a sound that has been interrupted at its other end, seconds; as long as the mouth takes
 * to close.
 */
export const transitSeconds = 0.08

/**
 * Estimates the audio clock from the arrival of blocks. One that comes late must not move the estimate; a clock that
 * drifts, or stood still after a first burst, must: the earliest arrivals of the last second count.
 */
export class SoundClock {
  /** Arrivals are compared over this time and the one before, seconds. */
  static window = 0.5
  /** The estimate falls back no faster than this, seconds a second: frames slow down, they do not freeze. */
  static fall = 0.2

  constructor() {
    this.offset = -Infinity
    this.updated = 0
    this.earliest = -Infinity
    this.earliestBefore = -Infinity
    this.windowEnds = -Infinity
  }

  /**
   * A block has arrived that ends at `audioEnd` on the audio clock.
   * @param {number} audioEnd seconds
   * @param {number} now seconds
   */
  observe(audioEnd, now) {
    if (now >= this.windowEnds) {
      this.earliestBefore = this.earliest
      this.earliest = -Infinity
      this.windowEnds = now + SoundClock.window
    }
    this.earliest = Math.max(this.earliest, audioEnd - now)
    const fallen = this.offset - SoundClock.fall * (now - this.updated)
    this.offset = Math.max(fallen, this.earliest, this.earliestBefore)
    this.updated = now
  }

  /**
   * The audio clock at `now`, seconds.
   * @param {number} now
   */
  at(now) {
    return now + this.offset
  }
}

/**
 * The sound's delay: raised when a frame's mouth knew too little of what is said next, lowered while all of them knew
 * more than they can use.
 */
export class DelayController {
  /** Time over which the worst frame counts, seconds. */
  static window = 1
  /** The share of a surplus that is given back at the end of a window. */
  static fall = 0.5
  /** A change smaller than this is not worth a change of pitch, seconds. */
  static step = 0.002

  /**
   * @param {number} floor the engine's own delay, seconds: the sound can never be earlier than this
   * @param {number} future how much of the sound after its moment a mouth wants to know, seconds
   */
  constructor(floor, future) {
    this.floor = Math.min(floor, maximumDelaySeconds)
    this.future = future
    this.delay = maximumDelaySeconds
    this.worst = Infinity
    this.windowEnds = -Infinity
  }

  /**
   * A frame was made with `slack` seconds between the sound it shows and the newest mouth shape at hand (negative:
   * it had to do without).
   * @param {number} slack seconds
   * @param {number} now seconds
   * @returns {boolean} whether `delay` has changed
   */
  observe(slack, now) {
    if (this.windowEnds === -Infinity) this.windowEnds = now + DelayController.window
    this.worst = Math.min(this.worst, slack)
    if (now < this.windowEnds) return false
    const surplus = this.worst - this.future
    this.worst = Infinity
    this.windowEnds = now + DelayController.window
    const wanted = this.delay - (surplus > 0 ? surplus * DelayController.fall : surplus)
    const next = Math.min(maximumDelaySeconds, Math.max(this.floor, wanted))
    if (Math.abs(next - this.delay) < DelayController.step) return false
    this.delay = next
    return true
  }
}

/** Keeps to a frame rate by deadlines, so that a coarse clock does not lower it. */
export class Pacer {
  /** Timers fire up to this much early, seconds. */
  static slack = 0.001

  /** @param {number} rate frames a second */
  constructor(rate) {
    this.period = 1 / rate
    this.deadline = -Infinity
  }

  /**
   * Whether a frame is due; if so the next deadline is set.
   * @param {number} now seconds
   */
  due(now) {
    if (now < this.deadline - Pacer.slack) return false
    // Missed frames are dropped, not caught up on.
    this.deadline = Math.max(this.deadline + this.period, now + this.period / 2)
    return true
  }

  /**
   * Seconds until the next frame is due.
   * @param {number} now
   */
  wait(now) {
    return Math.max(0, this.deadline - now)
  }
}

/**
 * What the frames of a track are stamped with, so that WebRTC takes none for much older than it is, and all for a little.
 *
 * It brings stamps to its own clock (libwebrtc's `TimestampAligner`) by their mean distance from when frames arrive, less the
 * most by which one ever came sooner than that mean, and this it does not forget: after a busy spell in which pictures took
 * 100 ms to be read, all later ones pass for 100 ms old, and the far end delays the sound by as much. It begins anew where
 * stamps jump by more than 0.3 s. So the same is reckoned here, and when it has come to more than what arrivals still vary
 * by, stamps jump. A stall, as when the page goes behind another one, stops threads that are not seen from here: once all is
 * calm again they jump in any case.
 *
 * While sound and picture differ by less than 30 ms either way, by what it knows, the far end lets them be; and its screen
 * shows a picture some milliseconds after it was let go. A late mouth is minded sooner than an early one (ITU-R BT.1359). So frames
 * are to pass for a little older than they are: now and then one, once the mean is known, says that it is as much younger.
 */
export class TrackClock {
  /** Frames that the mean is taken over. */
  static window = 100
  /** The distance from the mean at which WebRTC begins anew, and the jump that brings it about whatever its mean is, seconds. */
  static reset = 0.3
  static jump = 1
  /** The most by which a frame may pass for older than arrivals vary by, seconds. */
  static tolerance = 0.03
  /** By how much frames are to pass for older than they are, seconds; and how many must have come before one says so. */
  static lead = 0.048
  static settled = 10
  /** So many frames in a row that are by so much younger than the mean say that it is that of a slow spell that is over. */
  static young = 10
  static stale = 0.02
  /**
   * No frame for so long, or one so far from the mean, is a stall; so many frames in a row within so much end it, as far as can
   * be seen from here. So many frames later stamps jump once more.
   */
  static stall = 0.2
  static calm = 15
  static steady = 0.03
  static review = 150

  constructor() {
    this.shift = 0
    this.last = -Infinity
    this.drawn = Infinity
    /** Stamps before it are of frames that were on their way at the last jump. */
    this.since = -Infinity
    this.isStalled = false
    this.steady = 0
    this.previous = 0
    this.untilReview = Infinity
    this.sinceEarly = 0
    this.count = 0
    this.mean = 0
    /** By how much frames pass for older than they would by their mean; and what the last window's alone would make of it. */
    this.bias = 0
    this.recent = 0
    this.seen = 0
    this.youngInARow = 0
  }

  /**
   * @param {number} now when a frame is drawn, seconds
   * @returns {number} seconds
   */
  stamp(now) {
    if (now - this.drawn > TrackClock.stall) this.stall()
    this.drawn = now
    const isEarly = Math.min(this.count, ++this.sinceEarly) > TrackClock.settled && this.bias < 0.8 * TrackClock.lead
    if (isEarly) this.sinceEarly = 0
    this.last = Math.max(this.last + 0.001, now + this.shift + (isEarly ? TrackClock.lead : 0))
    return this.last
  }

  /**
   * The frame with that stamp has arrived in the track.
   * @param {number} stamp
   * @param {number} now seconds
   */
  arrived(stamp, now) {
    if (stamp < this.since) return
    const age = now - stamp
    if (this.count > 0 && Math.abs(age - this.mean) > TrackClock.stall) this.stall()
    this.steady = Math.abs(age - this.previous) < TrackClock.steady ? this.steady + 1 : 0
    this.previous = age
    if (this.isStalled && this.steady >= TrackClock.calm) return this.beginAnew(TrackClock.review)
    if (--this.untilReview <= 0) return this.beginAnew()
    if (this.count === 0 || Math.abs(age - this.mean) > TrackClock.reset) this.count = this.bias = this.recent = this.seen = 0
    this.count = Math.min(TrackClock.window, this.count + 1)
    this.mean += (age - this.mean) / this.count
    this.bias = Math.max(this.bias, this.mean - age)
    this.recent = Math.max(this.recent, this.mean - age)
    // Before the mean is that of a whole window it follows by itself.
    const isYoung = this.count === TrackClock.window && age < this.mean - TrackClock.stale
    this.youngInARow = isYoung ? this.youngInARow + 1 : 0
    // At once: what passes for older or younger for some seconds makes the far end move sound or picture, and leave them so.
    if (this.youngInARow >= TrackClock.young) return this.beginAnew()
    if (++this.seen < TrackClock.window) return
    if (this.bias - Math.max(this.recent, TrackClock.lead) > TrackClock.tolerance) this.beginAnew()
    this.recent = this.seen = 0
  }

  stall() {
    this.isStalled = true
    this.steady = 0
  }

  /** @param {number} [untilReview] frames */
  beginAnew(untilReview = Infinity) {
    this.untilReview = untilReview
    this.since = this.last + TrackClock.jump / 2
    this.shift += TrackClock.jump
    this.isStalled = false
    this.steady = this.count = this.bias = this.recent = this.seen = this.youngInARow = 0
  }
}
