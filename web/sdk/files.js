import { AvatarError, FilesError, FlexatarError } from './errors.js'

/**
 * A file below the engine's folder.
 * @param {string} filesUrl the folder, with or without a slash at its end
 * @param {string} name
 */
export function fileUrl(filesUrl, name) {
  return `${filesUrl.replace(/\/+$/, '')}/${name}`
}

/**
 * How a download that fails is reported: `what` names the file in the sentence.
 * @typedef {{code?: import('./errors.js').ErrorCode, what?: string}} Naming
 */

/** @param {string} url */
export function fetchAvatar(url) {
  return fetchAtMost(4, url, { what: 'The avatar' }, (message) => new AvatarError('bad-avatar', message))
}

/** @param {string} url */
export function fetchBackground(url) {
  return fetchAtMost(50, url, { what: 'The background' }, (message) => new FlexatarError('bad-background', message))
}

/**
 * Fetches a file whole.
 * @param {string} url
 * @param {Naming} naming
 * @returns {Promise<ArrayBuffer>}
 */
export async function fetchBytes(url, naming) {
  const response = await fetchResponse(url, naming)
  try {
    return await response.arrayBuffer()
  } catch {
    throw unreachable(url, naming)
  }
}

/**
 * Fetches a file of anybody's: it is given up when it is too large, also unpacked. (A `fetch` whose stream is counted is taken
 * for aborted by Chromium when it ends.)
 * @param {number} megabytes
 * @param {string} url
 * @param {Naming} naming
 * @param {(message: string) => Error} refusal
 * @returns {Promise<ArrayBuffer>}
 */
function fetchAtMost(megabytes, url, naming, refusal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const isTooLarge = (/** @type {number} */ bytes) => bytes > 1e6 * megabytes
    const refuse = () => reject(refusal(`${naming.what} at ${url} is larger than ${megabytes} MB.`))
    request.onprogress = ({ loaded }) => {
      if (!isTooLarge(loaded)) return
      refuse()
      request.abort()
    }
    request.onerror = () => reject(unreachable(url, naming))
    request.onload = () => {
      if (request.status < 200 || request.status > 299) reject(absent(url, naming, request.status))
      else if (isTooLarge(request.response.byteLength)) refuse()
      else resolve(request.response)
    }
    try {
      request.open('GET', url)
    } catch {
      return reject(unreachable(url, naming))
    }
    request.responseType = 'arraybuffer'
    request.send()
  })
}

/**
 * @param {string} url
 * @param {Naming} naming
 */
export function unreachable(url, { code = 'download-failed', what = 'A file of the engine' }) {
  return new FilesError(code, `${what} could not be fetched from ${url}. Check the connection and the address.`)
}

/**
 * @param {string} url
 * @param {Naming} naming
 * @param {number} status
 */
function absent(url, { code = 'download-failed', what = 'A file of the engine' }, status) {
  return new FilesError(code, `${what} is not at ${url} (the server answered ${status}).`)
}

/**
 * @param {string} url
 * @param {Naming} naming
 * @returns {Promise<Response>} a response that is `ok`
 */
export async function fetchResponse(url, naming) {
  let response
  try {
    response = await fetch(url)
  } catch {
    throw unreachable(url, naming)
  }
  if (!response.ok) throw absent(url, naming, response.status)
  return response
}
