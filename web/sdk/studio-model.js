import { AvatarLibrary } from './avatar-library.js'
import { AvatarMaker } from './avatar-maker.js'
import { FlexatarError, ServiceError } from './errors.js'

/** Today's use is counted again so often, milliseconds: a page may stay open past midnight. */
const sessionPeriod = 3_600_000
/** Previews that are fetched at once: browsers open six connections to a server, and the service's calls need one, too. */
const lanes = 3

/**
 * What commands are about: what went wrong is told until the next one about the same.
 * @type {{[type: string]: string}}
 */
const subjects = {
  select: 'picture', create: 'picture', delete: 'picture', usePreset: 'picture', erase: 'picture', background: 'picture',
  addBackground: 'picture', deleteBackground: 'picture', sound: 'sound', record: 'sound', render: 'film',
}

/** How an avatar is shown; kept from one visit to the next. */
const ordinaryLook = {
  slots: /** @type {[string | null, string | null]} */ ([null, null]),
  mix: 0, mixKind: /** @type {'morph' | 'hybrid'} */ ('morph'), mixSwing: 0, mood: 0.4, motion: 'calm',
  framing: /** @type {'close' | 'portrait' | 'shoulders'} */ ('portrait'), round: false, mirrored: false,
  background: { kind: 'photo', value: /** @type {string | null} */ (null) },
}

/**
 * @typedef {typeof ordinaryLook} Look
 * @typedef {{id: string, preview: Blob | string | null, place: 'built-in' | 'device' | 'service', number: number, favourite: boolean}} Face
 *   `number`: 1 the user's oldest, whatever the order; 0 of those that are everybody's
 * @typedef {{id: string, source: string}} BuiltIn an avatar or a picture that the page itself brings
 * @typedef {{code: string, message: string, isNote: boolean}} Status `code` '': all is well; a note: nothing is wrong
 *
 * @typedef {object} StudioState what the studio shows
 * @property {Face[]} faces
 * @property {import('./avatar-maker.js').Making[]} making
 * @property {Look} look
 * @property {{name: string | null, strength: number}} emotion
 * @property {string[]} emotions
 * @property {{id: string, picture: Blob | string, own: boolean}[]} backgrounds
 * @property {{id: string, name: string}[]} presets
 * @property {{create: boolean, delete: boolean}} rights
 * @property {boolean} hasService
 * @property {{width: number, height: number}} size
 * @property {Status} status
 */

/**
 * The faces of one user and how the chosen one looks: what the studio shows and may change. Knows no page: it works a
 * renderer, the device's library and the service. Fires `state` after changes.
 */
