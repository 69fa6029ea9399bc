import { element } from '../pages/element.js'

const shapes = {
  plus: 'M12 5v14M5 12h14',
  camera: 'M4 8.500h3l1.500-2.500h7L17 8.500h3v10H4zM12 16.500a3.300 3.300 0 1 0 0-6.600 3.300 3.300 0 0 0 0 6.600Z',
  heart: 'M12 19.500S4.500 15 4.500 9.700A3.900 3.900 0 0 1 12 8a3.900 3.900 0 0 1 7.500 1.700C19.500 15 12 19.500 12 19.500Z',
  bin: 'M5.500 7.500h13M10 7V5h4v2M7 7.500l.8 11.500h8.400L17 7.500M10.500 11v5M13.500 11v5',
  reload: 'M18.500 9.500A7 7 0 1 0 19 13M18.500 5v4.500H14',
  close: 'M7 7l10 10M17 7 7 17',
  faces: 'M12 12.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM5.500 19.500c.8-3.600 3.400-5 6.500-5s5.700 1.400 6.500 5',
  mix: 'M9.500 17a5 5 0 1 0 0-10 5 5 0 0 0 0 10ZM14.500 17a5 5 0 1 0 0-10 5 5 0 0 0 0 10Z',
  mood: 'M12 19.500a7.500 7.500 0 1 0 0-15 7.500 7.500 0 0 0 0 15ZM9.300 10v.5M14.700 10v.5M8.700 13.500c1.600 2.300 5 2.300 6.600 0',
  background: 'M4.500 6h15v12h-15zM5 16.500l4.500-4.500 3.500 3.500 2.500-2.500 4 4M15.500 9.500h.01',
  sound: 'M12 4.500v15M8.500 8.500v7M15.500 8.500v7M5 10.500v3M19 10.500v3',
  film: 'M4.500 6h15v12h-15zM8 6v12M16 6v12M4.500 12h15',
  microphone: 'M12 14.500a3 3 0 0 0 3-3v-4a3 3 0 0 0-6 0v4a3 3 0 0 0 3 3ZM6.500 11.500a5.500 5.500 0 0 0 11 0M12 17v2.500',
  play: 'M8.500 6v12l9.500-6z',
  pause: 'M9 6.500v11M15 6.500v11',
  picture: 'M8 4.500H4.500V8M16 4.500h3.500V8M8 19.500H4.500V16M16 19.500h3.500V16M12 15.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7Z',
}

/** @param {keyof typeof shapes} name */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  path.setAttribute('d', shapes[name])
  svg.append(path)
  return svg
}

/**
 * @param {string} name as `element` takes it
 * @param {() => void} act
 * @param {{[name: string]: string}} attributes
 * @param {...(Node | string)} children
 */
export function button(name, act, attributes, ...children) {
  const made = /** @type {HTMLButtonElement} */ (element(name, { type: 'button', ...attributes }, ...children))
  made.addEventListener('click', act)
  return made
}

/**
 * A button that shows a picture alone and is called by a word.
 * @param {keyof typeof shapes} shape
 * @param {string} label
 * @param {() => void} act
 * @param {string} [name]
 */
export const iconButton = (shape, label, act, name = 'button.icon') =>
  button(name, act, { 'aria-label': label, title: label }, icon(shape))

/**
 * A headed part of a panel.
 * @param {string} title
 * @param {...(Node | string | false)} children
 */
export const section = (title, ...children) => element('section', {}, element('h2', {}, title), ...children)

/**
 * Buttons of which one is pressed.
 * @template {string | number} Value
 * @param {string} label
 * @param {[Value, string][]} choices with their words
 * @param {(value: Value) => void} choose
 */
export function choice(label, choices, choose) {
  const buttons = choices.map(([value, word]) => button('button', () => choose(value), { role: 'radio' }, word))
  const group = element('div.chips', { role: 'radiogroup', 'aria-label': label }, ...buttons)
  rove(group, '[role=radio]')
  return {
    group,
    /** @param {Value | null} value */
    show(value) { choices.forEach(([other], index) => check(buttons[index], other === value)) },
  }
}

/** @param {Element} one @param {boolean} isChecked */
export const check = (one, isChecked) => one.setAttribute('aria-checked', String(isChecked))

/**
 * @param {string} label
 * @param {(value: number) => void} change
 */
export function slider(label, change) {
  const input = /** @type {HTMLInputElement} */ (element('input', { type: 'range', min: '0', max: '1', step: '0.05' }))
  input.addEventListener('input', () => change(Number(input.value)))
  return {
    box: element('label.slider', {}, element('span', {}, label), input), input,
    /** @param {number} value */
    // Not while it is being dragged: the answer to an earlier place would pull it back.
    show(value) { if (!input.matches(':active')) input.value = String(value) },
  }
}

