import { element } from '../pages/element.js'
import { FtarLens } from '../sdk/lens.js'
import { button } from './view.js'
import { say } from './words.js'

/**
 * The photo to make a face of, cut round the one that the user chooses where it shows several people. What the lens cannot
 * read is left to the creation to refuse.
 * @param {Blob} photo
 * @returns {Promise<Blob | null>} null: the user thinks better of it
 */
export async function onePerson(photo) {
  const lens = new FtarLens()
  try {
    const look = await lens.look(photo).catch(() => null)
    if (!look || look.faces.length < 2) return photo
    const chosen = await chooseFace(photo, look)
    if (!chosen) return null
    lens.choose(chosen)
    return await lens.take()
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
function chooseFace(photo, { faces, width, height }) {
  return new Promise((resolve) => {
    const dialog = /** @type {HTMLDialogElement} */ (element('dialog.camera', { 'aria-label': say('whoIsIt') }))
    const rings = faces.map((face, index) => {
      const ring = button('button.ring', () => dialog.close(String(index)), { 'aria-label': say('person', { number: index + 1 }) })
      const share = (/** @type {number} */ part, /** @type {number} */ whole) => `${(100 * part) / whole}%`
      Object.assign(ring.style, {
        left: share(face.box.x, width), top: share(face.box.y, height),
        width: share(face.box.width, width), height: share(face.box.height, height),
      })
      return ring
    })
    const address = URL.createObjectURL(photo)
    const picture = element('div.people', { dir: 'ltr' },
      element('img', { src: address, alt: '', width: String(width), height: String(height) }), ...rings)
    dialog.append(element('h2', {}, say('whoIsIt')), picture,
      element('div.row', {}, button('button', () => dialog.close(''), {}, say('cancel'))))
    dialog.addEventListener('close', () => {
      dialog.remove()
      URL.revokeObjectURL(address)
      resolve(faces[Number(dialog.returnValue || NaN)] ?? null)
    }, { once: true })
    document.body.append(dialog)
    dialog.showModal()
  })
}