export class StudioModel extends EventTarget {
  /**
   * @param {object} parts
   * @param {import('./easy-renderer.js').FtarRenderer} parts.renderer
   * @param {import('./service-client.js').ServiceClient | null} parts.service null: nothing but this device
   * @param {string | null} parts.user whose library; null: the token's
   * @param {'device' | 'service'} parts.creation
   * @param {Partial<Look>} parts.look to begin with
   * @param {{id: string, source: string, preview: string}[]} parts.builtIn avatars for everybody
   * @param {() => Promise<BuiltIn[]>} parts.backgrounds
   */
  constructor({ renderer, service, user, creation, look, builtIn, backgrounds }) {
    super()
    this.renderer = renderer
    this.service = service
    this.user = user
    this.builtIn = builtIn
    this.defaultBackgrounds = backgrounds
    this.library = new AvatarLibrary('')
    this.creation = creation
    this.maker = new AvatarMaker(renderer, service, creation, {
      onChange: () => this.changed(), onMade: (avatar) => this.made(avatar),
      onWarning: ({ code, message }) => this.say('picture', code, message, true),
    })
    /** @type {import('./avatar-library.js').KeptAvatar[]} */
    this.kept = []
    /** @type {Set<string>} */
    this.favourites = new Set()
    /** @type {Look} */
    this.firstLook = { ...ordinaryLook, ...look }
    /** @type {Look} */
    this.look = structuredClone(this.firstLook)
    this.emotion = { name: /** @type {string | null} */ (null), strength: 0.7 }
    /** @type {{id: string, picture: Blob | string, own: boolean}[]} */
    this.backgrounds = []
    /** @type {{id: string, name: string, look: any}[]} */
    this.presets = []
    // With a service it is the service that says so.
    this.rights = { create: !service, delete: !service }
    this.blocked = false
    /**
     * What is to be told, by what it is about: the newest is shown.
     * @type {Map<string, Status>}
     */
    this.news = new Map([['start', { code: 'starting', message: '', isNote: false }]])
    /** What the service has stays away once it has been erased here. */
    this.isErased = false
    this.online = () => this.refresh()
    addEventListener('online', this.online)
    // A tab that nobody looks at may be thrown away without another word.
    this.hidden = () => {
      if (document.hidden && this.saving !== undefined) this.saveLook()
    }
    document.addEventListener('visibilitychange', this.hidden)
    this.sessions = setInterval(() => this.refresh(), sessionPeriod)
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.saving = undefined
    this.pending = false
    this.over = false
    /**
     * The choice under way for each slot; the last one counts, however long an earlier one's download takes.
     * @type {[symbol | null, symbol | null]}
     */
    this.choices = [null, null]
  }

  /** Opens the user's library and shows the face of the last visit. */
  async start() {
    await this.openLibrary(await this.knownUser())
    try {
      await this.renderer.readyPromise
    } finally {
      this.say('start')
    }
    this.applyLook()
    await this.refresh()
    if (!this.blocked && !this.choices[0] && !this.face(this.look.slots[0])) {
      await this.select(1, this.faces()[0]?.id ?? null).catch((error) => this.fail(error))
    }
  }

  /** Whose faces may be shown: the token's; without a connection, when no token can be had, those of the last visit. */
  async knownUser() {
    try {
      return await this.tokenUser()
    } catch (error) {
      return error instanceof ServiceError && error.code === 'offline' ? lastUser() ?? '' : ''
    }
  }

  async tokenUser() { return this.user ?? await this.service?.subject() ?? '' }

  /** @param {string} user */
  async openLibrary(user) {
    // Nobody would close the library of a studio that has been destroyed.
    if (this.over) throw new FlexatarError('destroyed', 'The studio has been destroyed.')
    // Without a connection the token cannot tell.
    if (this.user === null && user) rememberUser(user)
    this.library = new AvatarLibrary(user)
    this.kept = []
    const [kept, own, favourites, look, presets, defaults] = await Promise.all([
      this.library.avatars(), this.library.backgrounds(), this.library.setting('favourites'), this.library.setting('look'),
      this.library.setting('presets'), this.defaultBackgrounds().catch(() => []),
    ])
    this.kept = kept
    this.favourites = new Set(favourites)
    this.presets = presets ?? []
    this.look = { ...structuredClone(this.firstLook), ...look }
    this.backgrounds = [
      ...own.map(({ id, picture }) => ({ id, picture, own: true })),
      ...defaults.map(({ id, source }) => ({ id, picture: source, own: false })),
    ]
    this.changed()
  }

  /**
   * Asks the service what this user may do and has, and counts the day's use. Without a connection the device's stay.
   * @returns {Promise<void>}
   */
  async refresh() {
    const { service } = this
    if (!service || this.over) return
    try {
      const user = await this.tokenUser()
      if (user !== this.library.user) await this.changeUser(user)
      const [info, session, list] = [await service.info(), await service.session(), await service.list()]
      // A token that was fetched anew meanwhile may be another user's.
      if (await this.tokenUser() !== this.library.user) return this.refresh()
      const may = !info.restricted && !info.is_expired
      this.rights = { create: may, delete: may }
      // What a testing subscription makes bears a mark, which only the service puts on.
      this.maker.creation = info.testing ? 'service' : this.creation
      this.blocked = session.block !== undefined
      if (!this.isErased) await this.takeList(list)
      if (this.news.get('picture')?.code === 'offline') this.say('picture')
      if (this.blocked) this.say('service', 'subscription-limit', 'The subscription is used up. Please renew it.')
      else if (info.is_expired) this.say('service', 'expired', 'The subscription has ended; faces can neither be made nor deleted.')
      else this.say('service')
      this.applySlots()
    } catch (error) {
      this.fail(error, 'service')
    }
  }

