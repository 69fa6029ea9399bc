import { FilmError } from './errors.js'
import { level, ticksPerPicture } from './film-encoders.js'
import { Recording } from './recording.js'

/** Pictures come so far apart at least, milliseconds; larger ones than so many pixels accordingly further. */
const period = 34
const ordinaryPixels = 1280 * 720
/** A page whose screen is not refreshed for longer is not seen, milliseconds. */
const longestRefresh = 250
/** After the first picture there is a longer pause, which shows in the recording's times. */
const pause = 300
/** What a recorder has in hand when it is told to end, milliseconds. */
const rest = 200
/** Of the pictures so many may be lost, and so many at the beginning. */
const lossy = 0.1
const mostLostAtOnce = 8

/** What the stage draws, for a recorder. As `FilmPictures`. */
export class DrawnPictures {
  /** @param {import('./stage-view.js').StageView} stage */
  constructor(stage) {
    this.stage = stage
    this.taken = 0
  }

  /** Draws the engine's pose; the canvas shows it until the task ends. */
  draw() {
    this.stage.drawNow()
    return { index: this.taken++, colour: /** @type {HTMLCanvasElement} */ (this.stage.canvas), alpha: null }
  }

  /** There is none under way. */
  next() {
    return null
  }
}

/** One stream of pictures, taken down from a canvas. As `PictureEncoder`. */
export class RecordedPictures {
  /**
   * @param {string} mimeType
   * @param {{width: number, height: number, fps: number, bitrate: number}} shape
   */
  constructor(mimeType, shape) {
    this.shape = shape
    this.canvas = Object.assign(document.createElement('canvas'), { width: shape.width, height: shape.height })
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext('2d', { alpha: false }))
    this.stream = this.canvas.captureStream(0)
    this.period = period * Math.max(1, shape.width * shape.height / ordinaryPixels)
    // They are taken down at another pace than they are shown at.
    const bitrate = Math.round(shape.bitrate * 1000 / this.period / shape.fps)
    this.recording = new Recording(this.stream, { mimeType, videoBitsPerSecond: bitrate })
    /**
     * When each picture was handed over, seconds.
     * @type {number[]}
     */
    this.times = []
    /** @type {import('./recording.js').RecordedTrack | null} */
    this.recorded = null
  }

  /**
   * Takes a picture; resolves when there is room for the next.
   * @param {CanvasImageSource} picture
   */
  async put(picture) {
    this.recording.check()
    const now = performance.now()
    this.context.drawImage(picture, 0, 0)
    const started = this.times.length === 0 ? this.recording.start() : null
    const [track] = /** @type {CanvasCaptureMediaStreamTrack[]} */ (this.stream.getVideoTracks())
    // Firefox has it where an earlier draft had it.
    if (track.requestFrame) track.requestFrame()
    else /** @type {any} */ (this.stream).requestFrame()
    this.times.push(now / 1000)
    await started
    await refreshed()
    const next = now + (started ? pause : this.period)
    await new Promise((resolve) => setTimeout(resolve, next - performance.now()))
  }

  async finish() {
    await new Promise((resolve) => setTimeout(resolve, rest))
    this.recorded = await this.recording.end()
    this.close()
  }

  close() {
    this.recording.close()
    this.stream.getTracks().forEach((track) => track.stop())
  }

  /**
   * As the muxer takes it: each picture at its own time, whenever it was drawn.
   * @returns {import('./muxer.js').FilmTrack}
   */
  track() {
    const { codec, description, samples } = /** @type {import('./recording.js').RecordedTrack} */ (this.recorded)
    const { width, height, fps } = this.shape
    const pictures = whichPictures(samples.map(({ time }) => time), this.times)
    if (new Set(pictures).size < (1 - lossy) * this.times.length) {
      throw new FilmError('encoding-failed', "The browser's recorder has lost pictures: keep the page in front while the film is made, or choose a smaller size.")
    }
    const times = placesInTime(pictures, this.times.length)
    return {
      codec: /** @type {'h264' | 'vp8' | 'vp9'} */ (codec), width, height, timescale: Math.round(fps * ticksPerPicture),
      chunks: samples.map(({ data }) => data), samples: samples.map(({ isKey }, index) => ({ time: times[index], isKey })),
      length: this.times.length * ticksPerPicture, colour: null,
      description: codec === 'vp9' ? new Uint8Array([0, level('vp9', width * height, fps)]) : description,
    }
  }
}

/**
 * When recorded pictures are shown, ticks: one that was recorded again shares its time.
 * @param {number[]} pictures rising
 * @param {number} count pictures of the film
 */
function placesInTime(pictures, count) {
  /** @type {number[]} */
  const times = []
  for (let at = 0, end = 0; at < pictures.length; at = end) {
    while (pictures[end] === pictures[at]) end++
    const length = (pictures[end] ?? count) - pictures[at]
    for (let i = 0; i < end - at; i++) times.push(Math.round((pictures[at] + length * i / (end - at)) * ticksPerPicture))
  }
  return times
}

/** Waits until the screen has been refreshed, which is when Firefox takes a picture; hidden pages are not. */
async function refreshed() {
  for (let refreshes = 0; refreshes < 2; refreshes++) {
    await new Promise((resolve) => {
      requestAnimationFrame(resolve)
      setTimeout(resolve, longestRefresh)
    })
  }
}

/**
 * Which picture each recorded one is. Recorders keep the distances in time but for the first; they lose pictures, or show one
 * again.
 * @param {number[]} recorded seconds, from any beginning
 * @param {number[]} drawn seconds
 * @returns {number[]} rising; the first picture shows what there is at the beginning
 */
export function whichPictures(recorded, drawn) {
  const lost = Math.max(0, drawn.length - recorded.length)
  const surplus = Math.max(0, recorded.length - drawn.length)
  const nearest = (/** @type {number} */ shift) => {
    let at = 0
    let distance = 0
    const pictures = recorded.map((time, index) => {
      const last = Math.min(drawn.length - 1, index + lost)
      const away = (/** @type {number} */ one) => Math.abs(drawn[one] - time - shift)
      at = Math.max(at, index - surplus)
      while (at < last && away(at + 1) <= away(at)) at++
      if (index > 0) distance += away(at)
      return at
    })
    return { pictures, distance }
  }
  // The second one may be any of the first, the last one any of the last.
  const some = Math.min(lost, mostLostAtOnce) + 1
  const second = Math.min(1, recorded.length - 1)
  const begins = [
    ...drawn.slice(second, second + some).map((time) => nearest(time - recorded[second])),
    ...drawn.slice(-some).map((time) => nearest(time - recorded[recorded.length - 1])),
  ]
  const { pictures } = begins.reduce((best, one) => one.distance < best.distance ? one : best)
  pictures[0] = 0
  return pictures
}
