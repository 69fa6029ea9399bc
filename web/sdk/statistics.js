/**
 * What the engine reports about itself.
 * @typedef {object} Stats
 * @property {number} fps frames drawn in the last second
 * @property {number} frames frames drawn since the start
 * @property {number} delay of the sound behind its source, milliseconds
 * @property {number} cpu the engine's work for a frame without drawing calls: pose and speech, milliseconds
 * @property {number} draw the drawing calls of a frame (deforming included), milliseconds
 * @property {number} retarget poses a second that the camera gives
 * @property {number} lead by how much the newest mouth shape was ahead of the moment shown, milliseconds
 */

/** Counts frames and times over the last second. */
export class Statistics {
  constructor() {
    this.frames = 0
    this.since = -Infinity
    this.counted = 0
    /** Poses of the camera since the last report. */
    this.poses = 0
    this.pose = 0
    this.draw = 0
    /** @type {Stats} */
    this.last = { fps: 0, frames: 0, delay: 0, cpu: 0, draw: 0, retarget: 0, lead: 0 }
  }

  /**
   * @param {number} now
   * @param {number} pose
   * @param {number} draw seconds
   */
  add(now, pose, draw) {
    if (this.since === -Infinity) this.since = now
    else this.counted++
    this.frames++
    this.pose += pose
    this.draw += draw
  }

  /**
   * @param {number} now seconds
   * @param {import('./sound-timeline.js').SoundTimeline} timeline
   * @returns {Stats}
   */
  report(now, timeline) {
    const seconds = now - this.since
    if (this.counted > 0 && seconds >= 0.9) {
      this.last.fps = this.counted / seconds
      this.last.cpu = ((this.pose + timeline.feedSeconds) / this.counted) * 1000
      this.last.draw = (this.draw / this.counted) * 1000
      this.last.retarget = this.poses / seconds
      this.since = now
      this.counted = this.poses = this.pose = this.draw = timeline.feedSeconds = 0
    }
    this.last.frames = this.frames
    this.last.delay = timeline.delay * 1000
    this.last.lead = timeline.sounding ? (timeline.engine.exports.speechTime() - timeline.time) * 1000 : 0
    return this.last
  }
}
