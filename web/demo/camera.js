// A virtual camera with its studio, as a customer's page has it. `?user=anna` is one of the visitor's users; without one
// everything stays on this device.
import { FtarRenderer } from '../sdk/easy-renderer.js'
import { VCAM } from '../sdk/vcam.js'
import { token, user } from './customer.js'

const element = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id))
if (user) element('user').textContent = ` of ${user}`

// The studio's language, theme and controls may be chosen in this page's address, too.
const camera = new VCAM(token, { url: `/studio/index.html${location.search}` })
camera.mount(element('camera'))
camera.addEventListener('error', (event) => {
  event.preventDefault()
  hint(/** @type {CustomEvent} */ (event).detail.message, true)
})

/** @param {string} text */
function hint(text, bad = false) {
  element('hint').textContent = text
  element('hint').classList.toggle('bad', bad)
}

/** @type {MediaStream | null} */
let microphone = null
const player = new Audio()
const listener = new Audio()

function stop() {
  camera.renderer.interrupt()
  camera.src = null
  microphone?.getTracks().forEach((track) => track.stop())
  microphone = null
  player.pause()
  listener.srcObject = null
  element('microphone').setAttribute('aria-pressed', 'false')
  element('silence').disabled = true
  hint('')
}

element('microphone').onclick = async () => {
  const wasOpen = microphone !== null
  stop()
  if (wasOpen) return
  try {
    const opened = await FtarRenderer.openMicrophone()
    // Of two clicks before the permission the first counts.
    if (microphone) return opened.getTracks().forEach((track) => track.stop())
    camera.src = microphone = opened
    element('microphone').setAttribute('aria-pressed', 'true')
    element('silence').disabled = false
    hint('Listening. The sound is muted here, so that it does not echo.')
  } catch (error) {
    hint(/** @type {Error} */ (error).message, true)
  }
}

element('sound').onchange = async () => {
  const [file] = element('sound').files
  element('sound').value = ''
  if (!file) return
  stop()
  if (player.src) URL.revokeObjectURL(player.src)
  player.src = URL.createObjectURL(file)
  try {
    listener.srcObject = camera.renderer.connectMediaStream(player)
    await Promise.all([player.play(), listener.play()])
    element('silence').disabled = false
    hint(file.name)
  } catch {
    stop()
    hint(`${file.name} is not a sound that this browser can play.`, true)
  }
}
player.onended = stop
element('silence').onclick = stop
// For the curious, in the console.
Object.assign(globalThis, { camera })
