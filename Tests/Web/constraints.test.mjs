/** What a page asks of a camera, held against what it can do: by the standard's rules, without a browser. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { names, settle } from '../../web/sdk/device-constraints.js'

const capabilities = {
  width: { min: 16, max: 1920 }, height: { min: 16, max: 1080 }, frameRate: { min: 1, max: 60 },
  aspectRatio: { min: 0.1, max: 10 }, facingMode: ['user'], resizeMode: ['none', 'crop-and-scale'],
  deviceId: ['ours'], groupId: ['group'],
}
const usual = { width: 640, height: 480, frameRate: 30 }
const settled = (constraints) => {
  const { width, height, frameRate } = settle(constraints, capabilities, usual)
  return [width, height, frameRate]
}
const refusal = (constraints) => {
  try {
    settle(constraints, capabilities, usual)
  } catch (error) {
    return [error.name, error.constraint]
  }
}

test('nothing asked: the usual', () => {
  assert.deepEqual(settled(true), [640, 480, 30])
  assert.deepEqual(settled({}), [640, 480, 30])
  assert.equal(settle({}, capabilities, usual).facingMode, 'user')
})

test('ideal values are met where they can be, else the nearest', () => {
  assert.deepEqual(settled({ width: 1280, height: 720, frameRate: 24 }), [1280, 720, 24])
  assert.deepEqual(settled({ width: { ideal: 4096 }, height: { ideal: 2160 }, frameRate: { ideal: 120 } }), [1920, 1080, 60])
})

test('one side takes the other with it', () => {
  assert.deepEqual(settled({ width: 320 }), [320, 240, 30])
  assert.deepEqual(settled({ height: { exact: 720 } }), [960, 720, 30])
  assert.deepEqual(settled({ width: 1280, aspectRatio: 16 / 9 }), [1280, 720, 30])
  assert.deepEqual(settled({ aspectRatio: { exact: 1 } }), [640, 640, 30])
})

test('minimum and maximum hold', () => {
  assert.deepEqual(settled({ width: { min: 800 }, height: { min: 600 } }), [800, 600, 30])
  assert.deepEqual(settled({ frameRate: { max: 15 } }), [640, 480, 15])
  assert.deepEqual(settled({ width: { min: 320, ideal: 100, max: 640 }, height: 240 }), [320, 240, 30])
})

test('what cannot be met is named', () => {
  assert.deepEqual(refusal({ width: { min: 4000 } }), ['OverconstrainedError', 'width'])
  assert.deepEqual(refusal({ frameRate: { exact: 120 } }), ['OverconstrainedError', 'frameRate'])
  assert.deepEqual(refusal({ height: { min: 700, max: 600 } }), ['OverconstrainedError', 'height'])
  assert.deepEqual(refusal({ facingMode: { exact: 'environment' } }), ['OverconstrainedError', 'facingMode'])
  assert.deepEqual(refusal({ deviceId: { exact: 'other' } }), ['OverconstrainedError', 'deviceId'])
  assert.deepEqual(refusal({ width: { exact: 640 }, height: { exact: 480 }, aspectRatio: { exact: 2 } }),
    ['OverconstrainedError', 'aspectRatio'])
  assert.equal(refusal({ facingMode: 'environment', deviceId: 'other' }), undefined)
})

test('advanced sets are taken whole, or left', () => {
  assert.deepEqual(settled({ advanced: [{ width: 1280, height: 720 }] }), [1280, 720, 30])
  assert.deepEqual(settled({ advanced: [{ width: 4000 }, { frameRate: 10 }] }), [640, 480, 10])
  assert.deepEqual(settled({ width: { max: 800 }, advanced: [{ width: 1280, frameRate: 10 }] }), [640, 480, 30])
})

test('a device is named by its own id or its group', () => {
  const device = { deviceId: 'ours', groupId: 'group' }
  for (const deviceId of ['ours', ['x', 'ours'], { exact: 'ours' }, { ideal: ['ours'] }, { exact: ['x', 'ours'] }]) {
    assert.equal(names({ deviceId }, device), true)
  }
  assert.equal(names({ groupId: { exact: 'group' } }, device), true)
  assert.equal(names({ advanced: [{ deviceId: 'ours' }] }, device), true)
  assert.equal(names({ deviceId: { exact: 'other', ideal: 'ours' } }, device), false)
  assert.equal(names({ deviceId: 'other' }, device), false)
  for (const none of [true, {}, { width: 640 }, { deviceId: undefined }, undefined]) {
    assert.equal(names(none, device), undefined)
  }
})
