// What the browser's recorder has made, taken apart. Run: node --test Tests/Web
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMP4 } from '../../web/sdk/mp4-reader.js'
import { frameSamples, splitPacket } from '../../web/sdk/opus-packet.js'
import { whichPictures } from '../../web/sdk/recorded-pictures.js'
import { delayOf, distinctivePart } from '../../web/sdk/sound-alignment.js'
import { readWebM } from '../../web/sdk/webm-reader.js'

const bytes = (...parts) => Uint8Array.from(parts.flatMap((part) => typeof part === 'string' ? [...Buffer.from(part, 'latin1')] : [...part]))
const u16 = (value) => [value >> 8 & 255, value & 255]
const u32 = (value) => [...u16(value >>> 16), ...u16(value)]
const zeros = (count) => Array(count).fill(0)

// Opus

test('packets of several frames are split', () => {
  // A code of 20 ms of CELT at full band, then frames of 3, 1 and 2 bytes.
  const toc = 31 << 3
  assert.equal(frameSamples([toc]), 960)
  const plain = (frames) => frames.map((frame) => [...frame])
  assert.deepEqual(plain(splitPacket(bytes([toc, 7, 8]))), [[toc, 7, 8]])
  assert.deepEqual(plain(splitPacket(bytes([toc | 1, 7, 8, 9, 10]))), [[toc, 7, 8], [toc, 9, 10]])
  assert.deepEqual(plain(splitPacket(bytes([toc | 2, 3, 7, 8, 9, 10]))), [[toc, 7, 8, 9], [toc, 10]])
  assert.deepEqual(plain(splitPacket(bytes([toc | 3, 0x80 | 3, 3, 1, 7, 8, 9, 10, 11, 12]))), [[toc, 7, 8, 9], [toc, 10], [toc, 11, 12]])
  // With two bytes of padding, all alike.
  assert.deepEqual(plain(splitPacket(bytes([toc | 3, 0x40 | 2, 2, 7, 8, 9, 10, 0, 0]))), [[toc, 7, 8], [toc, 9, 10]])
  // What is damaged stays whole.
  assert.deepEqual(plain(splitPacket(bytes([toc | 1, 7, 8, 9]))), [[toc | 1, 7, 8, 9]])
  assert.deepEqual(plain(splitPacket(bytes([toc | 2, 9, 8, 9]))), [[toc | 2, 9, 8, 9]])
  // 252 and more take two bytes.
  assert.deepEqual(splitPacket(bytes([toc | 2, 253, 1], Array(257).fill(5), [6])).map(({ length }) => length), [258, 2])
})

test('a frame is as long as its configuration says', () => {
  const lengths = [0, 1, 2, 3, 12, 13, 14, 15, 16, 17, 18, 19].map((configuration) => frameSamples([configuration << 3]))
  assert.deepEqual(lengths, [480, 960, 1920, 2880, 480, 960, 480, 960, 120, 240, 480, 960])
})

// WebM

const element = (id, ...content) => {
  const inner = bytes(...content)
  return bytes(id, inner.length < 127 ? [0x80 | inner.length] : [0x40 | inner.length >> 8, inner.length & 255], inner)
}
const unknownLength = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
const webmHead = bytes(element([0x1a, 0x45, 0xdf, 0xa3], element([0x42, 0x82], 'webm')), [0x18, 0x53, 0x80, 0x67], unknownLength,
  element([0x15, 0x49, 0xa9, 0x66], element([0x2a, 0xd7, 0xb1], [0x0f, 0x42, 0x40]), element([0xec], zeros(9))),
  element([0x16, 0x54, 0xae, 0x6b],
    element([0xae], element([0xd7], [1]), element([0x86], 'V_VP8'), element([0xe0], element([0xb0], [1, 0x40]))),
    element([0xae], element([0xd7], [2]), element([0x86], 'A_OPUS'), element([0xe1], element([0xb5], [0x47, 0x3b, 0x80, 0]), element([0x9f], [2])))))
const cluster = (time, ...blocks) => bytes([0x1f, 0x43, 0xb6, 0x75], unknownLength, element([0xe7], u16(time)), ...blocks)

