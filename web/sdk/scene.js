/** What can be said of a scene, for the live renderer and for films alike: names, and the ways to write them. */

/** In the engine's order. */
export const framings = /** @type {const} */ (['photo', 'close', 'portrait', 'shoulders'])
export const mixKinds = /** @type {const} */ (['morph', 'hybrid'])
/** @type {readonly string[]} */
export const headMotions = /** @type {import('./easy-renderer.js').HeadMotion[]} */ (['silent', 'calm', 'lively'])
/** Of an emotion that is asked for without one. */
export const ordinaryStrength = 0.7

/**
 * What is behind the person, as the worker wants to know it.
 * @param {import('./easy-renderer.js').Background} background
 * @returns {Promise<{kind: number, colour?: number[], source?: string | ArrayBuffer | null}>}
 */
export async function describeBackground(background) {
  if (background === null || background === 'photo') return { kind: 0 }
  if (background === 'transparent') return { kind: 1 }
  if (background === 'blur') return { kind: 4 }
  if (typeof background === 'string' && CSS.supports('color', background)) return { kind: 2, colour: colourOf(background) }
  return { kind: 3, source: await portable(background) }
}

/**
 * @param {number} value
 * @returns {number} within 0...1
 */
export function unit(value) {
  return Math.min(1, Math.max(0, Number(value) || 0))
}

/**
 * The ways to say what is felt, as strengths by name.
 * @param {string | import('./easy-renderer.js').Emotions | {name: string, strength?: number} | null} emotion
 * @returns {import('./easy-renderer.js').Emotions}
 */
export function strengths(emotion) {
  if (!emotion || emotion === 'neutral') return {}
  if (typeof emotion === 'string') return { [emotion]: ordinaryStrength }
  const { name, strength = ordinaryStrength } = emotion
  return typeof name === 'string' ? { [name]: strength } : /** @type {import('./easy-renderer.js').Emotions} */ (emotion)
}

/**
 * What the worker can fetch or read.
 * @param {import('./easy-renderer.js').AvatarSource} source
 * @returns {Promise<string | ArrayBuffer | null>}
 */
export async function portable(source) {
  if (source instanceof Blob) return source.arrayBuffer()
  if (ArrayBuffer.isView(source)) return /** @type {ArrayBuffer} */ (new Uint8Array(source).buffer)
  if (source === null || source === undefined || source instanceof ArrayBuffer) return source ?? null
  return new URL(source, document.baseURI).href
}

/**
 * A CSS colour as sRGB, 0...1.
 * @param {string} colour
 */
function colourOf(colour) {
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(1, 1).getContext('2d'))
  context.fillStyle = colour
  context.fillRect(0, 0, 1, 1)
  return Array.from(context.getImageData(0, 0, 1, 1).data.slice(0, 3), (value) => value / 255)
}
