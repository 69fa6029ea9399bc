/** @type {((constraints: MediaStreamConstraints) => Promise<MediaStream>) | null} */
let browsersOwn = null

/**
 * The browser's own `getUserMedia`, also on a page where a virtual camera answers for it: an avatar that listens to its
 * own voice would wait for itself.
 * @param {MediaStreamConstraints} constraints
 * @returns {Promise<MediaStream>}
 */
export function realUserMedia(constraints) {
  return browsersOwn ? browsersOwn.call(navigator.mediaDevices, constraints) : navigator.mediaDevices.getUserMedia(constraints)
}

/** Keeps the browser's own before it is patched; the first one counts. */
export function keepReal() {
  browsersOwn ??= MediaDevices.prototype.getUserMedia
}
