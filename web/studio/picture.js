import { element } from '../pages/element.js'
import { shows } from './settings.js'
import { choice, section } from './view.js'
import { say } from './words.js'

/** Pixels of the camera's picture. */
const sizes = [[320, 240], [640, 480], [480, 480], [640, 640], [1280, 720]]

/**
 * The camera's picture: how much of the person, its size, a round frame, mirrored.
 * @param {(command: object) => void} send
 */
export function picturePanel(send) {
  const framing = choice(say('framing'), ['close', 'portrait', 'shoulders'].map((name) => [name, say(name)]),
    (value) => send({ type: 'set', name: 'framing', value }))
  const size = choice(say('size'), sizes.map(([width, height]) => [`${width}x${height}`, `${width} × ${height}`]), (name) => {
    const [width, height] = name.split('x').map(Number)
    send({ type: 'size', width, height })
  })
  // Numbers and their sign stay in their order in languages that are written from the right.
  size.group.querySelectorAll('button').forEach((one) => { one.dir = 'ltr' })
  const [round, mirrored] = ['round', 'mirrored'].map((name) => {
    const box = /** @type {HTMLInputElement} */ (element('input', { type: 'checkbox', role: 'switch' }))
    box.addEventListener('change', () => send({ type: 'set', name, value: box.checked }))
    return { box, label: element('label.switch', {}, box, element('span', {}, say(name))) }
  })
  return {
    content: [
      shows('framing') && section(say('framing'), framing.group),
      (shows('round') || shows('mirrored'))
        && section(say('frame'), shows('round') && round.label, shows('mirrored') && mirrored.label),
      shows('size') && section(say('size'), size.group),
    ].filter((part) => part !== false),
    /** @param {import('../sdk/studio-model.js').StudioState} state */
    show({ look, size: { width, height } }) {
      framing.show(look.framing)
      round.box.checked = look.round
      mirrored.box.checked = look.mirrored
      size.show(`${width}x${height}`)
    },
  }
}
