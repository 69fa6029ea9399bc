import { element } from '../pages/element.js'
import { FtarLens } from '../sdk/lens.js'
import { lay, ring } from './rings.js'
import { button } from './view.js'
import { say, sayAdvice } from './words.js'

/**
 * The photo to make a face of; where it shows several people, the user chooses one. What could be better about
 * it is said first. What creation refuses, or the lens cannot read, is left to creation.
 * @param {Blob} photo
 * @param {() => void} another called where the user would rather choose another photo
 * @returns {Promise<import('../sdk/lens.js').TakenPhoto | null>} null: the user thinks better of it
 */
export async function onePerson(photo, another) {
  const lens = new FtarLens()
  try {
    const look = await lens.look(photo).catch(() => null)
    if (!look?.face) return photo
    /** @type {import('../sdk/lens.js').TakenPhoto} */
    let person = photo
    if (look.faces.length > 1) {
      const chosen = await chooseFace(photo, look)
      if (!chosen) return null
      lens.choose(chosen)
      person = await lens.take()
    }
    const face = lens.newest?.face
    // Other people are left out.
    const advice = face?.isUsable ? face.advice.filter(({ code }) => code !== 'other-people') : []
    if (advice.length === 0) return person
    const list = element('ul.advice', {}, ...advice.map((one) => element('li', {}, sayAdvice(one))))
    const answer = await ask(say('betterPhoto'), list, { another: say('anotherPhoto'), use: say('useAnyway') })
    if (answer === 'another') another()
    return answer === 'use' ? person : null
  } finally {
    lens.close()
  }
}

/**
 * Shows the photo with a ring round each face.
 * @param {Blob} photo
 * @param {import('../sdk/lens.js').Look} look
 * @returns {Promise<import('../sdk/lens.js').LensFace | null>}
 */
async function chooseFace(photo, { faces, width, height }) {
  const rings = faces.map((face, index) => {
    const one = ring(index + 1, () => one.closest('dialog')?.close(String(index)))
    lay(one, face.box, width, height)
    return one
  })
  const address = URL.createObjectURL(photo)
  const picture = element('div.people', { dir: 'ltr' },
    element('img', { src: address, alt: '', width: String(width), height: String(height) }), ...rings)
  const answer = await ask(say('whoIsIt'), picture, { '': say('cancel') })
  URL.revokeObjectURL(address)
  return faces[Number(answer || NaN)] ?? null
}

/**
 * @param {string} title
 * @param {HTMLElement} content
 * @param {{[answer: string]: string}} answers with their words
 * @returns {Promise<string>} '' where the dialog is closed without one
 */
function ask(title, content, answers) {
  return new Promise((resolve) => {
    const buttons = Object.entries(answers).map(([answer, word]) => button('button', () => dialog.close(answer), {}, word))
    const dialog = /** @type {HTMLDialogElement} */ (element('dialog.camera', { 'aria-label': title },
      element('h2', {}, title), content, element('div.row', {}, ...buttons)))
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(dialog.returnValue)
    }, { once: true })
    document.body.append(dialog)
    dialog.showModal()
  })
}
