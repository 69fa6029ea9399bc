// What the tests use in the page, as `tools`.
import * as SDK from '/sdk/easy-renderer.js'
import { SoundInput } from '/sdk/sound-input.js'

/** Uncaught errors and breaches of the policy since the page was loaded. */
const troubles = []
addEventListener('error', ({ message }) => troubles.push(message))
addEventListener('unhandledrejection', ({ reason }) => troubles.push(String(reason)))
addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => troubles.push(`${violatedDirective} ${blockedURI}`))

/** A canvas in the page and a renderer on it. */
async function open({ width = 640, height = 480, files = '/files', avatar = `${files}/default.ftar`, ...options } = {}) {
  const canvas = document.createElement('canvas')
  document.body.append(canvas)
  const renderer = new SDK.FtarRenderer(files, canvas, { seed: 7, ...options })
  const errors = []
  renderer.addEventListener('error', (event) => {
    event.preventDefault()
    errors.push({ name: event.detail.name, code: event.detail.code, message: event.detail.message })
  })
  Object.assign(globalThis, { canvas, renderer, errors })
  await renderer.readyPromise
  renderer.size = { width, height }
  if (avatar) await renderer.setAvatar(1, avatar)
  return renderer
}

/** Resolves to what is thrown, as plain data. */
async function failure(work) {
  try {
    await work()
    return null
  } catch (error) {
    return { name: error.name, code: error.code, reason: error.reason, message: error.message, typed: error instanceof SDK.FlexatarError }
  }
}

const base64 = (bytes) => {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

/** The canvas's pixels now, RGBA, in a smaller size where wanted. */
function pixels(width = canvas.width, height = canvas.height) {
  const copy = new OffscreenCanvas(width, height)
  const context = copy.getContext('2d', { willReadFrequently: true })
  context.drawImage(canvas, 0, 0, width, height)
  return base64(new Uint8Array(context.getImageData(0, 0, width, height).data.buffer))
}

/**
 * Resolves when the display shows what was set before the call. What the next report counts may have been drawn before it,
 * so it's the reports after that one that tell.
 */
async function settled(shown = renderer) {
  const report = () => new Promise((resolve, reject) => {
    setTimeout(reject, 90000, new Error('nothing is drawn any more'))
    shown.addEventListener('stats', ({ detail }) => resolve(detail.frames), { once: true })
  })
  const drawn = await report()
  while ((await report()) < drawn + 3);
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame)
}

/**
 * For `seconds`: every frame that the display shows as a grey picture with its time, and both streams sample by sample
 * on one clock (each may be a node of the graph, too).
 * `picture`: what shows the frames, the canvas unless told.
 */
async function record({ raw, delayed, seconds, width = 160, height = 120, picture = canvas }) {
  // On the SDK's own clock: between two audio contexts a busy machine adds tens of milliseconds that are not the SDK's.
  const context = SoundInput.shared
  await context.audioWorklet.addModule('/test/record-worklet.js')
  const node = new AudioWorkletNode(context, 'record', { numberOfInputs: 2, numberOfOutputs: 1 })
  const sounding = (source) => source instanceof AudioNode ? source : context.createMediaStreamSource(source)
  sounding(raw).connect(node, 0, 0)
  sounding(delayed).connect(node, 0, 1)
  node.connect(context.destination)
  const sound = { raw: [], delayed: [], start: NaN, clock: [] }
  node.port.onmessage = ({ data }) => {
    if (Number.isNaN(sound.start)) sound.start = data.time
    sound.clock.push([data.time + 2048 / context.sampleRate, performance.now() / 1000])
    sound.raw.push(data.channels[0])
    sound.delayed.push(data.channels[1])
  }
  const copy = new OffscreenCanvas(width, height)
  const drawing = copy.getContext('2d', { willReadFrequently: true })
  const frames = []
  const times = []
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    await new Promise(requestAnimationFrame)
    drawing.drawImage(picture, 0, 0, width, height)
    const { data } = drawing.getImageData(0, 0, width, height)
    const grey = new Uint8Array(width * height)
    for (let i = 0; i < grey.length; i++) grey[i] = (data[4 * i] * 2 + data[4 * i + 1] * 5 + data[4 * i + 2]) / 8
    frames.push(grey)
    times.push(performance.now() / 1000)
  }
  node.disconnect()
  const join = (parts, Type) => {
    const whole = new Type(parts.reduce((sum, part) => sum + part.length, 0))
    parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0)
    return base64(new Uint8Array(whole.buffer))
  }
  // The recording's time in the page's clock: the earliest arrival of a block bounds it best.
  const offset = Math.min(...sound.clock.map(([audio, wall]) => wall - audio))
  return {
    frames: join(frames, Uint8Array), times, raw: join(sound.raw, Float32Array), delayed: join(sound.delayed, Float32Array),
    soundStart: sound.start + offset, rate: context.sampleRate, stats: renderer.stats,
  }
}

globalThis.tools = { SDK, SoundInput, open, failure, pixels, settled, record, base64, troubles }
document.documentElement.dataset.tools = 'yes'
