import { EdgeQuality, hasProcessor } from './edge-quality.js'
import { backgrounds, pictures } from './engine.js'
import { AvatarError, FlexatarError, GraphicsError } from './errors.js'
import { contextAttributes, pictureOptions } from './gl.js'
import { outOfFocus } from './out-of-focus.js'
import { readPictureFile } from './picture-file.js'

/** Frames that the graphics processor may be behind; more would only be shown late. */
const framesInFlight = 2
/** Of a background: what is decoded, and the longer side that every graphics processor takes. */
const backgroundLimits = { megapixels: 100, side: 2048 }

/**
 * A canvas has one context for ever; Firefox gives a worker's only once.
 * @type {WeakMap<import('./engine-host.js').Canvas, WebGL2RenderingContext>}
 */
const contexts = new WeakMap()

/**
 * The canvas's context, made at the first call.
 * @param {import('./engine-host.js').Canvas} canvas
 */
export function openContext(canvas) {
  const context = contexts.get(canvas) ?? canvas.getContext('webgl2', contextAttributes)
  if (!context) {
    throw new GraphicsError('webgl2-missing',
      'This browser cannot draw with WebGL2. Turn on hardware acceleration in its settings, or use another browser.')
  }
  contexts.set(canvas, /** @type {WebGL2RenderingContext} */ (context))
  return /** @type {WebGL2RenderingContext} */ (context)
}

/**
 * The engine's stage on a canvas: the WebGL2 context, the avatars' pictures and the background, and all of that again
 * when the driver has taken the context away.
 */
export class StageView {
  /**
   * @param {import('./engine.js').Engine} engine
   * @param {import('./engine-host.js').Canvas} canvas
   * @param {{onLost: () => void, onRestored: () => void, onError: (error: unknown) => void}} events
   */
  constructor(engine, canvas, events) {
    this.engine = engine
    this.canvas = canvas
    this.events = events
    this.open = false
    /** Pictures on their way; nothing is drawn until the new face is whole. */
    this.pending = 0
    this.loads = [0, 0]
    /** @type {(Uint8Array | null)[]} */
    this.files = [null, null]
    this.backgroundLoad = 0
    /** @type {EdgeQuality | null} */
    this.quality = null
    /**
     * One for each frame that the graphics processor has not finished.
     * @type {WebGLSync[]}
     */
    this.fences = []
    /** @type {{kind: number, colour?: number[], picture?: ImageBitmap}} */
    this.background = { kind: backgrounds.photo }
    this.onLost = (/** @type {Event} */ event) => {
      // Without this the context would never come back.
      event.preventDefault()
      this.close(true)
      events.onLost()
    }
    this.onRestored = () => this.restore().then(events.onRestored, events.onError)
    canvas.addEventListener('webglcontextlost', this.onLost)
    canvas.addEventListener('webglcontextrestored', this.onRestored)
  }

  /** Gets the context and compiles the shaders. */
  start() {
    this.context = openContext(this.canvas)
    this.engine.gl.reset(this.context)
    this.engine.require(this.engine.exports.stageOpen())
    this.open = true
    this.quality ??= new EdgeQuality(hasProcessor(this.context))
    this.engine.exports.stageSamples(this.quality.samples)
    this.showBackground()
  }

  /** @param {boolean} lost */
  close(lost) {
    if (!this.open) return
    this.open = false
    this.fences = []
    this.engine.exports.stageClose(Number(lost))
    this.engine.gl.reset()
  }

  destroy() {
    this.canvas.removeEventListener('webglcontextlost', this.onLost)
    this.canvas.removeEventListener('webglcontextrestored', this.onRestored)
    this.close(false)
    this.background.picture?.close()
  }

  /**
   * Shows an avatar file in a slot, null nothing.
   * @param {Uint8Array | null} file
   * @param {number} slot
   */
  async load(file, slot) {
    try {
      await this.put(file, slot)
      this.files[slot] = file
    } catch (error) {
      // A damaged picture shows only now: the face that was there comes back.
      await this.put(this.files[slot], slot)
      throw error
    }
  }

  /**
   * @param {Uint8Array | null} file
   * @param {number} slot
   */
  async put(file, slot) {
    if (file) this.engine.loadAvatar(file, slot)
    else this.engine.exports.avatarUnload(slot)
    await this.showPictures(slot)
  }

  async restore() {
    this.start()
    await Promise.all([this.showPictures(0), this.showPictures(1)])
  }

  /**
   * Decodes the pictures of the avatar in a slot and hands them to the stage.
   * @param {number} slot
   */
  async showPictures(slot) {
    this.loads[slot]++
    await this.decode(slot, () => true)
  }

