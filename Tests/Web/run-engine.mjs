// Runs the browser's engine in node, without a canvas.
//
//   node Tests/Web/run-engine.mjs FILES SOUND.f32 OUT.f32 FRAMES STEP RATE   poses and vertices of every frame, as floats
//   node Tests/Web/run-engine.mjs FILES SOUND.f32                            times, as JSON
import { readFileSync, writeFileSync } from 'node:fs'
import { Engine } from '../../web/sdk/engine.js'

const [files, soundFile, outFile, frames = 300, step = 1600, rate = 48000] = process.argv.slice(2)
const read = (name) => new Uint8Array(readFileSync(`${files}/${name}`))
const bytes = readFileSync(soundFile)
const sound = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))

const engine = new Engine()
const { instance } = await WebAssembly.instantiate(read('engine.wasm'), engine.imports)
engine.open(instance, read('rig.bin'), read('speech.bin'), 7)
engine.loadAvatar(read('default.ftar'), 0)
const { exports } = engine
exports.setEmotion(engine.names('emotions').indexOf('joy'), 0.4)
const vertexFloats = exports.deformerOpen()
const delay = exports.engineDelay()

/** Processor time of this process, milliseconds: other processes do not count. */
const clock = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
/** Frames before the compiler has settled. */
const warmUp = 60

const parts = []
const memory = exports.memory
const times = { feed: 0, frame: 0, deform: 0 }
let grown = 0
for (let frame = 0; frame < Number(frames); frame++) {
  const samples = sound.subarray(frame * step, (frame + 1) * step)
  const size = memory.buffer.byteLength
  const began = clock()
  if (samples.length > 0) engine.feed(samples, Number(rate))
  const fed = clock()
  exports.frame(((frame + 1) * step) / Number(rate) - delay)
  const posed = clock()
  const vertices = exports.deform() >> 2
  const deformed = clock()
  if (frame >= warmUp) {
    times.feed += fed - began
    times.frame += posed - fed
    times.deform += deformed - posed
    if (memory.buffer.byteLength !== size) grown++
  }
  if (outFile) parts.push(engine.pose, engine.gl.floats().slice(vertices, vertices + vertexFloats))
}
if (outFile) {
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  parts.reduce((at, part) => (out.set(part, at), at + part.length), 0)
  writeFileSync(outFile, new Uint8Array(out.buffer))
} else {
  const counted = Number(frames) - warmUp
  console.log(JSON.stringify({
    feedMs: times.feed / counted, frameMs: times.frame / counted, deformMs: times.deform / counted,
    memoryBytes: memory.buffer.byteLength, growths: grown,
  }))
}
