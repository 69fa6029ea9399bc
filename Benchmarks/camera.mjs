// Times what the browser's engine does with a picture of the camera: landmarks, fit and filter.
//
//   node Benchmarks/camera.mjs FILES PHOTO.ppm
import { readFileSync } from 'node:fs'
import { Engine, creationFiles } from '../web/sdk/engine.js'

const [files, path] = process.argv.slice(2)
const read = (name) => new Uint8Array(readFileSync(name))
const engine = new Engine()
const { instance } = await WebAssembly.instantiate(read(`${files}/engine.wasm`), engine.imports)
engine.open(instance, read(`${files}/rig.bin`), read(`${files}/speech.bin`), 1)
engine.openCreation(creationFiles.map((name) => read(`${files}/${name}`)))
engine.exports.cameraOpen(0)

const file = readFileSync(path)
const [, width, height] = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(file.subarray(0, 64).toString('latin1')).map(Number)
const rgb = file.subarray(file.length - width * height * 3)
const rgba = new Uint8ClampedArray(width * height * 4)
for (let k = 0; k < width * height; k++) rgba.set(rgb.subarray(3 * k, 3 * k + 3), 4 * k)

const times = []
for (let k = 0; k < 120; k++) {
  const began = performance.now()
  const seen = engine.watch(rgba, width, height, k / 30)
  if (seen === 2) times.push(performance.now() - began)
  if (seen === 0) throw new Error('no face')
}
times.sort((a, b) => a - b)
console.log(JSON.stringify({ pictures: times.length, medianMs: +times[times.length >> 1].toFixed(2), fastestMs: +times[0].toFixed(2) }))
