import { element } from '../pages/element.js'
import { shows } from './settings.js'
import { addressOf, button, check, follow, icon, iconButton, rove, section } from './view.js'
import { say } from './words.js'

/**
 * What is behind the person: the photo's own, blurred or not, nothing, a colour, a picture.
 * @param {(command: object) => void} send
 */
export function backgroundPanel(send) {
  // The browser's own control says what colour it has, not whether it is chosen: a radio button opens it.
  const colour = /** @type {HTMLInputElement} */ (element('input', { type: 'color', value: '#7a9cc6', id: 'colour', tabindex: '-1', 'aria-hidden': 'true' }))
  const paint = () => send({ type: 'background', kind: 'colour', value: colour.value })
  let isPicking = false
  colour.addEventListener('input', () => {
    isPicking = true
    paint()
  })
  colour.addEventListener('change', () => { isPicking = false })
  const kinds = /** @type {const} */ (['photo', 'blur', 'transparent']).filter(shows)
  const plain = kinds.map((kind) => button(`button.swatch ${kind}`, () => send({ type: 'background', kind, value: null }),
    { role: 'radio', 'aria-label': say(kind) }, icon('faces'), element('span', {}, say(kind))))
  const own = button('button.swatch', () => {
    paint()
    colour.click()
  }, { role: 'radio', 'aria-label': say('colour') }, element('span', {}, say('colour')))
  const file = /** @type {HTMLInputElement} */ (element('input', { type: 'file', accept: 'image/*', hidden: '', id: 'picture' }))
  file.addEventListener('change', () => {
    if (file.files?.[0]) send({ type: 'addBackground', picture: file.files[0] })
    file.value = ''
  })
  const pictures = element('div.swatches', { role: 'radiogroup', 'aria-label': say('pictures'), id: 'pictures' })
  rove(pictures, '[role=radio]')
  const plainGroup = element('div.swatches', { role: 'radiogroup', 'aria-label': say('background') }, ...plain,
    shows('colour') && element('div.swatchBox', {}, colour, own))
  rove(plainGroup, '[role=radio]')
  const made = new Map()
  return {
    content: [
      section(say('background'), plainGroup),
      (shows('pictures') || shows('upload')) && section(say('pictures'),
        shows('upload') && button('button', () => file.click(), {}, say('upload')), shows('pictures') && pictures), file,
    ],
    /** @param {import('../sdk/studio-model.js').StudioState} state */
    show({ backgrounds, look: { background } }) {
      kinds.forEach((kind, index) => check(plain[index], background.kind === kind))
      check(own, background.kind === 'colour')
      // The answer to an earlier colour would pull the browser's control back.
      if (!isPicking && background.kind === 'colour' && background.value) colour.value = background.value
      own.style.background = colour.value
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
