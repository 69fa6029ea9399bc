import { filmRate } from './film-sound.js'

/** What is heard of a sound while its user looks for a place in it, seconds. */
const scrubSeconds = 0.25

/** Plays a film's sound through a renderer, from anywhere. */
export class SoundPreview {
  /**
   * @param {import('./easy-renderer.js').FtarRenderer} renderer
   * @param {() => void} onChange it has begun or stopped
   */
  constructor(renderer, onChange) {
    this.renderer = renderer
    this.onChange = onChange
    /** @type {AudioBuffer | null} */
    this.buffer = null
    /** @type {AudioBufferSourceNode | null} */
    this.node = null
    /** @type {MediaStreamAudioDestinationNode | null} */
    this.voice = null
    this.speaker = new Audio()
    /** Where it stands, seconds, and since when on the context's clock it has been playing from there. */
    this.place = 0
    this.since = 0
    this.isScrub = false
  }

  /** @param {Float32Array[] | null} channels at `filmRate` */
  load(channels) {
    this.stop()
    this.place = 0
    this.buffer = channels && new AudioBuffer({ length: channels[0].length, sampleRate: filmRate, numberOfChannels: channels.length })
    channels?.forEach((samples, index) => this.buffer?.copyToChannel(samples, index))
  }

  get isPlaying() { return this.node !== null && !this.isScrub }

  /** Seconds. */
  get position() {
    if (!this.node || this.isScrub || !this.voice) return this.place
    return Math.min(this.buffer?.duration ?? 0, this.place + this.voice.context.currentTime - this.since)
  }

  play() {
    if (!this.buffer) return
    if (this.position >= this.buffer.duration - 0.05) this.place = 0
    this.start(this.buffer.duration - this.place, false)
  }

  stop() {
    if (!this.node) return
    this.place = this.position
    this.node.onended = null
    this.node.stop()
    this.node = null
    this.renderer.interrupt()
    this.onChange()
  }

  /**
   * Goes somewhere else; a moment of what is there is heard and seen.
   * @param {number} seconds
   */
  seek(seconds) {
    if (!this.buffer) return
    const wasPlaying = this.isPlaying
    this.stop()
    this.place = Math.min(seconds, this.buffer.duration)
    if (wasPlaying) this.play()
    else this.start(scrubSeconds, true)
  }

  /** @param {number} seconds @param {boolean} isScrub */
  start(seconds, isScrub) {
    this.stop()
    const voice = this.voice ??= new MediaStreamAudioDestinationNode(new AudioContext({ sampleRate: filmRate }))
    const context = /** @type {AudioContext} */ (voice.context)
    context.resume().catch(() => {})
    this.speaker.srcObject = this.renderer.connectMediaStream(voice.stream)
    this.speaker.play().catch(() => {})
    const node = this.node = new AudioBufferSourceNode(context, { buffer: this.buffer })
    node.connect(voice)
    this.isScrub = isScrub
    this.since = context.currentTime
    node.onended = () => {
      if (!isScrub) this.place = this.position
      this.node = null
      this.onChange()
    }
    node.start(0, this.place, seconds)
    this.onChange()
  }

  close() {
    this.load(null)
    const context = /** @type {AudioContext | undefined} */ (this.voice?.context)
    context?.close().catch(() => {})
  }
}
