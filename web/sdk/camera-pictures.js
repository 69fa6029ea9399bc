/** Turns pictures of a camera into RGB pixels. */
export class CameraPictures {
  /** @param {number} longSide of the pictures that the networks get at most, pixels: of a face they look at 192 */
  constructor(longSide = 640) {
    this.longSide = longSide
    this.canvas = new OffscreenCanvas(1, 1)
    this.context = /** @type {OffscreenCanvasRenderingContext2D} */ (
      this.canvas.getContext('2d', { willReadFrequently: true, alpha: false }))
  }

  /**
   * Draws `picture` small and hands its RGBA pixels over; they are only good until the next call.
   * @param {VideoFrame | ImageBitmap} picture
   */
  read(picture) {
    const [across, down] = picture instanceof ImageBitmap
      ? [picture.width, picture.height] : [picture.displayWidth, picture.displayHeight]
    const scale = Math.min(1, this.longSide / Math.max(across, down))
    const width = Math.max(1, Math.round(across * scale))
    const height = Math.max(1, Math.round(down * scale))
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height })
    this.context.drawImage(/** @type {any} */ (picture), 0, 0, width, height)
    return this.context.getImageData(0, 0, width, height)
  }
}
