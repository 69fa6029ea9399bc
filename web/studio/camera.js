import { element } from '../pages/element.js'
import { openCamera } from '../sdk/camera-input.js'
import { FtarLens } from '../sdk/lens.js'
import { button } from './view.js'
import { say, sayAdvice } from './words.js'

/**
 * A photo by the camera, with guidance while it looks, or null if the user thinks better of it.
 * @returns {Promise<Blob | null>}
 */
export async function takePhoto() {
  const video = /** @type {HTMLVideoElement} */ (element('video', { autoplay: '', muted: '', playsinline: '' }))
  const finder = element('div.finder', {}, video)
  const hint = element('p.hint', { role: 'status' }, say('cameraOpening'))
  const dialog = /** @type {HTMLDialogElement} */ (element('dialog.camera', { 'aria-label': say('takePhoto') }))
  const shutter = /** @type {HTMLButtonElement} */ (button('button.main', () => dialog.close('photo'), { disabled: '' }, say('shutter')))
  dialog.append(finder, hint, element('div.row', {}, button('button', () => dialog.close(), {}, say('cancel')), shutter))
  document.body.append(dialog)
  dialog.showModal()
  const closed = new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }))
  const lens = new FtarLens()
  lens.addEventListener('look', (event) => {
    const { advice, isGood } = /** @type {CustomEvent<import('../sdk/lens.js').Look>} */ (event).detail
    const words = advice ? sayAdvice(advice.code, advice.message) : say('lens.good')
    if (hint.textContent !== words) hint.textContent = words
    finder.classList.toggle('good', isGood)
  })
  // Guidance is a help: a photo may be taken without it.
  lens.addEventListener('error', (event) => event.preventDefault())
  finder.addEventListener('click', (event) => chooseAt(lens, video, event))
  /** @type {MediaStream | null} */
  let stream = null
  try {
    try {
      stream = await openCamera({ width: { ideal: 1920 }, height: { ideal: 1080 } })
      video.srcObject = stream
      video.muted = true
      await video.play()
      hint.textContent = say('lookStraight')
      lens.watch(video)
      shutter.disabled = false
      shutter.focus()
    } catch (error) {
      hint.textContent = say(/** @type {any} */ (error).code === 'camera-missing' ? 'cameraMissing' : 'cameraRefused')
    }
    await closed
    return dialog.returnValue === 'photo' ? await lens.take().catch(() => still(video)) : null
  } finally {
    lens.close()
    stream?.getTracks().forEach((track) => track.stop())
    dialog.remove()
  }
}

/**
 * Chooses the face that was pointed at, where there are several.
 * @param {FtarLens} lens
 * @param {HTMLVideoElement} video mirrored, covering its box
 * @param {MouseEvent} event
 */
function chooseAt(lens, video, { clientX, clientY }) {
  const faces = lens.newest?.faces ?? []
  if (faces.length < 2) return
  const box = video.getBoundingClientRect()
  const scale = Math.max(box.width / video.videoWidth, box.height / video.videoHeight)
  const x = video.videoWidth / 2 - (clientX - box.left - box.width / 2) / scale
  const y = video.videoHeight / 2 + (clientY - box.top - box.height / 2) / scale
  const away = (/** @type {typeof faces[0]} */ face) => Math.hypot(face.box.x + face.box.width / 2 - x, face.box.y + face.box.height / 2 - y)
  lens.choose(faces.reduce((best, face) => (away(face) < away(best) ? face : best)))
}

/**
 * The picture that a video shows.
 * @param {HTMLVideoElement} video
 * @returns {Promise<Blob>}
 */
async function still(video) {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight)
  canvas.getContext('2d')?.drawImage(video, 0, 0)
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 })
}