test('a recorded WebM, its lengths unknown, gives its samples', () => {
  const file = bytes(webmHead,
    cluster(0, element([0xa3], [0x81, 0, 0, 0x80], 'key'), element([0xa3], [0x82, 0, 5, 0x80], 'sound'), element([0xa3], [0x81, 0, 33, 0], 'next')),
    cluster(1000, element([0xa0], element([0xa1], [0x81, 0, 1, 0], 'leans'), element([0xfb], [0xff])), element([0xa3], [0x82, 0xff, 0xff, 0x80], 'early')))
  const [pictures, sound] = readWebM(file)
  const said = ({ samples }) => samples.map(({ time, isKey, data }) => [Math.round(time * 1000), isKey, Buffer.from(data).toString()])
  assert.deepEqual([pictures.codec, sound.codec, sound.channels, sound.rate], ['vp8', 'opus', 2, 48000])
  assert.deepEqual(said(pictures), [[0, true, 'key'], [33, false, 'next'], [1001, false, 'leans']])
  assert.deepEqual(said(sound), [[5, true, 'sound'], [999, true, 'early']])
})

// MP4

const box = (name, ...content) => {
  const inner = bytes(...content)
  return bytes(u32(8 + inner.length), name, inner)
}
const track = (id, timescale, entry) => box('trak', box('tkhd', u32(0), u32(0), u32(0), u32(id), zeros(64)),
  box('mdia', box('mdhd', u32(0), u32(0), u32(0), u32(timescale), u32(0), u32(0)), box('minf', box('stbl', box('stsd', u32(0), u32(1), entry)))))
const record = [1, 100, 0, 30, 255, 225, 0, 0]
const esds = box('esds', u32(0), [3, 0x80, 0x80, 0x80, 22, 0, 0, 0, 4, 17, 0x40, 0x15], zeros(11), [5, 2, 0x11, 0x90, 6, 1, 2])
const description = box('moov', box('mvhd', zeros(100)),
  track(1, 30000, box('avc1', zeros(78), box('avcC', record))),
  track(2, 48000, box('mp4a', zeros(16), u16(2), u16(16), zeros(4), u32(48000 * 65536), esds)),
  box('mvex', box('trex', u32(0), u32(1), u32(1), u32(1000), u32(0), u32(0x10000)), box('trex', u32(0), u32(2), u32(1), u32(1024), u32(4), u32(0))))

test('a recorded MP4 in fragments gives its samples', () => {
  const fragment = (place) => box('moof', box('mfhd', zeros(8)),
    box('traf', box('tfhd', u32(0x20000), u32(1)), box('tfdt', u32(0), u32(30000)),
      box('trun', u32(0x205), u32(2), u32(place), u32(0), u32(3), u32(4))),
    box('traf', box('tfhd', u32(0x20000), u32(2)), box('tfdt', bytes([1, 0, 0, 0]), u32(0), u32(48000)), box('trun', u32(0x1), u32(2), u32(place + 7))))
  const length = fragment(0).length
  const [pictures, sound] = readMP4(bytes(box('ftyp', 'isom', zeros(4)), description, fragment(length + 8), box('mdat', 'keynextabcdefgh'), box('free')))
  const said = ({ samples }) => samples.map(({ time, isKey, data }) => [Math.round(time * 3000), isKey, Buffer.from(data).toString()])
  assert.deepEqual([pictures.codec, [...pictures.description]], ['h264', record])
  assert.deepEqual([sound.codec, sound.channels, sound.rate, [...sound.description]], ['aac', 2, 48000, [0x11, 0x90]])
  assert.deepEqual(said(pictures), [[3000, true, 'key'], [3100, false, 'next']])
  assert.deepEqual(said(sound), [[3000, true, 'abcd'], [3064, true, 'efgh']])
})

