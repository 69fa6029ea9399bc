/**
 * In the page's own world, before its code: adds the camera and the microphone. Knows neither the avatar nor the
 * settings; both stay in the extension, which only hands over a picture once the page may use the microphone.
 *
 * Messages from and to `bridge.js`, by `postMessage` on this window with the key `flexatar`: `start` is answered by
 * `port` (with the port to the engine, the folder of the extension and the name of the microphone) or `refused`; `off`
 * takes the devices away.
 */
import { installVirtualCamera } from '../sdk/virtual-camera.js'

const { mediaDevices } = navigator

/**
 * @param {string} type
 * @param {(message: any, ports: readonly MessagePort[]) => void} answer
 */
function hear(type, answer) {
  addEventListener('message', ({ source, data, ports }) => {
    if (source === window && data?.flexatar === type) answer(data, ports)
  })
}

/** Secure pages only have devices, and pages inside pages only where they may use the microphone. */
if (mediaDevices) {
  const getUserMedia = MediaDevices.prototype.getUserMedia.bind(mediaDevices)
  const enumerateDevices = MediaDevices.prototype.enumerateDevices.bind(mediaDevices)
  /** @type {((answer: {data?: any, port?: MessagePort}) => void)[]} */
  const waiting = []
  hear('port', (data, [port]) => waiting.shift()?.({ data, port }))
  hear('refused', () => waiting.shift()?.({}))

  /** Asks the bridge, which asks the browser whether this page may have the microphone. */
  const engine = () => new Promise((/** @type {(answer: {data?: any, port?: MessagePort}) => void} */ resolve) => {
    waiting.push(resolve)
    window.postMessage({ flexatar: 'start' }, location.origin)
  })

  const camera = installVirtualCamera(async ({ audio }) => {
    const { deviceId, groupId, ...constraints } = audio ?? {}
    // The browser asks for its permission now: without a voice there is no face.
    let voice = await getUserMedia({ audio: audio ? constraints : true })
    try {
      const { data, port } = await engine()
      if (!port) throw new DOMException('This page may not use the microphone.', 'NotAllowedError')
      const { RemoteAvatar } = await import(data.folder + 'remote-avatar.js')
      voice = await preferred(voice, data.microphone, constraints)
      return await RemoteAvatar.open(port, voice)
    } catch (error) {
      voice.getTracks().forEach((track) => track.stop())
      throw error
    }
  }, { label: 'Flexatar' })
  hear('off', () => camera.uninstall())

  /**
   * The microphone that the person prefers, by its name: ids differ from site to site.
   * @param {MediaStream} voice the browser's choice
   * @param {string} label
   * @param {MediaTrackConstraints} constraints
   */
  const preferred = async (voice, label, constraints) => {
    if (!label || voice.getAudioTracks()[0].label === label) return voice
    const device = (await enumerateDevices()).find((each) => each.kind === 'audioinput' && each.label === label)
    if (!device) return voice
    const other = await getUserMedia({ audio: { ...constraints, deviceId: { exact: device.deviceId } } }).catch(() => voice)
    if (other !== voice) voice.getTracks().forEach((track) => track.stop())
    return other
  }
}
