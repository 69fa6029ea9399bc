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
 * Fetches a file whole.
 * @param {string} url
 * @param {{code?: import('./errors.js').ErrorCode, what?: string, signal?: AbortSignal,
 *   onProgress?: (bytes: number) => void}} [options] `what` names the file in the error's sentence
 * @returns {Promise<ArrayBuffer>}
 */
export async function fetchBytes(url, options = {}) {
  const response = await fetchResponse(url, options)
  if (!options.onProgress || !response.body) return response.arrayBuffer()
  const pieces = []
  let length = 0
  for (const reader = response.body.getReader(); ;) {
    const { done, value } = await reader.read()
    if (done) break
    pieces.push(value)
    length += value.byteLength
    options.onProgress(length)
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.byteLength
  }
  return whole.buffer
}

/**
 * @param {string} url
 * @param {{code?: import('./errors.js').ErrorCode, what?: string, signal?: AbortSignal}} [options]
 * @returns {Promise<Response>} a response that is `ok`
 */
export async function fetchResponse(url, options = {}) {
  const { code = 'download-failed', what = 'A file of the engine', signal } = options
  let response
  try {
    response = await fetch(url, { signal })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new FilesError(code, `${what} could not be fetched from ${url}. Check the connection and the address.`)
  }
  if (!response.ok) {
    throw new FilesError(code, `${what} is not at ${url} (the server answered ${response.status}).`)
  }
  return response
}
