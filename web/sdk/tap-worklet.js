/**
 * Hands what passes through to the engine's worker: mono, with the audio clock of its first sample. Sits beside the
 * audible path and writes silence to its own output, which only keeps it running.
 *
 * Messages on the port that arrives as `{port}`: `{samples: Float32Array, frame: number, rate: number}` with `frame`
 * counted on the context's clock, and `{ended: true}` once when the input falls away.
 */
class Tap extends AudioWorkletProcessor {
  /** One block of 128 samples up to 48 kHz, 2 or 3 ms, and no more messages than that at higher rates. */
  static batch = 128 * Math.max(1, Math.round(sampleRate / 48_000))

  constructor() {
    super()
    /** @type {MessagePort | null} */
    this.sink = null
    this.samples = new Float32Array(Tap.batch)
    this.filled = 0
    this.connected = false
    this.alive = true
    this.port.onmessage = (event) => {
      if (event.data.port) this.sink = event.data.port
      if (event.data.stop) this.alive = false
    }
  }

  /** @param {Float32Array[][]} inputs */
  process(inputs) {
    const channels = inputs[0]
    if (!this.sink) return this.alive
    if (channels.length === 0) {
      if (this.connected) this.sink.postMessage({ ended: true })
      this.connected = false
      this.filled = 0
      return this.alive
    }
    this.connected = true
    const count = channels[0].length
    for (let at = 0; at < count; at++) {
      let sum = 0
      for (let channel = 0; channel < channels.length; channel++) sum += channels[channel][at]
      this.samples[this.filled++] = sum / channels.length
      if (this.filled === Tap.batch) this.send(currentFrame + at + 1)
    }
    return this.alive
  }

  /** @param {number} end the audio clock after the last sample of the batch */
  send(end) {
    const samples = this.samples
    this.samples = new Float32Array(Tap.batch)
    this.filled = 0
    this.sink?.postMessage({ samples, frame: end - Tap.batch, rate: sampleRate }, [samples.buffer])
  }
}

registerProcessor('flexatar-tap', Tap)
