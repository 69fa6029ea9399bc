import { accepted, ask, openPeer, reach, soundOf } from './agent-link.js'
import { AgentError } from './errors.js'
import { withToken } from './user-token.js'

/**
 * OpenAI's Realtime API over WebRTC. The page never sees the key: the service mints a secret that lives for minutes.
 *
 *     new AvatarAgent({ connect: openaiAgent({ session: '/agent/session', token }), … })
 *
 * Source: OpenAI's Realtime guide, "WebRTC" and "Managing conversations" (interruption and truncation).
 *
 * @param {object} options
 * @param {string} options.session the service's `POST /agent/session`
 * @param {string | (() => Promise<string>)} options.token a user token of the service; a function is asked anew where one has ended
 * @param {string} [options.calls] where offers are answered; the service says it unless told
 * @returns {import('./agent-link.js').AgentAdapter}
 */
export function openaiAgent({ session, token, calls }) {
  return async (wish) => {
    const { report, signal } = wish
    const peer = openPeer(wish)
    try {
      const mint = (/** @type {string} */ bearer) => reach(signal, session, {
        method: 'POST', headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' }, body: '{}',
      })
      const answered = await (typeof token === 'function' ? withToken(token, mint) : mint(token))
      const minted = await (await accepted(answered)).json()
      const sound = soundOf(peer, report, signal)
      // Whatever fails below is told by what is thrown there.
      sound.catch(() => {})
      const events = peer.createDataChannel('oai-events')
      /** @type {object[]} what is said before the channel is open */
      const waiting = []
      const send = (/** @type {object} */ event) => {
        if (events.readyState === 'open') events.send(JSON.stringify(event))
        else waiting.push(event)
      }
      events.onopen = () => waiting.splice(0).forEach(send)
      const conversation = new Conversation(report, send)
      events.onmessage = ({ data }) => conversation.hear(data)
      await peer.setLocalDescription()
      const answer = await ask(signal, calls ?? minted.calls, {
        method: 'POST', headers: { Authorization: `Bearer ${minted.secret}`, 'Content-Type': 'application/sdp' },
        body: peer.localDescription?.sdp,
      })
      await peer.setRemoteDescription({ type: 'answer', sdp: await answer.text() })
      return {
        sound: await sound,
        interrupt: (position) => conversation.interrupt(position),
        say: (text) => conversation.say(text),
        close: () => peer.close(),
      }
    } catch (error) {
      peer.close()
      throw error
    }
  }
}

/** The events of the data channel. There is one response at a time: another may be asked for when `response.done` has come. */
export class Conversation {
  /**
   * What is being heard of the conversation.
   * @type {string | null}
   */
  #item = null
  #texts = { agent: '', user: '' }
  /**
   * The response under way: asked for here, begun (`response.created`), or cancelled and not yet done.
   * @type {'none' | 'asked' | 'active' | 'cancelled'}
   */
  #response = 'none'
  /** Whether the agent's own ear has heard a turn end, which it will answer. */
  #isDue = false
  /** Whether the next response is cancelled as soon as it begins: before that there is nothing to cancel. */
  #isUnwanted = false
  /** Whether another one is asked for when the present one is done. */
  #asksAgain = false
  #asked = 0

  /**
   * @param {import('./agent-link.js').AgentReport} report
   * @param {(event: object) => void} send
   */
  constructor(report, send) {
    this.report = report
    this.send = send
  }

