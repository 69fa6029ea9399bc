import { button } from './view.js'
import { say } from './words.js'

/**
 * A button that lies round somebody's face.
 * @param {number} number of the person, from the left
 * @param {() => void} choose
 */
export const ring = (number, choose) => button('button.ring', choose, { 'aria-label': say('person', { number }) })

/**
 * Lays a ring round a face.
 * @param {HTMLElement} one
 * @param {import('../sdk/lens.js').LensFace['box']} box
 * @param {number} width of the picture that it lies on
 * @param {number} height
 */
export function lay(one, box, width, height) {
  const share = (/** @type {number} */ part, /** @type {number} */ whole) => `${(100 * part) / whole}%`
  Object.assign(one.style, {
    left: share(box.x, width), top: share(box.y, height), width: share(box.width, width), height: share(box.height, height),
  })
}
