// Runs the browser's engine in node, without a canvas.
//
//   node Tests/Web/run-engine.mjs FILES SOUND.f32 OUT.f32 FRAMES STEP RATE   poses and vertices of every frame, as floats
//   node Tests/Web/run-engine.mjs FILES SOUND.f32                            times and allocations of a frame, as JSON
//   node Tests/Web/run-engine.mjs FILES SOUND.f32 morph|hybrid               the same of two faces mixed by halves
import { readFileSync, writeFileSync } from 'node:fs'
import { Engine } from '../../web/sdk/engine.js'
import { countAllocations } from './counting.mjs'

const kinds = ['morph', 'hybrid']
const mixKind = kinds.indexOf(process.argv[4])
const [files, soundFile, outFile, frames = 300, step = 1600, rate = 48000] =
  process.argv.slice(2).filter((argument) => !kinds.includes(argument))
const read = (name) => new Uint8Array(readFileSync(`${files}/${name}`))
const bytes = readFileSync(soundFile)
const sound = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))

const engine = new Engine()
const { instance } = await WebAssembly.instantiate(countAllocations(read('engine.wasm')), engine.imports)
engine.open(instance, read('rig.bin'), read('speech.bin'), 7)
engine.loadAvatar(read('default.ftar'), 0)
const { exports } = engine
exports.setEmotion(engine.names('emotions').indexOf('joy'), 0.4, 0.4)
engine.readScript({ times: Float64Array.of(0.5, 0.8, 0.8, 0.86, 0.86, 1.2), symbols: 'OW1\nP\nER' })
exports.scriptSchedule(0.25)
exports.playEmotion(engine.names('emotions').indexOf('surprise'), 0.8, 3)
const vertexFloats = exports.deformerOpen()
const delay = exports.engineDelay()

/** Feeds the sound of frame `index`; it repeats itself where it is too short. */
function feed(index) {
  const start = (index * step) % (sound.length - step + 1)
  engine.feed(sound.subarray(start, start + Number(step)), Number(rate))
}

/** The moment that frame `index` shows, seconds of the sound. */
const moment = (index) => ((index + 1) * step) / Number(rate) - delay

if (outFile) {
  const parts = []
  for (let frame = 0; frame < Number(frames); frame++) {
    const samples = sound.subarray(frame * step, (frame + 1) * step)
    if (samples.length > 0) engine.feed(samples, Number(rate))
    exports.frame(moment(frame))
    const vertices = exports.deform() >> 2
    parts.push(engine.pose, engine.gl.floats().slice(vertices, vertices + vertexFloats))
  }
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  parts.reduce((at, part) => (out.set(part, at), at + part.length), 0)
  writeFileSync(outFile, new Uint8Array(out.buffer))
} else {
  console.log(JSON.stringify(measure()))
}

/** Draws frames as the page does, with a graphics driver that does nothing, and counts what the engine takes. */
function measure() {
  engine.gl.reset(idleGraphics())
  engine.require(exports.stageOpen())
  if (mixKind >= 0) {
    engine.loadAvatar(read('default.ftar'), 1)
    exports.setMix(0.5, mixKind, 0)
  }
  for (const slot of mixKind >= 0 ? [0, 1] : [0]) {
    for (const { picture } of engine.avatarPictures(slot)) exports.stagePictureReady(slot, picture)
  }
  const opened = exports.allocations.value

  const parts = { feed: [], frame: [], deform: [], draw: [] }
  const whole = []
  let allocations = 0
  /** Frames before the compiler has settled. */
  const warmUp = 60
  const size = () => exports.memory.buffer.byteLength
  let before = size()
  for (let frame = 0; frame < warmUp + Number(frames); frame++) {
    const count = exports.allocations.value
    const times = [performance.now()]
    feed(frame)
    times.push(performance.now())
    exports.frame(moment(frame))
    times.push(performance.now())
    exports.deform()
    times.push(performance.now())
    exports.draw(640, 480)
    times.push(performance.now())
    if (frame < warmUp) {
      before = size()
      continue
    }
    Object.values(parts).forEach((list, k) => list.push(times[k + 1] - times[k]))
    // Drawing moves the vertices itself: the deformer's own time is in it already.
    whole.push(times[4] - times[0] - (times[3] - times[2]))
    allocations += exports.allocations.value - count
  }
  const median = (list) => list.sort((a, b) => a - b)[list.length >> 1]
  return {
    frames: whole.length, frameMedianMs: median(whole),
    feedMs: median(parts.feed), frameMs: median(parts.frame), deformMs: median(parts.deform), drawMs: median(parts.draw),
    allocations, allocationsBefore: opened, memoryBytes: size(), growths: size() === before ? 0 : 1,
  }
}

/** A WebGL2 context that takes every call and says that all is well. */
function idleGraphics() {
  const answers = {
    getShaderParameter: () => true, getProgramParameter: () => true, checkFramebufferStatus: () => 0x8cd5,
    getParameter: () => 4096, getError: () => 0,
  }
  const object = {}
  const made = (name) => (/^create|^getUniformLocation/.test(name) ? () => object : () => 0)
  return new Proxy(answers, { get: (known, name) => (known[name] ??= /^[A-Z_0-9]+$/.test(name) ? 0 : made(name)) })
}
