/** The one line that gives a call page's visitors an avatar; `call.js`, which knows nothing of it, follows as it is. */
import { FtarRenderer } from '/sdk/easy-renderer.js'
import { installVirtualCamera } from '/sdk/virtual-camera.js'

/** Starts when somebody takes the device, ends with the last track of it. */
async function start() {
  const renderer = new FtarRenderer('/files', document.createElement('canvas'))
  await renderer.readyPromise
  await renderer.setAvatar(1, '/files/default.ftar')
  const voice = await FtarRenderer.openMicrophone()
  renderer.connectMediaStream(voice)
  return Object.assign(renderer, {
    close() {
      voice.getTracks().forEach((track) => track.stop())
      renderer.destroy({ keepsCanvas: false })
    },
  })
}

if (FtarRenderer.isSupported()) installVirtualCamera(start, { label: 'Flexatar', isDefault: true })
