import { FilesError } from './errors.js'

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
 * @param {string} url
 * @param {Naming} naming
 */
export function unreachable(url, { code = 'download-failed', what = 'A file of the engine' }) {
  return new FilesError(code, `${what} could not be fetched from ${url}. Check the connection and the address.`)
}

/**
 * @param {string} url
 * @param {Naming} naming
 * @returns {Promise<Response>} a response that is `ok`
 */
export async function fetchResponse(url, naming) {
  const { code = 'download-failed', what = 'A file of the engine' } = naming
  let response
  try {
    response = await fetch(url)
  } catch {
    throw unreachable(url, naming)
  }
  if (!response.ok) {
    throw new FilesError(code, `${what} is not at ${url} (the server answered ${response.status}).`)
  }
  return response
}