  /**
   * The token is not of whom was thought: nothing of the one is shown to the other.
   * @param {string} user
   */
  async changeUser(user) {
    if (this.saving !== undefined) this.saveLook()
    this.library.close()
    this.maker.clear()
    this.choices = [null, null]
    this.isErased = false
    this.renderer.slot1 = this.renderer.slot2 = null
    await this.openLibrary(user)
    this.applyLook()
    if (!this.face(this.look.slots[0])) await this.select(1, this.faces()[0]?.id ?? null)
  }

  /** @param {import('./service-client.js').ServiceAvatar[]} list of the service: what is gone there goes here, too */
  async takeList(list) {
    const { library } = this
    const here = new Set(this.kept.map(({ id }) => id))
    const there = new Set(list.map(({ id }) => id))
    for (const { id, place } of this.kept) if (place === 'service' && !there.has(id)) await library.removeAvatar(id)
    await Promise.all(list.filter(({ id }) => !here.has(id)).map(({ id, created }) =>
      library.keepAvatar({ id, made: created * 1000, place: 'service', ftar: null, preview: null })))
    const kept = await library.avatars()
    // Erased meanwhile.
    if (library !== this.library) return
    // What was read before a file of it came is out of date.
    this.kept = kept.map((one) => this.kept.find(({ id }) => id === one.id) ?? one)
    this.changed()
    this.fetchPreviews(list.filter(({ id }) => !this.kept.find((avatar) => avatar.id === id)?.preview))
  }

  /**
   * Nobody waits for them; one that does not come is asked for with the next look at the service.
   * @param {import('./service-client.js').ServiceAvatar[]} list
   */
  fetchPreviews(list) {
    const { service, library } = this
    const waiting = [...list]
    const lane = async () => {
      for (let next; service && library === this.library && !this.over && (next = waiting.shift());) {
        const { id, preview } = next
        await service.download(preview)
          .then((bytes) => this.complete(id, { preview: new Blob([bytes], { type: 'image/jpeg' }) })).catch(() => {})
      }
    }
    for (let index = 0; index < lanes; index++) lane()
  }

  /**
   * Keeps what has come of a face, unless it has gone meanwhile.
   * @param {string} id
   * @param {Partial<import('./avatar-library.js').KeptAvatar>} part
   */
  async complete(id, part) {
    const avatar = this.kept.find((kept) => kept.id === id)
    if (!avatar) return
    Object.assign(avatar, part)
    this.changed()
    await this.library.keepAvatar(avatar)
  }

  // MARK: What is shown

  /**
   * Favourites first, then the newest.
   * @returns {Face[]}
   */
  faces() {
    const faces = [
      ...this.kept.map(({ id, preview, place }, index) => ({
        id, preview, place, number: this.kept.length - index, favourite: this.favourites.has(id) })),
      ...this.builtIn.map(({ id, preview }) => ({
        id, preview, place: /** @type {const} */ ('built-in'), number: 0, favourite: this.favourites.has(id) })),
    ]
    return faces.sort((a, b) => Number(b.favourite) - Number(a.favourite))
  }

  /** @param {string | null} id */
  face(id) { return this.faces().find((face) => face.id === id) }

  /** @returns {StudioState} */
  get state() {
    return {
      faces: this.faces(), making: this.maker.list, look: this.look, emotion: this.emotion,
      emotions: this.renderer.getEmotionList().filter((name) => name !== 'neutral'), backgrounds: this.backgrounds,
      presets: this.presets.map(({ id, name }) => ({ id, name })), rights: this.rights, hasService: this.service !== null,
      size: this.renderer.size, status: this.status,
    }
  }

