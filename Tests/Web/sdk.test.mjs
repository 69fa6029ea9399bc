// The arithmetic of sound and picture, with clocks turned by hand. Run: node --test Tests/Web
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { DelayController, Pacer, SoundClock, maximumDelaySeconds } from '../../web/sdk/sync.js'
import { delaySlope } from '../../web/sdk/sound-timeline.js'
import { packScript, scriptFromMarks } from '../../web/sdk/script.js'
import { FrameLoop } from '../../web/sdk/frame-loop.js'
import { EdgeQuality } from '../../web/sdk/edge-quality.js'
import { GL } from '../../web/sdk/gl.js'
import { StageView } from '../../web/sdk/stage-view.js'
import { readPictureFile } from '../../web/sdk/picture-file.js'
import { timeline } from './stub-engine.mjs'

test('the audio clock follows the earliest blocks and ignores late ones', () => {
  const clock = new SoundClock()
  for (let index = 0; index < 400; index++) {
    const end = 10 + index * 0.005
    clock.observe(end, 3 + index * 0.005 + (index % 7 === 0 ? 0 : 0.03))
  }
  assert.ok(Math.abs(clock.at(5) - 12) < 0.006, `${clock.at(5)}`)
})

test('the audio clock that stood still after a burst is found again', () => {
  const clock = new SoundClock()
  // What a device does that starts: a tenth of a second at once, then nothing for as long.
  for (let end = 0; end < 0.1; end += 0.01) clock.observe(end, 0)
  let now = 0.2
  for (; now < 2.2; now += 0.01) clock.observe(now - 0.1, now)
  assert.ok(Math.abs(clock.at(now) - (now - 0.1)) < 0.005, `${clock.at(now) - now}`)
})

test('the audio clock follows a device whose crystal runs slow', () => {
  const clock = new SoundClock()
  let end = 0
  let now = 0
  for (; now < 600; now += 0.01) clock.observe(end = now * (1 - 200e-6), now)
  assert.ok(Math.abs(clock.at(now) - end) < 0.012, `${clock.at(now) - end}`)
})

/** Runs a controller from `from` to `to` seconds on frames that come `cost` seconds after their sound. */
function control(controller, cost, from, to) {
  for (let now = from; now < to; now += 1 / 30) controller.observe(controller.delay - controller.floor - cost, now)
  return controller.delay
}

test('the delay settles where every mouth knows as much of what comes as it can use', () => {
  const delay = control(new DelayController(0.05, 0.02), 0.015, 0, 20)
  assert.ok(delay >= 0.085 && delay <= 0.085 + 0.005, `${delay}`)
})

test('the delay goes up in a slow phase and comes down again after it', () => {
  const controller = new DelayController(0.05, 0.02)
  const low = control(controller, 0.005, 0, 20)
  const high = control(controller, 0.025, 20, 25)
  const back = control(controller, 0.005, 25, 45)
  assert.ok(low < 0.08 && high === maximumDelaySeconds && back < 0.08, `${low} ${high} ${back}`)
})

test('the delay never passes its limit nor falls below the engine', () => {
  const controller = new DelayController(0.06, 0.02)
  assert.equal(control(controller, 1, 0, 20), maximumDelaySeconds)
  assert.ok(control(controller, -1, 20, 200) >= 0.06)
})

test('thirty frames a second stay thirty on a clock of whole milliseconds and a display of sixty', () => {
  const pacer = new Pacer(30)
  let frames = 0
  for (let tick = 0; tick < 600; tick++) if (pacer.due(Math.floor(tick * 1000 / 60) / 1000)) frames++
  assert.ok(frames >= 299 && frames <= 301, `${frames}`)
})

test('a stalled page is not followed by a burst of frames', () => {
  const pacer = new Pacer(30)
  pacer.due(0)
  let frames = 0
  for (let now = 10; now < 10.1; now += 0.001) if (pacer.due(now)) frames++
  assert.ok(frames <= 4, `${frames}`)
})

const block = (index) => ({ samples: new Float32Array(480), frame: 96_000 + index * 480, rate: 48_000 })

