/** Posts the level of every 5 ms of its input: `{level: decibels of full scale, seconds: its length, time: of the audio clock}`. */
class Meter extends AudioWorkletProcessor {
  static block = Math.round(sampleRate / 200)

  constructor() {
    super()
    this.sum = 0
    this.count = 0
    this.alive = true
    this.port.onmessage = () => { this.alive = false }
  }

  /** @param {Float32Array[][]} inputs */
  process(inputs) {
    const channels = inputs[0]
    for (let at = 0; at < 128; at++) {
      let value = 0
      for (let channel = 0; channel < channels.length; channel++) value += channels[channel][at] / channels.length
      this.sum += value * value
      if (++this.count === Meter.block) this.send()
    }
    return this.alive
  }

  send() {
    this.port.postMessage({ level: 10 * Math.log10(this.sum / this.count + 1e-12), seconds: this.count / sampleRate, time: currentTime })
    this.sum = 0
    this.count = 0
  }
}

registerProcessor('flexatar-meter', Meter)
