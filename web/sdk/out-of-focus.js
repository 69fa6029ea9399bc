/** Longer side of the blurred picture: it holds nothing finer, pixels. */
const longSide = 160
/** Three boxes of this reach follow a Gaussian of about 4.5 pixels closely. */
const reach = 4
const passes = 3

/**
 * A picture as a lens shows what lies far behind the person.
 * @param {ImageBitmap} picture
 * @returns {ImageData} smaller
 */
export function outOfFocus(picture) {
  const scale = longSide / Math.max(picture.width, picture.height)
  const width = Math.max(1, Math.round(picture.width * scale))
  const height = Math.max(1, Math.round(picture.height * scale))
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
    new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true, alpha: false }))
  context.imageSmoothingQuality = 'high'
  context.drawImage(picture, 0, 0, width, height)
  const image = context.getImageData(0, 0, width, height)
  for (let pass = 0; pass < passes; pass++) {
    for (let y = 0; y < height; y++) blurLine(image.data, y * width * 4, 4, width)
    for (let x = 0; x < width; x++) blurLine(image.data, x * 4, width * 4, height)
  }
  return image
}

/**
 * Averages every pixel of a row or column with its neighbours; beyond the ends the last pixel goes on.
 * @param {Uint8ClampedArray} data
 * @param {number} start
 * @param {number} stride
 * @param {number} count
 */
function blurLine(data, start, stride, count) {
  const line = new Uint8ClampedArray(count)
  const at = (/** @type {number} */ index) => line[Math.min(count - 1, Math.max(0, index))]
  for (let channel = start; channel < start + 3; channel++) {
    for (let index = 0; index < count; index++) line[index] = data[channel + index * stride]
    let sum = 0
    for (let index = -reach; index <= reach; index++) sum += at(index)
    for (let index = 0; index < count; index++) {
      data[channel + index * stride] = sum / (2 * reach + 1)
      sum += at(index + reach + 1) - at(index - reach)
    }
  }
}
