import { AgentError, UnsupportedError } from './errors.js'

/**
 * What connects an `AvatarAgent` with a voice agent: a function that opens the connection and tells what happens on it.
 *
 * @typedef {object} AgentLink
 * @property {import('./agent-sound.js').AgentSoundSource} sound the agent's voice
 * @property {(position: number) => unknown} [interrupt] the user has interrupted: so many seconds of the reply were heard, 0 of
 *   one that is still thought of. True: the agent may go on and its end will be told, so that its pauses do not count as one
 * @property {(text: string) => void} [say] what the user types
 * @property {() => void} close
 *
 * @typedef {{who: 'agent' | 'user', text: string, isFinal: boolean, line?: string}} Transcript `text` is the line as a whole, so
 *   far; `line` its name, where the agent gives it one
 *
 * @typedef {object} AgentReport what an adapter tells; none of it is a must
 * @property {() => void} reply a reply begins: its sound is not what was interrupted before
 * @property {() => void} replyEnd all of the reply's sound has been sent
 * @property {() => void} thinking the user's turn is over
 * @property {(error?: import('./errors.js').FlexatarError) => void} noReply there will be no answer to it; why, where that is a failure
 * @property {() => void} bargeIn the agent's own ear has heard the user
 * @property {(line: Transcript) => void} transcript
 * @property {(entries: import('./script.js').ScriptEntry[], at?: number) => void} visemes what the reply says and when,
 *   `at` when the script's time 0 leaves the agent, milliseconds on `performance.now()`
 * @property {(error: import('./errors.js').FlexatarError | null) => void} lost the connection has ended; null: as it should
 *
 * @typedef {object} AgentWish
 * @property {MediaStreamTrack | null} microphone
 * @property {AudioContext} context whose nodes may be given as `sound`
 * @property {AgentReport} report
 * @property {AbortSignal} signal the connection is no longer wanted
 *
 * @typedef {(wish: AgentWish) => Promise<AgentLink>} AgentAdapter
 */

/** A peer that is out of reach for longer has gone, milliseconds: networks change. */
const longestAbsence = 4000
/** How long an answer is waited for, and from an offer to sound, milliseconds. */
const longestWait = 15_000

/**
 * @param {AgentWish['signal']} signal
 * @param {string} url
 * @param {RequestInit} request
 * @returns {Promise<Response>} a good answer; else an `AgentError` `agent-refused` or `agent-unreachable`
 */
export const ask = async (signal, url, request) => accepted(await reach(signal, url, request))

/**
 * @param {AgentWish['signal']} signal
 * @param {string} url
 * @param {RequestInit} request
 * @returns {Promise<Response>} any answer; else an `AgentError` `agent-unreachable`
 */
export async function reach(signal, url, request) {
  const waiting = new AbortController()
  const giveUp = () => waiting.abort(signal.reason)
  if (signal.aborted) giveUp()
  signal.addEventListener('abort', giveUp)
  const timer = setTimeout(giveUp, longestWait)
  try {
    return await fetch(url, { ...request, signal: waiting.signal })
  } catch (error) {
    if (signal.aborted) throw error
    throw new AgentError('agent-unreachable', 'The agent cannot be reached; check the connection and try again.')
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', giveUp)
  }
}

/**
 * @param {Response} response
 * @returns {Promise<Response>} a good one; else an `AgentError` `agent-refused`
 */
export async function accepted(response) {
  if (response.ok) return response
  const detail = await response.json().then((body) => body.detail ?? body.error?.message, () => null)
  throw new AgentError('agent-refused', `The agent refuses: ${detail ?? `status ${response.status}`}.`.replace(/\.\.$/, '.'))
}

/**
 * The sound of a peer connection and its end.
 * @param {RTCPeerConnection} peer
 * @param {AgentReport} report
 * @param {AbortSignal} signal
 * @returns {Promise<MediaStreamTrack>} the first track of sound from the other end
 */
