// Draws exact poses with the SDK's own engine and stage, in the page.
import { Engine } from '/sdk/engine.js'
import { StageView } from '/sdk/stage-view.js'

const canvas = document.getElementById('canvas')
const engine = await Engine.load('/files', { seed: 1 })
const view = new StageView(engine, canvas, { onLost() {}, onRestored() {} })
view.start()
await view.load(new Uint8Array(await (await fetch('/files/default.ftar')).arrayBuffer()), 0)

/** The avatar (base64) to mix with. */
globalThis.second = (text) => view.load(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)), 1)

/** RGBA, premultiplied, rows from the top, as base64. `mix`: share and kind. */
globalThis.still = async ({ pose, width, height, framing, background, mix = [0, 0] }) => {
  canvas.width = width
  canvas.height = height
  await view.setBackground(background)
  engine.exports.setFraming(framing)
  engine.exports.setMix(...mix)
  engine.pose = Float32Array.from(pose)
  view.draw()
  const gl = view.context
  gl.bindFramebuffer(gl.FRAMEBUFFER, null)
  const pixels = new Uint8Array(width * height * 4)
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels)
  let text = ''
  for (let row = height - 1; row >= 0; row--) {
    text += String.fromCharCode(...pixels.subarray(row * width * 4, (row + 1) * width * 4))
  }
  return btoa(text)
}
document.documentElement.dataset.tools = 'yes'
