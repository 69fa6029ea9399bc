import { FilmError } from './errors.js'

/**
 * A track that the encoders have filled.
 * @typedef {object} FilmTrack
 * @property {'h264' | 'vp9' | 'vp8' | 'aac' | 'opus'} codec
 * @property {Uint8Array} description what a decoder has to know
 * @property {number} length shown or heard: ticks of `timescale`, or samples
 * @property {Uint8Array[]} chunks
 * @property {Uint8Array[]} [alphas] transparency of each chunk
 * @property {{time: number, isKey: boolean}[]} samples ticks, or samples
 * @property {number} [timescale] of pictures
 * @property {number} [width]
 * @property {number} [height]
 * @property {[number, number, number, boolean] | null} [colour] code points of ITU-T H.273, full range
 * @property {number} [rate] of sound
 * @property {number} [channels]
 * @property {number} [skip] samples that are decoded and not heard
 */

const containers = ['mp4', 'webm']
/** As the engine numbers them. */
const pictureCodecs = ['h264', 'vp9', 'vp8']

/**
 * Puts a film together. The engine knows the containers (Sources/Muxing); the encoded chunks stay where they are.
 * @param {import('./engine.js').Engine} engine
 * @param {'mp4' | 'webm'} container
 * @param {FilmTrack[]} tracks
 * @returns {Blob}
 */
export function mux(engine, container, tracks) {
  const { exports } = engine
  exports.muxingOpen()
  for (const track of tracks) {
    describe(engine, track)
    const numbers = new Float64Array(track.samples.flatMap(({ time, isKey }, index) =>
      [track.chunks[index].length, time, Number(isKey), track.alphas?.[index]?.length ?? 0]))
    engine.lending([new Uint8Array(numbers.buffer)], exports.muxingSamples)
  }
  if (!exports.muxingLayout(containers.indexOf(container))) {
    throw new FilmError('encoding-failed', engine.answerLines().slice(1).join(' '))
  }
  const own = engine.answer()
  exports.muxingPieces()
  const pieces = new Int32Array(engine.answer().buffer)
  /** @type {Uint8Array[]} */
  const parts = []
  let next = 0
  for (let at = 0; at < pieces.length; at += 5) {
    const [ownBytes, index, first, count, isAlpha] = pieces.subarray(at, at + 5)
    parts.push(own.subarray(next, next += ownBytes))
    const { chunks, alphas = [] } = tracks[index]
    for (let sample = first; sample < first + count; sample++) parts.push((isAlpha ? alphas : chunks)[sample])
  }
  parts.push(own.subarray(next))
  return new Blob(/** @type {BlobPart[]} */ (parts), { type: `video/${container}` })
}

/** @param {import('./engine.js').Engine} engine @param {FilmTrack} track */
function describe(engine, track) {
  const { codec, description, length } = track
  engine.lending([description], (start, count) => {
    const pictureCodec = pictureCodecs.indexOf(codec)
    if (pictureCodec >= 0) {
      const [primaries, transfer, matrix, isFull] = track.colour ?? [-1, -1, -1, false]
      engine.exports.muxingPictures(pictureCodec, start, count, track.timescale ?? 0, track.width ?? 0,
        track.height ?? 0, length, Number(track.alphas !== undefined), primaries, transfer, matrix, Number(isFull))
    } else {
      engine.exports.muxingSound(codec === 'aac' ? 0 : 1, start, count, track.rate ?? 0, track.channels ?? 0,
        track.skip ?? 0, length)
    }
  })
}
