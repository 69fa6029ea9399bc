/**
 * What a browser's recorder has put into an MP4 file: bit by bit, so in fragments (ISO/IEC 14496-12, 8.8).
 */

/** Boxes of boxes on the way to what is wanted. */
const entered = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl', 'mvex', 'moof', 'traf'])
/** @type {Record<string, import('./recording.js').RecordedTrack['codec']>} */
const codecs = { avc1: 'h264', vp09: 'vp9', mp4a: 'aac', Opus: 'opus' }
/** Bytes of a sample entry before the boxes in it: of pictures, of sound. */
const entryHeads = { h264: 78, vp9: 78, aac: 28, opus: 28 }
/** Of a sample that is no place to begin. */
const isNoKey = 0x1_0000

/**
 * @typedef {object} Known what the description says of a track
 * @property {import('./recording.js').RecordedTrack} track
 * @property {number} timescale
 * @property {[number, number, number]} defaults duration, size, flags
 */

/**
 * @param {Uint8Array} file
 * @returns {import('./recording.js').RecordedTrack[]}
 */
export function readMP4(file) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  /** @type {Map<number, Known>} */
  const tracks = new Map()
  /** @type {Known} */
  let known = newTrack()
  let fragment = 0
  /** Of the fragment's track: what its runs' places count from, where the next run without one begins, its next sample's time. */
  let base = 0
  let end = 0
  let time = 0
  let defaults = known.defaults
  for (const [name, at, boxEnd] of leaves(file, view, 0, file.length)) {
    const version = at < boxEnd ? view.getUint8(at) : 0
    if (name === 'moof') fragment = end = at - 8
    else if (name === 'trak') known = newTrack()
    else if (name === 'tkhd') tracks.set(view.getUint32(at + (version ? 20 : 12)), known)
    else if (name === 'mdhd') known.timescale = view.getUint32(at + (version ? 20 : 12))
    else if (name === 'stsd') describe(known.track, file, view, at + 8, boxEnd)
    else if (name === 'trex') {
      const track = tracks.get(view.getUint32(at + 4))
      if (track) track.defaults = [view.getUint32(at + 12), view.getUint32(at + 16), view.getUint32(at + 20)]
    } else if (name === 'tfhd') {
      const next = fields(view, at + 8)
      const flags = view.getUint32(at)
      known = tracks.get(view.getUint32(at + 4)) ?? newTrack()
      base = flags & 0x1 ? next(8) : flags & 0x2_0000 ? fragment : end
      if (flags & 0x2) next()
      const [duration, size, sampleFlags] = known.defaults
      defaults = [flags & 0x8 ? next() : duration, flags & 0x10 ? next() : size, flags & 0x20 ? next() : sampleFlags]
    } else if (name === 'tfdt') time = version ? Number(view.getBigUint64(at + 4)) : view.getUint32(at + 4)
    else if (name === 'trun') {
      const next = fields(view, at + 8)
      const flags = view.getUint32(at)
      if (flags & 0x1) end = base + (next() | 0)
      const first = flags & 0x4 ? next() : null
      for (let index = 0; index < view.getUint32(at + 4); index++) {
        const duration = flags & 0x100 ? next() : defaults[0]
        const size = flags & 0x200 ? next() : defaults[1]
        const own = flags & 0x400 ? next() : index === 0 && first !== null ? first : defaults[2]
        const shift = flags & 0x800 ? next() | 0 : 0
        known.track.samples.push({ time: (time + shift) / known.timescale, isKey: (own & isNoKey) === 0, data: file.subarray(end, end += size) })
        time += duration
      }
    }
  }
  return [...tracks.values()].map(({ track }) => track)
}

/** @returns {Known} */
const newTrack = () => ({
  track: { codec: 'other', description: new Uint8Array(0), rate: 48_000, channels: 1, samples: [] }, timescale: 1, defaults: [0, 0, 0],
})

/**
 * What the first sample entry says.
 * @param {import('./recording.js').RecordedTrack} track
 * @param {Uint8Array} file
 * @param {DataView} view
 * @param {number} start
 * @param {number} end
 */
function describe(track, file, view, start, end) {
  const [entry] = leaves(file, view, start, end)
  if (!entry) return
  const [name, at, entryEnd] = entry
  track.codec = codecs[name] ?? 'other'
  if (track.codec === 'opus' || track.codec === 'aac') {
    track.channels = view.getUint16(at + 16)
    track.rate = view.getUint16(at + 24)
  }
  const head = entryHeads[/** @type {keyof typeof entryHeads} */ (track.codec)]
  for (const [box, inner, innerEnd] of head ? leaves(file, view, at + head, entryEnd) : []) {
    if (box === 'avcC') track.description = file.slice(inner, innerEnd)
    if (box === 'esds') track.description = audioConfig(file.subarray(inner, innerEnd))
  }
}

/**
 * The AudioSpecificConfig in an elementary stream's descriptors (ISO/IEC 14496-1, 7.2.6).
 * @param {Uint8Array} descriptors
 */
function audioConfig(descriptors) {
  /** Bytes of a descriptor's own before those in it: ES_Descriptor, DecoderConfigDescriptor. */
  const heads = /** @type {Record<number, number>} */ ({ 3: 3, 4: 13 })
  for (let at = 4; at < descriptors.length;) {
    const kind = descriptors[at++]
    let length = 0
    for (let more = true; more; at++) {
      length = length << 7 | descriptors[at] & 0x7f
      more = descriptors[at] >= 0x80
    }
    if (kind === 5) return descriptors.slice(at, at + length)
    at += heads[kind] ?? length
  }
  return new Uint8Array(0)
}

/**
 * All boxes one after the other, those that are entered before what is in them: name, beginning and end of the content.
 * @param {Uint8Array} file
 * @param {DataView} view
 * @param {number} start
 * @param {number} end
 * @returns {Generator<[string, number, number]>}
 */
function* leaves(file, view, start, end) {
  for (let at = start; at + 8 <= end;) {
    const short = view.getUint32(at)
    const name = String.fromCharCode(...file.subarray(at + 4, at + 8))
    const head = short === 1 ? 16 : 8
    const length = short === 1 ? Number(view.getBigUint64(at + 8)) : short || end - at
    if (length < head || at + length > end) return
    yield [name, at + head, at + length]
    at += entered.has(name) ? head : length
  }
}

/**
 * The following 32-bit fields, one at each call; or one of 8 bytes.
 * @param {DataView} view
 * @param {number} at
 */
function fields(view, at) {
  return (bytes = 4) => {
    at += bytes
    return bytes === 8 ? Number(view.getBigUint64(at - 8)) : view.getUint32(at - 4)
  }
}
