import { AvatarAgent } from '/sdk/agent.js'
import { livekitAgent } from '/sdk/agent-livekit.js'
// With livekit-client: `import { Room } from 'livekit-client'`, then `room.connect(url, token)`.
import { Room } from '/examples/loopback-agent.js'

const element = (id) => document.getElementById(id)
const room = new Room()
const agent = new AvatarAgent({
  avatar: '/files/default.ftar', canvas: element('face'), subtitles: element('subtitles'),
  // The room has it.
  microphone: false,
  // The agent's side: `@room.local_participant.register_rpc_method('interrupt')` that calls `session.interrupt()`.
  connect: livekitAgent(room, {
    interrupt: (seconds, destinationIdentity) =>
      room.localParticipant.performRpc({ destinationIdentity, method: 'interrupt', payload: String(seconds) }),
  }),
})

agent.addEventListener('state', ({ detail: { state } }) => {
  element('status').textContent = { idle: '', listening: 'Listening', thinking: 'Thinking', speaking: 'Speaking' }[state]
  element('ask').disabled = state === 'idle'
  element('quiet').disabled = state !== 'speaking'
})
agent.addEventListener('error', (event) => {
  event.preventDefault()
  element('status').textContent = event.detail.message
})

element('join').onclick = async () => {
  element('join').disabled = true
  await room.connect()
  await room.localParticipant.setMicrophoneEnabled(true)
  await agent.start()
}
element('ask').onclick = () => room.localParticipant.sendText('Who are you?', { topic: 'lk.chat' })
element('quiet').onclick = () => agent.interrupt()
