// Runs the browser's engine in node as the worker does: blocks arrive in bursts as from an audio device, frames are drawn
// sixty times a second, time comes from `SoundTimeline`. Prints the mouth of every frame as JSON.
//
//   node Tests/Web/run-timeline.mjs FILES SOUND.f32 RATE [INTERRUPT-SECONDS]
import { readFileSync } from 'node:fs'
import { Engine } from '../../web/sdk/engine.js'
import { SoundTimeline } from '../../web/sdk/sound-timeline.js'

const [files, soundFile, rateText, interrupt = 'Infinity'] = process.argv.slice(2)
const rate = Number(rateText)
const read = (name) => new Uint8Array(readFileSync(`${files}/${name}`))
const bytes = readFileSync(soundFile)
const sound = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))

const engine = new Engine()
const { instance } = await WebAssembly.instantiate(read('engine.wasm'), engine.imports)
engine.open(instance, read('rig.bin'), read('speech.bin'), 7)
engine.exports.setMood(0)
engine.exports.setStill(1)
const timeline = new SoundTimeline(engine, () => {})

/** An audio thread renders this many blocks at a time; the messages take a millisecond. */
const [block, burst, message] = [128, 4, 0.001]
const frames = []
let fed = 0
let interrupted = null
for (let frame = 0; frame / 60 < sound.length / rate; frame++) {
  const now = 1 + frame / 60
  while (fed < sound.length && 1 + Math.ceil((fed + block) / (block * burst)) * block * burst / rate + message <= now) {
    const arrival = 1 + Math.ceil((fed + block) / (block * burst)) * block * burst / rate + message
    timeline.feed({ samples: sound.slice(fed, fed + block), frame: fed, rate }, arrival)
    fed += block
  }
  if (interrupted === null && timeline.time >= Number(interrupt)) {
    timeline.interrupt(now)
    sound.fill(0, fed)
    interrupted = now
  }
  const time = timeline.moment(now)
  engine.exports.frame(time)
  frames.push({ now, time, slack: engine.exports.speechTime() - time, pose: Array.from(engine.pose) })
}
console.log(JSON.stringify({ frames, interrupted }))
