// Makes an avatar with the browser's engine in node, of pixels: what comes before pictures are encoded.
//
//   node Tests/Web/run-creation.mjs FILES PIXELS.rgb WIDTH HEIGHT OUT
//
// OUT: for the landmarks, the avatar file without pictures, and every picture's pixels: 32-bit number (0, 0, which
// picture), length, bytes; numbers little-endian.
import { readFileSync, writeFileSync } from 'node:fs'
import { Engine, creationFiles } from '../../web/sdk/engine.js'

const [files, pixelFile, width, height, outFile] = process.argv.slice(2)
const read = (name) => new Uint8Array(readFileSync(name))

const engine = new Engine()
const { instance } = await WebAssembly.instantiate(read(`${files}/engine.wasm`), engine.imports)
engine.open(instance, read(`${files}/rig.bin`), read(`${files}/speech.bin`), 1)
engine.openCreation(creationFiles.map((name) => read(`${files}/${name}`)))
const { exports } = engine
engine.lending([read(pixelFile)], (start) => engine.require(exports.create(start, Number(width), Number(height))))

const parts = []
function put(number, bytes) {
  parts.push(Buffer.from(Uint32Array.of(number, bytes.length).buffer), Buffer.from(bytes))
}
exports.createdLandmarks()
put(0, engine.answer())
exports.createdFile(0)
put(0, engine.answer())
for (let index = 0; ; index++) {
  const picture = exports.createdPicture(index)
  if (picture === 0) break
  put(picture, engine.answer())
}
writeFileSync(outFile, Buffer.concat(parts))
