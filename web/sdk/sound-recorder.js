import { filmRate } from './film-sound.js'
import { endedError, openMicrophone } from './sound-input.js'
import { loadWorklet, tapSound } from './sound-nodes.js'

/** Records a microphone as samples. */
export class SoundRecorder {
  /** @param {(error: import('./errors.js').SoundError) => void} onUnplugged the microphone has gone: nothing more comes */
  constructor(onUnplugged) {
    this.onUnplugged = onUnplugged
    /** @type {Float32Array[]} */
    this.blocks = []
    this.count = 0
    /** The loudest sample since it was last asked for. */
    this.peak = 0
    /** @type {MediaStream | null} */
    this.stream = null
    /** @type {AudioContext | null} */
    this.context = null
    this.isClosed = false
  }

  get seconds() { return this.count / filmRate }

  /** Loudness since the last look, 0...1. */
  takeLevel() {
    const { peak } = this
    this.peak = 0
    return peak
  }

  /** Opens the microphone; rejects with a `SoundError`, or with an AbortError where it was closed meanwhile. */
  async open() {
    this.stream = await openMicrophone()
    this.#stopIfClosed()
    this.stream.getAudioTracks()[0].addEventListener('ended', () => {
      if (!this.isClosed) this.onUnplugged(endedError(true))
    })
    this.context = new AudioContext({ sampleRate: filmRate })
    // Code that is loaded into a context that is closed meanwhile never comes.
    await loadWorklet(this.context, 'tap-worklet.js').catch((error) => {
      this.#stopIfClosed()
      throw error
    })
    this.#stopIfClosed()
    const { port } = tapSound(this.context.createMediaStreamSource(this.stream), this.context.destination)
    port.onmessage = ({ data: { samples } }) => {
      if (!samples) return
      this.blocks.push(samples)
      this.count += samples.length
      for (const value of samples) this.peak = Math.max(this.peak, Math.abs(value))
    }
  }

  /**
   * Ends the recording.
   * @returns {Float32Array} samples at `filmRate`
   */
  close() {
    this.isClosed = true
    this.stream?.getTracks().forEach((track) => track.stop())
    this.context?.close().catch(() => {})
    const samples = new Float32Array(this.count)
    let at = 0
    for (const block of this.blocks) {
      samples.set(block, at)
      at += block.length
    }
    return samples
  }

  #stopIfClosed() {
    if (!this.isClosed) return
    this.close()
    throw new DOMException('The recording has ended.', 'AbortError')
  }
}