  /** @returns {Status} */
  get status() { return [...this.news.values()].at(-1) ?? { code: '', message: '', isNote: false } }

  /** One `state` event for all changes of a moment. */
  changed() {
    if (this.pending) return
    this.pending = true
    queueMicrotask(() => {
      this.pending = false
      if (!this.over) this.dispatchEvent(new Event('state'))
    })
  }

  /** @param {string} about @param {string} [code] nothing: all is well with it @param {string} [message] @param {boolean} [isNote] */
  say(about, code, message = '', isNote = false) {
    const wasTold = this.news.delete(about)
    if (code) this.news.set(about, { code, message, isNote })
    if (code || wasTold) this.changed()
  }

  /** @param {unknown} error @param {string} [about] */
  fail(error, about = 'picture') {
    if (!(error instanceof FlexatarError)) throw error
    this.say(about, error.code, error.message)
    if (error instanceof ServiceError && !['offline', 'restricted'].includes(error.code)) {
      this.dispatchEvent(new CustomEvent('failure', { detail: error }))
    }
  }

  // MARK: What the studio asks for

  /** @param {{type: string, [field: string]: any}} command see messages.js */
  async obey(command) {
    const about = subjects[command.type]
    if (about) this.say(about)
    try {
      await this.act(command)
    } catch (error) {
      this.fail(error, about)
    }
  }

  /** @param {{type: string, [field: string]: any}} command */
  async act(command) {
    switch (command.type) {
      case 'select': await this.select(command.slot, command.id, this.look.slots[1] === null ? 0.5 : 0); break
      case 'favourite': await this.favour(command.id, command.on); break
      case 'delete': await this.delete(command.id); break
      case 'reload':
        this.isErased = false
        await this.refresh()
        break
      case 'create': if (this.rights.create) this.maker.add(command.photo, command.face ?? null); break
      case 'dismiss': this.maker.dismiss(command.id); break
      case 'emotion': this.feel(command.name, command.strength); break
      case 'playEmotion': this.renderer.playEmotion(command.name, { strength: command.strength }); break
      case 'set': this.set(command.name, command.value); break
      case 'background': this.putBehind(command.kind, command.value); break
      case 'addBackground': await this.addBackground(command.picture); break
      case 'deleteBackground': await this.deleteBackground(command.id); break
      case 'size': this.renderer.size = { width: command.width, height: command.height }; this.changed(); break
      case 'savePreset': this.savePreset(command.name); break
      case 'usePreset': await this.usePreset(command.id); break
      case 'deletePreset': this.keepPresets(this.presets.filter(({ id }) => id !== command.id)); break
      case 'erase': await this.erase(); break
    }
  }

  /**
   * @param {1 | 2} slot
   * @param {string | null} id
   * @param {number} share of a second face where there is none yet, so that it is seen
   */
  async select(slot, id, share = 0) {
    if (this.blocked && id !== null) return
    const choice = this.choices[slot - 1] = Symbol()
    try {
      const source = id === null ? null : await this.source(id)
      if (this.choices[slot - 1] !== choice || (id !== null && (source === null || this.blocked))) return
      this.look.slots[slot - 1] = id
      if (slot === 2) this.mixAgain(id === null ? 0 : this.look.mix || share)
      this.lookChanged()
      await this.renderer.setAvatar(slot, source)
      if (slot === 1) this.dispatchEvent(new Event('avatar'))
    } finally {
      if (this.choices[slot - 1] === choice) this.choices[slot - 1] = null
    }
  }

