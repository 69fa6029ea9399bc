/**
 * What tells programs that a film is synthetic, for films that the browser's recorder has made; the engine's own bear the
 * same (Sources/Muxing/SyntheticMark.swift, which names the standards).
 */
const sourceType = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia'
const comment = `Synthetic media, made with Flexatar. Digital source type: ${sourceType}`
const packet = `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
<xmp:CreatorTool>Flexatar</xmp:CreatorTool><Iptc4xmpExt:DigitalSourceType>${sourceType}</Iptc4xmpExt:DigitalSourceType>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>`

/** Where a recorder's WebM has told what it is and goes on with pictures; before it stands a segment of unknown length. */
const cluster = [0x1f, 0x43, 0xb6, 0x75]
/** Bytes in which that must be. */
const longestHead = 65_536

/**
 * @param {Blob} film as a `MediaRecorder` has made it
 * @returns {Promise<Blob>} the same, marked
 */
export async function marked(film) {
  if (film.type.startsWith('video/mp4')) return new Blob([film, xmpBox()], { type: film.type })
  const head = new Uint8Array(await film.slice(0, longestHead).arrayBuffer())
  const at = head.findIndex((_, index) => cluster.every((byte, k) => head[index + k] === byte))
  const end = at < 0 ? film.size : at
  return new Blob([film.slice(0, end), tags(), film.slice(end)], { type: film.type })
}

/** A top-level `uuid` box. */
function xmpBox() {
  const content = new TextEncoder().encode(packet)
  const box = new Uint8Array(24 + content.length)
  new DataView(box.buffer).setUint32(0, box.length)
  box.set(new TextEncoder().encode('uuid'), 4)
  box.set([0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8, 0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf, 0xac], 8)
  box.set(content, 24)
  return box
}

/** Matroska's `Tags`: of the whole film, a comment. */
function tags() {
  const text = (/** @type {string} */ value) => [...new TextEncoder().encode(value)]
  const tag = element([0x67, 0xc8], [...element([0x45, 0xa3], text('COMMENT')), ...element([0x44, 0x87], text(comment))])
  return new Uint8Array(element([0x12, 0x54, 0xc3, 0x67], element([0x73, 0x73], [...element([0x63, 0xc0], []), ...tag])))
}

/**
 * @param {number[]} id
 * @param {number[]} content of less than 16 kB
 * @returns {number[]}
 */
function element(id, content) {
  return [...id, 0x40 | content.length >> 8, content.length & 0xff, ...content]
}
