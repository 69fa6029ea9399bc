import { element } from '../pages/element.js'
import { shows } from './settings.js'
import { addressOf, button, check, follow, icon, iconButton, rove, section } from './view.js'
import { say } from './words.js'

/**
 * What is behind the person: the photo's own, blurred or not, nothing, a colour, a picture.
 * @param {(command: object) => void} send
 */
export function backgroundPanel(send) {
  const colour = /** @type {HTMLInputElement} */ (element('input', { type: 'color', value: '#7a9cc6', 'aria-label': say('colour'), id: 'colour' }))
  colour.addEventListener('input', () => send({ type: 'background', kind: 'colour', value: colour.value }))
  const kinds = /** @type {const} */ (['photo', 'blur', 'transparent'])
  const plain = kinds.map((kind) => button(`button.swatch ${kind}`, () => send({ type: 'background', kind, value: null }),
    { role: 'radio', 'aria-label': say(kind) }, icon('faces'), element('span', {}, say(kind))))
  const own = element('label.swatch colour', {}, colour, element('span', {}, say('colour')))
  const file = /** @type {HTMLInputElement} */ (element('input', { type: 'file', accept: 'image/*', hidden: '', id: 'picture' }))
  file.addEventListener('change', () => {
    if (file.files?.[0]) send({ type: 'addBackground', picture: file.files[0] })
    file.value = ''
  })
  const pictures = element('div.swatches', { role: 'radiogroup', 'aria-label': say('pictures'), id: 'pictures' })
  rove(pictures, '[role=radio]')
  const plainGroup = element('div.swatches', { role: 'radiogroup', 'aria-label': say('background') }, ...plain, own)
  rove(plainGroup, '[role=radio]')
  const made = new Map()
  return {
    content: [
      section(say('background'), plainGroup),
      section(say('pictures'), shows('upload') && button('button', () => file.click(), {}, say('upload')), pictures), file,
    ],
    /** @param {import('../sdk/studio-model.js').StudioState} state */
    show({ backgrounds, look: { background } }) {
      kinds.forEach((kind, index) => check(plain[index], background.kind === kind))
      own.classList.toggle('chosen', background.kind === 'colour')
      if (background.kind === 'colour' && background.value && document.activeElement !== colour) colour.value = background.value
      follow(pictures, backgrounds, made, ({ id, picture, own: isOwn }) => {
        const choose = button('button.swatch picture', () => send({ type: 'background', kind: 'picture', value: id }),
          { role: 'radio' }, element('img', { src: addressOf(id, picture), alt: '' }))
        const remove = isOwn && iconButton('close', say('delete'), () => send({ type: 'deleteBackground', id }), 'button.icon over bin')
        return { element: element('div.swatchBox', {}, choose, remove), show: () => {} }
      })
      backgrounds.forEach(({ id }, index) => {
        const choose = made.get(id).element.querySelector('[role=radio]')
        check(choose, background.kind === 'picture' && background.value === id)
        choose.setAttribute('aria-label', say('pictureNumber', { number: backgrounds.length - index }))
      })
    },
  }
}
