import { element } from '../pages/element.js'
import { shows } from './settings.js'
import { button, choice, section, slider } from './view.js'
import { say } from './words.js'

const motions = ['lively', 'calm', 'silent', 'still']
/** What the engine knows to feel. */
const emotions = ['joy', 'anger', 'sadness', 'surprise', 'disgust', 'confusion']

/**
 * What the face feels and how it moves.
 * @param {(command: object) => void} send
 */
export function moodPanel(send) {
  /** @type {{name: string | null, strength: number}} */
  let felt = { name: null, strength: 0.7 }
  const feel = () => send({ type: 'emotion', ...felt })
  const emotion = choice(say('mood'), [[/** @type {string} */ (''), say('neutral')], ...emotions.map((name) => /** @type {[string, string]} */ ([name, say(name)]))], (name) => {
    felt.name = name || null
    feel()
  })
  const strength = slider(say('strength'), (value) => {
    felt.strength = value
    feel()
  })
  const once = /** @type {HTMLButtonElement} */ (button('button', () => {
    const { name } = felt
    if (!name) return
    // What comes once leaves nothing behind.
    send({ type: 'emotion', name: null, strength: felt.strength })
    send({ type: 'playEmotion', name, strength: felt.strength })
  }, { title: say('onceHint') }, say('once')))
  const friendly = slider(say('friendliness'), (value) => send({ type: 'set', name: 'mood', value }))
  const motion = choice(say('motion'), motions.map((name) => [name, say(name)]), (value) => send({ type: 'set', name: 'motion', value }))
  return {
    content: [
      shows('feeling') && section(say('feeling'), emotion.group,
        (shows('strength') || shows('once')) && element('div.row', {}, shows('strength') && strength.box, shows('once') && once)),
      (shows('motion') || shows('friendliness'))
        && section(say('motion'), shows('motion') && motion.group, shows('friendliness') && friendly.box),
    ].filter((part) => part !== false),
    /** @param {import('../sdk/studio-model.js').StudioState} state */
    show(state) {
      felt = { ...state.emotion }
      emotion.show(felt.name ?? '')
      strength.show(felt.strength)
      once.disabled = felt.name === null
      friendly.show(state.look.mood)
      motion.show(state.look.motion)
    },
  }
}
