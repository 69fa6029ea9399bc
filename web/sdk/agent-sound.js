import { SoundError } from './errors.js'
import { loadWorklet, pullStream } from './sound-nodes.js'

/** Sound that is dropped fades out this fast, seconds. */
const fade = 0.01

/**
 * What a page may give as sound: an agent's stream, a track of it, or a node of `SoundInput.shared`.
 * @typedef {MediaStream | MediaStreamTrack | AudioNode} AgentSoundSource
 */

/** A sound with a meter before a gate: source -> gate -> `stream`, and source -> meter. */
export class MeteredSound {
  /** @type {(() => void)[]} */ #undo = []

  /**
   * Has to be done before the first is made.
   * @param {AudioContext} context
   * @returns {Promise<void>} rejects with a `SoundError`
   */
  static load(context) { return loadWorklet(context, 'meter-worklet.js') }

  /**
   * @param {AudioContext} context
   * @param {AgentSoundSource} source
   * @param {(level: number, seconds: number, time: number) => void} onLevel every 5 ms: decibels, length, time of the context
   */
  constructor(context, source, onLevel) {
    this.context = context
    this.gate = context.createGain()
    this.output = context.createMediaStreamDestination()
    const node = source instanceof AudioNode ? source : this.#node(source)
    node.connect(this.gate).connect(this.output)
    this.#undo.push(() => node.disconnect(this.gate))
    const meter = new AudioWorkletNode(context, 'flexatar-meter', { numberOfOutputs: 1, outputChannelCount: [1] })
    meter.port.onmessage = ({ data }) => onLevel(data.level, data.seconds, data.time)
    // Its output is silence; without a listener some browsers would not run it.
    node.connect(meter).connect(this.output)
    this.#undo.push(() => {
      meter.port.postMessage('stop')
      node.disconnect(meter)
      meter.disconnect()
    })
  }

  get stream() { return this.output.stream }

  /** @param {boolean} isOpen */
  set open(isOpen) {
    const { gain } = this.gate
    gain.cancelScheduledValues(this.context.currentTime)
    gain.setTargetAtTime(Number(isOpen), this.context.currentTime, fade / 3)
  }

  close() {
    for (const undo of this.#undo.splice(0)) undo()
    this.gate.disconnect()
    this.stream.getTracks().forEach((track) => track.stop())
  }

  /** @param {MediaStream | MediaStreamTrack} source */
  #node(source) {
    const stream = source instanceof MediaStreamTrack ? new MediaStream([source]) : source
    if (stream.getAudioTracks().length === 0) throw new SoundError('no-sound', 'The stream carries no sound.')
    this.#undo.push(pullStream(stream))
    return this.context.createMediaStreamSource(stream)
  }
}
