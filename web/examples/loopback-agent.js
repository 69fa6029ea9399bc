/** What the agent says, and when each word begins, seconds. */
const words = 'Hello! I was one photo, a moment ago. Now I can say whatever you like.'.split(' ')
const pace = 0.3

/**
 * As much of livekit-client's Room as the example needs, without its server: an agent is in it that says one thing, with
 * LiveKit's states and transcripts, and can be interrupted by RPC.
 */
export class Room {
  remoteParticipants = new Map()
  localParticipant = {
    identity: 'visitor',
    setMicrophoneEnabled: async () => {},
    sendText: async () => this.#answer(),
    performRpc: async ({ method }) => {
      if (method !== 'interrupt') throw new Error(`There is no ${method}.`)
      this.#stop()
      return ''
    },
  }
  #agent = { identity: 'agent', attributes: { 'lk.agent.state': 'listening' }, trackPublications: new Map() }
  /** @type {{[name: string]: (...values: any[]) => void}} */
  #handlers = {}
  /** @type {((reader: any, from: {identity: string}) => void) | null} */
  #takeText = null
  #segments = 0
  #stop = () => {}

  on(name, handler) { this.#handlers[name] = handler }
  off(name) { delete this.#handlers[name] }
  registerTextStreamHandler(_, handler) { this.#takeText = handler }
  unregisterTextStreamHandler() { this.#takeText = null }

  async connect() {
    this.context = new AudioContext()
    await this.context.resume()
    this.voice = new MediaStreamAudioDestinationNode(this.context)
    this.speech = await this.context.decodeAudioData(await (await fetch('/files/sample.wav')).arrayBuffer())
    const [mediaStreamTrack] = this.voice.stream.getTracks()
    this.#agent.trackPublications.set('voice', { kind: 'audio', track: { mediaStreamTrack } })
    this.remoteParticipants.set('agent', this.#agent)
  }

  async #answer() {
    this.#stop()
    this.#become('thinking')
    await new Promise((resolve) => setTimeout(resolve, 600))
    const source = new AudioBufferSourceNode(this.context, { buffer: this.speech })
    const spoken = new Promise((resolve) => { source.onended = resolve })
    source.connect(this.voice)
    source.start()
    this.#stop = () => source.stop()
    this.#become('speaking')
    const info = { attributes: { 'lk.segment_id': `SG_${++this.#segments}`, 'lk.transcription_final': 'false' } }
    this.#takeText?.(Object.assign(said(spoken, info), { info }), this.#agent)
    await spoken
    this.#become('listening')
  }

  #become(state) {
    const changed = { 'lk.agent.state': state }
    Object.assign(this.#agent.attributes, changed)
    this.#handlers.participantAttributesChanged?.(changed, this.#agent)
  }
}

/** Word by word, as long as it lasts; its end makes the line final, as LiveKit's does. */
async function* said(spoken, info) {
  let isOver = false
  spoken.then(() => { isOver = true })
  for (const word of words) {
    if (isOver) break
    yield `${word} `
    await Promise.race([spoken, new Promise((resolve) => setTimeout(resolve, 1000 * pace))])
  }
  info.attributes['lk.transcription_final'] = 'true'
}