/**
 * One tab stop for a group, arrows within it.
 * @param {HTMLElement} group
 * @param {string} selector of its items
 */
export function rove(group, selector) {
  const items = () => /** @type {HTMLElement[]} */ ([...group.querySelectorAll(selector)])
  const settle = () => {
    const all = items()
    const current = all.find((item) => item === document.activeElement)
      ?? all.find((item) => item.getAttribute('aria-checked') === 'true' || item.getAttribute('aria-selected') === 'true') ?? all[0]
    for (const item of all) item.tabIndex = item === current ? 0 : -1
  }
  group.addEventListener('focusin', settle)
  group.addEventListener('keydown', (event) => {
    const all = items()
    const at = all.indexOf(/** @type {HTMLElement} */ (event.target))
    const forward = document.documentElement.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight'
    const back = forward === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft'
    const to = { [forward]: at + 1, ArrowDown: at + 1, [back]: at - 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key]
    if (at < 0 || to === undefined) return
    event.preventDefault()
    all[(to + all.length) % all.length].focus()
  })
  new MutationObserver(settle).observe(group, { childList: true, subtree: true, attributeFilter: ['aria-checked', 'aria-selected'] })
  settle()
}

/**
 * Makes the children of a box follow a list: made once each, then told of what is new.
 * @template {{id: string}} Item
 * @param {Element} box
 * @param {Item[]} items
 * @param {Map<string, {element: HTMLElement, show: (item: Item) => void}>} made kept from call to call
 * @param {(item: Item) => {element: HTMLElement, show: (item: Item) => void}} make
 */
export function follow(box, items, made, make) {
  const wanted = new Set(items.map(({ id }) => id))
  for (const [id, { element: gone }] of made) {
    if (wanted.has(id)) continue
    const beside = gone.contains(document.activeElement) ? gone.nextElementSibling ?? gone.previousElementSibling ?? box.parentElement : null
    gone.remove()
    made.delete(id)
    const next = beside?.matches('button') ? beside : beside?.querySelector('button')
    if (next instanceof HTMLElement) next.focus()
  }
  const focused = box.contains(document.activeElement) ? document.activeElement : null
  items.forEach((item, index) => {
    let view = made.get(item.id)
    if (!view) made.set(item.id, view = make(item))
    if (box.children[index] !== view.element) box.insertBefore(view.element, box.children[index] ?? null)
    view.show(item)
  })
  // What is moved loses the focus.
  if (focused instanceof HTMLElement && focused !== document.activeElement) focused.focus()
}

/**
 * Shows a face's picture on its button, a sign as long as there is none.
 * @param {HTMLElement} box
 * @param {import('../sdk/studio-model.js').Face} face
 */
export function showPreview(box, { id, preview }) {
  if (box.querySelector('img') || (!preview && box.firstChild)) return
  box.replaceChildren(preview ? element('img', { src: addressOf(id, preview), alt: '', draggable: 'false' }) : icon('faces'))
}

/** @type {Map<string, string>} */
const addresses = new Map()

/**
 * An address for a picture that came as a file; the same one for the same thing, however often it comes.
 * @param {string} id
 * @param {Blob | string | null} picture
 */
export function addressOf(id, picture) {
  if (!(picture instanceof Blob)) return picture ?? ''
  let address = addresses.get(id)
  if (!address) addresses.set(id, address = URL.createObjectURL(picture))
  return address
}

/**
 * Gives back the addresses of what is gone.
 * @param {Set<string>} present
 */
export function forgetAddresses(present) {
  for (const [id, address] of addresses) {
    if (present.has(id)) continue
    URL.revokeObjectURL(address)
    addresses.delete(id)
  }
}

/**
 * Asks for a confirmation.
 * @param {{title: string, text: string, yes: string, no: string}} words
 * @param {HTMLElement[]} content more to show or to fill in
 * @returns {Promise<boolean>}
 */
export function ask({ title, text, yes, no }, ...content) {
  return new Promise((resolve) => {
    // No submit button: Enter in a field says yes.
    const refuse = element('button', { type: 'button' }, no)
    refuse.addEventListener('click', () => dialog.close('no'))
    const dialog = /** @type {HTMLDialogElement} */ (element('dialog', { 'aria-label': title },
      element('form', { method: 'dialog' }, element('h2', {}, title), text && element('p', {}, text), ...content,
        element('div.row', {}, refuse, element('button.main', { value: 'yes' }, yes)))))
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(dialog.returnValue === 'yes')
    })
    document.body.append(dialog)
    dialog.showModal()
  })
}
