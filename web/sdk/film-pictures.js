/** Pictures whose pixels are on their way from the graphics processor while the next ones are drawn. */
const picturesUnderWay = 2
/** As `VideoPlanes` has the colours. */
const bt709 = /** @type {const} */ ( { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false })

/**
 * Pictures of a stage for an encoder. Their pixels are fetched while the next picture is drawn, and turned into the
 * encoder's planes here: a `VideoFrame` of the canvas itself cost half as much again without a graphics processor, and each
 * browser would have its own idea of the colours.
 */
export class FilmPictures {
  /**
   * @param {import('./stage-view.js').StageView} stage
   * @param {number} fps
   * @param {boolean} isAlpha whether transparency is a picture of its own
   */
  constructor(stage, fps, isAlpha) {
    this.stage = stage
    this.fps = fps
    this.isAlpha = isAlpha
    /** @type {WebGLBuffer[]} */
    this.readings = []
    this.taken = 0
    /** @type {WebGLBuffer[]} */
    this.free = []
  }

  /**
   * Draws the engine's pose as the next picture.
   * @returns {import('./film-host.js').Picture | null} an earlier picture that has come
   */
  draw() {
    const gl = /** @type {WebGL2RenderingContext} */ (this.stage.context)
    const { width, height } = this.stage.canvas
    this.stage.drawNow()
    const buffer = this.free.pop() ?? /** @type {WebGLBuffer} */ (gl.createBuffer())
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer)
    gl.bufferData(gl.PIXEL_PACK_BUFFER, width * height * 4, gl.STREAM_READ)
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, 0)
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null)
    gl.flush()
    this.readings.push(buffer)
    return this.readings.length > picturesUnderWay ? this.next() : null
  }

  /**
   * The oldest picture under way, waited for.
   * @returns {import('./film-host.js').Picture | null}
   */
  next() {
    const reading = this.readings.shift()
    if (!reading) return null
    const gl = /** @type {WebGL2RenderingContext} */ (this.stage.context)
    const { width, height } = this.stage.canvas
    const { exports, gl: memory } = this.stage.engine
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, reading)
    const start = exports.filmPixels(width, height)
    gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, memory.bytes(), start, width * height * 4)
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null)
    this.free.push(reading)
    const planes = exports.filmPlanes(width, height, Number(this.isAlpha))
    const index = this.taken++
    const count = width * height * 3 / 2
    const picture = (/** @type {number} */ at) => new VideoFrame(memory.bytes().subarray(at, at + count), {
      format: 'I420', codedWidth: width, codedHeight: height, timestamp: Math.round(index * 1e6 / this.fps),
      duration: Math.round(1e6 / this.fps), colorSpace: bt709,
    })
    return { index, colour: picture(planes), alpha: this.isAlpha ? picture(planes + count) : null }
  }
}
