/**
 * The worker that looks for faces, with an engine of its own.
 * In: `{id, filesUrl, picture: ImageBitmap, scale}`. Out: `{id, type: 'done', value: LensFace[]}` or `{id, type: 'failed',
 * error}`.
 */
import { CameraPictures } from './camera-pictures.js'
import { packError } from './errors.js'
import { loadVisionEngine } from './vision-engine.js'
import './life.js'

const pictures = new CameraPictures(Infinity)
/** @type {Promise<import('./engine.js').Engine> | null} */
let opening = null
/** @type {import('./lens.js').LensAdvice[]} */
let advice = []

/** @param {string} filesUrl */
async function open(filesUrl) {
  const engine = await (opening ??= loadVisionEngine(filesUrl))
  if (advice.length === 0) {
    engine.exports.lensAdvice()
    const lines = engine.answerLines()
    advice = Array.from({ length: lines.length / 4 }, (_, index) => {
      const [code, reason, verdict, message] = /** @type {any[]} */ (lines.slice(4 * index, 4 * index + 4))
      return { code, reason, isRefusal: verdict === 'refused', message }
    })
  }
  return engine
}

/** Values of a face in the engine's answer, see `lensLook`. */
const stride = 14

/** @param {{filesUrl: string, picture: ImageBitmap, scale: number}} request */
async function look({ filesUrl, picture, scale }) {
  const engine = await open(filesUrl)
  const { data, width, height } = pictures.read(picture)
  const count = engine.lookAt(data, width, height, scale)
  const values = new Float32Array(engine.answer().buffer)
  return Array.from({ length: count }, (_, index) => {
    const [left, top, right, bottom, ax, ay, bx, by, yaw, pitch, roll, faceWidth, mask, usable] =
      values.subarray(stride * index, stride * (index + 1))
    return {
      box: { x: left * scale, y: top * scale, width: (right - left) * scale, height: (bottom - top) * scale },
      eyes: [{ x: ax * scale, y: ay * scale }, { x: bx * scale, y: by * scale }],
      yaw, pitch, roll, width: faceWidth, advice: advice.filter((_, bit) => mask & (1 << bit)), isUsable: usable === 1,
    }
  })
}

addEventListener('message', async ({ data }) => {
  try {
    postMessage({ id: data.id, type: 'done', value: await look(data) })
  } catch (error) {
    opening = null
    postMessage({ id: data.id, type: 'failed', error: packError(error) })
  } finally {
    data.picture.close()
  }
})
