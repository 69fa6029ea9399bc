// Times the vision module in WebAssembly and prints checksums of its results' bits.
//
//   node Benchmarks/vision.mjs VISION.wasm MODELS_FOLDER PHOTO.ppm
import { readFileSync } from "node:fs";

const [wasm, models, path] = process.argv.slice(2);
// The runtime's last words before a trap go to standard output; nothing else is imported.
const wasi = { fd_close: () => 0, fd_seek: () => 0, fd_write: () => 0 };
const { instance } = await WebAssembly.instantiate(readFileSync(wasm), { wasi_snapshot_preview1: wasi });
const engine = instance.exports;
engine._initialize?.();

/** Copies bytes into the module's memory. */
function put(bytes) {
  const at = engine.malloc(bytes.length);
  new Uint8Array(engine.memory.buffer, at, bytes.length).set(bytes);
  return [at, bytes.length];
}

const names = ["face_detection_short_range", "face_landmark_with_attention", "selfie_segmentation"];
const files = names.flatMap((name) => put(readFileSync(`${models}/${name}.tflite`)));
const began = performance.now();
if (!engine.load(...files)) throw new Error("the models were refused");
const loadMs = performance.now() - began;

const file = readFileSync(path);
const [, width, height] = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(file.subarray(0, 64).toString("latin1")).map(Number);
const [pixels] = put(file.subarray(file.length - width * height * 3));
engine.show(pixels, width, height);

/** Milliseconds of the fastest of 15 calls after three to warm up: other work on the machine only adds. */
function time(call) {
  const times = [];
  for (let k = 0; k < 18; k++) {
    const start = performance.now();
    call();
    if (k >= 3) times.push(performance.now() - start);
  }
  return +Math.min(...times).toFixed(2);
}

const result = {
  loadMs: +loadMs.toFixed(1),
  detectMs: time(() => engine.detect()),
  meshMs: time(() => engine.mesh()),
  matteMs: time(() => engine.matte()),
  examineMs: time(() => engine.examine()),
  faces: engine.detect(),
  mesh: engine.mesh() >>> 0,
  matte: engine.matte() >>> 0,
  accepted: engine.examine(),
};
console.log(JSON.stringify(result));
