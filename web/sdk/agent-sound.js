import { SoundError } from './errors.js'
import { sdkFile } from './location.js'

/** Sound that is dropped fades out this fast, seconds. */
const fade = 0.01
/** @type {WeakMap<BaseAudioContext, Promise<void>>} */
const loaded = new WeakMap()

/**
 * What a page may give as sound: an agent's stream, a track of it, or a node of `SoundInput.shared`.
 * @typedef {MediaStream | MediaStreamTrack | AudioNode} AgentSoundSource
 */

/** A sound with a meter before a gate: source -> gate -> `stream`, and source -> meter. */
export class MeteredSound {
  /** @type {(() => void)[]} */ #undo = []
  #isClosed = false

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
    this.#listen(node, onLevel)
  }

  get stream() { return this.output.stream }

  /** @param {boolean} isOpen */
  set open(isOpen) {
    const { gain } = this.gate
    gain.cancelScheduledValues(this.context.currentTime)
    gain.setTargetAtTime(Number(isOpen), this.context.currentTime, fade / 3)
  }

  close() {
    this.#isClosed = true
    for (const undo of this.#undo.splice(0)) undo()
    this.gate.disconnect()
    this.stream.getTracks().forEach((track) => track.stop())
  }

  /** @param {MediaStream | MediaStreamTrack} source */
  #node(source) {
    const stream = source instanceof MediaStreamTrack ? new MediaStream([source]) : source
    if (stream.getAudioTracks().length === 0) throw new SoundError('no-sound', 'The stream carries no sound.')
    // Chrome lets a remote stream flow only while an element plays it (crbug.com/121673).
    const element = new Audio()
    element.muted = true
    element.srcObject = stream
    element.play().catch(() => {})
    this.#undo.push(() => { element.srcObject = null })
    return this.context.createMediaStreamSource(stream)
  }

  /**
   * @param {AudioNode} node
   * @param {(level: number, seconds: number, time: number) => void} onLevel
   */
  async #listen(node, onLevel) {
    const { context } = this
    let code = loaded.get(context)
    if (!code) loaded.set(context, code = context.audioWorklet.addModule(sdkFile('meter-worklet.js')))
    await code
    if (this.#isClosed) return
    const meter = new AudioWorkletNode(context, 'flexatar-meter', { numberOfOutputs: 1, outputChannelCount: [1] })
    meter.port.onmessage = ({ data }) => onLevel(data.level, data.seconds, data.time)
    node.connect(meter)
    // Its output is silence; without a listener some browsers would not run it.
    meter.connect(this.output)
    this.#undo.push(() => {
      meter.port.postMessage('stop')
      node.disconnect(meter)
      meter.disconnect()
    })
  }
}
