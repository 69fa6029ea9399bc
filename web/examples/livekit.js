import { FtarRenderer } from '/sdk/easy-renderer.js'
import { avatarProcessors } from '/sdk/livekit.js'
// With livekit-client: `import { Room } from 'livekit-client'`, then `room.connect(url, token)`.
import { Room } from '/examples/loopback-room.js'

document.getElementById('join').onclick = async () => {
  const renderer = new FtarRenderer('/files', document.createElement('canvas'))
  await renderer.readyPromise
  renderer.size = { width: 480, height: 480 }
  await renderer.setAvatar(1, '/files/default.ftar')

  const room = new Room()
  await room.connect(document.getElementById('far'))
  const camera = await room.localParticipant.setCameraEnabled(true)
  const microphone = await room.localParticipant.setMicrophoneEnabled(true)

  const { video, audio } = avatarProcessors(renderer)
  await microphone.track.setProcessor(audio)
  await camera.track.setProcessor(video)
  document.getElementById('status').textContent = 'This is what the others see and hear.'
}
