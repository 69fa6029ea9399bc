/**
 * The same WebAssembly module with a counter: its export `allocations` (a global) counts the calls of the allocator.
 *
 * The C library's `malloc` is a shell of one call around the allocator proper, which all other ways to memory
 * (Swift's own `posix_memalign`) go through as well; the counter is put there, into the module that is shipped.
 * @param {Uint8Array} module
 */
export function countAllocations(module) {
  const sections = split(module)
  const content = (id) => sections.find((section) => section.id === id)
  const imports = importCounts(content(2).bytes)

  const exported = new Reader(content(7).bytes)
  let malloc = -1
  for (let left = exported.number(); left > 0; left--) {
    const name = new TextDecoder().decode(exported.take(exported.number()))
    const kind = exported.byte()
    const index = exported.number()
    if (kind === 0 && name === 'malloc') malloc = index
  }
  if (malloc < 0) throw new Error('the module exports no malloc')

  const globals = new Reader(content(6).bytes)
  const counter = imports.globals + globals.number()
  // i32, mutable, i32.const 0, end
  content(6).bytes = join([leb(counter - imports.globals + 1), globals.rest(), [0x7f, 1, 0x41, 0, 0x0b]])
  const exports = new Reader(content(7).bytes)
  const name = new TextEncoder().encode('allocations')
  content(7).bytes = join([
    leb(exports.number() + 1), exports.rest(), [name.length], name, [3], leb(counter)])

  const code = new Reader(content(10).bytes)
  const bodies = Array.from({ length: code.number() }, () => code.take(code.number()))
  const place = callee(bodies[malloc - imports.functions]) - imports.functions
  const body = new Reader(bodies[place])
  for (let left = body.number(); left > 0; left--) {
    body.number()
    body.byte()
  }
  const locals = bodies[place].subarray(0, body.at)
  const g = leb(counter)
  // global.get, i32.const 1, i32.add, global.set
  bodies[place] = join([locals, [0x23], g, [0x41, 1, 0x6a, 0x24], g, body.rest()])
  content(10).bytes = join([leb(bodies.length), ...bodies.flatMap((bytes) => [leb(bytes.length), bytes])])

  return join([module.subarray(0, 8), ...sections.flatMap(({ id, bytes }) => [[id], leb(bytes.length), bytes])])
}

/** The function that `malloc` consists of calling: local.get 0, call, end. */
function callee(body) {
  const reader = new Reader(body)
  const told = [reader.number(), reader.byte(), reader.number(), reader.byte()]
  const index = reader.number()
  if (told.join() !== '0,32,0,16' || reader.byte() !== 0x0b) throw new Error('malloc is not a shell of one call')
  return index
}

function split(module) {
  const reader = new Reader(module)
  reader.take(8)
  const sections = []
  while (reader.at < module.length) sections.push({ id: reader.byte(), bytes: reader.take(reader.number()) })
  return sections
}

function importCounts(bytes) {
  const reader = new Reader(bytes)
  const counts = { functions: 0, globals: 0 }
  for (let left = reader.number(); left > 0; left--) {
    reader.take(reader.number())
    reader.take(reader.number())
    if (reader.byte() !== 0) throw new Error('only functions are imported')
    reader.number()
    counts.functions++
  }
  return counts
}

/** Little-endian base 128, as module files have all numbers. */
function leb(value) {
  const bytes = []
  do {
    bytes.push((value & 127) | (value > 127 ? 128 : 0))
    value >>>= 7
  } while (value > 0)
  return bytes
}

function join(parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  parts.reduce((at, part) => (out.set(part, at), at + part.length), 0)
  return out
}

class Reader {
  at = 0

  constructor(bytes) {
    this.bytes = bytes
  }

  byte() {
    return this.bytes[this.at++]
  }

  take(count) {
    this.at += count
    return this.bytes.subarray(this.at - count, this.at)
  }

  rest() {
    return this.take(this.bytes.length - this.at)
  }

  number() {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte()
      value |= (byte & 127) << shift
      if (byte < 128) return value >>> 0
    }
  }
}
