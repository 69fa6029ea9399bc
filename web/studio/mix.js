import { element } from '../pages/element.js'
import { shows } from './settings.js'
import { ask, button, check, choice, follow, iconButton, rove, section, showPreview, slider } from './view.js'
import { nameOf, say } from './words.js'

/** Shares of the second face that are one press away. */
const shares = [0.25, 0.5, 0.75, 1]

/**
 * A second face, how much of it and in which way; what has been found is kept by name.
 * @param {(command: object) => void} send
 */
export function mixPanel(send) {
  const set = (/** @type {string} */ name) => (/** @type {string | number} */ value) => send({ type: 'set', name, value })
  const seconds = element('div.strip', { role: 'radiogroup', 'aria-label': say('secondFace'), id: 'seconds' })
  rove(seconds, '[role=radio]')
  const none = button('button.small face none', () => send({ type: 'select', slot: 2, id: null }), { role: 'radio' }, say('none'))
  const amount = slider(say('amount'), set('mix'))
  const quick = choice(say('amount'), shares.map((share) => [share, `${100 * share} %`]), set('mix'))
  quick.group.querySelectorAll('button').forEach((one) => { one.dir = 'ltr' })
  const kind = choice(say('kind'), [['morph', say('morph')], ['hybrid', say('hybrid')]], set('mixKind'))
  const swing = choice(say('swing'), /** @type {[number, string][]} */ ([[0, say('swingOff')], [10, say('swingSlow')], [4, say('swingFast')]]), set('mixSwing'))
  const controls = element('div.stack', {}, shows('amount') && amount.box, shows('shares') && quick.group,
    shows('kind') && section(say('kind'), kind.group), shows('swing') && section(say('swing'), swing.group))
  const presets = element('div.chips', { id: 'presets' })
  const keep = button('button', async () => {
    const name = /** @type {HTMLInputElement} */ (element('input', { type: 'text', maxlength: '40', required: '', 'aria-label': say('presetName'), placeholder: say('presetName') }))
    if (await ask({ title: say('savePreset'), text: '', yes: say('save'), no: say('cancel') }, name) && name.value.trim()) {
      send({ type: 'savePreset', name: name.value.trim() })
    }
  }, {}, say('savePreset'))
  const madeSeconds = new Map()
  const madePresets = new Map()
  return {
    content: [
      section(say('secondFace'), element('div.strip', {}, none, seconds)), controls,
      shows('presets') && section(say('presets'), presets, keep),
    ].filter((part) => part !== false),
    /** @param {import('../sdk/studio-model.js').StudioState} state */
    show({ faces, look, presets: kept }) {
      const second = look.slots[1]
      follow(seconds, faces.filter(({ id }) => id !== look.slots[0]), madeSeconds, ({ id }) => {
        const one = button('button.small face', () => send({ type: 'select', slot: 2, id }), { role: 'radio' })
        return {
          element: one,
          show: (face) => {
            one.setAttribute('aria-label', nameOf(face))
            showPreview(one, face)
          },
        }
      })
      for (const [id, { element: one }] of madeSeconds) check(one, id === second)
      check(none, second === null)
      controls.inert = second === null
      amount.show(look.mix)
      quick.show(look.mix)
      kind.show(look.mixKind)
      swing.show(look.mixSwing)
      follow(presets, kept, madePresets, ({ id, name }) => ({
        element: element('span.preset', {}, button('button', () => send({ type: 'usePreset', id }), {}, name),
          iconButton('close', say('deletePreset', { name }), () => send({ type: 'deletePreset', id }))),
        show: () => {},
      }))
    },
  }
}