  /**
   * The avatar's file, fetched once from the service and then kept here.
   * @param {string} id
   */
  async source(id) {
    const builtIn = this.builtIn.find((avatar) => avatar.id === id)
    if (builtIn) return builtIn.source
    const avatar = this.kept.find((kept) => kept.id === id)
    if (!avatar) return null
    if (!avatar.ftar && this.service) {
      const listed = (await this.service.list()).find((item) => item.id === id)
      if (!listed) return null
      const ftar = await this.service.download(listed.ftar)
      await this.complete(id, { ftar })
      // Erased or deleted meanwhile it is nobody's.
      return this.kept.some((kept) => kept.id === id) ? ftar : null
    }
    return avatar.ftar
  }

  /** @param {string} id @param {boolean} on */
  async favour(id, on) {
    if (on) this.favourites.add(id)
    else this.favourites.delete(id)
    this.changed()
    await this.library.keepSetting('favourites', [...this.favourites])
  }

  /** @param {string} id */
  async delete(id) {
    const avatar = this.kept.find((kept) => kept.id === id)
    if (!avatar || !this.rights.delete) return
    if (avatar.place === 'service') await this.service?.delete(id)
    await this.library.removeAvatar(id)
    this.kept = this.kept.filter((kept) => kept !== avatar)
    if (this.look.slots[1] === id) await this.select(2, null)
    if (this.look.slots[0] === id) await this.select(1, this.faces()[0]?.id ?? null)
    this.changed()
  }

  /** @param {import('./avatar-library.js').KeptAvatar} avatar */
  async made(avatar) {
    const { library } = this
    await library.keepAvatar(avatar)
    // Erased, or another user's turn, meanwhile.
    if (library !== this.library) return
    this.kept = [avatar, ...this.kept.filter(({ id }) => id !== avatar.id)]
    this.select(1, avatar.id).catch((error) => this.fail(error))
  }

  /** @param {string | null} name @param {number} strength */
  feel(name, strength) {
    this.emotion = { name, strength }
    this.renderer.emotion = name === null ? null : { [name]: strength }
    this.changed()
  }

  // MARK: The look

  /** @param {string} name @param {any} value */
  set(name, value) {
    Object.assign(this.look, { [name]: value })
    this.applySetting(name)
    this.lookChanged()
  }

  /** @param {string} name */
  applySetting(name) {
    const { renderer, look } = this
    switch (name) {
      case 'mix': renderer.mix = look.mix; break
      case 'mixKind': renderer.mixKind = look.mixKind; break
      case 'mixSwing': renderer.mixSwing = look.mixSwing; break
      case 'mood': renderer.mood = look.mood; break
      case 'motion':
        renderer.headMotion = look.motion === 'still' ? 'silent' : /** @type {any} */ (look.motion)
        renderer.still = look.motion === 'still'
        break
      case 'framing': renderer.framing = look.framing; break
      case 'round':
      case 'mirrored': renderer.pictureFrame = { round: look.round, mirrored: look.mirrored }; break
    }
  }

  applyLook() {
    for (const name of Object.keys(ordinaryLook)) this.applySetting(name)
    this.applyBackground()
    this.applySlots()
  }

  /** Shows the avatars of the look, or none to who may not use them. */
  applySlots() {
    const { renderer, look } = this
    if (this.blocked) {
      renderer.slot1 = renderer.slot2 = null
      return
    }
    look.slots.forEach((id, index) => {
      if (!this.choices[index] && id !== null && this.face(id) && renderer[index === 0 ? 'slot1' : 'slot2'] === null) {
        this.select(/** @type {1 | 2} */ (index + 1), id).catch((error) => this.fail(error))
      }
    })
  }

  /** @param {number} share */
  mixAgain(share) {
    this.look.mix = share
    this.applySetting('mix')
  }

  lookChanged() {
    this.changed()
    clearTimeout(this.saving)
    this.saving = setTimeout(() => this.saveLook(), 300)
  }

  /** Where the browser does not keep it, the look lasts as long as the page. */
  saveLook() {
    clearTimeout(this.saving)
    this.saving = undefined
    this.library.keepSetting('look', this.look).catch(() => {})
  }