  /** @param {string} data */
  hear(data) {
    const { report } = this
    const event = JSON.parse(data)
    switch (event.type) {
      case 'input_audio_buffer.speech_started':
        this.#isDue = false
        if (this.#response !== 'asked') this.#isUnwanted = false
        report.bargeIn()
        break
      case 'input_audio_buffer.speech_stopped':
        this.#isDue = true
        report.thinking()
        break
      case 'response.created': this.#begin(); break
      case 'response.done': this.#finish(event.response ?? {}); break
      case 'response.output_item.added':
        if (event.item?.type === 'message') this.#item = event.item.id
        break
      case 'output_audio_buffer.stopped':
        this.#item = null
        report.replyEnd()
        break
      // Of what has been cancelled nobody wants to read the rest.
      case 'response.output_audio_transcript.delta': if (this.#response === 'active') this.#tell('agent', event.delta); break
      case 'response.output_audio_transcript.done': if (this.#response === 'active') this.#end('agent', event.transcript); break
      case 'conversation.item.input_audio_transcription.delta': this.#tell('user', event.delta); break
      case 'conversation.item.input_audio_transcription.completed': this.#end('user', event.transcript); break
      case 'error':
        this.#complain(event.error ?? {})
    }
  }

  /**
   * Most errors are about one request and the session goes on; what ends the connection closes it.
   * @param {{code?: string | null, message?: string, event_id?: string | null}} error
   */
  #complain({ code, message: reason = 'an error', event_id: request }) {
    const message = `The agent says: ${reason}`
    if (code === 'session_expired') this.report.lost(new AgentError('agent-lost', message))
    else if (code === 'conversation_already_has_active_response') {
      // Its own ear was faster.
      if (this.#response === 'asked') this.#response = 'active'
      this.#answer()
    } else if (code === 'response_cancel_not_active') {
      // What was cancelled had ended by itself, which is no fault.
      if (this.#response === 'cancelled') this.#finish({})
    } else if (request === this.#request && this.#response === 'asked') {
      this.#finish({ status: 'failed', status_details: { error: { message: reason } } })
    } else console.warn(message)
  }

  get #request() { return `flexatar_${this.#asked}` }

  /** Has the conversation as it is now answered. */
  #answer() {
    this.#asksAgain = this.#response !== 'none'
    if (this.#asksAgain) return this.#drop()
    this.#asked++
    this.#response = 'asked'
    this.#isUnwanted = false
    this.send({ type: 'response.create', event_id: this.#request })
  }

  #begin() {
    const isUnwanted = this.#isUnwanted
    this.#isDue = this.#isUnwanted = false
    this.#response = 'active'
    this.#item = null
    this.#texts.agent = ''
    if (isUnwanted) this.#drop()
    else this.report.reply()
  }

  /** @param {{status?: string, status_details?: {error?: {message?: string} | null} | null}} response */
  #finish({ status, status_details: details }) {
    this.#response = 'none'
    if (this.#asksAgain) this.#answer()
    else if (status === 'failed') {
      this.report.noReply(new AgentError('agent-refused', `The agent says: ${details?.error?.message ?? 'there is no answer'}`))
    } else if (status === 'cancelled') this.report.noReply()
  }

  /** Nobody wants to hear the response that is under way or due. */
  #drop() {
    if (this.#response === 'active') {
      this.#response = 'cancelled'
      this.send({ type: 'response.cancel' })
      this.send({ type: 'output_audio_buffer.clear' })
    } else if (this.#response === 'asked' || this.#isDue) this.#isUnwanted = true
  }

  /** @param {number} position seconds of the reply that were heard */
  interrupt(position) {
    this.#asksAgain = false
    // It is made faster than it sounds.
    if (this.#response === 'none') this.send({ type: 'output_audio_buffer.clear' })
    this.#drop()
    if (this.#item) {
      this.send({
        type: 'conversation.item.truncate', item_id: this.#item, content_index: 0, audio_end_ms: Math.round(1000 * position),
      })
    }
    if (this.#texts.agent) this.#end('agent', `${this.#texts.agent} …`)
    this.#item = null
  }

  /** @param {string} text */
  say(text) {
    this.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
    })
    this.#answer()
    this.report.transcript({ who: 'user', text, isFinal: true })
  }

  /** @param {'agent' | 'user'} who @param {string} delta */
  #tell(who, delta) {
    this.#texts[who] += delta
    this.report.transcript({ who, text: this.#texts[who], isFinal: false })
  }

  /** @param {'agent' | 'user'} who @param {string} text */
  #end(who, text) {
    this.#texts[who] = ''
    this.report.transcript({ who, text, isFinal: true })
  }
}
