/**
 * Every error of the SDK but that of a wrong argument (`TypeError`, `RangeError`) is a `FlexatarError`: `code` is stable and meant for programs, `message` is a sentence
 * for the person in front of the page; `reason` is a finer code where there is one.
 *
 * @typedef {'unsupported' | 'webgl2-missing' | 'context-lost' | 'download-failed' | 'model-missing' | 'bad-engine'
 *   | 'bad-avatar' | 'bad-background' | 'bad-size' | 'microphone-refused' | 'microphone-missing' | 'microphone-unplugged'
 *   | 'no-sound' | 'camera-refused' | 'camera-missing' | 'camera-unplugged' | 'camera-closed' | 'no-picture'
 *   | 'unknown-name' | 'bad-script' | 'destroyed' | 'engine-failed' | FilmCode | PhotoCode | ServiceCode | AgentCode} ErrorCode
 * @typedef {'bad-film' | 'bad-sound' | 'empty-sound' | 'sound-too-short' | 'sound-too-long' | 'sound-blocked' | 'no-transparency'
 *   | 'no-encoder' | 'encoding-failed'} FilmCode
 * @typedef {'no-token' | 'unauthorised' | 'restricted' | 'expired' | 'queue-limit' | 'subscription-limit' | 'bad-photo'
 *   | 'offline' | 'service-failed' | 'no-studio'} ServiceCode
 * @typedef {'agent-unreachable' | 'agent-refused' | 'agent-lost' | 'agent-busy' | 'bad-agent'} AgentCode
 * @typedef {'no-face' | 'many-faces' | 'face-too-small' | 'not-frontal' | 'eyes-hidden' | 'blurred' | 'too-large'
 *   | 'unreadable'} PhotoCode
 * @typedef {'heic' | 'damaged'} PictureReason why a picture is `unreadable`: the browser knows no HEIC, the file is not whole
 */

export class FlexatarError extends Error {
  /**
   * @param {ErrorCode} code
   * @param {string} message
   * @param {string} [reason]
   */
  constructor(code, message, reason) {
    super(message)
    this.name = new.target.name
    /** @type {ErrorCode} */
    this.code = code
    this.reason = reason
  }
}

/** The browser lacks something the engine cannot do without. */
export class UnsupportedError extends FlexatarError {}

/** WebGL2 is missing (`webgl2-missing`) or the graphics driver has taken the context away (`context-lost`). */
export class GraphicsError extends FlexatarError {}

/** A file of the engine could not be fetched (`download-failed`, `model-missing`) or is not what it should be. */
export class FilesError extends FlexatarError {}

/** The avatar file is damaged or not an avatar (`bad-avatar`). */
export class AvatarError extends FlexatarError {}

/** The microphone is refused, missing or unplugged, or a stream carries no sound. */
export class SoundError extends FlexatarError {}

/**
 * The camera is refused, missing, unplugged or disconnected, a stream carries no picture, or no face is seen (`no-face`).
 */
export class CameraError extends FlexatarError {}

/** A script of phones or visemes cannot be followed (`bad-script`); the message names the entry. */
export class ScriptError extends FlexatarError {}

/**
 * No film can be made: an option is not possible (`bad-film`; `no-transparency`: nothing behind the person in a format that
 * has none), the sound cannot be read (`bad-sound`, `empty-sound`, `sound-too-long`) or may not begin (`sound-blocked`), the
 * browser has no encoder for the format (`no-encoder`) or its encoder fails (`encoding-failed`).
 */
export class FilmError extends FlexatarError {}

/**
 * The voice agent cannot be reached, refuses, has no place (`agent-busy`), has gone (`agent-lost`) or says what it should
 * not (`bad-agent`).
 */
export class AgentError extends FlexatarError {}

/**
 * The photo cannot become an avatar; `code` says why, `message` how to mend it. `reason`: the lens's, or a `PictureReason` of
 * one that is `unreadable`.
 */
export class PhotoRefusedError extends FlexatarError {}

/** The service refuses, cannot be reached, or answers what it should not; `reason` is the gate's code of a `bad-photo`. */
export class ServiceError extends FlexatarError {}

/** @type {Record<string, typeof FlexatarError>} */
const classes = {
  FlexatarError, UnsupportedError, GraphicsError, FilesError, AvatarError, SoundError, CameraError, ScriptError,
  FilmError, PhotoRefusedError,
}

/**
 * Errors cross a worker's border as plain objects.
 * @param {unknown} error
 * @returns {{name: string, code: ErrorCode, message: string, reason?: string}}
 */
export function packError(error) {
  if (error instanceof FlexatarError) {
    const { name, code, message, reason } = error
    return { name, code, message, reason }
  }
  return { name: 'FlexatarError', code: 'engine-failed', message: `The engine failed: ${String(error)}` }
}

/**
 * @param {{name: string, code: ErrorCode, message: string, reason?: string}} packed
 * @returns {FlexatarError}
 */
export function unpackError(packed) {
  return new (classes[packed.name] ?? FlexatarError)(packed.code, packed.message, packed.reason)
}
