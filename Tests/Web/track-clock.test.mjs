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
  const soon = []
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
    if (n >= 3645 && n < 3700) soon.push(drawn - taken)
  }
  return { oldest: Math.max(...ages), youngest: Math.min(...ages), jumps: jumps.length - 1, soon: Math.max(...soon) }
}

test('after a busy spell frames pass for as old as they are, and stamps have jumped seldom', () => {
  const { oldest, jumps, soon } = ages(new TrackClock())
  assert.ok(oldest < 0.04, `${oldest}`)
  assert.ok(soon < 0.04, `a second and a half later ${soon}`)
  assert.ok(jumps >= 1 && jumps <= 4, `${jumps}`)
})

test('a machine that is slow again and again does not move stamps away', () => {
  const clock = new TrackClock()
  for (let n = 0; n < 3600; n++) {
    const stamp = clock.stamp(n / 30)
    clock.arrived(stamp, n / 30 + (n % 20 < 10 ? 0.015 : 0.08))
  }
  assert.ok(clock.shift <= 120 / 3 * TrackClock.jump, `${clock.shift}`)
})

/**
 * Frames of a minute with a stall of a second in its middle, after which WebRTC's own threads are late for a while, seen from
 * here or not: by how much those of the last 20 seconds pass for older than they are, seconds.
 */
function afterStall(isSeen, late) {
  const clock = new TrackClock()
  const aligner = new Aligner()
  const ages = []
  for (let n = 0; n < 1800; n++) {
    if (n >= 900 && n < 930) continue
    const drawn = n / 30
    const arrival = drawn + 0.012 + 0.003 * (n % 3)
    const taken = arrival + (n >= 930 && n < 990 ? late : 0)
    const stamp = clock.stamp(drawn)
    const time = aligner.translate(stamp, taken)
    clock.arrived(stamp, isSeen ? taken : arrival)
    if (n >= 1200) ages.push(drawn - time)
  }
  return Math.max(...ages)
}

test('after a stall frames pass for as old as they are, whoever was late', () => {
  for (const isSeen of [true, false]) {
    for (const late of [0, 0.1, 0.25, 0.4]) {
      const oldest = afterStall(isSeen, late)
      assert.ok(oldest < 0.045, `${isSeen} ${late}: ${oldest}`)
    }
  }
})

test('stamps jump so far that WebRTC begins anew, however late the frame is', () => {
  const clock = new TrackClock()
  const aligner = new Aligner()
  for (let n = 0; n < 200; n++) aligner.translate(n / 30, n / 30 + 0.01)
  clock.beginAnew()
  aligner.translate(clock.stamp(200 / 30), 200 / 30 + 0.25)
  assert.equal(aligner.count, 1)
})

test('without, they would pass for much older for good', () => {
  assert.ok(ages(null).oldest > 0.05)
})

test('while nothing varies, stamps are the time but for one', () => {
  const clock = new TrackClock()
  const early = []
  for (let n = 0; n < 3000; n++) {
    const stamp = clock.stamp(n / 30)
    if (stamp !== n / 30) early.push(stamp - n / 30)
    clock.arrived(stamp, n / 30 + 0.012 + 0.004 * (n % 3))
  }
  // Where frames come sooner after another than it is early, the next one goes after it.
  assert.ok(early.length >= 1 && early.length <= 3, `${early}`)
  assert.ok(Math.abs(early[0] - TrackClock.lead) < 1e-9)
})

test('WebRTC takes all for a little older than they are, at any rate', () => {
  for (const rate of [15, 25, 30, 60]) {
    const clock = new TrackClock()
    const aligner = new Aligner()
    let last = -Infinity
    for (let n = 0; n < 20 * rate; n++) {
      const arrival = n / rate + 0.015 + 0.004 * (n % 3)
      const stamp = clock.stamp(n / rate)
      assert.ok(stamp > last)
      last = stamp
      const age = arrival - aligner.translate(stamp, arrival)
      clock.arrived(stamp, arrival)
      if (n > 10 * rate) assert.ok(age > 0.6 * TrackClock.lead && age < TrackClock.lead + 0.012, `${rate}: ${age}`)
    }
    assert.equal(clock.shift, 0)
  }
})
