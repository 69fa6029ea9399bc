import { AvatarLibrary } from '../sdk/avatar-library.js'
import { check, element, hint, make, remember, remembered } from './parts.js'

const plus = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 5v14M5 12h14"/></svg>'
const ring = '<svg class="ring" viewBox="0 0 40 40" aria-hidden="true"><circle cx="20" cy="20" r="16"/>'
  + '<circle class="done" cx="20" cy="20" r="16" pathLength="1" stroke-dasharray="1" stroke-dashoffset="1"/></svg>'

/**
 * The faces to choose from: the default one and those made here, which are kept on this device.
 * @param {import('../sdk/easy-renderer.js').FtarRenderer} renderer
 * @param {string} files where the engine's files are
 */
export function facesPart(renderer, files) {
  /** The studio's, where it has no service: a face made here is there, too. */
  const library = new AvatarLibrary('')

  /** @param {string | ArrayBuffer} source @param {Blob | string | null} preview @param {string} [id] of a kept face */
  function add(source, preview, id) {
    const picture = preview instanceof Blob ? URL.createObjectURL(preview) : preview
    const button = make('button', { className: 'face', role: 'radio', 'aria-checked': 'false',
      'aria-label': id ? 'Your face' : 'Default face' }, ...(picture ? [make('img', { src: picture, alt: '' })] : []))
    button.onclick = () => {
      renderer.slot1 = source
      check(element('faces'), button)
      remember('face', id ?? 'default')
    }
    const box = make('div', { className: 'faceBox' }, button)
    if (id) {
      const remove = make('button', { className: 'remove', textContent: '×', title: 'Delete this face',
        'aria-label': 'Delete this face' })
      remove.onclick = async () => {
        if (!confirm('Delete this face from this device?')) return
        await library.removeAvatar(id)
        if (button.getAttribute('aria-checked') === 'true') element('faces').querySelector('.face[role=radio]').click()
        box.remove()
      }
      box.append(remove)
    }
    return { box, button }
  }

  const newFace = make('button', { className: 'face new', innerHTML: `${plus}New face` })
  newFace.onclick = () => element('photo').click()
  element('photo').onchange = () => {
    const [photo] = element('photo').files
    element('photo').value = ''
    if (photo) create(photo)
  }

  /**
   * Shows the heads of a photo of several people: one of them is pressed.
   * @param {Blob} photo
   */
  async function askWho(photo) {
    const { FtarLens } = await import('../sdk/lens.js')
    const lens = new FtarLens(files)
    try {
      const { faces } = await lens.look(photo)
      const picture = await createImageBitmap(photo)
      hint('faceHint', 'Several people are in the photo. Whose face shall it be?')
      element('faceHint').append(make('span', { className: 'people' }, ...faces.map(({ box }, index) => {
        const place = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
        const side = 1.6 * Math.max(box.width, box.height)
        const head = /** @type {HTMLCanvasElement} */ (make('canvas', { width: 120, height: 120 }))
        head.getContext('2d')?.drawImage(picture, place.x - side / 2, place.y - side / 2, side, side, 0, 0, 120, 120)
        const button = make('button', { 'aria-label': `Person ${index + 1}` }, head)
        button.onclick = () => create(photo, place)
        return button
      })))
      picture.close()
    } finally {
      lens.close()
    }
  }

  /**
   * @param {Blob} photo
   * @param {import('../sdk/photo.js').Place} [who] of several people
   */
  async function create(photo, who) {
    hint('faceHint', 'Making the face…')
    const picture = URL.createObjectURL(photo)
    const making = make('div', { className: 'face making', role: 'progressbar', 'aria-label': 'Making the face' },
      make('img', { src: picture, alt: '' }))
    making.insertAdjacentHTML('beforeend', ring)
    newFace.parentElement?.after(make('div', { className: 'faceBox' }, making))
    const done = /** @type {SVGElement} */ (making.querySelector('.done'))
    try {
      const began = performance.now()
      const { ftar, preview, warnings } = await renderer.createAvatar(photo, {
        face: who,
        onProgress: (share) => {
          done.style.strokeDashoffset = String(1 - share)
          making.setAttribute('aria-valuenow', String(Math.round(share * 100)))
        },
      })
      const id = crypto.randomUUID()
      const face = add(ftar, preview, id)
      making.parentElement?.replaceWith(face.box)
      face.button.click()
      await library.keepAvatar({ id, made: Date.now(), place: 'device', ftar, preview })
      const seconds = ((performance.now() - began) / 1000).toFixed(1)
      hint('faceHint', warnings.length > 0 ? warnings.map(({ message }) => message).join(' ')
        : `Made on this device in ${seconds} s, ${Math.round(ftar.byteLength / 1000)} kB.`)
    } catch (error) {
      making.parentElement?.remove()
      const { code, message } = /** @type {import('../sdk/errors.js').FlexatarError} */ (error)
      if (code === 'many-faces') await askWho(photo).catch((problem) => hint('faceHint', problem.message, true))
      else hint('faceHint', message, true)
    } finally {
      URL.revokeObjectURL(picture)
    }
  }

  async function show() {
    const standard = add(`${files}/default.ftar`, '/files/default.jpg')
    // What the service alone has, only the studio can fetch.
    const kept = (await library.avatars()).filter(({ ftar }) => ftar)
    const own = kept.map(({ id, ftar, preview }) => ({ id, ...add(/** @type {ArrayBuffer} */ (ftar), preview, id) }))
    element('faces').append(make('div', { className: 'faceBox' }, newFace), ...own.map(({ box }) => box), standard.box)
    const chosen = own.find(({ id }) => id === remembered('face')) ?? standard
    chosen.button.click()
  }

  return { show, create }
}
