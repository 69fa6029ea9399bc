/** Samples that one stands for in the first search. */
const coarse = 8
/** Samples to either side of what fits that are looked at closely, again from there: a pure tone fits almost as well a period later. */
const close = 400
/** Of what is looked for: before the sound begins and after it, seconds. Silence tells where a steady tone begins. */
const before = 0.1
const after = 1.75
/** A part is loud where it comes to this share of the loudest sample in so many seconds. */
const onset = 0.1
const stretch = 30
/** Softer than -60 dB of full scale is silence. */
const silence = 1e-3
/** Correlation of two sounds that are the same but for an encoder. */
const alike = 0.5

/** @typedef {{from: number, to: number}} Part samples; the first may lie before the beginning */

/**
 * A part of a sound by which it can be found: where something loud begins. null: it is silent.
 * @param {Float32Array} sound
 * @param {number} rate samples a second
 * @param {number} start sample from which on it may lie
 * @returns {Part | null}
 */
export function distinctivePart(sound, rate, start) {
  for (let at = start; at < sound.length; at += stretch * rate) {
    const some = sound.subarray(at, at + stretch * rate)
    const loudest = some.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    if (loudest < silence) continue
    const begins = at + some.findIndex((value) => Math.abs(value) > onset * loudest)
    return { from: begins - Math.round(before * rate), to: Math.min(sound.length, begins + Math.round(after * rate)) }
  }
  return null
}

/**
 * By how many samples a part of a sound is late in another one, by their normalised cross-correlation; null: it is not in it.
 * @param {Float32Array} sound
 * @param {Part} part
 * @param {Float32Array} heard begins with the part, if that is not late
 * @param {number} latest samples
 * @returns {number | null}
 */
export function delayOf(sound, { from, to }, heard, latest) {
  const wanted = Float32Array.from({ length: to - from }, (_, at) => sound[from + at] ?? 0)
  const range = (/** @type {number} */ first, /** @type {number} */ last) => Array.from({ length: last - first + 1 }, (_, at) => first + at)
  let best = correlated(thinned(wanted), thinned(heard), range(0, Math.ceil(latest / coarse)))
  best.at *= coarse
  for (let centre = -1; best.at !== centre;) {
    centre = best.at
    best = correlated(wanted, heard, range(Math.max(0, centre - close), Math.min(latest, centre + close)))
  }
  return best.fit < alike ? null : best.at
}

/** @param {Float32Array} samples */
function thinned(samples) {
  return Float32Array.from({ length: Math.floor(samples.length / coarse) }, (_, at) => {
    let sum = 0
    for (let i = 0; i < coarse; i++) sum += samples[at * coarse + i]
    return sum
  })
}

/**
 * The place at which they correlate best.
 * @param {Float32Array} wanted
 * @param {Float32Array} heard
 * @param {number[]} places
 */
function correlated(wanted, heard, places) {
  const own = wanted.reduce((sum, value) => sum + value * value, 0)
  const best = { at: places[0], fit: -1 }
  for (const at of places) {
    let product = 0
    let other = 0
    const end = Math.min(wanted.length, heard.length - at)
    for (let i = 0; i < end; i++) {
      product += wanted[i] * heard[at + i]
      other += heard[at + i] * heard[at + i]
    }
    const fit = product / Math.sqrt(own * other || 1)
    if (fit > best.fit) Object.assign(best, { at, fit })
  }
  return best
}
