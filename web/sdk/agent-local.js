import { AgentError } from './errors.js'
import { loadWorklet, tapSound } from './sound-nodes.js'

/** The microphone's sound is sent in pieces of so many samples; what waits for longer than that is dropped. */
const piece = 1024
const longestQueue = 1 << 18
/** A reply's first sound is played so much later than it has come, seconds. */
const head = 0.03

/**
 * The agent that runs with the service: `flexatar agent` (docs/agents.md). Needs no account.
 *
 *     new AvatarAgent({ connect: localAgent('ws://localhost:8083/'), … })
 *
 * @param {string} url
 * @param {{onNote?: (note: {hears: boolean, note: string | null}) => void}} options `onNote` is told at the beginning
 *   whether the agent hears, and what is missing on its machine
 * @returns {import('./agent-link.js').AgentAdapter}
 */
export function localAgent(url, { onNote = () => {} } = {}) {
  return (wish) => new Promise((resolve, reject) => {
    const socket = new WebSocket(url)
    socket.binaryType = 'arraybuffer'
    const talk = new Talk(wish, socket)
    /** @type {AgentError | null} */
    let reason = null
    let isOpen = false
    wish.signal.addEventListener('abort', () => socket.close())
    socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', rate: wish.context.sampleRate }))
    socket.onmessage = ({ data }) => {
      if (typeof data !== 'string') return talk.take(data)
      const message = JSON.parse(data)
      if (message.type === 'error' && !isOpen) {
        reason = new AgentError(message.code === 'busy' ? 'agent-busy' : 'agent-refused', message.message)
      } else if (message.type === 'ready') {
        isOpen = true
        onNote({ hears: message.hears, note: message.note ?? null })
        talk.listen().catch(wish.report.lost)
        resolve({
          sound: talk.output, say: (text) => talk.say(text), interrupt: (position) => talk.interrupt(position),
          close: () => talk.close(),
        })
      } else {
        // Why the connection ends, where it does.
        if (message.type === 'error') reason = new AgentError('agent-refused', message.message)
        talk.hear(message)
      }
    }
    socket.onclose = ({ code }) => {
      talk.close()
      // What was refused once would be refused again; what is lost may come back.
      const isRefused = reason && code === 1008
      if (!isOpen) reject(reason ?? new AgentError('agent-unreachable', 'The local agent does not answer.'))
      else if (!wish.signal.aborted) {
        wish.report.lost(isRefused ? reason : new AgentError('agent-lost', 'The connection to the agent has been lost.'))
      }
    }
  })
}

/** One connection's sound, both ways. */
class Talk {
  /** @type {{rate: number, samples: Int16Array, filled: number, phones: import('./script.js').ScriptEntry[]} | null} */
  #reply = null
  /** @type {AudioBufferSourceNode | null} */ #playing = null
  /** @type {(() => void) | null} */ #deafen = null
  #isClosed = false
  #queue = new Int16Array(piece)
  #queued = 0

  /** @param {import('./agent-link.js').AgentWish} wish @param {WebSocket} socket */
  constructor(wish, socket) {
    this.wish = wish
    this.socket = socket
    this.output = wish.context.createGain()
  }

  /** Sends the microphone from now on. */
  async listen() {
    const { microphone, context } = this.wish
    if (!microphone) return
    await loadWorklet(context, 'tap-worklet.js')
    if (this.#isClosed) return
    const source = context.createMediaStreamSource(new MediaStream([microphone]))
    const { port, stop } = tapSound(source, this.output)
    port.onmessage = ({ data }) => { if (data.samples) this.#send(data.samples) }
    this.#deafen = () => {
      stop()
      source.disconnect()
      port.close()
    }
  }

  /** @param {Float32Array} samples */
  #send(samples) {
    for (const sample of samples) {
      this.#queue[this.#queued++] = Math.max(-1, Math.min(1, sample)) * 32_767
      if (this.#queued < piece) continue
      this.#queued = 0
      if (this.socket.readyState === WebSocket.OPEN && this.socket.bufferedAmount < longestQueue) this.socket.send(this.#queue.slice())
    }
  }

  /** @param {any} message */
  hear(message) {
    const { report } = this.wish
    switch (message.type) {
      case 'thinking': report.thinking(); break
      case 'transcript': report.transcript({ who: message.who, text: message.text, isFinal: true }); break
      case 'reply':
        this.#reply = { rate: message.rate, samples: new Int16Array(message.samples), filled: 0, phones: message.phones }
        break
      case 'reply_end': this.#play(); break
      case 'nothing_heard': report.noReply(); break
      case 'error': report.noReply(new AgentError('agent-refused', message.message))
    }
  }

  /** @param {ArrayBuffer} bytes the next of the reply's sound, little-endian as all machines that run browsers are */
  take(bytes) {
    const reply = this.#reply
    const samples = new Int16Array(bytes)
    if (!reply || reply.filled + samples.length > reply.samples.length) return
    reply.samples.set(samples, reply.filled)
    reply.filled += samples.length
  }

  #play() {
    const { context, report } = this.wish
    const reply = this.#reply
    this.#reply = null
    if (!reply || reply.filled === 0) return
    const buffer = context.createBuffer(1, reply.filled, reply.rate)
    const channel = buffer.getChannelData(0)
    for (let at = 0; at < reply.filled; at++) channel[at] = reply.samples[at] / 32_768
    this.#stop()
    const source = this.#playing = new AudioBufferSourceNode(context, { buffer })
    source.connect(this.output)
    report.reply()
    if (reply.phones.length > 0) report.visemes(reply.phones, performance.now() + 1000 * head)
    source.start(context.currentTime + head)
    this.#tell({ type: 'playing' })
    source.onended = () => {
      if (source !== this.#playing) return
      this.#playing = null
      this.#tell({ type: 'played' })
      report.replyEnd()
    }
  }

  #stop() {
    const source = this.#playing
    this.#playing = null
    source?.stop()
  }

  /** @param {number} position seconds of the reply that were heard */
  interrupt(position) {
    const wasPlaying = this.#playing !== null
    this.#reply = null
    this.#stop()
    // Of what has not begun nothing was heard, but of the reply before it all.
    this.#tell({ type: 'interrupted', ...wasPlaying && { position } })
  }

  /** @param {string} text */
  say(text) { this.#tell({ type: 'say', text }) }

  /** @param {object} message */
  #tell(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message))
  }

  close() {
    this.#isClosed = true
    this.#stop()
    this.#deafen?.()
    this.#deafen = null
    this.socket.close()
  }
}
