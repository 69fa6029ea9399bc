/**
 * What is kept for one user on this device: faces, pictures for the background, settings. In the browser's own database;
 * where that is refused (private windows) it lasts as long as the page.
 *
 * @typedef {object} KeptAvatar
 * @property {string} id
 * @property {number} made milliseconds since 1970
 * @property {'device' | 'service'} place where it was made; the service's are copies
 * @property {ArrayBuffer | null} ftar null: only the service has it so far
 * @property {Blob | null} preview
 *
 * @typedef {{id: string, made: number, picture: Blob}} KeptBackground
 * @typedef {'avatars' | 'backgrounds' | 'settings'} Shelf
 */

const shelves = /** @type {Shelf[]} */ (['avatars', 'backgrounds', 'settings'])

export class AvatarLibrary {
  /** @param {string} user whose things; others' are never seen */
  constructor(user) {
    this.user = user
    /** @type {Promise<IDBDatabase | null>} */
    this.database = open().catch(() => null)
    /**
     * What the database does not take, or all where there is none.
     * @type {Map<string, any>}
     */
    this.memory = new Map()
    /**
     * Writes under way, which closing waits for.
     * @type {Set<Promise<void>>}
     */
    this.writes = new Set()
  }

  /**
   * The newest first.
   * @returns {Promise<KeptAvatar[]>}
   */
  async avatars() { return (await this.all('avatars')).sort((a, b) => b.made - a.made) }

  /** @param {KeptAvatar} avatar */
  keepAvatar(avatar) { return this.put('avatars', avatar) }

  /** @param {string} id */
  removeAvatar(id) { return this.remove('avatars', id) }

  /**
   * The newest first.
   * @returns {Promise<KeptBackground[]>}
   */
  async backgrounds() { return (await this.all('backgrounds')).sort((a, b) => b.made - a.made) }

  /** @param {KeptBackground} background */
  keepBackground(background) { return this.put('backgrounds', background) }

  /** @param {string} id */
  removeBackground(id) { return this.remove('backgrounds', id) }

  /**
   * A setting, or undefined.
   * @param {string} name
   * @returns {Promise<any>}
   */
  async setting(name) { return (await this.all('settings')).find(({ id }) => id === name)?.value }

  /** @param {string} name @param {any} value what can be copied */
  keepSetting(name, value) { return this.put('settings', { id: name, value }) }

  /** Erases all of this user's things. Nothing is kept after it. */
  async erase() {
    const database = await this.end()
    this.memory.clear()
    if (!database) return
    const erasing = database.transaction(shelves, 'readwrite')
    for (const shelf of shelves) erasing.objectStore(shelf).delete(this.range)
    await committed(erasing)
    database.close()
  }

  /** All of this user's things on a shelf. */
  get range() { return IDBKeyRange.bound([this.user], [this.user, []]) }

  /** @param {Shelf} shelf @returns {Promise<any[]>} */
  async all(shelf) {
    const database = await this.database
    const stored = database ? (await settled(database.transaction(shelf).objectStore(shelf).getAll(this.range))).map(unpacked) : []
    const things = new Map(stored.map((thing) => [thing.id, thing]))
    for (const [key, thing] of this.memory) if (key.startsWith(`${shelf} `)) things.set(thing.id, thing)
    return [...things.values()]
  }

  /** @param {Shelf} shelf @param {{id: string, [field: string]: any}} thing */
  put(shelf, thing) {
    const write = this.write(shelf, thing).finally(() => this.writes.delete(write))
    this.writes.add(write)
    return write
  }

  /**
   * @param {Shelf} shelf
   * @param {{id: string, [field: string]: any}} thing
   */
  async write(shelf, thing) {
    const database = await this.database
    const key = `${shelf} ${thing.id}`
    if (!database) return void this.memory.set(key, thing)
    const kept = { ...await packed(thing), user: this.user }
    try {
      const writing = database.transaction(shelf, 'readwrite')
      writing.objectStore(shelf).put(kept)
      await committed(writing)
      this.memory.delete(key)
    } catch (error) {
      // A full disk: it is there for as long as the page is.
      if (/** @type {Error} */ (error).name !== 'QuotaExceededError') throw error
      this.memory.set(key, thing)
    }
  }

  /** @param {Shelf} shelf @param {string} id */
  async remove(shelf, id) {
    const database = await this.database
    this.memory.delete(`${shelf} ${id}`)
    if (database) await settled(database.transaction(shelf, 'readwrite').objectStore(shelf).delete([this.user, id]))
  }

  /** What is under way is still kept; nothing after it. */
  async close() {
    (await this.end())?.close()
  }

  /** The database, once what is under way is kept; what is asked for from now on lasts as long as the page. */
  async end() {
    const { database } = this
    this.database = Promise.resolve(null)
    await Promise.allSettled(this.writes)
    return database
  }
}

/**
 * Files as bytes: WebKit keeps no Blobs in the databases of private windows.
 * @param {{[field: string]: any}} thing
 */
async function packed(thing) {
  const fields = await Promise.all(Object.entries(thing).map(async ([name, value]) =>
    [name, value instanceof Blob ? { bytes: await value.arrayBuffer(), type: value.type } : value]))
  return Object.fromEntries(fields)
}

/** @param {{[field: string]: any}} thing */
function unpacked(thing) {
  return Object.fromEntries(Object.entries(thing).map(([name, value]) =>
    [name, value?.bytes instanceof ArrayBuffer ? new Blob([value.bytes], { type: value.type }) : value]))
}

function open() {
  const opening = indexedDB.open('flexatar library', 1)
  opening.onupgradeneeded = () => {
    for (const shelf of shelves) opening.result.createObjectStore(shelf, { keyPath: ['user', 'id'] })
  }
  return settled(opening)
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/**
 * Whether there is room shows only at the end, after the requests have succeeded.
 * @param {IDBTransaction} transaction
 * @returns {Promise<void>}
 */
function committed(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
  })
}