test('a frame shows the sound that leaves the delay', () => {
  const { timeline: line } = timeline()
  for (let index = 0, now = 100; index < 300; index++, now += 0.01) {
    line.feed(block(index), now)
    if (index % 3 === 0) line.moment(now)
  }
  // 299 blocks later the clock stands at 2.0 + 3.0 s; the sound began at 2.0.
  const heard = 3.0 - line.delay
  assert.ok(Math.abs(line.time - heard) < 0.025, `${line.time} ${heard}`)
})

test('blocks that are left out do not put the mouth out of step', () => {
  const { timeline: line, log } = timeline()
  let now = 100
  for (let index = 0; index < 600; index++, now += 0.01) {
    // A tenth of a second is lost in the middle.
    if (index < 200 || index >= 210) line.feed(block(index), now)
    line.moment(now)
  }
  assert.equal(log.restarts, 1)
  assert.ok(Math.abs(log.fed - line.time - line.delay) < 0.015, `${log.fed - line.time}`)
})

test('after an interruption the rest of the sound is dropped and what comes then is a new one', () => {
  const { timeline: line, log } = timeline()
  for (let index = 0; index < 100; index++) line.feed(block(index), 2 + index * 0.01)
  line.interrupt(3)
  const { fed } = log
  for (let index = 100; index < 108; index++) line.feed(block(index), 2 + index * 0.01)
  assert.equal(log.fed, fed)
  line.feed(block(109), 3.09)
  assert.equal(log.restarts, 2)
})

test('a script begins at the moment of the sound that comes in then', () => {
  const { timeline: line, log } = timeline()
  for (let index = 0, now = 100; index < 300; index++, now += 0.01) line.feed(block(index), now)
  // The block that came at 100 ended 0.01 s after the sound's beginning.
  line.speak(packScript([]), 103.5)
  assert.ok(Math.abs(log.scripts[0] - 3.51) < 0.001, `${log.scripts}`)
})

test('a script without a sound waits for the next one, unless it is interrupted', () => {
  const { timeline: line, log } = timeline()
  line.speak(packScript([]), 100.5)
  assert.deepEqual(log.scripts, [])
  line.feed(block(0), 100)
  assert.ok(Math.abs(log.scripts[0] - 0.51) < 0.001, `${log.scripts}`)
  line.end()
  line.speak(packScript([]), 101)
  line.interrupt(101)
  assert.equal(log.cleared, 1)
  line.feed(block(200), 102)
  assert.equal(log.scripts.length, 1)
})

test('a sound that breaks off and goes on keeps its scripts, where they lay on the audio clock', () => {
  const { timeline: line, log } = timeline()
  const script = (seconds) => packScript([{ time: 0, duration: seconds, viseme: 'aa' }])
  for (let index = 0; index < 100; index++) line.feed(block(index), 100 + index * 0.01)
  line.speak(script(0.2), 101)
  line.speak(script(60), 101.3)
  // The tap misses three seconds.
  line.feed(block(400), 104)
  assert.deepEqual([log.restarts, log.scripts.length], [2, 3])
  assert.ok(Math.abs(log.scripts[2] - (log.scripts[1] - 4)) < 1e-9, `${log.scripts}`)
  // A busy audio thread stands still for two.
  for (let index = 401; index < 500; index++) line.feed(block(index), 102 + index * 0.01)
  assert.deepEqual([log.restarts, log.scripts.length], [3, 4])
  // A later script has taken the place of the rest, and has ended.
  line.speak(script(0.2), 107)
  line.feed(block(900), 109)
  assert.deepEqual([log.restarts, log.scripts.length], [4, 5])
})

test("a script of another graph's sound, or of one that has ended, is over", () => {
  const { timeline: line, log } = timeline()
  const script = packScript([{ time: 0, duration: 60, viseme: 'aa' }])
  line.feed(block(0), 100)
  line.speak(script, 100)
  line.feed({ ...block(0), rate: 44_100 }, 100.01)
  line.speak(script, 100.01)
  line.end()
  line.feed({ ...block(1), rate: 44_100 }, 100.02)
  assert.deepEqual([log.restarts, log.scripts.length], [3, 2])
})

test('a script is packed as the engine reads it', () => {
  const { times, symbols } = packScript([
    { time: 0, duration: 0.5, phone: 'AH0' }, { time: 0.5, duration: 0.25, viseme: 'PP' }, { time: 1, duration: 1 },
  ])
  assert.deepEqual(Array.from(times), [0, 0.5, 0.5, 0.75, 1, 2])
  assert.equal(symbols, 'AH0\nPP\n')
})

