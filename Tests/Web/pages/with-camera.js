// What a page adds so that its visitors have an avatar among their devices; the call page's own code follows as it is.
import { FtarRenderer } from '/sdk/easy-renderer.js'
import { installVirtualCamera } from '/sdk/virtual-camera.js'

installVirtualCamera(async () => {
  const renderer = new FtarRenderer('/files', document.createElement('canvas'), { seed: 7 })
  await renderer.readyPromise
  await renderer.setAvatar(1, '/files/default.ftar')
  // Nothing but the mouth moves: the tests look for it.
  renderer.still = true
  renderer.mood = 0
  const voice = await FtarRenderer.openMicrophone({ echoCancellation: false, noiseSuppression: false, autoGainControl: false })
  renderer.connectMediaStream(voice)
  globalThis.avatar = renderer
  return Object.assign(renderer, {
    close() {
      voice.getTracks().forEach((track) => track.stop())
      renderer.destroy()
    },
  })
}, { label: 'Ada' })
