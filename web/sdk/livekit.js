/**
 * The avatar in a LiveKit room: track processors (`TrackProcessor` of livekit-client) that put the avatar's picture in the
 * place of the camera's and its voice, in step with the lips, in the place of the microphone's.
 *
 *     const { video, audio } = avatarProcessors(renderer)
 *     await room.localParticipant.getTrackPublication('microphone').track.setProcessor(audio)
 *     await room.localParticipant.getTrackPublication('camera').track.setProcessor(video)
 *
 * @typedef {object} ProcessorOptions what livekit-client hands over
 * @property {MediaStreamTrack} track the real camera's or microphone's
 * @property {'audio' | 'video'} [kind]
 * @property {HTMLMediaElement} [element] that shows the track
 * @property {AudioContext} [audioContext]
 *
 * @typedef {object} TrackProcessor
 * @property {string} name
 * @property {(options: ProcessorOptions) => Promise<void>} init
 * @property {(options: ProcessorOptions) => Promise<void>} restart with another track: the person has changed devices
 * @property {() => Promise<void>} destroy
 * @property {MediaStreamTrack | undefined} processedTrack
 *
 * @typedef {import('./easy-renderer.js').FtarRenderer} FtarRenderer
 */

/**
 * @param {FtarRenderer} renderer stays the caller's to end
 * @param {{follow?: boolean}} options `follow`: the camera's picture, which is not sent, moves head, eyes and mouth
 * @returns {{video: TrackProcessor, audio: TrackProcessor}}
 */
export function avatarProcessors(renderer, { follow = false } = {}) {
  return { video: new Picture(renderer, follow), audio: new Voice(renderer) }
}

/** @implements {TrackProcessor} */
class Voice {
  name = 'flexatar-voice'
  /** @type {MediaStreamTrack | undefined} */
  processedTrack = undefined

  /** @param {FtarRenderer} renderer */
  constructor(renderer) {
    this.renderer = renderer
  }

  /** @param {ProcessorOptions} options */
  async init({ track }) {
    const [delayed] = this.renderer.connectMediaStream(track).getAudioTracks()
    // The room stops what it was given.
    this.processedTrack ??= delayed.clone()
  }

  /** @param {ProcessorOptions} options */
  async restart(options) {
    await this.init(options)
  }

  async destroy() {
    this.renderer.connectMediaStream(null)
    this.processedTrack?.stop()
    this.processedTrack = undefined
  }
}

/** @implements {TrackProcessor} */
class Picture {
  name = 'flexatar-picture'
  /** @type {MediaStreamTrack | undefined} */
  processedTrack = undefined

  /** @param {FtarRenderer} renderer @param {boolean} follow */
  constructor(renderer, follow) {
    this.renderer = renderer
    this.follow = follow
  }

  /** @param {ProcessorOptions} options */
  async init({ track }) {
    await this.renderer.readyPromise
    this.processedTrack ??= (await this.renderer.videoTrack).clone()
    if (!this.follow) return
    // What others see is no mirror. Without a camera's face the avatar lives by its voice.
    this.renderer.connectCamera(track, { mirrored: false }).catch((error) => {
      if (['camera-closed', 'destroyed'].includes(error.code)) return
      const isUntold = this.renderer.dispatchEvent(new CustomEvent('error', { detail: error, cancelable: true }))
      if (isUntold) console.error(error)
    })
  }

  /** @param {ProcessorOptions} options */
  async restart(options) {
    await this.init(options)
  }

  async destroy() {
    if (this.follow) this.renderer.disconnectCamera()
    this.processedTrack?.stop()
    this.processedTrack = undefined
  }
}
