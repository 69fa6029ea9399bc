/**
 * The worker that watches the user's camera, with an engine of its own. Poses go straight to the drawing worker:
 * `{pose: Float32Array, seconds}`, see `Pose+Floats.swift`; `seconds` is the time between two of them.
 *
 * In: `{type: 'open', filesUrl, mirrored, poses: MessagePort, pictures?: ReadableStream<VideoFrame>}`,
 * `{type: 'picture', picture: ImageBitmap}` where there is no stream, `{type: 'calibrate'}`.
 * Out: `{type: 'opened'}`, `{type: 'ready'}` for the next picture, `{type: 'sight', sight}` whenever it changes: 'none',
 * 'calibrating', 'face'; `{type: 'failed', error}`.
 */
import { CameraPictures } from './camera-pictures.js'
import { packError } from './errors.js'
import { loadVisionEngine } from './vision-engine.js'
import './life.js'

const sights = ['none', 'calibrating', 'face']
/** A glide to the next pose never takes longer, seconds. */
const longestGlide = 0.1

class Watching {
  /**
   * @param {import('./engine.js').Engine} engine
   * @param {MessagePort} poses
   */
  constructor(engine, poses) {
    this.engine = engine
    this.poses = poses
    this.pictures = new CameraPictures()
    this.sight = ''
    this.newest = -Infinity
  }

  /** @param {VideoFrame | ImageBitmap} picture */
  watch(picture) {
    const now = performance.now() / 1000
    const { data, width, height } = this.pictures.read(picture)
    const { engine } = this
    const seen = engine.watch(data, width, height, now)
    if (sights[seen] === 'face') {
      const pose = engine.writtenPose
      this.poses.postMessage({ pose, seconds: Math.min(now - this.newest, longestGlide) }, [pose.buffer])
      this.newest = now
    }
    // Learning anew goes on with the old face; it counts as learning all the same.
    const sight = engine.exports.cameraCalibrating() && seen > 0 ? 'calibrating' : sights[seen]
    if (sight !== this.sight) postMessage({ type: 'sight', sight })
    this.sight = sight
  }

  /**
   * Takes the newest picture each time; a stream keeps no older ones.
   * @param {ReadableStream<VideoFrame>} stream
   */
  async watchAll(stream) {
    const reader = stream.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      try {
        this.watch(value)
      } finally {
        value.close()
      }
      // Commands come between two pictures.
      await new Promise((resolve) => setTimeout(resolve))
    }
  }
}

/** @type {Watching | null} */
let watching = null

/** @type {Record<string, (message: any) => unknown>} */
const commands = {
  async open({ filesUrl, mirrored, poses, pictures }) {
    const engine = await loadVisionEngine(filesUrl)
    engine.exports.cameraOpen(mirrored ? 1 : 0)
    watching = new Watching(engine, poses)
    postMessage({ type: 'opened' })
    if (pictures) await watching.watchAll(pictures)
    else postMessage({ type: 'ready' })
  },

  picture({ picture }) {
    watching?.watch(picture)
    picture.close()
    postMessage({ type: 'ready' })
  },

  calibrate() {
    watching?.engine.exports.cameraCalibrate()
  },
}

addEventListener('message', async ({ data }) => {
  try {
    await commands[data.type](data)
  } catch (error) {
    postMessage({ type: 'failed', error: packError(error) })
  }
})
