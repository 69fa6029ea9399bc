/**
 * What a browser's recorder has put into a WebM file (RFC 9559).
 */

/** Elements of elements that are entered: segment, information, tracks, track, picture, sound, cluster, group of blocks. */
const masters = new Set([0x1853_8067, 0x1549_a966, 0x1654_ae6b, 0xae, 0xe0, 0xe1, 0x1f43_b675, 0xa0])
/** @type {Record<string, import('./recording.js').RecordedTrack['codec']>} */
const codecs = { V_VP8: 'vp8', V_VP9: 'vp9', A_OPUS: 'opus' }

/**
 * @param {Uint8Array} file
 * @returns {import('./recording.js').RecordedTrack[]}
 */
export function readWebM(file) {
  /** @type {Map<number, import('./recording.js').RecordedTrack>} */
  const tracks = new Map()
  /** @type {import('./recording.js').RecordedTrack} */
  let track = emptyTrack()
  let tick = 1e-3
  let clusterTime = 0
  /** The newest block's. */
  let sample = { time: 0, isKey: true, data: file }
  for (const [id, content] of leaves(file)) {
    if (id === 0xae) track = emptyTrack()
    else if (id === 0xd7) tracks.set(unsigned(content), track)
    else if (id === 0x86) track.codec = codecs[String.fromCharCode(...content)] ?? 'other'
    else if (id === 0x9f) track.channels = unsigned(content)
    else if (id === 0xb5) track.rate = float(content)
    else if (id === 0x2a_d7b1) tick = unsigned(content) / 1e9
    else if (id === 0xe7) clusterTime = unsigned(content)
    else if (id === 0xa3 || id === 0xa1) {
      const [number, bytes] = vint(content, 0)
      // Several packets in one block: no recorder does so.
      if (content.length < bytes + 3 || content[bytes + 2] & 0x06) continue
      const time = clusterTime + new DataView(content.buffer, content.byteOffset + bytes).getInt16(0)
      sample = { time: time * tick, isKey: id === 0xa1 || content[bytes + 2] >= 0x80, data: content.subarray(bytes + 3) }
      tracks.get(number)?.samples.push(sample)
    } else if (id === 0xfb) {
      // A ReferenceBlock: the block before leans on another one.
      sample.isKey = false
    }
  }
  return [...tracks.values()]
}

/** @returns {import('./recording.js').RecordedTrack} */
const emptyTrack = () => ({ codec: 'other', description: new Uint8Array(0), rate: 48_000, channels: 1, samples: [] })

/**
 * All elements one after the other, those that are entered without content: where lengths are unknown the order is enough.
 * @param {Uint8Array} file
 * @returns {Generator<[number, Uint8Array]>}
 */
function* leaves(file) {
  for (let at = 0; at < file.length;) {
    const [id, idBytes] = vint(file, at, true)
    const [length, lengthBytes] = vint(file, at + idBytes)
    at += idBytes + lengthBytes
    const end = masters.has(id) ? at : at + length
    if (!(end <= file.length)) return
    yield [id, file.subarray(at, end)]
    at = end
  }
}

/**
 * A number of variable length (RFC 8794, 4): its value and its bytes.
 * @param {Uint8Array} bytes
 * @param {number} at
 * @param {boolean} [withMarker] as identifiers have it
 * @returns {[number, number]}
 */
function vint(bytes, at, withMarker = false) {
  const first = bytes[at] ?? 0
  const count = Math.clz32(first) - 23
  if (count > 8) return [NaN, 1]
  let value = withMarker ? first : first & (0xff >> count)
  for (let i = 1; i < count; i++) value = value * 256 + bytes[at + i]
  return [value, count]
}

/** @param {Uint8Array} content */
const unsigned = (content) => content.reduce((value, byte) => value * 256 + byte, 0)

/** @param {Uint8Array} content */
function float(content) {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength)
  return content.length === 4 ? view.getFloat32(0) : content.length === 8 ? view.getFloat64(0) : 0
}
