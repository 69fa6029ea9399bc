import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mendedDescription } from '../../web/sdk/film-description.js'

const bytes = (hex) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

test("Firefox's description loses the second first byte of its parameter sets and gains the reserved bits", () => {
  // As Firefox 153 gives it for 160x160.
  const given = bytes('0164001e 03 01 0018 67 67 64001eacd942856840000003004007a12003c58b6580 01 0006 68 68ebecb22c')
  assert.deepEqual(mendedDescription(given),
    bytes('0164001e ff e1 0017 67 64001eacd942856840000003004007a12003c58b6580 01 0005 68ebecb22c'))
})

test('others stay as they are', () => {
  for (const hex of [
    '0164001e ff e1 0017 67 64001eacd942856840000003004007a12003c58b6580 01 0005 68ebecb22c', '0142c01e ff e1 0004 6742c01e 01 0004 68ce3c80', '', '01',
  ]) assert.deepEqual(mendedDescription(bytes(hex)), bytes(hex))
})
