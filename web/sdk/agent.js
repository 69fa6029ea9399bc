import { adapterOf } from './agent-link.js'
import { MeteredSound } from './agent-sound.js'
import { AgentTurns } from './agent-turns.js'
import { FtarRenderer } from './easy-renderer.js'
import { AgentError, FlexatarError } from './errors.js'
import { SoundInput, endedError, isDevice } from './sound-input.js'
import { sdkFile } from './location.js'
import { Subtitles } from './subtitles.js'
import { maximumDelaySeconds } from './sync.js'
import { VoiceActivity } from './voice-activity.js'

export * from './errors.js'

/** Louder is the agent's voice, decibels of full scale. */
const voiceLevel = -50
/** While the agent speaks its echo may be in the microphone, decibels. */
const echoMargin = 6
/** A stream's way through the audio graph, milliseconds. */
const streamMilliseconds = 10
/** Waits before the first and the later tries to connect again, milliseconds. */
const firstWait = 500
const longestWait = 8000

/**
 * @typedef {import('./agent-turns.js').AgentState} AgentState
 * @typedef {import('./agent-link.js').AgentAdapter} AgentAdapter
 * @typedef {import('./agent-link.js').AgentLink} AgentLink
 * @typedef {import('./agent-link.js').AgentReport} AgentReport
 *
 * @typedef {object} AgentOptions
 * @property {MediaStream | MediaStreamTrack | RTCPeerConnection | AgentAdapter} connect where the voice comes from
 * @property {HTMLCanvasElement} [canvas] for the face; or a `renderer`
 * @property {import('./easy-renderer.js').AvatarSource} [avatar]
 * @property {string | URL} [filesUrl] where the engine's files are served, `files` beside the SDK's folder
 * @property {FtarRenderer} [renderer] stays the caller's to end
 * @property {boolean | MediaStream} [microphone] true: the user's, opened at `start`; false: none
 * @property {boolean} [bargeIn] whether the user's voice interrupts the agent, true
 * @property {boolean} [plays] whether the agent's voice is played here, true
 * @property {HTMLElement | null} [subtitles] filled with what is said
 * @property {number} [tries] to connect again where an adapter's connection is lost, 5
 */

/**
 * A voice agent with a face.
 *
 *     const agent = new AvatarAgent({ avatar: '/files/default.ftar', canvas, connect: stream })
 *     agent.addEventListener('state', ({ detail }) => console.log(detail.state))
 *     await agent.start()
 *
 * Events: `state` (`detail`: `{state, before}`), `interrupted` (`{position, by}`: seconds of the reply that were heard;
 * by 'voice', 'agent' or 'call'), `transcript` (`{who, text, isFinal, line}`), `connected`, `reconnecting` (`{attempt}`),
 * `ended` (the stream has ended as it should), `error` (a `FlexatarError`; with `microphone-unplugged` the talk has ended).
 */
