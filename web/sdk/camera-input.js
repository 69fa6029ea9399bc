import { CameraError, FlexatarError, unpackError } from './errors.js'
import { openDevice } from './real-devices.js'
import { startWorker } from './workers.js'

/** Whoever waits for a face gives up after so long without one, seconds. */
const patience = 15

/**
 * What a camera may be: its stream, a video track, or a `<video>` element that plays.
 * @typedef {MediaStream | MediaStreamTrack | HTMLVideoElement} CameraSource
 *
 * 'none': no face is seen; 'calibrating': the face at rest is being learnt, look straight ahead; 'face': the avatar
 * follows.
 * @typedef {'none' | 'calibrating' | 'face'} Sight
 */

/** A camera whose pictures a worker watches. Pictures never leave the device. */
export class CameraInput {
  /**
   * @param {string} filesUrl
   * @param {CameraSource} source
   * @param {object} options
   * @param {boolean} options.mirrored
   * @param {MessagePort} options.poses where the poses go
   * @param {(sight: Sight) => void} options.onSight
   * @param {(error: FlexatarError) => void} options.onEnd the camera has gone or cannot be watched
   */
  constructor(filesUrl, source, { mirrored, poses, onSight, onEnd }) {
    const track = trackOf(source)
    if (track?.readyState === 'ended') throw goneError()
    this.isOver = false
    /** @type {(() => void)[]} */
    this.undo = []
    /** @type {Sight} */
    this.sight = 'none'
    this.onSight = onSight
    this.onEnd = onEnd
    /** Engine and models are there: pictures are looked at. */
    this.isOpen = false
    this.timer = 0
    /** @type {{resolve: () => void, reject: (error: FlexatarError) => void, hasLearnt: boolean}[]} */
    this.waiting = []

    this.worker = startWorker('camera-worker.js', 'flexatar camera')
    this.worker.onmessage = ({ data }) => this.receive(data)
    this.worker.onerror = (event) => {
      event.preventDefault()
      this.end(new FlexatarError('engine-failed', `The camera's worker failed: ${event.message ?? 'it did not start'}.`))
    }
    if (track) {
      const ended = () => this.end(goneError())
      track.addEventListener('ended', ended)
      this.undo.push(() => track.removeEventListener('ended', ended))
    }
    const pictures = track && pictureStream(track)
    this.worker.postMessage({ type: 'open', filesUrl, mirrored, poses, pictures },
      /** @type {any} */ (pictures ? [poses, pictures] : [poses]))
    if (!pictures) {
      this.video = source instanceof HTMLVideoElement ? source : playing(/** @type {MediaStreamTrack} */ (track))
    }
  }

  /** Learns the face at rest anew; resolves when that is done. */
  calibrate() {
    this.worker.postMessage({ type: 'calibrate' })
    return this.learnt()
  }

  /**
   * Resolves when the avatar follows a face that has been learnt from now on.
   * @returns {Promise<void>}
   */
  learnt() {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject, hasLearnt: this.sight === 'calibrating' })
      this.setTimer()
    })
  }

  /** Time runs while pictures are looked at and show nobody: a slow line or machine is not to blame for that. */
  setTimer() {
    clearTimeout(this.timer)
    if (!this.isOpen || this.sight !== 'none') return
    this.timer = setTimeout(() => {
      for (const { reject } of this.waiting.splice(0)) {
        reject(new CameraError('no-face', 'The camera sees no face. Sit before it, in light from the front.'))
      }
    }, patience * 1000)
  }

  /** @param {any} message */
  receive(message) {
    switch (message.type) {
      case 'opened':
        this.isOpen = true
        this.setTimer()
        break
      case 'ready': this.sendPicture(); break
      case 'failed': this.end(unpackError(message.error)); break
      case 'sight':
        this.sight = message.sight
        this.setTimer()
        for (const waiting of [...this.waiting]) {
          if (this.sight === 'calibrating') waiting.hasLearnt = true
          if (this.sight !== 'face' || !waiting.hasLearnt) continue
          this.waiting.splice(this.waiting.indexOf(waiting), 1)
          waiting.resolve()
        }
        this.onSight(message.sight)
        break
    }
  }

  /** Where the browser hands out no stream of frames: the video element's next one. */
  sendPicture() {
    const video = /** @type {any} */ (this.video)
    const send = async () => {
      if (this.isOver) return
      const picture = await createImageBitmap(video).catch(() => null)
      if (this.isOver) return picture?.close()
      if (picture) this.worker.postMessage({ type: 'picture', picture }, [picture])
      else setTimeout(() => this.sendPicture(), 50)
    }
    if (video.requestVideoFrameCallback && !document.hidden) video.requestVideoFrameCallback(send)
    else setTimeout(send, 33)
  }

  /** @param {FlexatarError} error */
  end(error) {
    if (this.isOver) return
    // Whoever waits hears it there.
    const isAwaited = this.waiting.length > 0
    this.close(error)
    if (!isAwaited) this.onEnd(error)
  }

  /** @param {FlexatarError} [reason] */
  close(reason = new CameraError('camera-closed', 'The camera has been disconnected.')) {
    if (this.isOver) return
    this.isOver = true
    this.worker.terminate()
    for (const undo of this.undo) undo()
    clearTimeout(this.timer)
    for (const { reject } of this.waiting.splice(0)) reject(reason)
  }
}

/**
 * @param {CameraSource} source
 * @returns {MediaStreamTrack | null} null for a video element that plays a file
 */
function trackOf(source) {
  const stream = source instanceof HTMLVideoElement ? source.srcObject : source
  if (stream instanceof MediaStreamTrack) return stream
  if (!(stream instanceof MediaStream)) return null
  const [track] = stream.getVideoTracks()
  if (!track) throw new CameraError('no-picture', 'The stream has no picture.')
  return track
}

/** @param {MediaStreamTrack} track */
function pictureStream(track) {
  const Processor = /** @type {any} */ (globalThis).MediaStreamTrackProcessor
  // Frames come this way also while the page is hidden.
  return Processor ? /** @type {ReadableStream} */ (new Processor({ track, maxBufferSize: 1 }).readable) : null
}

/** @param {MediaStreamTrack} track */
function playing(track) {
  const video = document.createElement('video')
  Object.assign(video, { muted: true, playsInline: true, srcObject: new MediaStream([track]) })
  video.play().catch(() => {})
  return video
}

/**
 * The camera, or a `CameraError` that says what to do.
 * @param {MediaTrackConstraints} [constraints]
 */
export function openCamera(constraints = {}) {
  return openDevice('camera', {
    video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 }, facingMode: 'user', ...constraints },
  }, CameraError)
}

function goneError() {
  return new CameraError('camera-unplugged', 'The camera has gone: it was unplugged or its permission was withdrawn.')
}
