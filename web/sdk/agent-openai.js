import { ask, openPeer, soundOf } from './agent-link.js'
import { AgentError } from './errors.js'

/**
 * OpenAI's Realtime API over WebRTC. The page never sees the key: the service mints a secret that lives for minutes.
 *
 *     new AvatarAgent({ connect: openaiAgent({ session: '/agent/session', token }), … })
 *
 * Source: OpenAI's Realtime guide, "WebRTC" and "Managing conversations" (interruption and truncation).
 *
 * @param {object} options
 * @param {string} options.session the service's `POST /agent/session`
 * @param {string | (() => Promise<string>)} options.token a user token of the service
 * @param {string} [options.calls] where offers are answered; the service says it unless told
 * @returns {import('./agent-link.js').AgentAdapter}
 */
export function openaiAgent({ session, token, calls }) {
  return async (wish) => {
    const { report, signal } = wish
    const peer = openPeer(wish)
    try {
      const bearer = typeof token === 'function' ? await token() : token
      const minted = await (await ask(signal, session, {
        method: 'POST', headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' }, body: '{}',
      })).json()
      const sound = soundOf(peer, report, signal)
      // Whatever fails below is told by what is thrown there.
      sound.catch(() => {})
      const events = peer.createDataChannel('oai-events')
      const conversation = new Conversation(report, (event) => {
        if (events.readyState === 'open') events.send(JSON.stringify(event))
      })
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

/** The events of the data channel. */
class Conversation {
  /** @type {string | null} */ #item = null
  #texts = { agent: '', user: '' }

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
      case 'input_audio_buffer.speech_started': report.bargeIn(); break
      case 'input_audio_buffer.speech_stopped': report.thinking(); break
      case 'response.created':
        this.#texts.agent = ''
        report.reply()
        break
      case 'response.output_item.added':
        if (event.item?.type === 'message') this.#item = event.item.id
        break
      case 'output_audio_buffer.stopped': report.replyEnd(); break
      case 'response.output_audio_transcript.delta': this.#tell('agent', event.delta); break
      case 'response.output_audio_transcript.done': this.#end('agent', event.transcript); break
      case 'conversation.item.input_audio_transcription.delta': this.#tell('user', event.delta); break
      case 'conversation.item.input_audio_transcription.completed': this.#end('user', event.transcript); break
      case 'error':
        this.#complain(event.error)
    }
  }

  /**
   * Most errors are about one request and the session goes on; what ends the connection closes it.
   * @param {{code?: string | null, message?: string} | undefined} error
   */
  #complain(error) {
    const message = `The agent says: ${error?.message ?? 'an error'}`
    if (error?.code === 'session_expired') this.report.lost(new AgentError('agent-lost', message))
    // What a cancelled response says of itself is no fault.
    else if (error?.code !== 'response_cancel_not_active') console.warn(message)
  }

  /** @param {number} position seconds of the reply that were heard */
  interrupt(position) {
    this.send({ type: 'response.cancel' })
    this.send({ type: 'output_audio_buffer.clear' })
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
    this.send({ type: 'response.create' })
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
