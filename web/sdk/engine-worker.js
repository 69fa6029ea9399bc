/**
 * The worker that draws: owns the engine, the WebGL2 context of the page's canvas, and time. Samples come straight from
 * the audio worklet, frames go straight to the canvas (and to a video track where one is asked for).
 *
 * Messages in: see `commands`. Messages out: `{type: 'done' | 'failed' | 'delay' | 'stats' | 'lost' | 'restored' |
 * 'bitmap' | 'track'}`; `done` and `failed` carry the `id` of the command they answer.
 */
import { Engine } from './engine.js'
import { FlexatarError, packError } from './errors.js'
import { fetchBytes } from './files.js'
import { FrameLoop } from './frame-loop.js'
import { SoundTimeline } from './sound-timeline.js'
import { StageView } from './stage-view.js'
import { Statistics } from './statistics.js'
import { FrameSink } from './frame-sink.js'

/** Between two reports, seconds. */
const statisticsPeriod = 0.5

/**
 * The canvas is handed to a worker once for all: a renderer that comes later finds it here.
 * @type {OffscreenCanvas}
 */
let canvas
/** @type {Rendering | null} */
let rendering = null

/** One renderer's life in this worker. */
class Rendering {
  /**
   * @param {Engine} engine
   * @param {{rate: number, asBitmaps: boolean}} options
   */
  constructor(engine, options) {
    this.engine = engine
    this.names = {
      emotions: engine.names('emotions'), headMotions: engine.names('headMotions'), mouths: engine.names('mouths'),
    }
    this.stage = new StageView(engine, canvas, {
      onLost: () => postMessage({ type: 'lost' }),
      onRestored: () => postMessage({ type: 'restored' }),
      onError: (error) => postMessage({ type: 'failed', error: packError(error) }),
    })
    this.stage.start()
    this.timeline = new SoundTimeline(engine, (seconds) => postMessage({ type: 'delay', seconds }))
    this.statistics = new Statistics()
    this.sink = new FrameSink(canvas, options.asBitmaps)
    this.loop = new FrameLoop((now) => this.frame(now), options.rate)
    /** @type {MessagePort | null} */
    this.tap = null
    /** @type {MessagePort | null} */
    this.camera = null
    this.reported = 0
  }

  /** @param {number} now seconds */
  frame(now) {
    const began = performance.now()
    this.engine.exports.frame(this.timeline.moment(now))
    const posed = performance.now()
    if (this.stage.animate(now)) {
      this.sink.put(now)
      this.statistics.add(now, (posed - began) / 1000, (performance.now() - posed) / 1000)
    }
    if (now - this.reported >= statisticsPeriod) {
      this.reported = now
      postMessage({ type: 'stats', stats: this.statistics.report(now, this.timeline) })
    }
  }

  /** @param {MessagePort | null} port sends what `tap-worklet.js` describes */
  listen(port) {
    this.tap?.close()
    this.timeline.end()
    this.tap = port
    if (!port) return
    port.onmessage = ({ data }) => {
      if (data.ended) this.timeline.end()
      else this.timeline.feed(data, performance.now() / 1000)
    }
  }

  /** @param {MessagePort | null} port sends the poses that `camera-worker.js` sees */
  follow(port) {
    this.camera?.close()
    this.camera = port
    this.engine.exports.cameraRelease()
    if (!port) return
    port.onmessage = ({ data: { pose, seconds } }) => {
      this.engine.follow(pose, seconds)
      this.statistics.poses++
    }
  }

  destroy() {
    this.loop.stop()
    this.listen(null)
    this.follow(null)
    this.sink.close()
    this.stage.destroy()
  }
}

/** @returns {Rendering} */
function current() {
  if (!rendering) throw new Error('no engine is running')
  return rendering
}

/**
 * Where `name` stands in the list; the engine knows it by that.
 * @param {string[]} names
 * @param {string} name
 */
