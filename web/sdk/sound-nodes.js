import { SoundError } from './errors.js'
import { sdkFile } from './location.js'

/** @type {WeakMap<BaseAudioContext, Map<string, Promise<void>>>} */
const loading = new WeakMap()

/**
 * Loads a worklet's code, once for each context; what could not be loaded is tried anew the next time.
 * @param {BaseAudioContext} context
 * @param {'tap-worklet.js' | 'meter-worklet.js'} name
 * @returns {Promise<void>} rejects with a `SoundError` `no-sound`
 */
export function loadWorklet(context, name) {
  const files = loading.get(context) ?? new Map()
  loading.set(context, files)
  if (!files.has(name)) {
    const url = sdkFile(name)
    files.set(name, context.audioWorklet.addModule(url).catch(() => {
      files.delete(name)
      throw new SoundError('no-sound', `The sound cannot be followed: ${url.href} could not be loaded.`)
    }))
  }
  return files.get(name)
}

/**
 * Takes a sound's samples; `tap-worklet.js` has been loaded.
 * @param {AudioNode} node
 * @param {AudioNode} listener hears silence; without one some browsers would not run the tap
 * @returns {{port: MessagePort, stop: () => void}} the port carries `{samples, frame, rate}` and `{ended}`
 */
export function tapSound(node, listener) {
  const tap = new AudioWorkletNode(node.context, 'flexatar-tap', { numberOfOutputs: 1, outputChannelCount: [1] })
  const { port1, port2 } = new MessageChannel()
  tap.port.postMessage({ port: port2 }, [port2])
  node.connect(tap).connect(listener)
  return {
    port: port1,
    stop() {
      tap.port.postMessage({ stop: true })
      tap.disconnect()
    },
  }
}

/**
 * Chrome lets a remote stream flow only while an element plays it (crbug.com/121673).
 * @param {MediaStream} stream
 * @returns {() => void} lets go of it
 */
export function pullStream(stream) {
  const element = new Audio()
  element.muted = true
  element.srcObject = stream
  element.play().catch(() => {})
  return () => { element.srcObject = null }
}
