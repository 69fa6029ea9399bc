// Records frames (small grey pictures, with the time of their arrival) and sound on this worker's clock, for some seconds.
const base64 = (parts) => {
  let text = ''
  for (const part of parts) {
    const bytes = new Uint8Array(part.buffer)
    for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  }
  return btoa(text)
}

onmessage = async ({ data: { readable, port, seconds, width, height } }) => {
  const blocks = [], clock = [], frames = [], times = [], stamps = []
  port.onmessage = ({ data }) => {
    clock.push([data.time + data.channels[0].length / data.rate, performance.now() / 1000])
    blocks.push(data.channels[0])
  }
  const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  const reader = readable.getReader()
  let size
  for (const end = performance.now() + 1000 * seconds; performance.now() < end;) {
    const { value, done } = await reader.read()
    if (done) break
    times.push(performance.now() / 1000)
    stamps.push(value.timestamp / 1e6)
    size = [value.displayWidth, value.displayHeight]
    copy.drawImage(value, 0, 0, width, height)
    value.close()
    const { data } = copy.getImageData(0, 0, width, height)
    frames.push(Uint8Array.from({ length: width * height }, (_, at) => data[4 * at + 1]))
  }
  reader.cancel()
  port.close()
  postMessage({ times, stamps, size, frames: base64(frames), sound: base64(blocks), clock, block: blocks[0]?.length ?? 0 })
}
