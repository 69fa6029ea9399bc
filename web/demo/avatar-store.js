/**
 * The faces made on this device, in the browser's own database.
 * @typedef {{id: number, made: number, ftar: ArrayBuffer, preview: Blob | null}} StoredAvatar
 */

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const settled = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result)
  request.onerror = () => reject(request.error)
})

/** @param {IDBTransactionMode} mode */
async function avatars(mode) {
  const opening = indexedDB.open('flexatar', 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore('avatars', { keyPath: 'id' })
  const database = await settled(opening)
  return database.transaction('avatars', mode).objectStore('avatars')
}

/** Newest first. @returns {Promise<StoredAvatar[]>} */
export async function storedAvatars() {
  try {
    return (await settled((await avatars('readonly')).getAll())).reverse()
  } catch {
    // Private windows may refuse a database: the faces then last as long as the page.
    return []
  }
}

/** @param {StoredAvatar} avatar */
export async function storeAvatar(avatar) {
  try {
    await settled((await avatars('readwrite')).put(avatar))
  } catch { /* as above */ }
}

/** @param {number} id */
export async function removeAvatar(id) {
  try {
    await settled((await avatars('readwrite')).delete(id))
  } catch { /* as above */ }
}
