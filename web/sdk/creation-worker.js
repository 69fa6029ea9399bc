/**
 * The worker that makes avatars out of photos, with an engine of its own, so that the face on the page goes on.
 * In: `{id, filesUrl, photo: Blob, face: number | Place, further: Blob[]}`, or `{giveUp: id}` of one that has not begun. Out: `{id, type: 'progress', share}`, then `{id, type: 'done', value}` or
 * `{id, type: 'failed', error}`. Engine and models stay for the next photo.
 */
import { PhotoRefusedError, packError } from './errors.js'
import { decodePhoto, encodePicture, otherLongSide } from './photo.js'
import { loadVisionEngine } from './vision-engine.js'
import './life.js'

/** How the progress is divided: files, the engine's work, the pictures' encoding. */
const shares = { files: 0.25, engine: 0.65 }

/** @type {Promise<import('./engine.js').Engine> | null} */
let opened = null
/** Where the opened engine's files came from. */
let openedFrom = ''
/** @type {(share: number) => void} */
let report = () => {}

/** @param {{filesUrl: string, photo: Blob, face: number | import('./photo.js').Place, further: Blob[]}} request */
async function create({ filesUrl, photo, face, further }) {
  // Decoding first: a file that is no picture costs no download.
  const decoded = await decodePhoto(photo)
  if (openedFrom !== filesUrl) opened = null
  openedFrom = filesUrl
  opened ??= loadVisionEngine(filesUrl, {
    onFetched: (share) => report(shares.files * share),
    onProgress: (share) => report(shares.files + share * shares.engine),
  })
  const engine = await opened.catch((error) => {
    opened = null
    throw error
  })
  report(shares.files)
  const { exports } = engine
  try {
    const refusals = await putBeside(engine, further)
    const { pixels, width, height, scale } = decoded
    engine.lending([pixels], (start) => engine.require(typeof face === 'number'
      ? exports.create(start, width, height, face)
      : exports.createNear(start, width, height, face.x / scale, face.y / scale)))
    exports.createdLandmarks()
    const points = new Float32Array(engine.answer().buffer)
    const landmarks = Array.from({ length: points.length / 3 }, (_, index) =>
      [points[3 * index] * scale, points[3 * index + 1] * scale])
    exports.createdWarnings()
    const lines = engine.answerLines()
    const warnings = Array.from({ length: lines.length / 2 }, (_, index) =>
      ({ code: lines[2 * index], message: lines[2 * index + 1] }))
    exports.createdViews()
    const told = engine.answerLines()
    const views = refusals.map((refusal) => {
      if (refusal) return { uses: [], refusal }
      const [uses, code, message] = told.splice(0, 3)
      return { uses: uses.split(' ').filter(Boolean), refusal: code ? { code, message } : null }
    })
    const { ftar, preview } = await pack(engine)
    report(1)
    return { ftar, preview, landmarks, warnings, views }
  } finally {
    exports.createdClose()
  }
}

/**
 * Hands in further photos, one decoded at a time.
 * @param {import('./engine.js').Engine} engine
 * @param {Blob[]} further
 * @returns {Promise<({code: string, message: string} | null)[]>} why those that are no pictures were left out
 */
async function putBeside(engine, further) {
  const refusals = []
  for (const photo of further) {
    try {
      const { pixels, width, height } = await decodePhoto(photo, otherLongSide)
      engine.lending([pixels], (start) => engine.exports.createFurther(start, width, height))
      refusals.push(null)
    } catch (error) {
      if (!(error instanceof PhotoRefusedError)) throw error
      refusals.push({ code: error.code, message: error.message })
    }
  }
  return refusals
}

/**
 * Encodes the pictures and packs the file.
 * @param {import('./engine.js').Engine} engine
 */
async function pack(engine) {
  const { exports } = engine
  let preview = null
  for (let attempt = 0; ; attempt++) {
    for (let index = 0; ; index++) {
      const picture = exports.createdPicture(index)
      if (picture === 0) break
      const jpeg = await encodePicture(engine.answer(), exports.createdWidth(index), exports.createdHeight(index),
        exports.createdChannels(index), exports.pictureQuality(picture, attempt))
      engine.lending([jpeg], (start, length) => exports.createdEncoded(index, start, length))
      if (picture === 7) preview = jpeg
    }
    if (exports.createdFile(attempt)) {
      return { ftar: engine.answer().buffer, preview: preview && new Blob([preview], { type: 'image/jpeg' }) }
    }
  }
}

let queue = Promise.resolve()
/** @type {Set<number>} */
const unwanted = new Set()
addEventListener('message', ({ data }) => {
  if (data.giveUp) return unwanted.add(data.giveUp)
  queue = queue.then(async () => {
    if (unwanted.delete(data.id)) return
    report = (share) => postMessage({ id: data.id, type: 'progress', share })
    try {
      const value = await create(data)
      postMessage({ id: data.id, type: 'done', value }, { transfer: [value.ftar] })
    } catch (error) {
      // An engine that failed in the middle may hold anything: the next photo gets a new one.
      if (!(error instanceof Error && 'code' in error)) opened = null
      postMessage({ id: data.id, type: 'failed', error: packError(error) })
    }
  })
})
