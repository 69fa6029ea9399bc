/** Types of the parameter sets' units (ITU-T H.264, table 7-1). */
const sequenceSet = 0x67

/**
 * An H.264 encoder's description (AVCDecoderConfigurationRecord, ISO/IEC 14496-15, 5.3.3.1.2) as players take it. Firefox begins
 * the parameter sets with their first byte twice, and leaves the reserved bits out.
 * @param {Uint8Array} description
 */
export function mendedDescription(description) {
  const length = description[6] << 8 | description[7]
  const isDoubled = description[5] % 32 === 1 && length > 2 && description[8] === sequenceSet && description[9] === sequenceSet
  const count = description[8 + length]
  if (!isDoubled || count !== 1) return description
  const sequence = description.subarray(9, 8 + length)
  const at = 11 + length
  const end = at + (description[at - 2] << 8 | description[at - 1])
  const picture = description.subarray(description[at] === description[at + 1] ? at + 1 : at, end)
  return Uint8Array.from([
    ...description.subarray(0, 4), 0xfc | description[4], 0xe0 | 1, sequence.length >> 8, sequence.length & 255, ...sequence,
    1, picture.length >> 8, picture.length & 255, ...picture, ...description.subarray(end),
  ])
}
