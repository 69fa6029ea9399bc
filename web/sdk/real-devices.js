/** @type {((constraints: MediaStreamConstraints) => Promise<MediaStream>) | null} */
let browsersOwn = null

/**
 * The browser's own `getUserMedia`, also on a page where a virtual camera answers for it: an avatar that listens to its
 * own voice would wait for itself.
 * @param {MediaStreamConstraints} constraints
 * @returns {Promise<MediaStream>}
 */
function realUserMedia(constraints) {
  return browsersOwn ? browsersOwn.call(navigator.mediaDevices, constraints) : navigator.mediaDevices.getUserMedia(constraints)
}

/** Keeps the browser's own before it is patched; the first one counts. */
export function keepReal() {
  browsersOwn ??= MediaDevices.prototype.getUserMedia
}

/**
 * A camera or microphone, or an error that says what to do.
 * @template {'camera' | 'microphone'} Kind
 * @param {Kind} kind
 * @param {MediaStreamConstraints} constraints
 * @param {new (code: `${Kind}-refused` | `${Kind}-missing`, message: string) => Error} Failure
 */
export async function openDevice(kind, constraints, Failure) {
  if (!navigator.mediaDevices) {
    throw new Failure(`${kind}-refused`, `Browsers give the ${kind} to secure pages only; use https or localhost.`)
  }
  try {
    return await realUserMedia(constraints)
  } catch (error) {
    switch (/** @type {DOMException} */ (error).name) {
      case 'NotAllowedError': case 'SecurityError':
        throw new Failure(`${kind}-refused`, `The ${kind} is not allowed on this page. Allow it in the address bar and try again.`)
      case 'NotFoundError': case 'OverconstrainedError':
        throw new Failure(`${kind}-missing`, `There is no ${kind}. Plug one in and try again.`)
      default:
        throw new Failure(`${kind}-missing`, `The ${kind} cannot be used; another program may hold it.`)
    }
  }
}