export function soundOf(peer, report, signal) {
  watch(peer, report, signal)
  return new Promise((resolve, reject) => {
    const known = peer.getReceivers().map(({ track }) => track).find(({ kind, readyState }) => kind === 'audio' && readyState === 'live')
    if (known) return resolve(known)
    const timer = setTimeout(() => {
      reject(new AgentError('agent-unreachable', 'No sound has come from the agent.'))
    }, longestWait)
    const end = () => {
      clearTimeout(timer)
      reject(new AgentError('agent-lost', 'The connection to the agent has ended.'))
    }
    if (signal.aborted) return end()
    signal.addEventListener('abort', end)
    peer.addEventListener('track', ({ track }) => {
      if (track.kind !== 'audio') return
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve(track)
    })
  })
}

/**
 * @param {RTCPeerConnection} peer
 * @param {AgentReport} report
 * @param {AbortSignal} signal
 */
function watch(peer, report, signal) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  const gone = () => {
    clearTimeout(timer)
    if (!signal.aborted) report.lost(new AgentError('agent-lost', 'The connection to the agent has been lost.'))
  }
  /** @param {Event} event */
  const hangUp = (event) => {
    if (/** @type {RTCDtlsTransport} */ (event.target).state === 'closed') gone()
  }
  const look = () => {
    clearTimeout(timer)
    switch (peer.connectionState) {
      case 'failed': case 'closed': gone(); break
      case 'disconnected': timer = setTimeout(gone, longestAbsence); break
      case 'connected':
        // Who hangs up ends the encryption at once; the connection itself notices 5 to 10 s later.
        for (const { transport } of peer.getReceivers()) transport?.addEventListener('statechange', hangUp, { signal })
    }
  }
  look()
  peer.addEventListener('connectionstatechange', look, { signal })
  signal.addEventListener('abort', () => clearTimeout(timer))
}

/** Browsers may lack WebRTC: WebKitGTK does. */
const hasPeers = () => typeof RTCPeerConnection === 'function'

/**
 * A peer connection that sends the microphone and takes sound.
 * @param {AgentWish} wish
 * @param {RTCConfiguration} [configuration]
 * @returns {RTCPeerConnection} else an `UnsupportedError`
 */
export function openPeer({ microphone, signal }, configuration) {
  if (!hasPeers()) throw new UnsupportedError('unsupported', 'This browser has no WebRTC, over which the agent speaks.')
  const peer = new RTCPeerConnection(configuration)
  signal.addEventListener('abort', () => peer.close())
  if (microphone) peer.addTransceiver(microphone, { direction: 'sendrecv' })
  else peer.addTransceiver('audio', { direction: 'recvonly' })
  return peer
}

/**
 * The offer with the candidates that are known within a second.
 * @param {RTCPeerConnection} peer
 */
export async function gatheredOffer(peer) {
  await peer.setLocalDescription()
  await new Promise((resolve) => {
    if (peer.iceGatheringState === 'complete') return resolve(null)
    setTimeout(resolve, 1000)
    peer.addEventListener('icegatheringstatechange', () => peer.iceGatheringState === 'complete' && resolve(null))
  })
  return /** @type {RTCSessionDescription} */ (peer.localDescription).sdp
}

/**
 * A stream, a track or a peer connection of the page's own as an adapter.
 * @param {unknown} source
 * @returns {AgentAdapter} else an `AgentError` `bad-agent`
 */
export function adapterOf(source) {
  if (hasPeers() && source instanceof RTCPeerConnection) {
    return async ({ report, signal }) => ({ sound: await soundOf(source, report, signal), close() {} })
  }
  if (source instanceof MediaStream || source instanceof MediaStreamTrack) {
    return async ({ report, signal }) => {
      const track = source instanceof MediaStreamTrack ? source : source.getAudioTracks()[0]
      track?.addEventListener('ended', () => report.lost(null), { signal })
      return { sound: source, close() {} }
    }
  }
  throw new AgentError('bad-agent', '`connect` is a stream, a track, a peer connection or an adapter.')
}
