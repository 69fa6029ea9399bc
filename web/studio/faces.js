import { element } from '../pages/element.js'
import { takePhoto } from './camera.js'
import { takeFiles } from './drop.js'
import { shows } from './settings.js'
import { addressOf, ask, button, check, follow, icon, iconButton, rove, showPreview } from './view.js'
import { onePerson } from './who.js'
import { nameOf, say, sayRefusal } from './words.js'

/**
 * The gallery: choose, like and delete faces, add new ones by click, drop, paste or camera.
 * @param {(command: object) => void} send
 */
export function facesPanel(send) {
  const file = /** @type {HTMLInputElement} */ (element('input', { type: 'file', accept: 'image/*', hidden: '', id: 'photo' }))
  const make = (/** @type {import('../sdk/lens.js').TakenPhoto | null} */ photo) => {
    if (photo) send({ type: 'create', photo, face: photo.face ?? null })
  }
  const create = async (/** @type {Blob} */ photo) => make(await onePerson(photo, () => file.click()))
  file.addEventListener('change', () => {
    if (file.files?.[0]) create(file.files[0])
    file.value = ''
  })
  const add = button('button.tile add', () => file.click(), {}, icon('plus'), element('span', {}, say('newFace')))
  const shoot = button('button.tile add', async () => make(await takePhoto()), {}, icon('camera'), element('span', {}, say('takePhoto')))
  const hint = element('p.hint', {}, say('photoHint'))
  const making = element('div.tiles')
  const faces = element('div.tiles', { role: 'radiogroup', 'aria-label': say('faces'), id: 'faces' })
  rove(faces, '.face')
  const reload = iconButton('reload', say('reload'), () => send({ type: 'reload' }))
  const tools = element('div.row end', {},
    shows('reload') && reload,
    shows('erase') && button('button.quiet', async () => {
      if (await ask({ title: say('erase'), text: say('eraseText'), yes: say('erase'), no: say('cancel') })) send({ type: 'erase' })
    }, {}, say('erase')))
  const madeFaces = new Map()
  const madeMaking = new Map()
  let mayCreate = true
  takeFiles(/^(?!audio|video)/, say('dropHere'), () => mayCreate, create)

  return {
    content: [
      hint,
      element('div.tiles.all', {}, shows('new') && add, shows('new') && shows('camera') && shoot, making, faces),
      file, tools,
    ],
    /** @param {import('../sdk/studio-model.js').StudioState} state */
    show(state) {
      reload.hidden = !state.hasService
      mayCreate = state.rights.create && shows('new')
      hint.hidden = add.hidden = shoot.hidden = !mayCreate
      follow(making, state.making, madeMaking, (item) => makingTile(item, send))
      follow(faces, state.faces, madeFaces, (item) => faceTile(item, send))
      for (const { id, place } of state.faces) {
        const { element: tile } = madeFaces.get(id)
        check(tile.querySelector('.face'), id === state.look.slots[0])
        const bin = tile.querySelector('.bin')
        if (bin) bin.hidden = place === 'built-in' || !state.rights.delete
        const keys = [shows('favourite') && 'F', bin && !bin.hidden && 'Delete'].filter(Boolean)
        tile.querySelector('.face').setAttribute('aria-keyshortcuts', keys.join(' '))
      }
    },
  }
}

/** @param {import('../sdk/studio-model.js').Face} face @param {(command: object) => void} send */
function faceTile({ id }, send) {
  let isFavourite = false
  const remove = async () => {
    if (bin && !bin.hidden && await ask({ title: say('deleteFace'), text: say('deleteText'), yes: say('delete'), no: say('cancel') })) {
      send({ type: 'delete', id })
    }
  }
  const like = () => send({ type: 'favourite', id, on: !isFavourite })
  const choose = button('button.face', () => send({ type: 'select', slot: 1, id }), { role: 'radio' })
  choose.addEventListener('keydown', ({ key }) => {
    if (key === 'Delete' || key === 'Backspace') remove()
    if (key.toLowerCase() === 'f' && shows('favourite')) like()
  })
  const heart = shows('favourite') ? iconButton('heart', say('favourite'), like, 'button.icon over heart') : null
  const bin = shows('delete') ? iconButton('bin', say('delete'), remove, 'button.icon over bin') : null
  // The keys F and Delete of the face do the same: one stop for the tab key is enough.
  for (const one of [heart, bin]) if (one) one.tabIndex = -1
  if (heart) heart.id = `heart ${id}`.replaceAll(' ', '-')
  return {
    element: element('div.tile', {}, choose, heart, bin),
    /** @param {import('../sdk/studio-model.js').Face} face */
    show(face) {
      isFavourite = face.favourite
      showPreview(choose, face)
      choose.setAttribute('aria-label', nameOf(face))
      heart?.setAttribute('aria-pressed', String(isFavourite))
      if (heart && isFavourite) choose.setAttribute('aria-describedby', heart.id)
      else choose.removeAttribute('aria-describedby')
    },
  }
}

/** @param {import('../sdk/avatar-maker.js').Making} making @param {(command: object) => void} send */
function makingTile({ id, photo }, send) {
  const bar = /** @type {HTMLProgressElement} */ (element('progress', { max: '1', 'aria-label': say('making') }))
  const words = element('span.why', { role: 'alert' })
  const picture = element('img', { src: addressOf(id, photo), alt: '' })
  // What is no picture has none to show.
  picture.addEventListener('error', () => picture.replaceWith(icon('picture')))
  const tile = element('div.tile making', {}, picture, bar, words,
    iconButton('close', say('dismiss'), () => send({ type: 'dismiss', id }), 'button.icon over bin'))
  return {
    element: tile,
    /** @param {import('../sdk/avatar-maker.js').Making} making */
    show({ state, share, code, message }) {
      tile.classList.toggle('failed', state === 'failed')
      bar.hidden = state !== 'running'
      if (state === 'running') bar.value = share
      const text = state === 'failed' ? sayRefusal(code, message) : state === 'waiting' ? say('waiting') : ''
      if (words.textContent !== text) words.textContent = text
    },
  }
}
