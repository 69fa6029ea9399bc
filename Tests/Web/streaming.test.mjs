// The mouth against the sound that is heard, on devices of all kinds, with clocks turned by hand. Run: node --test Tests/Web
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timeline } from './stub-engine.mjs'

/** Seconds by which the mouth may be ahead of the sound or behind it. */
const bar = 0.02

/** The same chance every time. */
function chance(seed) {
  let state = seed
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
}

/**
 * A device whose clock runs `ppm` too fast renders `burst` seconds at a time; its blocks of 128 samples reach the worker
 * after a millisecond and now and then much later, and the worker draws sixty frames a second.
 *
 * `world` can be changed while it runs: `frame` (the next on the audio clock), `behind` (seconds that the device has stood
 * still), `lost` (blocks to leave out), `deaf` (the worker is busy until then).
 */
function device({ rate = 48_000, ppm = 0, burst = 0.01, seed = 1, line = timeline(), begun = 100 } = {}) {
  const random = chance(seed)
  const block = 128 * Math.max(1, Math.round(rate / 48_000))
  const samples = new Float32Array(block).fill(0.1)
  const world = { rate, frame: 96_000, behind: 0, lost: 0, deaf: -Infinity, worst: 0, seen: 0, line }
  const speed = 1 + ppm * 1e-6
  let now = begun
  const first = world.frame
  /** The audio clock right after a burst, as if bursts were endlessly short. */
  const clock = () => first / rate + (now - begun - world.behind) * speed + burst
  let arrived = []
  world.run = (seconds, observe = (error) => {
    world.worst = Math.max(world.worst, Math.abs(error))
    world.seen++
  }) => {
    const end = now + seconds
    while (now < end) {
      // What the device has rendered by now, in whole bursts.
      const rendered = first + Math.floor((now - begun - world.behind) * speed / burst + 1 + 1e-9) * burst * rate
      while (world.frame + block <= rendered) {
        const stalls = random() < 0.0005 ? 0.03 * random() : 0
        if (world.lost > 0) world.lost--
        else arrived.push({ at: Math.max(now + 0.001 + stalls, arrived.at(-1)?.at ?? 0), frame: world.frame })
        world.frame += block
      }
      if (now >= world.deaf) {
        const ready = arrived.filter(({ at }) => at <= now)
        arrived = arrived.slice(ready.length)
        for (const { at, frame } of ready) line.timeline.feed({ samples, frame, rate }, Math.max(at, world.deaf))
        const time = line.timeline.moment(now)
        const heard = clock() - line.timeline.delay - line.timeline.start
        if (line.timeline.sounding && time > 0.1) observe(time - heard, now)
      }
      now += 1 / 60
    }
    return world
  }
  Object.defineProperty(world, 'now', { get: () => now })
  return world
}

for (const ppm of [-200, 200]) {
  test(`an hour with a device whose clock is ${ppm} ppm off`, () => {
    const world = device({ ppm })
    world.run(3600)
    assert.equal(world.line.log.restarts, 1)
    assert.ok(world.worst < bar && world.seen > 215_000, `${world.worst} ${world.seen}`)
    // Not a sample is lost: what the engine counts is the device's time.
    assert.ok(Math.abs(world.line.log.fed - 3600 * (1 + ppm * 1e-6)) < 0.05, `${world.line.log.fed}`)
    assert.equal(world.line.log.silent, 0)
  })
}

for (const rate of [8_000, 16_000, 44_100, 96_000, 192_000]) {
  test(`a device of ${rate} hertz`, () => {
    const { worst } = device({ rate, burst: 256 / Math.min(rate, 48_000) }).run(60)
    assert.ok(worst < bar, `${worst}`)
  })
}

test('a device that works in bursts of 20 ms', () => {
  const { worst } = device({ burst: 0.02 }).run(60)
  assert.ok(worst < bar, `${worst}`)
})

for (const [what, blocks] of [['a block', 1], ['a tenth of a second', 38], ['three quarters of a second', 282]]) {
  test(`${what} that is left out is silence, and the mouth stays in step`, () => {
    const world = device()
    world.run(5)
    world.lost = blocks
    world.run(5)
    assert.ok(world.worst < bar, `${world.worst}`)
    assert.equal(world.line.log.restarts, 1)
    assert.ok(Math.abs(world.line.log.silent - blocks * 128 / 48_000) < 1e-6, `${world.line.log.silent}`)
  })
}

test('after seconds without a block a new sound begins', () => {
  const world = device()
  world.run(5)
  world.lost = 375 * 3
  world.run(8)
  assert.equal(world.line.log.restarts, 2)
  assert.equal(world.line.log.silent, 0)
  assert.ok(world.worst < bar, `${world.worst}`)
})

test('a device that stands still for a moment: in step again within a second and a half', () => {
  for (const stood of [0.02, 0.05, 0.15]) {
    const world = device()
    world.run(10)
    world.behind = stood
    let since = 0
    const begun = world.now
    world.run(10, (error, now) => { if (Math.abs(error) >= bar) since = now - begun })
    assert.ok(since < 1.5, `${stood} ${since}`)
  }
})

test('a worker that was busy for a third of a second', () => {
  const world = device()
  world.run(10)
  world.deaf = world.now + 0.33
  world.run(10)
  assert.equal(world.line.log.restarts, 1)
  assert.ok(world.worst < bar, `${world.worst}`)
})

test('a sound of another rate is another sound', () => {
  const world = device()
  world.run(5)
  // Its context is young: the clock begins anew.
  const next = device({ rate: 44_100, line: world.line, seed: 2, begun: world.now })
  next.run(0.1, () => {})
  next.run(5)
  assert.equal(world.line.log.restarts, 2)
  assert.ok(next.worst < bar, `${next.worst}`)
})

test('start and stop, fifty times', () => {
  const line = timeline()
  for (let turn = 0; turn < 50; turn++) {
    const world = device({ line, seed: turn + 1 })
    world.run(0.7 + turn % 5)
    assert.ok(world.worst < bar, `${turn} ${world.worst}`)
    line.timeline.end()
  }
  assert.equal(line.log.restarts, 50)
})

test('a stream that is interrupted and goes on is in step from its first moment', () => {
  const world = device()
  world.run(5)
  world.line.timeline.interrupt(world.now)
  world.run(5)
  assert.equal(world.line.log.restarts, 2)
  assert.ok(world.worst < bar, `${world.worst}`)
})
