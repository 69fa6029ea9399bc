/**
 * Imported by workers: holds a lock under the worker's own name for as long as it lives, because browsers tell nobody when
 * they end a worker for want of memory. `startWorker` hears that it is held, and waits for it.
 */
const scope = /** @type {any} */ (globalThis)
scope.navigator.locks?.request(scope.name, () => {
  scope.postMessage({ type: 'alive' })
  return new Promise(() => {})
}).catch(() => {
  // Frames in other sites' pages may be denied locks; their workers end unnoticed.
})
