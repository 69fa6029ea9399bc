import { Engine, creationFiles } from './engine.js'
import { fetchBytes, fileUrl } from './files.js'

/**
 * Fetches an engine that can see: with the vision models and what fitting the head needs, about 3 MB.
 * @param {string} filesUrl
 * @param {object} [options]
 * @param {(share: number) => void} [options.onFetched] what share of the models has come, 0...1
 * @param {(share: number) => void} [options.onProgress] of a creation, 0...1
 */
export async function loadVisionEngine(filesUrl, options = {}) {
  const { onFetched, onProgress } = options
  let fetched = 0
  const [engine, ...files] = await Promise.all([
    Engine.load(filesUrl, { seed: 1, onProgress }),
    ...creationFiles.map(async (name) => {
      const what = `The model ${name.replace(/^.*\//, '')}, which creation and the camera need,`
      const bytes = await fetchBytes(fileUrl(filesUrl, name), { code: 'model-missing', what })
      onFetched?.(++fetched / creationFiles.length)
      return new Uint8Array(bytes)
    }),
  ])
  engine.openCreation(files)
  return engine
}