  /**
   * @param {number} slot
   * @param {(picture: number) => boolean} chosen
   */
  async decode(slot, chosen) {
    if (!this.open) return
    const load = this.loads[slot]
    const wanted = this.engine.avatarPictures(slot)
      .filter(({ picture }) => chosen(picture) && this.engine.exports.stageTexture(slot, picture) !== 0)
    this.pending++
    try {
      const decoded = await Promise.all(wanted.map(decodePicture))
      if (load === this.loads[slot] && this.open) {
        decoded.forEach((bitmap, index) => {
          const { picture } = wanted[index]
          const isBlurred = picture === pictures.background && this.background.kind === backgrounds.blur
          this.engine.gl.upload(this.engine.exports.stageTexture(slot, picture), isBlurred ? outOfFocus(bitmap) : bitmap)
          this.engine.exports.stagePictureReady(slot, picture)
        })
      }
      decoded.forEach((bitmap) => bitmap.close())
    } finally {
      this.pending--
    }
  }

  /**
   * @param {{kind: number, colour?: number[], bytes?: ArrayBuffer}} background
   */
  async setBackground({ kind, colour, bytes }) {
    const load = ++this.backgroundLoad
    /** @type {ImageBitmap | undefined} */
    let picture
    if (bytes) {
      picture = await decodeBackground(bytes)
      if (load !== this.backgroundLoad) return picture.close()
    }
    this.background.picture?.close()
    const wasBlurred = this.background.kind === backgrounds.blur
    this.background = { kind, colour, picture }
    if (this.open) this.showBackground()
    if (wasBlurred !== (kind === backgrounds.blur)) {
      await Promise.all([0, 1].map((slot) => this.decode(slot, (name) => name === pictures.background)))
    }
  }

  showBackground() {
    const { kind, colour = [0, 0, 0], picture } = this.background
    if (picture) {
      this.engine.gl.upload(this.engine.exports.stageBackgroundTexture(), picture)
      this.engine.exports.stageBackgroundReady(picture.width, picture.height)
    }
    this.engine.exports.stageBackground(kind, colour[0], colour[1], colour[2])
  }

  /**
   * Draws the pose of the last frame, as well as the device keeps up with.
   * @param {number} now seconds
   * @returns {boolean} whether it was drawn
   */
  animate(now) {
    if (!this.open || this.pending > 0) return false
    const drawn = this.draw()
    if (this.quality?.observe(drawn, now)) this.engine.exports.stageSamples(this.quality.samples)
    return drawn
  }

  /** Draws the pose of the last frame, however long that takes. */
  drawNow() {
    this.engine.exports.draw(this.canvas.width, this.canvas.height)
  }

  /**
   * Draws the pose of the last frame, unless the graphics processor is behind.
   * @returns {boolean} whether it did
   */
  draw() {
    const gl = this.context
    if (!gl || !this.open || this.pending > 0) return false
    while (this.fences.length > 0 && gl.getSyncParameter(this.fences[0], gl.SYNC_STATUS) === gl.SIGNALED) {
      gl.deleteSync(/** @type {WebGLSync} */ (this.fences.shift()))
    }
    // A frame that nobody can show in time is not worth drawing.
    if (this.fences.length >= framesInFlight) return false
    this.drawNow()
    const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
    if (fence) this.fences.push(fence)
    gl.flush()
    return true
  }
}

/**
 * A background as large as every graphics processor takes it.
 * @param {ArrayBuffer} bytes
 */
async function decodeBackground(bytes) {
  const header = readPictureFile(new Uint8Array(bytes))
  if (header && header.width * header.height > 1e6 * backgroundLimits.megapixels) {
    throw new FlexatarError('bad-background', `The background has ${header.width} x ${header.height} pixels; at most `
      + `${backgroundLimits.megapixels} megapixels are taken. Make it smaller.`)
  }
  try {
    const picture = await createImageBitmap(new Blob([bytes]), { premultiplyAlpha: 'none' })
    const scale = backgroundLimits.side / Math.max(picture.width, picture.height)
    if (scale >= 1) return picture
    const smaller = await createImageBitmap(picture, {
      resizeWidth: Math.max(1, Math.round(picture.width * scale)), resizeHeight: Math.max(1, Math.round(picture.height * scale)),
      resizeQuality: 'high', premultiplyAlpha: 'none',
    })
    picture.close()
    return smaller
  } catch {
    throw new FlexatarError('bad-background', 'The background is not a picture that this browser can read.')
  }
}

/** @param {{jpeg: Uint8Array, width: number, height: number}} picture */
async function decodePicture({ jpeg, width, height }) {
  // Decoders ask for all the memory that a file's header promises.
  const header = readPictureFile(jpeg)
  const isAsSaid = header?.format === 'jpeg' && header.width === width && header.height === height
  const bitmap = isAsSaid && await createImageBitmap(
    new Blob([/** @type {BlobPart} */ (jpeg)], { type: 'image/jpeg' }), pictureOptions).catch(() => null)
  if (bitmap) return bitmap
  throw new AvatarError('bad-avatar', 'A picture inside the avatar file is damaged; download or create it again.')
}
