import { language } from './settings.js'

/** The languages that there are messages for; the first one is for everybody else. */
export const languages = ['en', 'de', 'es', 'fr', 'it', 'pt', 'pl', 'ru', 'ar', 'he', 'zh', 'ja']

const rightToLeft = new Set(['ar', 'he'])
const chosen = languages.find((name) => name === language.toLowerCase().split(/[-_]/)[0]) ?? languages[0]

/** @param {string} name @returns {Promise<{[key: string]: string}>} */
const load = async (name) => (await fetch(new URL(`messages/${name}.json`, import.meta.url))).json()

const words = await load(chosen)
document.documentElement.lang = chosen
document.documentElement.dir = rightToLeft.has(chosen) ? 'rtl' : 'ltr'

/**
 * A message in the user's language.
 * @param {string} key
 * @param {{[name: string]: string | number}} [values] for its {places}
 */
export function say(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]))
}

/**
 * What faces are called: those of the user by their number.
 * @param {import('../sdk/studio-model.js').Face} face
 */
export const nameOf = ({ place, number }) => place === 'built-in' ? say('defaultFace') : say('face', { number })

/**
 * What is wrong, or could be better about a face that has been made, in the user's language where it is a known code.
 * @param {string} code
 * @param {string} message in English
 */
export function sayProblem(code, message) {
  return words[`problem.${code}`] ?? words[`warning.${code}`] ?? message
}

/**
 * What the person in a picture ought to do, in the user's language.
 * @param {import('../sdk/lens.js').LensAdvice} advice
 */
export function sayAdvice({ reason, message }) {
  return words[`lens.${reason}`] ?? message
}

/**
 * Why no face has been made of a photo: the gate's reason or the lens's.
 * @param {string} code
 * @param {string} message in English
 */
export function sayRefusal(code, message) {
  return words[`problem.${code}`] ?? words[`lens.${code}`] ?? message
}
