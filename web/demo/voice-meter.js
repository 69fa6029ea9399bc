/** A thin bar that follows the loudness of a stream. */
export class VoiceMeter {
  /** @param {HTMLElement} bar */
  constructor(bar) {
    this.bar = bar
    this.level = 0
    this.drawing = false
    /** @type {AudioContext | undefined} */
    this.context = undefined
    /** @type {AnalyserNode | undefined} */
    this.analyser = undefined
    /** @type {Float32Array | undefined} */
    this.samples = undefined
    /** @type {MediaStreamAudioSourceNode | undefined} */
    this.source = undefined
  }

  /** @param {MediaStream | null} stream */
  listen(stream) {
    this.source?.disconnect()
    this.source = undefined
    if (!stream) return
    this.context ??= new AudioContext()
    this.analyser ??= new AnalyserNode(this.context, { fftSize: 1024 })
    this.source = this.context.createMediaStreamSource(stream)
    this.source.connect(this.analyser)
    this.samples ??= new Float32Array(this.analyser.fftSize)
    if (!this.drawing) this.draw()
  }

  draw() {
    let peak = 0
    if (this.source && this.analyser && this.samples) {
      this.analyser.getFloatTimeDomainData(this.samples)
      for (const sample of this.samples) peak = Math.max(peak, Math.abs(sample))
    }
    // Fast up, slow down, on a scale on which speech fills two thirds.
    this.level = Math.max(Math.min(1, Math.sqrt(peak)), this.level * 0.9)
    this.bar.style.transform = `scaleX(${this.level.toFixed(3)})`
    this.drawing = this.source !== undefined || this.level > 0.01
    if (this.drawing) requestAnimationFrame(() => this.draw())
  }
}
