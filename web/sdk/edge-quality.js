/**
 * Samples a pixel and the share of a frame's width at which it is drawn, best first.
 * @type {{samples: number, scale: number}[]}
 */
const ladder = [{ samples: 4, scale: 1 }, { samples: 2, scale: 1 }, { samples: 0, scale: 1 }, { samples: 0, scale: 0.7 }]
/** From this step on frames are softer. */
const soft = 3
/** How long frames are counted before a step down, seconds. */
const window = 1.5
/** More frames than this share given up because the graphics processor was behind: it is too slow. */
const tolerated = 0.3
/** Frames a second below which softer ones are better. */
const fewest = 22

/** How smooth edges are drawn, and how many pixels: as well as the device keeps up with. */
export class EdgeQuality {
  /** @param {boolean} hasProcessor whether there is a graphics processor; without one smooth edges are not tried */
  constructor(hasProcessor) {
    this.step = hasProcessor ? 0 : soft - 1
    this.since = -Infinity
    this.asked = 0
    this.dropped = 0
  }

  get samples() {
    return ladder[this.step].samples
  }

  get scale() {
    return ladder[this.step].scale
  }

  /**
   * A frame was due at `now` (seconds) and was drawn, or given up.
   * @param {boolean} drawn
   * @param {number} now
   * @returns {boolean} whether `samples` or `scale` has changed
   */
  observe(drawn, now) {
    if (this.since === -Infinity) this.since = now
    this.asked++
    if (!drawn) this.dropped++
    const seconds = now - this.since
    if (seconds < window) return false
    const isBehind = this.dropped > tolerated * this.asked
    const isSlow = this.step < soft - 1 ? isBehind : isBehind && (this.asked - this.dropped) / seconds < fewest
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
