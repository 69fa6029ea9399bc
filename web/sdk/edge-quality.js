/** Samples a pixel, best first. */
const ladder = [4, 2, 0]
/** How long frames are counted before a step down, seconds. */
const window = 1.5
/** More frames than this share given up because the graphics processor was behind: it is too slow. */
const tolerated = 0.3

/** How smooth edges are drawn: as well as the device keeps up with. */
export class EdgeQuality {
  /** @param {boolean} hasProcessor whether there is a graphics processor; without one smooth edges are not tried */
  constructor(hasProcessor) {
    this.step = hasProcessor ? 0 : ladder.length - 1
    this.since = -Infinity
    this.asked = 0
    this.dropped = 0
  }

  get samples() {
    return ladder[this.step]
  }

  /**
   * A frame was due at `now` (seconds) and was drawn, or given up.
   * @param {boolean} drawn
   * @param {number} now
   * @returns {boolean} whether `samples` has changed
   */
  observe(drawn, now) {
    if (this.since === -Infinity) this.since = now
    this.asked++
    if (!drawn) this.dropped++
    if (now - this.since < window) return false
    const isSlow = this.dropped > tolerated * this.asked
    this.since = now
    this.asked = this.dropped = 0
    if (!isSlow || this.step === ladder.length - 1) return false
    this.step++
    return true
  }
}

/**
 * Whether WebGL is drawn by a graphics processor, not by programs.
 * @param {WebGL2RenderingContext} gl
 */
export function hasProcessor(gl) {
  const extension = gl.getExtension('WEBGL_debug_renderer_info')
  const name = String(gl.getParameter(extension ? extension.UNMASKED_RENDERER_WEBGL : gl.RENDERER))
  return !/swiftshader|llvmpipe|softpipe|software|basic render/i.test(name)
}