test('a run without a place follows the one before', () => {
  const fragment = (place) => box('moof', box('traf', box('tfhd', u32(0x20000), u32(1)), box('tfdt', u32(0), u32(0)),
    box('trun', u32(0x201), u32(1), u32(place), u32(3)), box('trun', u32(0x200), u32(1), u32(4))))
  const [pictures] = readMP4(bytes(description, fragment(fragment(0).length + 8), box('mdat', 'keynext')))
  assert.deepEqual(pictures.samples.map(({ data }) => Buffer.from(data).toString()), ['key', 'next'])
})

test('what is no file of the kind, or ends in the middle, gives no samples and no trouble', () => {
  for (const read of [readWebM, readMP4]) {
    for (const file of [bytes(), bytes([0]), bytes(zeros(64)), bytes('no film at all, only some words'), Uint8Array.from({ length: 4000 }, (_, at) => at * 7919 >> 3 & 255)]) {
      assert.equal(read(file).flatMap(({ samples }) => samples).length, 0)
    }
  }
  const whole = bytes(webmHead, cluster(0, element([0xa3], [0x81, 0, 0, 0x80], 'key')))
  for (let length = 0; length < whole.length; length++) readWebM(whole.subarray(0, length))
  for (let length = 0; length < description.length; length++) readMP4(description.subarray(0, length))
})

// Places

test('a recorder that loses pictures, or begins late, does not move the others', () => {
  const drawn = Array.from({ length: 100 }, (_, index) => index === 0 ? 10 : 10.3 + (index - 1) * 0.034 + 0.004 * Math.sin(index))
  const every = drawn.map((_, index) => index)
  assert.deepEqual(whichPictures(drawn.map((time) => time - 10), drawn), every)
  // Firefox: the first one's time is late.
  assert.deepEqual(whichPictures(drawn.map((time, index) => index === 0 ? 0 : time - 10.03), drawn), every)
  const lost = every.filter((index) => index % 15 !== 5)
  assert.deepEqual(whichPictures(lost.map((index) => drawn[index] - 9.992 + 0.003 * Math.cos(index)), drawn), lost)
  const late = every.filter((index) => index < 1 || index > 3)
  assert.deepEqual(whichPictures(late.map((index) => drawn[index] - 10), drawn), late)
  // Without the first picture the second is shown from the beginning on.
  assert.deepEqual(whichPictures(drawn.slice(1).map((time) => time - 10.3), drawn), [0, ...every.slice(2)])
  // One that is shown again is no other one.
  const again = [0, 0, 0, ...every.slice(1)]
  assert.deepEqual(whichPictures([0, 0.05, 0.1, ...drawn.slice(1).map((time) => time - 10)], drawn), again)
})

const rate = 48000
const noise = (length, seed) => Float32Array.from({ length }, () => (seed = seed * 1664525 + 1013904223 >>> 0) / 2 ** 32 - 0.5)

/** Where the sound begins in what is heard, as recorded-sound.js looks for it. */
function found(sound, heard) {
  const part = distinctivePart(sound, rate, 0)
  const begin = Math.max(0, part.from)
  const delay = delayOf(sound, part, heard.subarray(begin), rate)
  return delay === null ? null : begin + delay - part.from
}

test('a sound is found to the sample, also one that begins late, or a steady tone', () => {
  const tone = (pitch) => Float32Array.from({ length: 2 * rate }, (_, at) => 0.3 * Math.sin(at * 2 * Math.PI * pitch / rate))
  const late = new Float32Array(6 * rate)
  late.set(noise(rate, 3), 4 * rate)
  const soft = noise(40 * rate, 9).map((value, at) => at < 31 * rate ? value * 0.004 : value)
  const short = noise(rate / 10, 5)
  for (const sound of [noise(2 * rate, 1), tone(300), tone(440), tone(1234.5), late, short, soft]) {
    for (const delay of [5_431, 5_436, 18_003]) {
      const heard = new Float32Array(sound.length + rate)
      heard.set(sound.map((value) => 0.8 * value), delay)
      assert.equal(found(sound, heard), delay)
    }
  }
  assert.equal(found(noise(rate, 7), noise(2 * rate, 8)), null)
  assert.equal(distinctivePart(new Float32Array(rate), rate, 0), null)
})
