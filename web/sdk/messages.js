/**
 * What page and studio (the iframe with the controls) say to each other.
 *
 * The page makes a channel and hands one end to the iframe, `{flexatar: version, type: 'hello'}`, addressed to the
 * studio's exact origin; the studio takes the first one that comes from its parent window and from the origin that its
 * address names. From then on both use the channel, which nobody else can reach. Every message is still held against its
 * shape: one that does not fit is ignored.
 */
export const version = 1

/** Bytes that a file may have here; what is too large for a photo or a sound is told where it is read. */
const largestFile = 500_000_000

const isShare = (/** @type {unknown} */ value) => typeof value === 'number' && value >= 0 && value <= 1
const isFlag = (/** @type {unknown} */ value) => typeof value === 'boolean'
const isSlot = (/** @type {unknown} */ value) => value === 1 || value === 2
const isID = (/** @type {unknown} */ value) => typeof value === 'string' && value.length > 0 && value.length <= 80
const isName = (/** @type {unknown} */ value) => typeof value === 'string' && /^[A-Za-z]{1,20}$/.test(value)
const isFile = (/** @type {unknown} */ value) => value instanceof Blob && value.size > 0 && value.size <= largestFile
const isSound = (/** @type {unknown} */ value) => value instanceof Blob && value.size <= largestFile
const isSeconds = (/** @type {unknown} */ value) => typeof value === 'number' && value >= 0 && value <= 3600
const isColour = (/** @type {unknown} */ value) => typeof value === 'string' && /^#[0-9a-f]{6}$/.test(value)
const isPlace = (/** @type {any} */ value) => Number.isFinite(value?.x) && Number.isFinite(value?.y)
/** Studios of older releases say nothing. */
const isChoice = (/** @type {unknown} */ value) => value === undefined || value === null || isPlace(value)
const isTitle = (/** @type {unknown} */ value) => typeof value === 'string' && value.length > 0 && value.length <= 40
const orNull = (/** @type {(value: unknown) => boolean} */ is) => (/** @type {unknown} */ value) => value === null || is(value)
const oneOf = (/** @type {(string | number)[]} */ ...values) => (/** @type {any} */ value) => values.includes(value)

/**
 * Whether the page may hand something to the studio as a photo.
 * @param {unknown} value
 * @returns {value is Blob}
 */
export const isPhoto = (value) => isFile(value) && /^image\//.test(/** @type {Blob} */ (value).type)

/** A colour, the id of a picture, or nothing, as the kind of background wants it. */
const isBehind = (/** @type {unknown} */ value, /** @type {any} */ { kind }) =>
  kind === 'colour' ? isColour(value) : kind === 'picture' ? isID(value) : value === null

/** Settings that the studio may change, with what they take. */
const settings = {
  mix: isShare,
  mixKind: oneOf('morph', 'hybrid'),
  mixSwing: oneOf(0, 4, 10),
  mood: isShare,
  motion: oneOf('lively', 'calm', 'silent', 'still'),
  framing: oneOf('close', 'portrait', 'shoulders'),
  round: isFlag,
  mirrored: isFlag,
}

/** Pixels of films. */
export const filmSizes = [[640, 640], [1080, 1080], [1280, 720], [1920, 1080], [720, 1280], [1080, 1920], [512, 512]]

/**
 * What the studio may ask of the page, with the fields of each.
 * @type {{[type: string]: {[field: string]: (value: unknown, message: any) => boolean}}}
 */
const commands = {
  /** The avatar in a slot; null empties the second one. */
  select: { slot: isSlot, id: orNull(isID) },
  favourite: { id: isID, on: isFlag },
  delete: { id: isID },
  reload: {},
  /** `face`: a place in the photo, where it shows several people. */
  create: { photo: isFile, face: isChoice },
  /** Takes a creation off the list; one that is under way is given up. */
  dismiss: { id: isID },
  emotion: { name: orNull(isName), strength: isShare },
  playEmotion: { name: isName, strength: isShare },
  background: { kind: oneOf('photo', 'blur', 'transparent', 'colour', 'picture'), value: isBehind },
  addBackground: { picture: isFile },
  deleteBackground: { id: isID },
  size: { width: oneOf(320, 480, 640, 1280), height: oneOf(240, 480, 640, 720) },
  savePreset: { name: isTitle },
  usePreset: { id: isID },
  deletePreset: { id: isID },
  /** Erases all that is kept for this user on this device. */
  erase: {},
  // What the film maker has besides: the sound, the film's shape, making it.
  /** A file, or null for none. */
  sound: { file: orNull(isSound) },
  record: { on: isFlag },
  play: { on: isFlag },
  seek: { seconds: isSeconds },
  film: { width: oneOf(...filmSizes.map(([width]) => width)), height: oneOf(...filmSizes.map(([, height]) => height)), fps: oneOf(24, 25, 30, 50, 60), format: oneOf('mp4', 'webm', 'webm-alpha') },
  render: {},
  cancel: {},
}

/**
 * A message of the studio as a command, or null where it is none.
 * @param {any} message
 * @returns {{type: string, [field: string]: any} | null}
 */
export function readCommand(message) {
  if (typeof message !== 'object' || message === null || typeof message.type !== 'string') return null
  if (message.type === 'set') {
    const takes = Object.hasOwn(settings, message.name) ? settings[/** @type {keyof typeof settings} */ (message.name)] : null
    return takes?.(message.value) ? { type: 'set', name: message.name, value: message.value } : null
  }
  if (!Object.hasOwn(commands, message.type)) return null
  const fields = Object.entries(commands[message.type])
  if (!fields.every(([field, fits]) => fits(message[field], message))) return null
  return Object.fromEntries([['type', message.type], ...fields.map(([field]) => [field, message[field]])])
}

/**
 * Whether a `message` event is the page's greeting.
 * @param {MessageEvent} event
 * @param {string} origin of the page that the studio lies in
 */
export function isGreeting({ source, origin: from, data, ports }, origin) {
  return source === parent && from === origin && ports.length === 1 && data?.flexatar === version && data.type === 'hello'
}
