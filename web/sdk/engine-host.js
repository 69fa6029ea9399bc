import { direct, namesOf } from './direction.js'
import { Engine } from './engine.js'
import { packError } from './errors.js'
import { fetchAvatar, fetchBackground } from './files.js'
import { FrameLoop } from './frame-loop.js'
import { SoundTimeline } from './sound-timeline.js'
import { StageView, openContext } from './stage-view.js'
import { Statistics } from './statistics.js'
import { FrameSink } from './frame-sink.js'
import { ThreadTimer, WorkerTimer } from './timers.js'

/** Whether this is the page, whose own timers are slowed down while it is hidden. */
const isPage = typeof document === 'object'
/** Between two reports, seconds. */
const statisticsPeriod = 0.5

/**
 * Where it draws: in a worker a canvas that was handed over, in the page the canvas itself.
 * @typedef {OffscreenCanvas | HTMLCanvasElement} Canvas
 * @typedef {(message: object, transfer?: Transferable[]) => void} Post
 */

/** One renderer's life with the canvas. */
class Rendering {
  /**
   * @param {Engine} engine
   * @param {Canvas} canvas
   * @param {Post} post
   * @param {{rate: number, asBitmaps: boolean}} options
   */
  constructor(engine, canvas, post, options) {
    this.engine = engine
    this.post = post
    this.names = namesOf(engine)
    this.stage = new StageView(engine, canvas, {
      onLost: () => post({ type: 'lost' }),
      onRestored: () => post({ type: 'restored' }),
      onError: (error) => post({ type: 'failed', error: packError(error) }),
    })
    this.stage.start()
    this.timeline = new SoundTimeline(engine, (seconds) => post({ type: 'delay', seconds }))
    this.statistics = new Statistics()
    this.sink = new FrameSink(canvas, post, options.asBitmaps)
    const timer = isPage ? new WorkerTimer() : new ThreadTimer()
    this.loop = new FrameLoop((now) => this.frame(now), options.rate, timer)
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
      this.post({ type: 'stats', stats: this.statistics.report(now, this.timeline) })
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

/**
 * What draws: owns the engine, the WebGL2 context of the page's canvas, and time. Samples come straight from the audio
 * worklet, frames go straight to the canvas (and to a video track where one is asked for). It lives in a worker, or in the
 * page where workers cannot draw.
 *
 * Messages in: see `commands`. Messages out: `{type: 'done' | 'failed' | 'delay' | 'stats' | 'lost' | 'restored' |
 * 'bitmap' | 'track'}`; `done` and `failed` carry the `id` of the command they answer.
 */
export class EngineHost {
  /** @param {Post} post */
  constructor(post) {
    this.post = post
    /**
     * It is handed over once for all: a renderer that comes later finds it here.
     * @type {Canvas | null}
     */
    this.canvas = null
    /** @type {Rendering | null} */
    this.rendering = null
    /** Commands of one kind are carried out in order, so that what is set last holds; kinds do not wait for each other. */
    this.queues = new Map()
    /** Everything but the first command waits for this. */
    this.started = Promise.resolve()
  }

  /** @param {any} message */
  receive(message) {
    const run = async () => {
      try {
        this.post({ type: 'done', id: message.id, value: await this.commands[message.type](message) })
      } catch (error) {
        if (message.type === 'start') this.commands.stop({})
        this.post({ type: 'failed', id: message.id, error: packError(error) })
      }
    }
    if (message.type === 'start' || message.type === 'stop') {
      this.started = this.started.then(run)
      this.queues.clear()
      return
    }
    if (typeof message.source === 'string') {
      // On its way while the engine starts.
      message.source = message.type === 'avatar' ? fetchAvatar(message.source) : fetchBackground(message.source)
      message.source.catch(() => {})
    }
    const kind = `${message.type} ${message.slot ?? message.name ?? ''}`
    this.queues.set(kind, (this.queues.get(kind) ?? this.started).then(run))
  }

  /** @returns {Rendering} */
  current() {
    if (!this.rendering) throw new Error('no engine is running')
    return this.rendering
  }

  /** @param {Canvas | undefined} handed @param {number} width @param {number} height */
  resize(handed, width, height) {
    this.canvas = handed ?? this.canvas
    Object.assign(/** @type {Canvas} */ (this.canvas), { width, height })
  }

  /** @type {Record<string, (message: any) => unknown>} */
  commands = {
    start: async ({ filesUrl, canvas: handed, width, height, rate, seed, visible, asBitmaps }) => {
      this.resize(handed, width, height)
      const loading = Engine.load(filesUrl, { seed })
      loading.catch(() => {})
      // Making a context takes as long as the files do.
      openContext(/** @type {Canvas} */ (this.canvas))
      const engine = await loading
      const rendering = new Rendering(engine, /** @type {Canvas} */ (this.canvas), this.post, { rate, asBitmaps })
      this.rendering = rendering
      rendering.loop.visible = visible
      // A stage without a face would keep the graphics processor from the face that is on its way.
      const arriving = this.queues.get('avatar 0') ?? Promise.resolve()
      arriving.then(() => this.rendering === rendering && rendering.loop.start())
      return { names: rendering.names, delay: rendering.timeline.delay }
    },

    size: ({ width, height }) => {
      this.resize(undefined, width, height)
      // A resized canvas is blank: fill it before anybody sees it.
      this.rendering?.stage.draw()
    },

    avatar: async ({ slot, source }) => {
      const bytes = await source
      const loaded = this.current()
      await loaded.stage.load(bytes && new Uint8Array(bytes), slot)
    },

    background: async ({ kind, colour, source }) => {
      await this.current().stage.setBackground({ kind, colour, bytes: await source })
    },

    tap: ({ port }) => this.current().listen(port),
    camera: ({ port }) => this.current().follow(port),
    soundEnd: () => this.current().timeline.end(),
    interrupt: () => this.current().timeline.interrupt(performance.now() / 1000),
    /** `at`: milliseconds since 1970, as `performance.timeOrigin` has them. */
    script: ({ script, at }) => this.current().timeline.speak(script, (at - performance.timeOrigin) / 1000),
    clearScript: () => this.current().timeline.clearScript(),
    rate: ({ rate }) => this.rendering?.loop.limit(rate),
    visibility: ({ visible }) => this.rendering?.loop.show(visible),
    pictures: ({ port }) => this.current().sink.send(port),
    track: ({ writable, asBitmaps }) => this.current().sink.open(writable, asBitmaps),

    set: ({ name, values }) => direct(this.current().engine, this.current().names, name, values),

    /** For tests and demonstrations: what a driver's crash does. */
    loseContext: ({ seconds }) => {
      const { canvas, context } = this.current().stage
      const extension = context?.getExtension('WEBGL_lose_context')
      // Firefox never brings a context back that it was asked for before its loss was told.
      const bringBack = () => setTimeout(() => extension?.restoreContext(), seconds * 1000)
      canvas.addEventListener('webglcontextlost', bringBack, { once: true })
      extension?.loseContext()
    },

    stop: () => {
      this.rendering?.destroy()
      this.rendering = null
    },
  }
}
