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
  if (film.type.startsWith('video/mp4')) return new Blob([...await tagged(film), xmpBox()], { type: film.type })
  const head = new Uint8Array(await film.slice(0, longestHead).arrayBuffer())
  const at = head.findIndex((_, index) => cluster.every((byte, k) => head[index + k] === byte))
  const end = at < 0 ? film.size : at
  return new Blob([film.slice(0, end), tags(), film.slice(end)], { type: film.type })
}

const utf8 = (/** @type {string} */ text) => new TextEncoder().encode(text)
const latin1 = (/** @type {AllowSharedBufferSource} */ bytes) => new TextDecoder('latin1').decode(bytes)

/** A top-level `uuid` box. */
const xmpBox = () => box('uuid',
  [0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8, 0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf, 0xac], utf8(packet))

/**
 * An MP4 with the comment among the tags of its description. What follows moves by that: it may, because what is recorded bit
 * by bit is in fragments, each of which tells from its own beginning where its samples are.
 * @param {Blob} recorded
 * @returns {Promise<BlobPart[]>}
 */
async function tagged(recorded) {
  const film = await withoutIndex(recorded)
  for (let at = 0, end; at + 8 <= film.size; at = end) {
    const head = await film.slice(at, at + 16).arrayBuffer()
    end = at + lengthOf(new DataView(head), film.size - at)
    if (latin1(head).slice(4, 8) !== 'moov') continue
    const description = new Uint8Array(await film.slice(at, end).arrayBuffer())
    if (end < film.size && !latin1(description).includes('mvex')) break
    const tags = userData()
    new DataView(description.buffer).setUint32(0, description.length + tags.length)
    return [film.slice(0, at), description, tags, film.slice(end)]
  }
  return [film]
}

/**
 * The film without the list of its fragments' places in the file, which may stand at its end; players find them all the same.
 * @param {Blob} film
 */
async function withoutIndex(film) {
  const end = await film.slice(-16).arrayBuffer()
  return latin1(end).slice(4, 8) === 'mfro' ? film.slice(0, film.size - new DataView(end).getUint32(12)) : film
}

/**
 * Bytes of a box.
 * @param {DataView} head
 * @param {number} rest bytes of the file from its beginning on
 */
function lengthOf(head, rest) {
  const length = head.getUint32(0)
  return length === 1 ? Number(head.getBigUint64(8)) : Math.max(8, length || rest)
}

/** As the engine's films have it (Sources/Muxing/BoxWriter.swift). */
function userData() {
  const zeros = (/** @type {number} */ count) => new Uint8Array(count)
  const tag = (/** @type {string} */ name, /** @type {string} */ text) => box(name, box('data', [0, 0, 0, 1, 0, 0, 0, 0], utf8(text)))
  return box('udta', box('meta', zeros(4), box('hdlr', zeros(8), utf8('mdirappl'), zeros(9)),
    box('ilst', tag('\xa9cmt', comment), tag('\xa9too', 'Flexatar'))))
}

/**
 * @param {string} name in Latin-1
 * @param {(Uint8Array | number[])[]} contents
 */
function box(name, ...contents) {
  const bytes = new Uint8Array(contents.reduce((sum, { length }) => sum + length, 8))
  new DataView(bytes.buffer).setUint32(0, bytes.length)
  bytes.set([...name].map((letter) => letter.charCodeAt(0)), 4)
  let at = 8
  for (const content of contents) {
    bytes.set(content, at)
    at += content.length
  }
  return bytes
}

/** Matroska's `Tags`: of the whole film, a comment. */
function tags() {
  const text = (/** @type {string} */ value) => [...utf8(value)]
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
