/**
 * What the person has chosen, in the extension's own storage on this device.
 * @typedef {object} Settings
 * @property {boolean} isOn
 * @property {string[]} offSites hosts on which there is no camera
 * @property {string} avatar its id
 * @property {string} emotion a name, '' for none
 * @property {string} background as `FtarRenderer.background` takes it
 * @property {string} microphone its name, '' for the browser's choice
 *
 * @typedef {{id: string, name: string, preview: string, file: string | null}} StoredAvatar `preview`: an address; `file`:
 *   base64, null for the one in the package
 */

/** @type {Settings} */
export const usual = { isOn: true, offSites: [], avatar: 'default', emotion: '', background: 'photo', microphone: '' }
/** The storage is for ten megabytes; an avatar takes up to 700 kB of it. */
export const mostAvatars = 12

/** @returns {Promise<Settings>} */
export async function readSettings() {
  const { settings } = await chrome.storage.local.get('settings')
  return { ...usual, ...settings }
}

/** @param {Partial<Settings>} change */
export async function writeSettings(change) {
  await chrome.storage.local.set({ settings: { ...await readSettings(), ...change } })
}

/** @returns {Promise<StoredAvatar[]>} the package's own first */
export async function readAvatars() {
  const { avatars = [] } = await chrome.storage.local.get('avatars')
  return [{ id: 'default', name: 'Portrait', preview: 'files/default.jpg', file: null }, ...avatars]
}

/** @param {StoredAvatar[]} avatars without the package's own */
export async function writeAvatars(avatars) {
  await chrome.storage.local.set({ avatars })
}

/**
 * Makes a renderer look as the settings say.
 * @param {import('../sdk/easy-renderer.js').FtarRenderer} renderer
 * @param {Settings} settings
 * @param {Settings} [before] what holds already
 */
export async function apply(renderer, settings, before) {
  const { avatar, emotion, background } = { ...usual, ...settings }
  if (emotion !== before?.emotion) renderer.emotion = emotion || null
  if (background !== before?.background) renderer.background = background
  if (avatar === before?.avatar) return
  const chosen = (await readAvatars()).find(({ id }) => id === avatar)
  await renderer.setAvatar(1, chosen?.file ? fromBase64(chosen.file) : 'files/default.ftar')
}

/** @param {string} text */
function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
}

/**
 * @param {Blob} blob
 * @returns {Promise<string>} a data address
 */
export function asAddress(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(/** @type {string} */ (reader.result))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(blob)
  })
}