test("a voice service's marks become a script", () => {
  assert.deepEqual(scriptFromMarks([{ time: 0, viseme: 0 }, { time: 0.5, viseme: 21 }, { time: 0.75, viseme: 2 }], 'azure', 1), [
    { time: 0, duration: 0.5, viseme: 'sil' }, { time: 0.5, duration: 0.25, viseme: 'PP' },
    { time: 0.75, duration: 0.25, viseme: 'aa' },
  ])
  const polly = scriptFromMarks([{ time: 0, viseme: 'S' }, { time: 0.5, viseme: '@' }, { time: 0.5, viseme: '?' }], 'polly', 1)
  assert.deepEqual(polly.map(({ viseme }) => viseme), ['CH', '?'])
})

test('time runs on without sound and starts anew with the next one', () => {
  const { timeline: line, log } = timeline()
  const before = line.moment(1)
  assert.ok(line.moment(1.1) > before)
  for (let index = 0; index < 100; index++) line.feed(block(index), 2 + index * 0.01)
  assert.equal(log.restarts, 1)
  const during = line.moment(3)
  line.end()
  assert.equal(log.ends, 1)
  assert.ok(line.moment(3.1) > during)
  line.feed(block(900), 8)
  assert.equal(log.restarts, 2)
})

test('a context that was suspended and goes on is a new sound', () => {
  const { timeline: line, log } = timeline()
  for (let index = 0; index < 100; index++) line.feed(block(index), 2 + index * 0.01)
  for (let index = 100; index < 200; index++) line.feed(block(index), 12 + index * 0.01)
  assert.equal(log.restarts, 2)
})

test('a worker that was busy for a moment takes up the same sound', () => {
  const { timeline: line, log } = timeline()
  for (let index = 0; index < 100; index++) line.feed(block(index), 2 + index * 0.01)
  for (let index = 100; index < 150; index++) line.feed(block(index), 3.5)
  for (let index = 150; index < 250; index++) line.feed(block(index), 2 + index * 0.01)
  assert.equal(log.restarts, 1)
})

test('the sound’s delay moves so slowly that its pitch does not tell', () => {
  const { timeline: line } = timeline()
  line.feed(block(0), 0)
  line.moment(0)
  const from = line.delay
  line.controller.delay = from - 0.02
  for (let now = 0; now <= 1; now += 0.02) line.moment(now)
  assert.ok(Math.abs(from - line.delay - delaySlope) < 0.0005, `${line.delay - from}`)
})

test('numbers of deleted objects are given again, unknown ones mean nothing', () => {
  const made = []
  const context = { createTexture: () => { made.push({}); return made.at(-1) }, deleteTexture: () => {}, bindTexture: (_, texture) => made.push(texture) }
  const gl = new GL(() => new ArrayBuffer(8))
  gl.reset(context)
  const calls = gl.imports()
  assert.deepEqual([calls.createTexture(), calls.createTexture()], [1, 2])
  calls.deleteTexture(1)
  assert.equal(calls.createTexture(), 1)
  calls.bindTexture(3553, 77)
  assert.equal(made.at(-1), null)
})

test('views follow the memory when it grows', () => {
  const memory = new WebAssembly.Memory({ initial: 1 })
  const gl = new GL(() => memory.buffer)
  assert.equal(gl.bytes().length, 65536)
  memory.grow(1)
  assert.equal(gl.bytes().length, 131072)
  assert.equal(gl.floats().length, 32768)
})

test('without a context every call does nothing', () => {
  const calls = new GL(() => new ArrayBuffer(64)).imports()
  assert.equal(calls.createBuffer(), 0)
  calls.drawElements(4, 3, 5123, 0)
})

test('the probe for SIMD is a module that engines with SIMD take', async () => {
  const { missingFeatures } = await import('../../web/sdk/support.js')
  assert.ok(!missingFeatures().includes('WebAssembly SIMD'))
})

