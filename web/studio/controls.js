// What the pages in iframes have in common: panels behind tabs that show what the page around says (`state`, `moment`) and
// say what the user wants (commands); a `photo` of the page is as one that is dropped here. They hold neither the token nor the avatar.
import { element } from '../pages/element.js'
import { isPhoto, version } from '../sdk/messages.js'
import { giveFile } from './drop.js'
import { channel } from './greeting.js'
import { firstTab, shows } from './settings.js'
import { say, sayProblem } from './words.js'
import { forgetAddresses, icon, rove } from './view.js'

/**
 * @typedef {object} Panel
 * @property {(Node | string | false)[]} content
 * @property {(state: any) => void} show
 * @property {(moment: any) => void} [tell]
 */

/**
 * Fills the page with its panels and answers the page around.
 * @param {[name: Parameters<typeof icon>[0], make: (send: (command: object) => void) => Panel][]} all
 */
export async function openControls(all) {
  /** @type {MessagePort | null} */
  let page = null
  const send = (/** @type {object} */ command) => page?.postMessage(command)

  const panels = all.filter(([name]) => shows(name)).map(([name, make]) => {
    const panel = make(send)
    const box = element('div.panel', { role: 'tabpanel', id: `panel-${name}`, 'aria-labelledby': `tab-${name}`, tabindex: '-1' }, ...panel.content)
    const tab = element('button', { role: 'tab', id: `tab-${name}`, 'aria-controls': `panel-${name}`, type: 'button' }, icon(name), element('span', {}, say(name)))
    tab.addEventListener('click', () => open(name))
    return { name, box, tab, show: panel.show, tell: panel.tell }
  })

  const tabs = /** @type {HTMLElement} */ (document.getElementById('tabs'))
  tabs.append(...panels.map(({ tab }) => tab))
  tabs.hidden = panels.length < 2
  document.getElementById('panels')?.append(...panels.map(({ box }) => box))

  /** @param {string} name */
  function open(name) {
    for (const panel of panels) {
      panel.box.hidden = panel.name !== name
      panel.tab.setAttribute('aria-selected', String(panel.name === name))
    }
  }
  open(panels.some(({ name }) => name === firstTab) ? /** @type {string} */ (firstTab) : panels[0]?.name)
  rove(tabs, '[role=tab]')
  new ResizeObserver(() => {
    const isFull = panels.some(({ tab }) => 1.1 * Number(tab.lastElementChild?.scrollWidth) > tab.clientWidth)
    tabs.classList.toggle('narrow', isFull)
  }).observe(tabs)

  const status = /** @type {HTMLElement} */ (document.getElementById('status'))
  status.hidden = !shows('status')

  /** @param {import('../sdk/studio-model.js').StudioState} state */
  function show(state) {
    for (const panel of panels) panel.show(state)
    const { code, message, isNote } = state.status
    status.textContent = code === 'starting' ? say('starting') : code && sayProblem(code, message)
    status.classList.toggle('bad', !['', 'starting'].includes(code) && !isNote)
    status.classList.toggle('note', isNote)
    forgetAddresses(new Set([...state.faces, ...state.backgrounds, ...state.making].map(({ id }) => id)))
  }

  // Whoever opens it alone is told what it is for.
  if (parent === window) status.textContent = say('alone')

  page = await channel
  page.onmessage = ({ data }) => {
    if (data?.type === 'state' && typeof data.state === 'object') show(data.state)
    if (data?.type === 'moment') for (const panel of panels) panel.tell?.(data)
    if (data?.type === 'photo' && isPhoto(data.photo)) giveFile(data.photo)
  }
  send({ type: 'ready', flexatar: version })
}
