import assert from 'node:assert/strict'
import test from 'node:test'
import { TrackClock } from '../../web/sdk/sync.js'

/** What libwebrtc's TimestampAligner makes of stamps: how old it takes each frame for when it arrives, beyond its real age. */
class Aligner {
  count = 0
  offset = 0
  bias = 0

  /** @param {number} stamp @param {number} now @returns {number} seconds on WebRTC's clock */
  translate(stamp, now) {
    const error = now - stamp - this.offset
    if (Math.abs(error) > 0.3) this.count = this.bias = 0
    this.count = Math.min(100, this.count + 1)
    this.offset += error / this.count
    const time = stamp + this.offset - this.bias
    if (time > now) this.bias += time - now
    return Math.min(time, now)
  }
}

/** Frames of a calm minute, a busy one, and a calm one again: by how much the last 300 pass for older than they are, seconds. */
function ages(clock) {
  let state = 7
  const random = () => (state = state * 16807 % 2147483647) / 2147483647
  const aligner = new Aligner()
  const ages = []
  const jumps = []
  for (let n = 0, before = -Infinity; n < 5400; n++) {
    const drawn = n / 30
    const busy = n >= 1800 && n < 3600
    const arrival = drawn + (busy ? 0.02 + 0.2 * random() : 0.01 + 0.02 * random())
    const stamp = clock ? clock.stamp(drawn) : drawn
    assert.ok(stamp > before)
    before = stamp
    const taken = aligner.translate(stamp, arrival)
    clock?.arrived(stamp, arrival)
    if (clock && jumps.at(-1) !== clock.shift) jumps.push(clock.shift)
    if (n >= 5100) ages.push(drawn - taken)
  }
  return { oldest: Math.max(...ages), youngest: Math.min(...ages), jumps: jumps.length - 1 }
}

test('after a busy spell frames pass for as old as they are, and stamps have jumped seldom', () => {
  const { oldest, jumps } = ages(new TrackClock())
  assert.ok(oldest < 0.03, `${oldest}`)
  assert.ok(jumps >= 1 && jumps <= 4, `${jumps}`)
})

test('without, they would pass for much older for good', () => {
  assert.ok(ages(null).oldest > 0.05)
})

test('while nothing varies, stamps are the time', () => {
  const clock = new TrackClock()
  for (let n = 0; n < 3000; n++) {
    const stamp = clock.stamp(n / 30)
    assert.equal(stamp, n / 30)
    clock.arrived(stamp, n / 30 + 0.012 + 0.008 * (n % 3))
  }
})