test('edges get plainer where frames are given up, and only there', () => {
  const fast = new EdgeQuality(true)
  for (let now = 0; now < 10; now += 1 / 60) fast.observe(true, now)
  assert.equal(fast.samples, 4)
  const slow = new EdgeQuality(true)
  const seen = new Set()
  for (let frame = 0; frame < 600; frame++) if (slow.observe(frame % 2 === 0, frame / 60)) seen.add(slow.samples)
  assert.deepEqual([...seen], [2, 0])
  assert.equal(new EdgeQuality(false).samples, 0)
})

/** The beginning is enough to tell a picture's size; `part` of it is there. */
const pictureFile = (name, part = 1) => {
  const bytes = readFileSync(new URL(`../PhotoTests/Zoo/${name}`, import.meta.url))
  return readPictureFile(new Uint8Array(bytes.subarray(0, Math.floor(part * bytes.length))))
}

test('a picture file tells its size before it is decoded', () => {
  for (const name of ['plain.jpg', 'progressive.jpg', 'cmyk.jpg', '16bit.png', 'alpha.webp', 'animated.webp',
    'animated.gif', 'plain.avif']) {
    const { width, height, isWhole } = pictureFile(name)
    assert.deepEqual([width, height, isWhole], [48, 32, true], name)
  }
  assert.equal(pictureFile('huge-header.jpg').width, 60_000)
  assert.equal(pictureFile('huge-header.png').height, 60_000)
  assert.equal(pictureFile('plain.heic').format, 'heif')
})

test('a picture file that breaks off is not whole', () => {
  for (const name of ['plain.jpg', 'progressive.jpg', '16bit.png', 'alpha.webp', 'profile.jpg']) {
    for (const part of [0.6, 0.95]) assert.ok(!pictureFile(name, part)?.isWhole, `${name} ${part}`)
  }
})

test('what is no picture is none, however it begins', () => {
  for (let seed = 1; seed < 4000; seed++) {
    const bytes = Uint8Array.from({ length: 64 }, (_, at) => Math.imul(seed, at + 7) >>> 13)
    bytes.set([[0xff, 0xd8], [0x89, 0x50, 0x4e, 0x47], [0x52, 0x49, 0x46, 0x46], []][seed % 4])
    const file = readPictureFile(bytes)
    assert.ok(file === null || file.width > 0)
  }
  assert.equal(readPictureFile(new Uint8Array(0)), null)
})

test('a context that comes back broken is reported', async () => {
  const canvas = Object.assign(new EventTarget(), { getContext: () => null })
  const error = await new Promise((resolve) => {
    new StageView(/** @type {any} */ ({ exports: {} }), /** @type {any} */ (canvas),
      { onLost() {}, onRestored() {}, onError: resolve })
    canvas.dispatchEvent(new Event('webglcontextrestored'))
  })
  assert.equal(error.code, 'webgl2-missing')
})

/** Frames a second that loops of these rates call for, side by side: what a busy machine takes, it takes from all. */
async function paces(rates) {
  const counts = rates.map(() => 0)
  const loops = rates.map((rate, index) => new FrameLoop(() => counts[index]++, rate))
  const began = performance.now()
  for (const loop of loops) loop.start()
  await new Promise((resolve) => setTimeout(resolve, 1500))
  for (const loop of loops) loop.stop()
  return counts.map((count) => (1000 * count) / (performance.now() - began))
}

test('a page that shows but gets no animation frames is paced by timers as a hidden one is', async () => {
  // So it is in an iframe that is not displayed.
  const { requestAnimationFrame } = globalThis
  globalThis.requestAnimationFrame = () => 0
  try {
    const [frames] = await paces([60])
    assert.ok(frames >= 12 && frames <= 32, `${frames} frames a second`)
  } finally {
    globalThis.requestAnimationFrame = requestAnimationFrame
  }
})

test('a camera has its own rate, however the display runs', async () => {
  const { requestAnimationFrame } = globalThis
  // A busy display: 40 frames a second, every other one of which would be 20.
  globalThis.requestAnimationFrame = (act) => setTimeout(act, 25)
  try {
    const [camera, slow, display] = await paces([30, 10, 60])
    assert.ok(camera >= 0.6 * display && camera <= 32, `${camera} frames a second of 30`)
    assert.ok(slow >= 0.15 * display && slow <= 12, `${slow} frames a second of 10`)
    assert.ok(display >= 12 && display <= 42, `${display} frames a second of the display's 40`)
  } finally {
    globalThis.requestAnimationFrame = requestAnimationFrame
  }
})
