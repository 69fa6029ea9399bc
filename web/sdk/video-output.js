/**
 * The canvas as a video track. Three ways, best first: a generator in the worker (Safari), a generator whose stream is
 * handed to the worker (Chrome), the canvas's own capture (Firefox; stops while the page is hidden).
 */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {(message: {type: 'track', writable?: WritableStream}, transfer?: Transferable[]) => void} send to the worker
 * @param {Promise<MediaStreamTrack>} trackOfWorker
 * @returns {MediaStream} filled at once, or as soon as the worker has answered
 */
export function openVideo(canvas, send, trackOfWorker) {
  const Generator = /** @type {any} */ (globalThis).MediaStreamTrackGenerator
  if (Generator) {
    const generator = new Generator({ kind: 'video' })
    send({ type: 'track', writable: generator.writable }, [generator.writable])
    return new MediaStream([generator])
  }
  if (isSafari()) {
    const stream = new MediaStream()
    trackOfWorker.then((track) => stream.addTrack(track))
    send({ type: 'track' })
    return stream
  }
  return canvas.captureStream()
}

/** `VideoTrackGenerator` exists in workers only and cannot be asked for from here. */
function isSafari() {
  return 'MediaStreamTrackProcessor' in globalThis === false && 'ManagedMediaSource' in globalThis
}
