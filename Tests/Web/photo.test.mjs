// What is refused before a browser decodes a picture, for creation and the lens alike. Run: node --test Tests/Web
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { decodePhoto, upright } from '../../web/sdk/photo.js'

const zoo = (name) => readFileSync(new URL(`../PhotoTests/Zoo/${name}`, import.meta.url))
const decoded = []
globalThis.createImageBitmap = async (file) => {
  decoded.push(file)
  throw new Error('decoded')
}

for (const read of [upright, decodePhoto]) {
  for (const [name, bytes, expected] of [
    ['pixels that a header promises', zoo('huge-header.png'), { code: 'too-large' }],
    ['as many in a JPEG file', zoo('huge-header.jpg'), { code: 'too-large' }],
    ['51 MB', new Uint8Array(51_000_000), { code: 'too-large' }],
    ['a file that breaks off', zoo('plain.png').subarray(0, -40), { code: 'unreadable', reason: 'damaged' }],
    ['words', Buffer.from('words'), { code: 'unreadable' }],
  ]) {
    test(`${read.name}: ${name}`, async () => {
      await assert.rejects(read(new Blob([bytes])), { name: 'PhotoRefusedError', ...expected })
      assert.equal(decoded.length, 0)
    })
  }

  test(`${read.name}: what a browser cannot decode`, async () => {
    await assert.rejects(read(new Blob([zoo('plain.heic')])), { code: 'unreadable', reason: 'heic' })
    await assert.rejects(read(new Blob([zoo('plain.png')])), { code: 'unreadable', reason: 'damaged' })
    assert.equal(decoded.splice(0).length, 2)
  })
}
