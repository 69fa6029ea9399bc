import { sdkFile } from './location.js'

/**
 * Starts a module worker of the SDK. A page on another origin may not start it directly; there a blob that imports it
 * stands in, which needs `worker-src blob:` in that page's policy. One that the browser ends gets an `error` event that no
 * browser makes (`isTrusted` is false).
 * @param {string} file
 * @param {string} name
 */
export function startWorker(file, name) {
  const url = sdkFile(file)
  const own = `${name} ${Math.random()}`
  if (url.origin === location.origin) return watched(new Worker(url, { type: 'module', name: own }), own)
  const shim = URL.createObjectURL(new Blob([`import ${JSON.stringify(url.href)}`], { type: 'text/javascript' }))
  const worker = watched(new Worker(shim, { type: 'module', name: own }), own)
  // The worker fetches its script before it first answers.
  worker.addEventListener('message', () => URL.revokeObjectURL(shim), { once: true })
  return worker
}

/**
 * @param {Worker} worker
 * @param {string} name that of the lock which `life.js` holds in it
 */
function watched(worker, name) {
  const alive = (/** @type {MessageEvent} */ event) => {
    if (event.data?.type !== 'alive') return
    event.stopImmediatePropagation()
    worker.removeEventListener('message', alive)
    navigator.locks?.request(name, () => {
      worker.dispatchEvent(new ErrorEvent('error', { message: 'the browser has ended its worker', cancelable: true }))
    }).catch(() => {})
  }
  worker.addEventListener('message', alive)
  return worker
}
