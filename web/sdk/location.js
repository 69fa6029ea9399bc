/** @type {string | null} */
let told = null

/**
 * Where the SDK's files are served, for pages whose bundler has moved its code: workers and the audio worklet are files of
 * their own. To be called before anything else of the SDK.
 *
 *     locateSDK('/flexatar/sdk')
 *
 * @param {string | URL} folder
 */
export function locateSDK(folder) {
  told = new URL(`${String(folder).replace(/\/+$/, '')}/`, document.baseURI).href
}

/**
 * @param {string} path from the SDK's folder
 * @returns {URL} beside this module unless told otherwise
 */
export function sdkFile(path) {
  return new URL(path, told ?? import.meta.url)
}