  /** What is behind the person. */
  get background() { return this.look.background }

  /** @param {string} kind @param {string | null} value */
  putBehind(kind, value) {
    this.look.background = { kind, value }
    this.applyBackground()
    this.lookChanged()
  }

  applyBackground() {
    const { kind, value } = this.background
    const picture = this.backgrounds.find(({ id }) => id === value)?.picture
    this.renderer.background = kind === 'colour' ? value : kind === 'picture' ? picture ?? 'photo' : kind
  }

  /** @param {Blob} picture */
  async addBackground(picture) {
    await this.renderer.setBackground(picture)
    const id = crypto.randomUUID()
    await this.library.keepBackground({ id, made: Date.now(), picture })
    this.backgrounds = [{ id, picture, own: true }, ...this.backgrounds]
    this.look.background = { kind: 'picture', value: id }
    this.lookChanged()
  }

  /** @param {string} id */
  async deleteBackground(id) {
    const gone = this.backgrounds.find((background) => background.id === id && background.own)
    if (!gone) return
    this.backgrounds = this.backgrounds.filter((background) => background !== gone)
    if (this.look.background.value === id) this.putBehind('photo', null)
    this.changed()
    await this.library.removeBackground(id)
  }

  // MARK: Presets

  /** @param {string} name */
  savePreset(name) {
    const { slots, mix, mixKind, mixSwing, mood, motion } = this.look
    const look = { second: slots[1], mix, mixKind, mixSwing, mood, motion, emotion: this.emotion }
    this.keepPresets([...this.presets, { id: crypto.randomUUID(), name, look }])
  }

  /** @param {string} id */
  async usePreset(id) {
    const preset = this.presets.find((kept) => kept.id === id)
    if (!preset) return
    const { second, emotion, ...look } = preset.look
    Object.assign(this.look, look)
    for (const name of Object.keys(look)) this.applySetting(name)
    this.feel(emotion.name, emotion.strength)
    await this.select(2, second !== null && this.face(second) ? second : null)
  }

  /** @param {typeof this.presets} presets */
  keepPresets(presets) {
    this.presets = presets
    this.changed()
    this.library.keepSetting('presets', presets).catch(() => {})
  }

  // MARK: The end

  /**
   * Erases what is kept for this user on this device, and gives up what is being made; what the service keeps comes again with
   * the next visit, or when it is asked for.
   */
  async erase() {
    clearTimeout(this.saving)
    this.saving = undefined
    const { library } = this
    // What is still on its way has been meant for the old one, which takes nothing more.
    this.library = new AvatarLibrary(library.user)
    this.isErased = true
    this.maker.clear()
    this.choices = [null, null]
    this.kept = []
    this.favourites.clear()
    this.presets = []
    this.backgrounds = this.backgrounds.filter(({ own }) => !own)
    forgetUser()
    await library.erase()
    const first = this.blocked ? undefined : this.builtIn[0]
    this.look = { ...structuredClone(this.firstLook), slots: [first?.id ?? null, null] }
    this.feel(null, 0.7)
    this.renderer.slot2 = null
    this.applyLook()
    await this.renderer.setAvatar(1, first?.source ?? null)
    this.dispatchEvent(new Event('avatar'))
  }

  destroy() {
    this.over = true
    removeEventListener('online', this.online)
    document.removeEventListener('visibilitychange', this.hidden)
    clearInterval(this.sessions)
    this.maker.clear()
    if (this.saving !== undefined) this.saveLook()
    this.library.close()
  }
}

const userKey = 'flexatar user'

/** Whose library was open last: without a connection the token cannot tell. */
function lastUser() {
  try { return localStorage.getItem(userKey) } catch { return null }
}

function forgetUser() {
  try { localStorage.removeItem(userKey) } catch { /* private windows */ }
}

/** @param {string} user */
function rememberUser(user) {
  try { localStorage.setItem(userKey, user) } catch { /* private windows */ }
}
