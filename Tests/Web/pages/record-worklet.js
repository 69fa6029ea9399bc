// Records the first channels of its two inputs together, 2048 samples a message; to another port where one is handed over,
// until `null` comes instead.
registerProcessor('record', class extends AudioWorkletProcessor {
  buffers = [new Float32Array(2048), new Float32Array(2048)]
  filled = 0
  started = 0
  sink = this.port

  constructor() {
    super()
    this.port.onmessage = ({ data }) => { this.sink = data?.port ?? null }
  }

  process(inputs) {
    // A processor that goes on is kept for ever.
    if (!this.sink) return false
    if (this.filled === 0) this.started = currentTime
    this.buffers.forEach((buffer, index) => {
      const channel = inputs[index][0]
      if (channel) buffer.set(channel, this.filled)
      else buffer.fill(0, this.filled, this.filled + 128)
    })
    this.filled += 128
    if (this.filled === 2048) {
      this.sink.postMessage({
        time: this.started, rate: sampleRate, channels: this.buffers.map((buffer) => buffer.slice()),
      })
      this.filled = 0
    }
    return true
  }
})
