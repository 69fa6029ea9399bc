import { SoundError } from './errors.js'
import { openDevice } from './real-devices.js'
import { loadWorklet, pullStream, tapSound } from './sound-nodes.js'
import { delaySlope } from './sound-timeline.js'
import { maximumDelaySeconds, streamSeconds, transitSeconds } from './sync.js'

/** Sound that was on its way when the speaker was interrupted fades out this fast, seconds. */
const interruptFade = 0.015

/**
 * What a page may play through the avatar.
 * @typedef {MediaStream | MediaStreamTrack | HTMLMediaElement} SoundSource
 */

/**
 * The page's audio graph: source -> delay -> gate -> the stream that is heard, and source -> tap -> worker.
 */
export class SoundInput {
  /**
   * An element can be tapped once in its life.
   * @type {WeakMap<HTMLMediaElement, MediaElementAudioSourceNode>}
   */
  static elements = new WeakMap()
  /**
   * One clock for the page: elements cannot change their context.
   * @type {AudioContext | null}
   */
  static shared = null

  /**
   * @param {(port: MessagePort | null) => void} onTap a port that carries the samples; null: there are none
   * @param {(error: SoundError | null) => void} onEnded the source has ended, with an error if it was a microphone
   */
  constructor(onTap, onEnded) {
    this.onTap = onTap
    this.onEnded = onEnded
    this.delaySeconds = maximumDelaySeconds - streamSeconds
    /** @type {AudioContext | null} */
    this.context = null
    this.connection = 0
    /** @type {(() => void)[]} */
    this.undo = []
  }

  /** Opens the audio context and its nodes; the first call should come from a user's gesture or after getUserMedia. */
  open() {
    if (this.context) return this.context
    const context = (SoundInput.shared ??= wakened(new AudioContext({ latencyHint: 'interactive' })))
    this.context = context
    this.delay = context.createDelay(0.25)
    this.delay.delayTime.value = this.delaySeconds
    this.gate = context.createGain()
    this.output = context.createMediaStreamDestination()
    this.delay.connect(this.gate).connect(this.output)
    resume(context)
    return context
  }

  /**
   * @param {SoundSource | null} source
   * @returns {MediaStream} the same sound, late by the measured delay
   */
  connect(source) {
    this.disconnect()
    const context = this.open()
    resume(context)
    const node = source ? this.node(source) : null
    if (node) {
      node.connect(/** @type {DelayNode} */ (this.delay))
      this.undo.push(() => node.disconnect())
      this.listen(context, node)
    }
    return this.stream
  }

  /** What is heard: the same stream whatever is connected. */
  get stream() {
    this.open()
    return /** @type {MediaStreamAudioDestinationNode} */ (this.output).stream
  }

  /**
   * Taps `node` as soon as the tap's code is here.
   * @param {AudioContext} context
   * @param {AudioNode} node
   */
  async listen(context, node) {
    const { connection } = this
    try {
      await loadWorklet(context, 'tap-worklet.js')
    } catch (error) {
      if (connection === this.connection) this.onEnded(/** @type {SoundError} */ (error))
      return
    }
    if (connection !== this.connection) return
    const { port, stop } = tapSound(node, /** @type {MediaStreamAudioDestinationNode} */ (this.output))
    this.undo.push(stop)
    this.onTap(port)
  }

  /**
   * @param {SoundSource} source
   * @returns {AudioNode}
   */
  node(source) {
    const context = this.open()
    if (source instanceof HTMLMediaElement) {
      const node = SoundInput.elements.get(source) ?? context.createMediaElementSource(source)
      SoundInput.elements.set(source, node)
      return node
    }
    const stream = source instanceof MediaStreamTrack ? new MediaStream([source]) : source
    const [track] = stream.getAudioTracks()
    if (!track) throw new SoundError('no-sound', 'The stream carries no sound.')
    const isMicrophone = isDevice(track)
    if (track.readyState === 'ended') throw endedError(isMicrophone)
    const ended = () => this.onEnded(isMicrophone ? endedError(true) : null)
    track.addEventListener('ended', ended)
    this.undo.push(() => track.removeEventListener('ended', ended))
    if (!isMicrophone) this.undo.push(pullStream(stream))
    return context.createMediaStreamSource(stream)
  }

  /**
   * Moves the delay slowly, so that its change of pitch cannot be heard.
   * @param {number} total seconds from the source to the stream that is heard
   */
  setDelay(total) {
    const seconds = total - streamSeconds
    const time = this.delay?.delayTime
    const now = this.context?.currentTime ?? 0
    if (time) {
      const current = time.value
      time.cancelScheduledValues(now)
      time.setValueAtTime(current, now)
      time.linearRampToValueAtTime(seconds, now + Math.abs(seconds - current) / delaySlope)
    }
    this.delaySeconds = seconds
  }

  /** Drops the sound that is on its way. */
  interrupt() {
    const gain = this.gate?.gain
    if (!gain || !this.context) return
    const now = this.context.currentTime
    gain.cancelScheduledValues(now)
    gain.setTargetAtTime(0, now, interruptFade / 3)
    // What enters after the rest of the interrupted sound comes out of the delay then.
    gain.setTargetAtTime(1, now + transitSeconds + this.delaySeconds, interruptFade / 3)
  }

  disconnect() {
    this.connection++
    for (const undo of this.undo.splice(0)) undo()
    this.onTap(null)
  }

  destroy() {
    this.disconnect()
    this.gate?.disconnect()
    this.delay?.disconnect()
    this.output?.stream.getTracks().forEach((track) => track.stop())
    this.context = null
  }
}

/** @param {AudioContext} context */
function resume(context) {
  if (context.state === 'suspended') context.resume().catch(() => {})
}

/**
 * Browsers start sound only in a gesture, and stop it for a call or behind a lock: until it runs, each gesture tries.
 * @param {AudioContext} context
 */
function wakened(context) {
  const gesture = () => resume(context)
  const watch = () => {
    const change = context.state === 'running' ? removeEventListener : addEventListener
    for (const name of ['pointerdown', 'keydown', 'touchend']) change(name, gesture, true)
  }
  context.addEventListener('statechange', watch)
  watch()
  return context
}

/**
 * Whether a track is a microphone's, not a graph's or a peer's.
 * @param {MediaStreamTrack} track
 */
export const isDevice = (track) => Boolean(track.getSettings().deviceId)

/** @param {boolean} isMicrophone */
export function endedError(isMicrophone) {
  return isMicrophone
    ? new SoundError('microphone-unplugged', 'The microphone has gone: it was unplugged or its permission was withdrawn.')
    : new SoundError('no-sound', 'The stream has ended.')
}

/**
 * The microphone, or a `SoundError` that says what to do. Echo cancellation and friends are the browser's own choice.
 * @param {MediaTrackConstraints | true} [constraints]
 */
export function openMicrophone(constraints = true) {
  return openDevice('microphone', { audio: constraints }, SoundError)
}
