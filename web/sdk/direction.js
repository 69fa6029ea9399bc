import { FlexatarError } from './errors.js'

/** @typedef {{emotions: string[], headMotions: string[], mouths: string[]}} Names */

/**
 * The names that the engine knows things by.
 * @param {import('./engine.js').Engine} engine
 * @returns {Names}
 */
export const namesOf = (engine) => ({
  emotions: engine.names('emotions'), headMotions: engine.names('headMotions'), mouths: engine.names('mouths'),
})

/**
 * Where `name` stands in the list; the engine knows it by that.
 * @param {string[]} names
 * @param {string} name
 */
function place(names, name) {
  const index = names.indexOf(name)
  if (index < 0) throw new FlexatarError('unknown-name', `There is no '${name}'; there are ${names.join(', ')}.`)
  return index
}

/**
 * Tells the engine how the person looks, feels and moves.
 * @param {import('./engine.js').Engine} engine
 * @param {Names} names
 * @param {string} name of the setting
 * @param {any[]} values
 */
export function direct({ exports }, { emotions, headMotions, mouths }, name, values) {
  switch (name) {
    case 'mix': return exports.setMix(values[0], values[1], values[2])
    case 'emotion': return exports.setEmotion(place(emotions, values[0]), values[1], values[2])
    case 'emotionClip': return exports.playEmotion(place(emotions, values[0]), values[1], values[2])
    case 'mood': return exports.setMood(values[0])
    case 'headMotion': return exports.setHeadMotion(place(headMotions, values[0]))
    case 'still': return exports.setStill(values[0])
    case 'gaze': return exports.setGaze(values[0], values[1])
    case 'mouth': return exports.setMouth(Math.max(0, mouths.indexOf(values[0])))
    case 'framing': return exports.setFraming(values[0])
    case 'pictureFrame': return exports.setPictureFrame(values[0], values[1])
  }
}
