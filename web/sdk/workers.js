/**
 * Starts a module worker that lies beside this file. A page on another origin may not start it directly; there a blob
 * that imports it stands in, which needs `worker-src blob:` in that page's policy.
 * @param {string} file
 * @param {string} name
 */
export function startWorker(file, name) {
  const url = new URL(file, import.meta.url)
  if (url.origin === location.origin) return new Worker(url, { type: 'module', name })
  const shim = URL.createObjectURL(new Blob([`import ${JSON.stringify(url.href)}`], { type: 'text/javascript' }))
  const worker = new Worker(shim, { type: 'module', name })
  // The worker fetches its script before it first answers.
  worker.addEventListener('message', () => URL.revokeObjectURL(shim), { once: true })
  return worker
}
