import { ask, gatheredOffer, openPeer, soundOf } from './agent-link.js'

/**
 * An agent behind an endpoint that answers one offer: WHIP (RFC 9725) and WHEP take and give `application/sdp`; others
 * take `{sdp, type}` as JSON and answer in kind.
 *
 *     new AvatarAgent({ connect: offerAgent('https://example.com/whep/agent'), … })
 *
 * @param {string} url
 * @param {object} options
 * @param {string} [options.token] sent as `Authorization: Bearer`
 * @param {'sdp' | 'json'} [options.format]
 * @param {RTCConfiguration} [options.configuration] of the peer connection
 * @returns {import('./agent-link.js').AgentAdapter}
 */
export function offerAgent(url, { token, format = 'sdp', configuration } = {}) {
  const headers = {
    'Content-Type': format === 'json' ? 'application/json' : 'application/sdp',
    ...token && { Authorization: `Bearer ${token}` },
  }
  return async (wish) => {
    const peer = openPeer(wish, configuration)
    const sound = soundOf(peer, wish.report, wish.signal)
    // Whatever fails below is told by what is thrown there.
    sound.catch(() => {})
    // The resource that WHIP and WHEP end with DELETE.
    let resource = ''
    const end = () => {
      peer.close()
      if (resource) fetch(resource, { method: 'DELETE', headers, keepalive: true }).catch(() => {})
    }
    try {
      const sdp = await gatheredOffer(peer)
      const body = format === 'json' ? JSON.stringify({ sdp, type: 'offer' }) : sdp
      const answer = await ask(wish.signal, url, { method: 'POST', headers, body })
      const location = answer.headers.get('Location')
      if (location) resource = new URL(location, answer.url).href
      const text = await answer.text()
      await peer.setRemoteDescription({ type: 'answer', sdp: format === 'json' ? JSON.parse(text).sdp : text })
      return { sound: await sound, close: end }
    } catch (error) {
      end()
      throw error
    }
  }
}
