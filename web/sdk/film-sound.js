import { FilmError } from './errors.js'

/** Samples a second of a film's sound: Opus has no other, and every device plays it. */
export const filmRate = 48_000
/** Minutes of sound that are decoded at once. */
const longestMinutes = 60

/**
 * What a film can be made of: a file, its address, decoded sound, or samples (one channel, or several of the same length)
 * with their rate.
 * @typedef {Blob | ArrayBuffer | string | URL | AudioBuffer | {samples: Float32Array | Float32Array[], rate: number}} FilmSound
 */

/**
 * A sound as one or two channels at `filmRate`.
 * @param {FilmSound} sound
 * @returns {Promise<Float32Array[]>} rejects with a `FilmError`
 */
export async function decodeSound(sound) {
  const buffer = await decoded(sound)
  if (buffer.length === 0) throw new FilmError('empty-sound', 'There is nothing in the sound.')
  if (buffer.duration > longestMinutes * 60) {
    throw new FilmError('sound-too-long', `The sound is longer than ${longestMinutes} minutes; make the film in parts.`)
  }
  const even = buffer.sampleRate === filmRate && buffer.numberOfChannels <= 2 ? buffer : await resampled(buffer)
  const channels = Array.from({ length: even.numberOfChannels }, (_, index) => even.getChannelData(index).slice())
  if (!channels.every((samples) => samples.every(Number.isFinite))) {
    throw new FilmError('bad-sound', 'There are samples in the sound that are not numbers.')
  }
  return channels
}

/** @param {FilmSound} sound @returns {Promise<AudioBuffer>} */
async function decoded(sound) {
  if (sound instanceof AudioBuffer) return sound
  if (typeof sound === 'string' || sound instanceof URL) return decodedFile(await fetched(sound))
  if (sound instanceof Blob) return decodedFile(await sound.arrayBuffer())
  if (sound instanceof ArrayBuffer) return decodedFile(sound.slice(0))
  const { samples, rate } = sound ?? {}
  const channels = samples instanceof Float32Array ? [samples] : samples
  if (!Array.isArray(channels) || !channels.every((one) => one instanceof Float32Array && one.length === channels[0].length)) {
    throw new FilmError('bad-sound', '`audio` is a file, its address, an AudioBuffer, or { samples, rate }.')
  }
  if (!(rate >= 8_000 && rate <= 96_000) || channels.length > 8) {
    throw new FilmError('bad-sound', '`audio.rate` is a number of samples a second from 8000 to 96000, of at most 8 channels.')
  }
  if (!channels[0]?.length) throw new FilmError('empty-sound', 'There is nothing in the sound.')
  const buffer = new AudioBuffer({ length: channels[0].length, sampleRate: rate, numberOfChannels: channels.length })
  channels.forEach((one, index) => buffer.copyToChannel(/** @type {Float32Array} */ (one), index))
  return buffer
}

/** @param {ArrayBuffer} file */
async function decodedFile(file) {
  if (file.byteLength === 0) throw new FilmError('empty-sound', 'There is nothing in the sound.')
  try {
    return await new OfflineAudioContext(1, 1, filmRate).decodeAudioData(file)
  } catch {
    throw new FilmError('bad-sound', 'The file is not a sound that this browser can read.')
  }
}

/** @param {string | URL} address */
async function fetched(address) {
  const url = new URL(address, document.baseURI).href
  try {
    const response = await fetch(url)
    if (response.ok) return await response.arrayBuffer()
  } catch { /* the same sentence */ }
  throw new FilmError('bad-sound', `The sound could not be fetched from ${url}. Check the connection and the address.`)
}

/** @param {AudioBuffer} buffer */
function resampled(buffer) {
  const channels = Math.min(2, buffer.numberOfChannels)
  const context = new OfflineAudioContext(channels, Math.max(1, Math.round(buffer.duration * filmRate)), filmRate)
  const source = new AudioBufferSourceNode(context, { buffer })
  source.connect(context.destination)
  source.start()
  return context.startRendering()
}
