/**
 * What the beginning of a picture file says, read before anybody decodes it: browsers ask for all the memory that a
 * header promises, and take half a file for a whole one.
 */

/**
 * @typedef {object} PictureFile
 * @property {'jpeg' | 'png' | 'webp' | 'gif' | 'heif' | 'avif'} format
 * @property {number} width pixels, before any turn that the file asks for
 * @property {number} height
 * @property {boolean} isWhole false where the file is known to break off
 */

/**
 * @param {Uint8Array} bytes
 * @returns {PictureFile | null} null: no picture of a known format, or a damaged beginning
 */
export function readPictureFile(bytes) {
  const file = read(bytes)
  return file && file.width > 0 && file.height > 0 ? file : null
}

/**
 * @param {Uint8Array} bytes
 * @returns {PictureFile | null}
 */
function read(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const text = (/** @type {number} */ at) => String.fromCharCode(...bytes.subarray(at, at + 4))
  try {
    if (view.getUint16(0) === 0xffd8) return jpeg(view)
    if (view.getUint32(0) === 0x89504e47) return png(view, text)
    if (text(0) === 'RIFF' && text(8) === 'WEBP') return webp(view, text)
    if (text(0) === 'GIF8') {
      return { format: 'gif', width: view.getUint16(6, true), height: view.getUint16(8, true), isWhole: true }
    }
    if (text(4) === 'ftyp' && /^(hei[cxms]|mif1|msf1|avi[fs])$/.test(text(8))) {
      // The brand may be a general one, with the format among those that it is compatible with.
      const brands = String.fromCharCode(...bytes.subarray(8, Math.min(view.getUint32(0), 256)))
      return heif(view, bytes, /avi[fs]/.test(brands) ? 'avif' : 'heif')
    }
  } catch {
    // Reading past the end: cut inside the header.
  }
  return null
}

/** @param {DataView} view */
function jpeg(view) {
  let size = null
  for (let at = 2; ;) {
    const marker = view.getUint16(at)
    if (marker < 0xff01) return null
    const isFrame = marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker)
    if (isFrame) size = { width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    const next = marker === 0xffff ? at + 1 : at + 2 + view.getUint16(at + 2)
    if (marker === 0xffda) return size && { format: /** @type {const} */ ('jpeg'), ...size, isWhole: hasEnd(view, next) }
    at = next
  }
}

/**
 * Whether the end marker follows; inside the compressed data it cannot occur.
 * @param {DataView} view
 * @param {number} from
 */
function hasEnd(view, from) {
  for (let at = view.byteLength - 2; at >= from; at--) if (view.getUint16(at) === 0xffd9) return true
  return false
}

/** @param {DataView} view @param {(at: number) => string} text */
function png(view, text) {
  const size = { width: view.getUint32(16), height: view.getUint32(20) }
  let at = 8
  while (at + 12 <= view.byteLength && text(at + 4) !== 'IEND') at += 12 + view.getUint32(at)
  return { format: /** @type {const} */ ('png'), ...size, isWhole: at + 12 <= view.byteLength }
}

/** @param {DataView} view @param {(at: number) => string} text */
function webp(view, text) {
  const isWhole = view.getUint32(4, true) + 8 <= view.byteLength
  const format = /** @type {const} */ ('webp')
  switch (text(12)) {
    case 'VP8 ':
      return { format, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff, isWhole }
    case 'VP8L': {
      const bits = view.getUint32(21, true)
      return { format, width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1, isWhole }
    }
    case 'VP8X': {
      const side = (/** @type {number} */ at) => view.getUint16(at, true) + (view.getUint8(at + 2) << 16) + 1
      return { format, width: side(24), height: side(27), isWhole }
    }
  }
  return null
}

/**
 * The largest picture of several: a photo in tiles has a size for each tile and one for the whole.
 * @param {DataView} view
 * @param {Uint8Array} bytes
 * @param {'heif' | 'avif'} format
 */
function heif(view, bytes, format) {
  const [i, s, p, e] = [0x69, 0x73, 0x70, 0x65]
  let [width, height] = [0, 0]
  for (let at = bytes.indexOf(i); at >= 0 && at + 16 <= bytes.length; at = bytes.indexOf(i, at + 1)) {
    if (bytes[at + 1] !== s || bytes[at + 2] !== p || bytes[at + 3] !== e) continue
    const [w, h] = [view.getUint32(at + 8), view.getUint32(at + 12)]
    if (w * h > width * height) [width, height] = [w, h]
  }
  return { format, width, height, isWhole: true }
}
