import { PhotoRefusedError } from './errors.js'
import { readPictureFile } from './picture-file.js'

/** As the command line's limits. */
const limits = { megabytes: 50, megapixels: 100, side: 20_000 }
/** Longer side that creation works with, pixels: of the portrait, and of photos beside it. */
export const longSide = 3072
export const otherLongSide = 2048

/**
 * A place in a photo: pixels of it, upright.
 * @typedef {{x: number, y: number}} Place
 */

/**
 * Decodes a picture file with the browser's own decoders: upright, sRGB, transparency over white.
 * @param {Blob} file
 * @param {number} [longest] of the longer side, pixels
 * @returns {Promise<{pixels: Uint8Array, width: number, height: number, scale: number}>} RGB rows from the top; `scale`
 *   is the number of the file's pixels for one of these
 */
export async function decodePhoto(file, longest = longSide) {
  const picture = await upright(file)
  try {
    const scale = Math.max(1, Math.max(picture.width, picture.height) / longest)
    const width = Math.max(1, Math.round(picture.width / scale))
    const height = Math.max(1, Math.round(picture.height / scale))
    const canvas = new OffscreenCanvas(width, height)
    const context = canvas.getContext('2d', { willReadFrequently: true, alpha: false })
    if (!context) throw new PhotoRefusedError('unreadable', 'This browser has no room for the picture.')
    context.fillStyle = 'white'
    context.fillRect(0, 0, width, height)
    context.imageSmoothingQuality = 'high'
    context.drawImage(picture, 0, 0, width, height)
    const rgba = context.getImageData(0, 0, width, height).data
    const pixels = new Uint8Array(width * height * 3)
    for (let from = 0, to = 0; to < pixels.length; from += 4) {
      pixels[to++] = rgba[from]
      pixels[to++] = rgba[from + 1]
      pixels[to++] = rgba[from + 2]
    }
    return { pixels, width, height, scale }
  } finally {
    picture.close()
  }
}

/**
 * A picture file's pixels, once its beginning has been read: browsers ask for all the memory that a header promises.
 * @param {Blob} file
 * @returns {Promise<ImageBitmap>} upright; rejects with a `PhotoRefusedError` where the file is too large, not whole, or the
 *   browser cannot decode it
 */
export async function upright(file) {
  if (file.size > limits.megabytes * 1e6) {
    throw new PhotoRefusedError('too-large',
      `The picture file has ${Math.ceil(file.size / 1e6)} MB; at most ${limits.megabytes} MB are taken. Make it smaller.`)
  }
  const bytes = await file.arrayBuffer().catch(() => { throw unreadable('The file cannot be opened') })
  const header = readPictureFile(new Uint8Array(bytes))
  if (!header) throw unreadable('This is not a picture that can be read')
  if (!header.isWhole) throw unreadable('The picture file is not whole: a part of it is missing', 'damaged')
  const { format, width, height } = header
  if (Math.max(width, height) > limits.side || width * height > limits.megapixels * 1e6) {
    throw new PhotoRefusedError('too-large', `The picture has ${width} x ${height} pixels; at most ${limits.megapixels} `
      + `megapixels and ${limits.side} pixels a side are taken. Make it smaller.`)
  }
  return createImageBitmap(file, { imageOrientation: /** @type {any} */ ('from-image') }).catch(() => {
    if (format === 'heif') throw unreadable('This browser cannot read HEIC photos', 'heic')
    throw unreadable('The picture file is damaged', 'damaged')
  })
}

/** @param {string} problem @param {import('./errors.js').PictureReason} [reason] */
function unreadable(problem, reason) {
  return new PhotoRefusedError('unreadable', `${problem}. Use a whole JPEG, PNG or WebP file.`, reason)
}

/**
 * @param {Uint8Array} pixels grey or RGB, rows from the top
 * @param {number} width
 * @param {number} height
 * @param {number} channels 1 or 3
 * @param {number} quality 1...100
 * @returns {Promise<Uint8Array>} a JPEG file
 */
export async function encodePicture(pixels, width, height, channels, quality) {
  const rgba = new Uint8ClampedArray(width * height * 4)
  for (let from = 0, to = 0; to < rgba.length; from += channels) {
    rgba[to++] = pixels[from]
    rgba[to++] = pixels[channels === 1 ? from : from + 1]
    rgba[to++] = pixels[channels === 1 ? from : from + 2]
    rgba[to++] = 255
  }
  const canvas = new OffscreenCanvas(width, height)
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d', { alpha: false }))
  context.putImageData(new ImageData(rgba, width, height), 0, 0)
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: quality / 100 })
  return new Uint8Array(await blob.arrayBuffer())
}
