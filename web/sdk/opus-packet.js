/** Samples of a frame at 48 kHz by the packet's configuration: SILK, hybrid, CELT (RFC 6716, table 2). */
const durations = { silk: [480, 960, 1920, 2880], hybrid: [480, 960], celt: [120, 240, 480, 960] }

/**
 * Samples of each frame in a packet at 48 kHz.
 * @param {Uint8Array} packet
 */
export function frameSamples(packet) {
  const configuration = packet[0] >> 3
  const kind = durations[configuration < 12 ? 'silk' : configuration < 16 ? 'hybrid' : 'celt']
  return kind[configuration % kind.length]
}

/**
 * The frames of a packet, a packet each (RFC 6716, 3.2): Chromium's recorder puts three into one, 60 ms.
 * @param {Uint8Array} packet
 * @returns {Uint8Array[]}
 */
export function splitPacket(packet) {
  const code = packet[0] & 3
  if (code === 0) return [packet]
  let at = 1
  let end = packet.length
  const count = code === 3 ? packet[at] & 0x3f : 2
  const isEven = code === 1 || code === 3 && (packet[at] & 0x80) === 0
  const hasPadding = code === 3 && (packet[at] & 0x40) !== 0
  if (code === 3) at++
  for (let more = hasPadding; more; at++) {
    more = packet[at] === 255
    end -= more ? 254 : packet[at]
  }
  /** @type {number[]} */
  const lengths = []
  while (!isEven && lengths.length < count - 1) {
    const first = packet[at++]
    lengths.push(first < 252 ? first : first + 4 * packet[at++])
  }
  const rest = end - at - lengths.reduce((sum, length) => sum + length, 0)
  while (lengths.length < count) lengths.push(isEven ? rest / count : rest)
  // Damaged: a decoder conceals it.
  if (!lengths.every((length) => Number.isInteger(length) && length >= 0)) return [packet]
  return lengths.map((length) => {
    const frame = new Uint8Array(1 + length)
    frame[0] = packet[0] & 0xfc
    frame.set(packet.subarray(at, at += length), 1)
    return frame
  })
}
