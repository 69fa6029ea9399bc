/**
 * What a page asks of a device, held against what the device can do: the part of the W3C's "SelectSettings" algorithm
 * (Media Capture and Streams, section 6) that one device with continuous ranges needs. Pure functions.
 *
 * @typedef {{min: number, max: number}} Range
 * @typedef {{[name: string]: Range | string[]}} Capabilities
 * @typedef {{[name: string]: number | string}} Settings
 */

/** Names whose ideal values are worth following; pixels, frames a second, width over height. */
const numbers = /** @type {const} */ (['width', 'height', 'frameRate', 'aspectRatio', 'channelCount'])
const words = /** @type {const} */ (['facingMode', 'resizeMode', 'deviceId', 'groupId'])
/** Two shapes that differ by less are one; widths and heights are whole numbers. */
const shapeTolerance = 0.01

/**
 * The error of the standard where no setting will do.
 * @param {string} constraint its name
 * @returns {Error & {constraint: string}}
 */
export function overconstrained(constraint) {
  const message = `The device cannot do what the constraint ${constraint} requires.`
  const Native = /** @type {any} */ (globalThis).OverconstrainedError
  if (Native) return new Native(constraint, message)
  return Object.assign(new DOMException(message, 'OverconstrainedError'), { constraint })
}

/**
 * The values that a constraint names, in the page's order.
 * @param {any} constraint a value, a list, or `{exact, ideal}`
 * @param {'exact' | 'ideal'} strength a bare value is an ideal one
 * @returns {unknown[]}
 */
export function named(constraint, strength) {
  const isBare = typeof constraint !== 'object' || constraint === null || Array.isArray(constraint)
  const value = isBare ? (strength === 'ideal' ? constraint : undefined) : constraint[strength]
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

/**
 * Whether constraints for one kind of track name this device.
 * @param {any} constraints of `getUserMedia`'s `video` or `audio`
 * @param {{deviceId: string, groupId: string}} device
 * @returns {boolean | undefined} undefined: they name none
 */
export function names(constraints, device) {
  if (!constraints || typeof constraints !== 'object') return undefined
  for (const key of /** @type {const} */ (['deviceId', 'groupId'])) {
    for (const strength of /** @type {const} */ (['exact', 'ideal'])) {
      const values = named(constraints[key], strength)
      if (values.length > 0) return values.includes(device[key])
    }
  }
  const advanced = Array.isArray(constraints.advanced) ? constraints.advanced : []
  return advanced.some((/** @type {any} */ set) => set?.deviceId === device.deviceId) ? true : undefined
}

/**
 * Settings that satisfy the constraints as well as the device can.
 * @param {any} constraints
 * @param {Capabilities} capabilities
 * @param {Settings} usual what the device does when nothing is asked
 * @returns {Settings}
 * @throws {Error} `OverconstrainedError` with the name of the constraint that cannot be met
 */
export function settle(constraints, capabilities, usual) {
  let wanted = typeof constraints === 'object' && constraints ? constraints : {}
  let settings = select(wanted, capabilities, usual)
  // Each of these is taken whole, or left.
  for (const set of Array.isArray(wanted.advanced) ? wanted.advanced : []) {
    try {
      const exact = Object.fromEntries(Object.entries(set).map(([name, value]) =>
        [name, typeof value === 'object' ? value : { ...ranged(wanted[name]), exact: value }]))
      settings = select({ ...wanted, ...exact }, capabilities, usual)
      wanted = { ...wanted, ...exact }
    } catch {
      continue
    }
  }
  return settings
}

/**
 * @param {any} constraint
 * @returns {{min?: number, max?: number, exact?: any, ideal?: any}}
 */
function ranged(constraint) {
  return typeof constraint === 'object' && constraint && !Array.isArray(constraint) ? constraint : { ideal: constraint }
}

/**
 * @param {any} constraints
 * @param {Capabilities} capabilities
 * @param {Settings} usual
 * @returns {Settings}
 */
function select(constraints, capabilities, usual) {
  for (const name of words) {
    const able = /** @type {string[] | undefined} */ (capabilities[name])
    const exact = named(constraints[name], 'exact')
    if (able && exact.length > 0 && !exact.some((value) => able.includes(String(value)))) throw overconstrained(name)
  }
  /** @type {Settings} */
  const settings = { ...usual }
  /** @type {{[name: string]: Range}} */
  const bounds = {}
  for (const name of numbers) {
    const able = /** @type {Range | undefined} */ (capabilities[name])
    if (!able) continue
    const { min = -Infinity, max = Infinity, exact, ideal } = ranged(constraints[name])
    const low = Math.max(able.min, min, exact ?? -Infinity)
    const high = Math.min(able.max, max, exact ?? Infinity)
    if (!(low <= high)) throw overconstrained(name)
    bounds[name] = { min: low, max: high }
    settings[name] = clamp(Number(exact ?? ideal ?? usual[name]), bounds[name])
  }
  if (capabilities.width) shape(settings, bounds, constraints, usual)
  for (const name of words) {
    const able = /** @type {string[] | undefined} */ (capabilities[name])
    const wish = [...named(constraints[name], 'exact'), ...named(constraints[name], 'ideal')]
    if (able) settings[name] = able.find((value) => wish.includes(value)) ?? able[0]
  }
  return settings
}

/**
 * One side alone takes the other with it; a required aspect ratio moves the side that the page left open.
 * @param {Settings} settings
 * @param {{[name: string]: Range}} bounds
 * @param {any} constraints
 * @param {Settings} usual
 */
function shape(settings, bounds, constraints, usual) {
  const asks = (/** @type {string} */ name) => constraints[name] !== undefined
  const usualAspect = Number(usual.width) / Number(usual.height)
  const aspect = asks('aspectRatio') ? Number(settings.aspectRatio) : usualAspect
  if (asks('height') && !asks('width')) {
    settings.width = clamp(Number(settings.height) * aspect, bounds.width)
  } else if (asks('width') !== asks('height') || (asks('aspectRatio') && !asks('height'))) {
    settings.height = clamp(Number(settings.width) / aspect, bounds.height)
  }
  settings.width = Math.round(Number(settings.width))
  settings.height = Math.round(Number(settings.height))
  settings.aspectRatio = settings.width / settings.height
  const { min, max } = bounds.aspectRatio
  if (settings.aspectRatio < min - shapeTolerance || settings.aspectRatio > max + shapeTolerance) {
    throw overconstrained('aspectRatio')
  }
}

/**
 * @param {number} value
 * @param {Range} range
 */
function clamp(value, { min, max }) {
  return Math.min(max, Math.max(min, value))
}
