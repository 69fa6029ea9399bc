/** Samples that one stands for in the first search. */
const coarse = 4
/** Of what is looked for: before the sound begins and after it, seconds. Silence tells where a steady tone begins. */
const before = 0.25
const after = 1.25
/** A sound begins where it is so loud, by its loudest sample. */
const onset = 0.1
/** Cosine of the angle between two sounds that are the same but for an encoder. */
const alike = 0.7

/**
 * Seconds of a sound, from its beginning, that show where it is; null: it is silent.
 * @param {Float32Array} sound
 * @param {number} rate
 * @returns {{from: number, to: number} | null} the first may lie before the beginning
 */
export function tellingPart(sound, rate) {
  const loudest = sound.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (loudest < 1e-4) return null
  const begins = sound.findIndex((value) => Math.abs(value) > onset * loudest) / rate
  return { from: begins - before, to: Math.min(sound.length / rate, begins + after) }
}

/**
 * Where a sound begins in another one, samples; null: it is not there.
 * @param {Float32Array} sound
 * @param {Float32Array} heard longer than the sound, at the same rate
 * @param {number} rate
 * @param {number} longest samples that it may be late
 * @returns {number | null}
 */
export function placeOf(sound, heard, rate, longest) {
  const part = tellingPart(sound, rate)
  if (!part) return null
  const from = Math.round(part.from * rate)
  const wanted = Float32Array.from({ length: Math.round((part.to - part.from) * rate) }, (_, at) => sound[from + at] ?? 0)
  // What is heard from there on belongs to a beginning at 0.
  const there = Float32Array.from({ length: wanted.length + longest }, (_, at) => heard[from + at] ?? 0)
  const rough = best(thinned(wanted), thinned(there), 0, Math.ceil(longest / coarse))
  if (rough.fit < alike) return null
  const fine = best(wanted, there, Math.max(0, (rough.at - 2) * coarse), Math.min(longest, (rough.at + 2) * coarse))
  return fine.at
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
 * The place with the smallest angle between both.
 * @param {Float32Array} wanted
 * @param {Float32Array} heard
 * @param {number} first
 * @param {number} last
 */
function best(wanted, heard, first, last) {
  const energy = (/** @type {Float32Array} */ samples) => samples.reduce((sum, value) => sum + value * value, 0)
  const own = energy(wanted)
  const found = { at: first, fit: -1 }
  for (let at = first; at <= last; at++) {
    let product = 0
    let other = 0
    const end = Math.min(wanted.length, heard.length - at)
    for (let i = 0; i < end; i++) {
      product += wanted[i] * heard[at + i]
      other += heard[at + i] * heard[at + i]
    }
    const fit = product / Math.sqrt(own * other || 1)
    if (fit > found.fit) Object.assign(found, { at, fit })
  }
  return found
}