function place(names, name) {
  const index = names.indexOf(name)
  if (index < 0) throw new FlexatarError('unknown-name', `There is no '${name}'; there are ${names.join(', ')}.`)
  return index
}

/** @type {Record<string, (message: any) => unknown>} */
const commands = {
  async start({ filesUrl, canvas: handed, width, height, rate, seed, visible, asBitmaps }) {
    canvas = handed ?? canvas
    canvas.width = width
    canvas.height = height
    const engine = await Engine.load(filesUrl, { seed })
    rendering = new Rendering(engine, { rate, asBitmaps })
    rendering.loop.visible = visible
    rendering.loop.start()
    return { names: rendering.names, delay: rendering.timeline.delay }
  },

  size({ width, height }) {
    canvas.width = width
    canvas.height = height
    // A resized canvas is blank: fill it before anybody sees it.
    rendering?.stage.draw()
  },

  async avatar({ slot, source }) {
    const bytes = typeof source === 'string' ? await fetchBytes(source, { what: 'The avatar' }) : source
    const loaded = current()
    await loaded.stage.load(bytes && new Uint8Array(bytes), slot)
  },

  async background({ kind, colour, source }) {
    const bytes = typeof source === 'string' ? await fetchBytes(source, { what: 'The background' }) : source
    await current().stage.setBackground({ kind, colour, bytes })
  },

  tap: ({ port }) => current().listen(port),
  camera: ({ port }) => current().follow(port),
  soundEnd: () => current().timeline.end(),
  interrupt: () => current().timeline.interrupt(performance.now() / 1000),
  /** `at`: milliseconds since 1970, as `performance.timeOrigin` has them. */
  script: ({ script, at }) => current().timeline.speak(script, (at - performance.timeOrigin) / 1000),
  clearScript: () => current().timeline.clearScript(),
  visibility: ({ visible }) => rendering?.loop.show(visible),
  track: ({ writable }) => current().sink.open(writable),

  set({ name, values }) {
    const { engine, names: { emotions, headMotions, mouths } } = current()
    const { exports } = engine
    switch (name) {
      case 'mix': return exports.setMix(values[0], values[1], values[2])
      case 'emotion': return exports.setEmotion(place(emotions, values[0]), values[1], values[2])
      case 'emotionClip': return exports.playEmotion(place(emotions, values[0]), values[1], values[2])
      case 'mood': return exports.setMood(values[0])
      case 'headMotion': return exports.setHeadMotion(place(headMotions, values[0]))
      case 'still': return exports.setStill(values[0])
      case 'gaze': return exports.setGaze(values[0], values[1])
      case 'mouth': return exports.setMouth(Math.max(0, mouths.indexOf(values[0])))
      case 'framing': return exports.setFraming(values[0])
    }
  },

  /** For tests and demonstrations: what a driver's crash does. */
  loseContext({ seconds }) {
    const extension = current().stage.context?.getExtension('WEBGL_lose_context')
    extension?.loseContext()
    setTimeout(() => extension?.restoreContext(), seconds * 1000)
  },

  stop() {
    rendering?.destroy()
    rendering = null
  },
}

/** Commands of one kind are carried out in order, so that what is set last holds; kinds do not wait for each other. */
const queues = new Map()
/** Everything but the first command waits for this. */
let started = Promise.resolve()

addEventListener('message', ({ data }) => {
  const run = async () => {
    try {
      postMessage({ type: 'done', id: data.id, value: await commands[data.type](data) })
    } catch (error) {
      if (data.type === 'start') commands.stop({})
      postMessage({ type: 'failed', id: data.id, error: packError(error) })
    }
  }
  if (data.type === 'start' || data.type === 'stop') {
    started = started.then(run)
    queues.clear()
    return
  }
  const kind = `${data.type} ${data.slot ?? data.name ?? ''}`
  queues.set(kind, (queues.get(kind) ?? started).then(run))
})
