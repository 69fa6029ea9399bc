// Where the marks of a recorded MP4 stand. Run: node --test Tests/Web
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { marked } from '../../web/sdk/synthetic-mark.js'

/** A box, as ISO/IEC 14496-12, 4.2, has it. */
function box(name, ...contents) {
  const content = Buffer.concat(contents.map((part) => Buffer.from(part)))
  const head = Buffer.alloc(8)
  head.writeUInt32BE(8 + content.length)
  head.write(name, 4, 'latin1')
  return Buffer.concat([head, content])
}

/** Boxes of a file, or of what is in one: `[name, bytes]`. */
function boxes(bytes) {
  const found = []
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) {
    assert.ok(bytes.readUInt32BE(at) >= 8)
    found.push([bytes.toString('latin1', at + 4, at + 8), bytes.subarray(at, at + bytes.readUInt32BE(at))])
  }
  return found
}

async function mark(...parts) {
  const film = await marked(new Blob(parts, { type: 'video/mp4' }))
  assert.equal(film.type, 'video/mp4')
  return boxes(Buffer.from(await film.arrayBuffer()))
}

const names = (list) => list.map(([name]) => name).join(' ')
const tagged = (list) => list.find(([name]) => name === 'moov')[1].includes('©cmt', 'latin1')
const start = box('ftyp', 'isom')
const fragments = [box('moof', Buffer.alloc(40)), box('mdat', Buffer.alloc(300)), box('moof', Buffer.alloc(40)), box('mdat', 'end')]

test('a film in fragments has its comment among the tags, and XMP', async () => {
  const movie = box('moov', box('mvhd', Buffer.alloc(100)), box('mvex', Buffer.alloc(12)))
  const list = await mark(start, movie, ...fragments)
  assert.equal(names(list), 'ftyp moov moof mdat moof mdat uuid')
  assert.equal(names(boxes(list[1][1].subarray(8))), 'mvhd mvex udta')
  assert.ok(list[1][1].includes('trainedAlgorithmicMedia') && list[6][1].includes('<Iptc4xmpExt:DigitalSourceType>'))
  assert.deepEqual(list.slice(2, 6).map(([, bytes]) => bytes), fragments)
})

test('places of fragments that would be wrong now are left out', async () => {
  const index = box('mfra', box('tfra', Buffer.alloc(30)))
  const end = box('mfro', Buffer.from([0, 0, 0, 0, 0, 0, 0, index.length + 16]))
  const whole = box('mfra', box('tfra', Buffer.alloc(30)), end)
  const list = await mark(start, box('moov', box('mvex')), ...fragments, whole)
  assert.equal(names(list), 'ftyp moov moof mdat moof mdat uuid')
})

test('a description at the end may grow, one before the samples that it has the places of may not', async () => {
  const [movie, samples] = [box('moov', box('mvhd', Buffer.alloc(100))), box('mdat', Buffer.alloc(500))]
  assert.ok(tagged(await mark(start, samples, movie)))
  const early = await mark(start, movie, samples)
  assert.equal(names(early), 'ftyp moov mdat uuid')
  assert.ok(!tagged(early))
})

test('a box with a long length is passed over', async () => {
  const large = Buffer.alloc(40)
  large.writeUInt32BE(1)
  large.write('mdat', 4)
  large.writeBigUInt64BE(40n, 8)
  const film = await marked(new Blob([start, large, box('moov')], { type: 'video/mp4' }))
  assert.ok(Buffer.from(await film.arrayBuffer()).includes('©cmt', 'latin1'))
})
