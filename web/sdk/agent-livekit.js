import { AgentError } from './errors.js'

/**
 * What of livekit-client's Room is used.
 * @typedef {object} LiveKitRoom
 * @property {(name: string, handler: (...values: any[]) => void) => unknown} on
 * @property {(name: string, handler: (...values: any[]) => void) => unknown} off
 * @property {Map<string, LiveKitParticipant>} remoteParticipants
 * @property {{identity: string, performRpc(call: {destinationIdentity: string, method: string, payload: string}): Promise<string>}} localParticipant
 * @property {(topic: string, handler: (reader: any, from: {identity: string}) => void) => void} [registerTextStreamHandler]
 * @property {(topic: string) => void} [unregisterTextStreamHandler]
 *
 * @typedef {object} LiveKitParticipant
 * @property {string} identity
 * @property {{[name: string]: string}} attributes
 * @property {Map<string, {kind: string, track?: {mediaStreamTrack: MediaStreamTrack}}>} trackPublications
 */

/** From joining to the agent's voice, milliseconds. */
const longestWait = 15_000

/**
 * The voice agent in a LiveKit room that is connected already; the page publishes the microphone itself.
 *
 *     await room.connect(url, token)
 *     new AvatarAgent({ connect: livekitAgent(room), microphone: false, … })
 *
 * The agent says its state in the attribute `lk.agent.state` and what is said in text streams of the topic
 * `lk.transcription`. LiveKit ends an interrupted reply itself when its own ear hears the user; of an interruption here it
 * learns by `interrupt`, which may call an RPC of the agent's. What it says until its state changes is not heard.
 * @param {LiveKitRoom} room stays the caller's to leave
 * @param {object} options
 * @param {string} [options.identity] of the agent where several speak
 * @param {(position: number, identity: string) => unknown} [options.interrupt] seconds of the reply that were heard, and whose
 * @returns {import('./agent-link.js').AgentAdapter}
 */
export function livekitAgent(room, { identity, interrupt } = {}) {
  return ({ report, signal }) => new Promise((resolve, reject) => {
    /** @type {string | null} */
    let agent = null
    /** @type {string | undefined} */
    let state
    /** @param {LiveKitParticipant} participant */
    const isAgent = (participant) => participant.identity === (agent ?? identity ?? participant.identity)
    /** @type {[string, (...values: any[]) => void][]} */
    const handlers = [
      ['trackSubscribed', (track, _, participant) => { if (track.kind === 'audio') take(track.mediaStreamTrack, participant) }],
      ['participantDisconnected', (participant) => { if (participant.identity === agent) lose('The agent has left the room.') }],
      ['disconnected', () => lose('The room has closed.')],
      ['participantAttributesChanged', (changed, participant) => {
        if (isAgent(participant)) tell(changed['lk.agent.state'])
      }],
    ]
    const close = () => {
      clearTimeout(timer)
      for (const [name, handler] of handlers) room.off(name, handler)
      room.unregisterTextStreamHandler?.('lk.transcription')
    }
    /** @param {string} message */
    const lose = (message) => {
      close()
      const error = new AgentError('agent-lost', message)
      if (agent === null) reject(error)
      else report.lost(error)
    }
    const timer = setTimeout(() => {
      close()
      reject(new AgentError('agent-unreachable', 'No agent has spoken up in the room.'))
    }, longestWait)
    /** @param {string | undefined} changed undefined: it was another attribute */
    const tell = (changed) => {
      if (changed === undefined) return
      state = changed
      if (state === 'speaking') report.reply()
      else report.replyEnd()
      if (state === 'thinking') report.thinking()
    }
    /** @param {number} position */
    const cut = (position) => {
      const call = async () => interrupt?.(position, agent ?? '')
      call().catch((error) => console.warn(`The agent was not interrupted: ${error}`))
      return state === 'speaking'
    }
    /** @param {MediaStreamTrack} sound @param {LiveKitParticipant} participant */
    const take = (sound, participant) => {
      if (agent !== null || !isAgent(participant)) return
      agent = participant.identity
      clearTimeout(timer)
      state = participant.attributes['lk.agent.state']
      resolve({ sound, interrupt: cut, close })
    }
    for (const [name, handler] of handlers) room.on(name, handler)
    room.registerTextStreamHandler?.('lk.transcription', async (reader, from) => {
      const who = from.identity === room.localParticipant.identity ? 'user' : 'agent'
      const line = reader.info.attributes?.['lk.segment_id']
      let text = ''
      for await (const piece of reader) report.transcript({ who, text: text += piece, isFinal: false, line })
      // The agent's words are one stream to a line, which its end makes final; of the user's each guess is a stream of its own.
      if (reader.info.attributes?.['lk.transcription_final'] !== 'false') report.transcript({ who, text, isFinal: true, line })
    })
    signal.addEventListener('abort', () => {
      close()
      reject(signal.reason)
    })
    for (const participant of room.remoteParticipants.values()) {
      for (const { kind, track } of participant.trackPublications.values()) {
        if (kind === 'audio' && track) take(track.mediaStreamTrack, participant)
      }
    }
  })
}
