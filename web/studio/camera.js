import { element } from '../pages/element.js'
import { openCamera } from '../sdk/camera-input.js'
import { FtarLens } from '../sdk/lens.js'
import { lay, ring } from './rings.js'
import { button } from './view.js'
import { say, sayAdvice } from './words.js'

/**
 * A photo by the camera, with guidance while it looks, or null if the user thinks better of it. What the lens refuses is not
 * taken: the person is there to do better.
 * @returns {Promise<Blob | null>}
 */
export async function takePhoto() {
  const video = /** @type {HTMLVideoElement} */ (element('video', { autoplay: '', muted: '', playsinline: '' }))
  const people = element('div.rings', { role: 'group', 'aria-label': say('whoIsIt'), dir: 'ltr' })
  const finder = element('div.finder', {}, video, people)
  const hint = element('p.hint', { role: 'status', id: 'hint' }, say('cameraOpening'))
  const dialog = /** @type {HTMLDialogElement} */ (element('dialog.camera', { 'aria-label': say('takePhoto') }))
  const shutter = /** @type {HTMLButtonElement} */ (button('button.main', () => {
    if (shutter.getAttribute('aria-disabled') !== 'true') dialog.close('photo')
  }, { disabled: '', 'aria-describedby': 'hint' }, say('shutter')))
  dialog.append(finder, hint, element('div.row', {}, button('button', () => dialog.close(), {}, say('cancel')), shutter))
  document.body.append(dialog)
  dialog.showModal()
  const closed = new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }))
  const lens = new FtarLens()
  lens.addEventListener('look', (event) => {
    const look = /** @type {CustomEvent<import('../sdk/lens.js').Look>} */ (event).detail
    const words = look.advice ? sayAdvice(look.advice) : say('lens.good')
    if (hint.textContent !== words) hint.textContent = words
    finder.classList.toggle('good', look.isGood)
    // A disabled button would lose the focus.
    shutter.setAttribute('aria-disabled', String(!look.isGood))
    const hadFocus = people.contains(document.activeElement)
    showPeople(people, finder, lens, look)
    if (hadFocus && !people.contains(document.activeElement)) shutter.focus()
  })
  // Guidance is a help: a photo may be taken without it.
  lens.addEventListener('error', (event) => {
    event.preventDefault()
    hint.textContent = say('lookStraight')
    shutter.setAttribute('aria-disabled', 'false')
    people.replaceChildren()
  })
  /** @type {MediaStream | null} */
  let stream = null
  let isUnplugged = false
  try {
    try {
      stream = await openCamera({ width: { ideal: 1920 }, height: { ideal: 1080 } })
      stream.getVideoTracks()[0].addEventListener('ended', () => {
        // What has been taken before is a photo.
        if (!dialog.open) return
        isUnplugged = true
        // Its last picture would stand still, and be judged and taken.
        lens.close()
        video.srcObject = null
        people.replaceChildren()
        finder.classList.remove('good')
        shutter.setAttribute('aria-disabled', 'true')
        hint.textContent = say('problem.camera-unplugged')
      })
      video.srcObject = stream
      video.muted = true
      await video.play()
      hint.textContent = say('lookStraight')
      lens.watch(video)
      shutter.disabled = false
      shutter.focus()
    } catch (error) {
      const isMissing = /** @type {any} */ (error).code === 'camera-missing'
      if (!isUnplugged) hint.textContent = say(isMissing ? 'problem.camera-missing' : 'problem.camera-refused')
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
 * Rings the faces where there are several; a ring's press chooses its face.
 * @param {HTMLElement} people lies on the finder
 * @param {HTMLElement} finder covered by the mirrored video
 * @param {FtarLens} lens
 * @param {import('../sdk/lens.js').Look} look
 */
function showPeople(people, finder, lens, { faces, face: chosen, width, height }) {
  // In the mirror the first from the left is the last.
  const shown = faces.length > 1 ? [...faces].reverse() : []
  const shape = (width * finder.clientHeight) / (height * finder.clientWidth)
  Object.assign(people.style, { width: `${100 * Math.max(1, shape)}%`, height: `${100 * Math.max(1, 1 / shape)}%` })
  while (people.children.length > shown.length) people.lastElementChild?.remove()
  shown.forEach((face, index) => {
    const one = /** @type {HTMLElement} */ (people.children[index]
      ?? people.appendChild(ring(index + 1, () => lens.choose(lens.newest?.faces.at(-1 - index) ?? null))))
    one.setAttribute('aria-pressed', String(face === chosen))
    lay(one, { ...face.box, x: width - face.box.x - face.box.width }, width, height)
  })
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