export class AvatarAgent extends EventTarget {
  /** @param {AgentOptions} options */
  constructor(options) {
    super()
    const { connect } = options
    const isAdapter = typeof connect === 'function'
    this.#options = options
    this.#adapter = isAdapter ? connect : adapterOf(connect)
    this.#tries = isAdapter ? options.tries ?? 5 : 0
    this.#isOwn = !options.renderer
    this.renderer = options.renderer
      ?? new FtarRenderer(options.filesUrl ?? sdkFile('../files'), options.canvas ?? document.createElement('canvas'))
    if (this.#isOwn && options.avatar) this.renderer.slot1 = options.avatar
    this.#subtitles = options.subtitles ? new Subtitles(options.subtitles) : null
    this.#turns.delay = maximumDelaySeconds
    this.renderer.addEventListener('delay', this.#onDelay)
    if (this.#isOwn) {
      this.renderer.addEventListener('error', (event) => {
        event.preventDefault()
        this.#fail(/** @type {CustomEvent} */ (event).detail)
      })
    }
  }

  #options
  /** @type {AgentAdapter} */ #adapter
  #tries
  #isOwn
  /** @type {Subtitles | null} */ #subtitles
  #turns = new AgentTurns()
  #activity = new VoiceActivity()
  /** @type {AgentState} */ #told = 'idle'
  /** @type {AbortController | null} */ #life = null
  #hasStarted = false
  /** @type {AgentLink | null} */ #link = null
  /** @type {MeteredSound | null} */ #voice = null
  /** @type {MeteredSound | null} */ #ear = null
  /** @type {MediaStream | null} */ #microphone = null
  /** @type {HTMLAudioElement | null} */ #player = null
  /** @param {Event} event */
  #onDelay = (event) => { this.#turns.delay = /** @type {CustomEvent} */ (event).detail }

  /** Who speaks. */
  get state() { return this.#turns.state }

  /** The face and its voice, in step: for a call or a recording. In Safari the face's track comes a moment later. */
  get mediaStream() {
    const stream = new MediaStream([...this.renderer.mediaStream.getVideoTracks(), ...this.renderer.voiceStream.getAudioTracks()])
    // One that is in it already is not added again.
    this.renderer.videoTrack.then((track) => stream.addTrack(track))
    return stream
  }

  /** Seconds of the present reply that have been heard. */
  get position() { return this.#turns.position(this.#now) }

  /**
   * Opens the microphone and the connection; call it in a user's gesture, so that sound may play. Rejects with what
   * stands in the way: a `SoundError`, an `AgentError`, an error of the renderer.
   */
  async start() {
    if (this.#life) return
    const life = this.#life = new AbortController()
    this.#hasStarted = false
    try {
      // The renderer's graph and ours share one clock.
      const voice = this.renderer.voiceStream
      await this.renderer.readyPromise
      await MeteredSound.load(/** @type {AudioContext} */ (SoundInput.shared))
      life.signal.throwIfAborted()
      await this.#openMicrophone(life.signal)
      life.signal.throwIfAborted()
      if (this.#options.plays ?? true) {
        this.#player = new Audio()
        this.#player.srcObject = voice
        this.#player.play().catch(() => {})
      }
      await this.#connect(life)
      this.#hasStarted = true
    } catch (error) {
      if (life.signal.aborted) throw life.signal.reason
      this.stop()
      throw error
    }
  }

  /** Ends the connection and lets go of the microphone; `start` begins anew. */
  stop() {
    this.#end(new AgentError('agent-lost', 'The agent was stopped.'))
  }

  /** @param {FlexatarError} reason for whoever waits for the beginning */
  #end(reason) {
    this.#life?.abort(reason)
    this.#life = null
    this.#disconnect()
    this.#ear?.close()
    this.#ear = null
    // A stream that was handed in stays the caller's.
    if (this.#microphone !== this.#options.microphone) this.#microphone?.getTracks().forEach((track) => track.stop())
    this.#microphone = null
    if (this.#player) this.#player.srcObject = null
    this.#player = null
    this.#subtitles?.clear()
  }

  /** Ends everything. */
  destroy() {
    this.stop()
    this.renderer.removeEventListener('delay', this.#onDelay)
    if (this.#isOwn) this.renderer.destroy({ keepsCanvas: Boolean(this.#options.canvas) })
  }

  /**
   * Barge-in: the mouth closes and the sound stops within 100 ms, and the agent is told. What still comes of the reply is
   * dropped until another begins or the agent has been quiet for 0.3 s. Of an agent that thinks no answer is wanted any more.
   * @returns {number} seconds of the reply that were heard
   */
  interrupt() {
    return this.#interrupt('call')
  }

  /**
   * Says something in writing, where the agent can read.
   * @param {string} text
   */
  say(text) {
    if (!this.#link?.say) throw new AgentError('bad-agent', 'This agent takes no text, or is not connected.')
    if (this.state === 'speaking') this.#interrupt('call')
    this.#link.say(text)
    this.#turns.think(this.#now)
    this.#settle()
  }

  // MARK: The connection

  /** @param {AbortController} life */
  async #connect(life) {
    const context = /** @type {AudioContext} */ (SoundInput.shared)
    const connection = new AbortController()
    life.signal.addEventListener('abort', () => connection.abort(), { signal: connection.signal })
    /** @type {FlexatarError | null | undefined} */
    let ended
    /** @type {AgentReport} */
    const report = {
      reply: () => this.#change(() => this.#turns.reply()),
      replyEnd: () => this.#turns.replyEnd(),
      thinking: () => this.#change(() => this.#turns.think(this.#now)),
      noReply: (error) => {
        this.#change(() => this.#turns.giveUp())
        if (error) this.#fail(error)
      },
      bargeIn: () => { if (this.#bargesIn) this.#interrupt('agent') },
      transcript: (line) => {
        this.#subtitles?.show(line)
        this.#emit('transcript', line)
      },
      visemes: (entries, at = performance.now()) => {
        this.renderer.speakScript(entries, { at: at + streamMilliseconds }).catch((error) => this.#fail(error))
      },
      lost: (error) => {
        if (connection.signal.aborted) return
        connection.abort()
        ended = error
        if (this.#link) this.#lose(life, error)
      },
    }
    const microphone = this.#microphone?.getAudioTracks()[0] ?? null
    const link = await this.#adapter({ microphone, context, report, signal: connection.signal })
    if (connection.signal.aborted) {
      link.close()
      throw ended ?? new AgentError('agent-lost', 'The connection to the agent has ended.')
    }
    this.#link = link
    this.#isOpen = true
    try {
      this.#voice = new MeteredSound(context, link.sound, (level) => {
        this.#change(() => this.#turns.agent(level > voiceLevel, this.#now))
      })
    } catch (error) {
      this.#link = null
      connection.abort()
      link.close()
      throw error
    }
    this.renderer.connectMediaStream(this.#voice.stream)
    connection.signal.addEventListener('abort', () => link.close())
    this.#change(() => this.#turns.connect())
    this.#emit('connected')
  }

  #disconnect() {
    this.#link = null
    if (this.#voice) {
      // The mouth must not stay open on what was being said.
      this.renderer.interrupt()
      this.renderer.connectMediaStream(null)
      this.#voice.close()
    }
    this.#voice = null
    this.#change(() => this.#turns.disconnect())
  }

  /**
   * @param {AbortController} life
   * @param {FlexatarError | null} error
   */
  async #lose(life, error) {
    this.#disconnect()
    if (error === null) {
      this.stop()
      this.#emit('ended')
      return
    }
    // Who refuses once would refuse again.
    for (let attempt = 1; attempt <= this.#tries && error.code !== 'agent-refused'; attempt++) {
      this.#emit('reconnecting', { attempt })
      await new Promise((resolve) => setTimeout(resolve, Math.min(longestWait, firstWait * 2 ** (attempt - 1))))
      if (life.signal.aborted) return
      try {
        return await this.#connect(life)
      } catch (failure) {
        if (life.signal.aborted) return
        error = failure instanceof FlexatarError ? failure : new AgentError('bad-agent', String(failure))
      }
    }
    this.stop()
    this.#fail(error)
  }

  // MARK: Turns

  get #now() { return SoundInput.shared?.currentTime ?? 0 }

  get #bargesIn() { return this.#options.bargeIn ?? true }

  /** @param {AbortSignal} signal */
  async #openMicrophone(signal) {
    const wanted = this.#options.microphone ?? true
    if (!wanted) return
    const stream = wanted === true
      ? await FtarRenderer.openMicrophone({ echoCancellation: true, noiseSuppression: true, autoGainControl: true })
      : wanted
    if (signal.aborted) {
      if (stream !== wanted) stream.getTracks().forEach((track) => track.stop())
      return
    }
    this.#microphone = stream
    this.#activity = new VoiceActivity()
    this.#ear = new MeteredSound(/** @type {AudioContext} */ (SoundInput.shared), stream, (level, seconds) => {
      const isVoice = this.#activity.hear(level, seconds, this.state === 'speaking' ? echoMargin : 0)
      let isBargeIn = false
      this.#change(() => { isBargeIn = this.#turns.user(isVoice, this.#now, this.#activity.isSounding) })
      if (isBargeIn && this.#bargesIn) this.#interrupt('voice')
    })
    // Nobody hears the user here.
    this.#ear.open = false
    this.#watch(stream.getAudioTracks()[0], signal)
  }

  /**
   * An agent that cannot hear does not listen: its talk ends with its microphone.
   * @param {MediaStreamTrack} track
   * @param {AbortSignal} signal
   */
  #watch(track, signal) {
    const isMicrophone = isDevice(track)
    if (track.readyState === 'ended') throw endedError(isMicrophone)
    track.addEventListener('ended', () => {
      const error = endedError(isMicrophone)
      const hasStarted = this.#hasStarted
      this.#end(error)
      // Whoever waits for the beginning hears it there.
      if (hasStarted) this.#fail(error)
    }, { signal })
  }

  /** @param {'voice' | 'agent' | 'call'} by */
  #interrupt(by) {
    // Who hears the user while it thinks knows what to do.
    const isDue = this.state === 'thinking' || this.#turns.isReplying
    if (this.state !== 'speaking' && !(isDue && by === 'call')) return 0
    const position = this.#turns.interrupt(this.#now)
    this.renderer.interrupt()
    this.#settle()
    if (this.#link?.interrupt?.(position) === true) this.#turns.waitForEnd()
    this.#emit('interrupted', { position, by })
    return position
  }

  /** @param {() => void} act */
  #change(act) {
    act()
    this.#settle()
  }

  /** Lets the gate and the page know what has become of the turns. */
  #settle() {
    if (this.#voice) this.#gate(!this.#turns.isMuted)
    const { state } = this.#turns
    if (state === this.#told) return
    const before = this.#told
    this.#told = state
    this.#emit('state', { state, before })
  }

  #isOpen = true
  /** @param {boolean} isOpen */
  #gate(isOpen) {
    if (isOpen === this.#isOpen || !this.#voice) return
    this.#isOpen = isOpen
    this.#voice.open = isOpen
  }

  /**
   * @param {string} name
   * @param {unknown} [detail]
   */
  #emit(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })) }

  /**
   * An error that nobody handles (`event.preventDefault()`) goes to the console.
   * @param {FlexatarError} error
   */
  #fail(error) {
    if (this.dispatchEvent(new CustomEvent('error', { detail: error, cancelable: true }))) console.error(error)
  }
}
