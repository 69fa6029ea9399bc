/**
 * The canvas as a video track. Best first: a generator whose stream is handed to the worker (Chrome), a generator in the
 * worker (Safari), the canvas's own capture where the page draws it, and else the capture of a second canvas that the
 * worker's frames are painted on (Firefox cannot capture one that has been handed over).
 */

/** WebKit captures next to nothing unless it is told a rate; of a hidden page's pictures Firefox takes two of three where it is. */
const captureRate = 30

/**
 * @param {HTMLCanvasElement} canvas
 * @param {boolean} isDrawnHere whether the page itself draws on it
 * @param {(message: {type: 'track', writable?: WritableStream, asBitmaps?: boolean}, transfer?: Transferable[]) => void} send
 * @param {Promise<MediaStreamTrack>} trackOfWorker
 * @returns {{stream: MediaStream, track: Promise<MediaStreamTrack>, paint?: (frame: ImageBitmap) => void}} `stream` has its
 *   track at once, or as soon as the worker has answered; `paint` takes the worker's frames
 */
export function openVideo(canvas, isDrawnHere, send, trackOfWorker) {
  const Generator = /** @type {any} */ (globalThis).MediaStreamTrackGenerator
  if (isDrawnHere) return filled(canvas.captureStream(captureRate))
  if (Generator) {
    const generator = new Generator({ kind: 'video' })
    send({ type: 'track', writable: generator.writable }, [generator.writable])
    return filled(new MediaStream([generator]))
  }
  if (isSafari()) {
    const stream = new MediaStream()
    const track = trackOfWorker.then((track) => (stream.addTrack(track), track))
    send({ type: 'track' })
    return { stream, track }
  }
  const painted = document.createElement('canvas')
  const context = /** @type {ImageBitmapRenderingContext} */ (painted.getContext('bitmaprenderer'))
  send({ type: 'track', asBitmaps: true })
  return {
    ...filled(painted.captureStream()),
    paint(frame) {
      if (painted.width !== frame.width || painted.height !== frame.height) {
        Object.assign(painted, { width: frame.width, height: frame.height })
      }
      context.transferFromImageBitmap(frame)
    },
  }
}

/** @param {MediaStream} stream with its track */
function filled(stream) {
  return { stream, track: Promise.resolve(stream.getVideoTracks()[0]) }
}

/** `VideoTrackGenerator` exists in workers only and cannot be asked for from here. */
function isSafari() {
  return 'MediaStreamTrackProcessor' in globalThis === false && 'ManagedMediaSource' in globalThis
}
