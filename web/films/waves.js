/** Between two columns, pixels. */
const gap = 1

/**
 * Draws a waveform; what has been played is in the accent's colour.
 * @param {HTMLCanvasElement} canvas
 * @param {number[]} peaks 0...1
 * @param {number} share played, 0...1
 */
export function drawWaves(canvas, peaks, share) {
  const { clientWidth, clientHeight } = canvas
  const context = canvas.getContext('2d')
  if (!context || clientWidth === 0) return
  const scale = devicePixelRatio
  const [width, height] = [Math.round(clientWidth * scale), Math.round(clientHeight * scale)]
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
  const style = getComputedStyle(canvas)
  context.clearRect(0, 0, width, height)
  const loudest = Math.max(0.1, ...peaks)
  const column = width / Math.max(1, peaks.length)
  const isFromRight = document.documentElement.dir === 'rtl'
  peaks.forEach((peak, index) => {
    context.fillStyle = index < share * peaks.length ? style.color : style.borderTopColor
    const tall = Math.max(2 * scale, peak / loudest * height)
    const left = (isFromRight ? peaks.length - 1 - index : index) * column
    context.fillRect(left, (height - tall) / 2, Math.max(1, column - gap * scale), tall)
  })
}
