import { names } from './device-constraints.js'
import { keepReal } from './real-devices.js'
import { VirtualDevice } from './virtual-device.js'
import { Feed } from './virtual-feed.js'

/**
 * What the devices show and say. An `FtarRenderer` or a `VCAM` is one.
 * @typedef {object} VirtualSource
 * @property {MediaStream} mediaStream the picture: its video track
 * @property {MediaStream} [voiceStream] the voice in step with the picture; `mediaStream`'s own sound unless given
 * @property {{width: number, height: number}} [size] pixels; assigned to when a page asks for another size
 * @property {number} [frameRate] frames a second at most; assigned to likewise
 * @property {() => void} [close] called when no page uses the devices any more
 * @property {(name: string, listener: (event: any) => void) => void} [addEventListener] its `error` event with the code
 *   `microphone-unplugged` ends the microphone's tracks, with `engine-failed` all
 *
 * What was chosen: the page's constraints for each kind, null where another device was.
 * @typedef {{video: MediaTrackConstraints | null, audio: MediaTrackConstraints | null}} VirtualRequest
 *
 * @typedef {object} VirtualOptions
 * @property {string} [label] of the camera
 * @property {string} [microphoneLabel]
 * @property {boolean} [isDefault] given also to pages that ask for no particular device
 *
 * @typedef {object} VirtualCamera
 * @property {string} deviceId of the camera
 * @property {string} microphoneId
 * @property {string} groupId
 * @property {boolean} isInUse whether a page holds a live track
 * @property {() => void} uninstall ends the tracks and gives the page its browser's own devices back
 */

/** A stream that is filled later is given this long, milliseconds. */
const patience = 10_000

/**
 * Adds a camera and a microphone to `navigator.mediaDevices`: a page that knows nothing of avatars lists and chooses them
 * like any other. The voice of the microphone is in step with the lips of the camera; both have one group.
 *
 * Everything that does not name them goes to the browser untouched, unless there is no real device of that kind.
 * To be called before the page's own code looks for devices. The picture is drawn once, as large and as often as the most
 * demanding track asks.
 *
 *     installVirtualCamera(renderer, { label: 'Ada' })
 *     installVirtualCamera(async (request) => startAvatar(request), { label: 'Ada' })   // starts when a page chooses it
 *
 * @param {VirtualSource | ((request: VirtualRequest) => VirtualSource | Promise<VirtualSource>)} source
 * @param {VirtualOptions} [options]
 * @returns {VirtualCamera}
 */
export function installVirtualCamera(source, options = {}) {
  const { label = 'Flexatar', microphoneLabel = `${label} (voice)`, isDefault = false } = options
  if (!navigator.mediaDevices) throw new TypeError('Cameras are for secure pages only: use https or localhost.')
  const groupId = identity(`group ${label}`)
  const feed = new Feed(source)
  const changed = () => feed.adjust(camera, microphone)
  const camera = new VirtualDevice('videoinput', { label, groupId, deviceId: identity(`camera ${label}`) }, changed)
  const microphone = new VirtualDevice('audioinput',
    { label: microphoneLabel, groupId, deviceId: identity(`microphone ${label}`) }, changed)
  feed.onUnplugged = () => microphone.unplug()
  feed.onLost = () => devices.forEach((device) => device.unplug())
  const devices = [microphone, camera]
  keepReal()
  let isInstalled = true
  const { getUserMedia, enumerateDevices } = MediaDevices.prototype
  const { clone } = MediaStream.prototype
  const query = globalThis.Permissions?.prototype.query

  /** @param {VirtualDevice} device @param {any} constraints */
  const isChosen = (device, constraints) => Boolean(constraints)
    // What is asked for while the avatar starts may be the avatar's own microphone.
    && (names(constraints, device) ?? (isDefault && !feed.isStarting))

  /**
   * @param {MediaStreamConstraints} constraints
   * @param {{video: boolean, audio: boolean}} ours
   * @returns {Promise<MediaStream>}
   */
  const open = async (constraints, ours) => {
    // What cannot be met is refused before anybody is asked for anything.
    if (ours.video) camera.settle(constraints.video)
    if (ours.audio) microphone.settle(constraints.audio)
    const others = { video: !ours.video && constraints.video, audio: !ours.audio && constraints.audio }
    const real = others.video || others.audio ? await getUserMedia.call(navigator.mediaDevices, others) : null
    feed.users++
    try {
      const request = (/** @type {boolean} */ isOurs, /** @type {any} */ asked) =>
        (isOurs ? (typeof asked === 'object' ? asked : {}) : null)
      const opened = await feed.open({
        video: request(ours.video, constraints.video), audio: request(ours.audio, constraints.audio),
      })
      const voice = ours.audio ? await trackOf(opened.voiceStream ?? opened.mediaStream, 'audio') : null
      const picture = ours.video ? await trackOf(opened.mediaStream, 'video') : null
      if (!isInstalled) throw new DOMException('The device has gone.', 'NotFoundError')
      const tracks = real?.getTracks() ?? []
      if (voice) tracks.push(microphone.give(voice.clone(), constraints.audio, microphone.settle(constraints.audio)))
      if (picture) {
        tracks.push(camera.give(picture.clone(), constraints.video, camera.settle(constraints.video, opened.size)))
      }
      return new MediaStream(tracks)
    } catch (error) {
      real?.getTracks().forEach((track) => track.stop())
      throw asMediaError(error)
    } finally {
      feed.users--
      changed()
    }
  }

  const patches = [
    patch(MediaDevices.prototype, 'getUserMedia', /** @this {MediaDevices} @param {MediaStreamConstraints} [constraints] */
      async function (constraints) {
        const wanted = constraints ?? {}
        if (!isInstalled) return getUserMedia.call(this, constraints)
        const ours = { video: isChosen(camera, wanted.video), audio: isChosen(microphone, wanted.audio) }
        if (ours.video || ours.audio) return open(wanted, ours)
        try {
          return await getUserMedia.call(this, constraints)
        } catch (error) {
          if (/** @type {DOMException} */ (error).name !== 'NotFoundError') throw error
          // Where there is no other camera, the only one is the page's choice.
          const real = await enumerateDevices.call(this)
          const isOnly = (/** @type {VirtualDevice} */ device, /** @type {any} */ asked) =>
            Boolean(asked) && names(asked, device) === undefined && !real.some(({ kind }) => kind === device.kind)
          const only = { video: isOnly(camera, wanted.video), audio: isOnly(microphone, wanted.audio) }
          if (feed.isStarting || (!only.video && !only.audio)) throw error
          return open(wanted, only)
        }
      }),

    patch(MediaDevices.prototype, 'enumerateDevices', /** @this {MediaDevices} */ async function () {
      const list = await enumerateDevices.call(this)
      if (!isInstalled) return list
      for (const device of devices) {
        const first = list.findIndex(({ kind }) => kind === device.kind)
        const isRevealed = device.wasUsed || list.some(({ kind, label }) => kind === device.kind && label !== '')
          || await isGranted(query, device.isCamera ? 'camera' : 'microphone')
        // Before a page may know them, all devices of a kind are one nameless entry.
        if (!isRevealed && first >= 0) continue
        const last = list.reduce((at, { kind }, index) => (kind === device.kind ? index + 1 : at), 0)
        const place = isDefault && first >= 0 ? first : last || (device.isCamera ? list.length : 0)
        list.splice(place, 0, device.describe(isRevealed))
      }
      return list
    }),

    patch(MediaStream.prototype, 'clone', /** @this {MediaStream} */ function () {
      const tracks = this.getTracks()
      if (!tracks.some((track) => devices.some((device) => device.tracks.has(track)))) return clone.call(this)
      return new MediaStream(tracks.map((track) => track.clone()))
    }),

    patch(globalThis.Permissions?.prototype, 'query',
      /** @this {Permissions} @param {PermissionDescriptor} descriptor */
      async function (descriptor) {
        const status = await query.call(this, descriptor)
        const device = { camera, microphone }[/** @type {string} */ (descriptor?.name)]
        // Who has had our device needs nobody's leave for it.
        if (isInstalled && device?.wasUsed) Object.defineProperty(status, 'state', { value: 'granted', configurable: true })
        return status
      }),
  ]

  const announce = () => navigator.mediaDevices.dispatchEvent(new Event('devicechange'))
  announce()
  return {
    deviceId: camera.deviceId,
    microphoneId: microphone.deviceId,
    groupId,
    get isInUse() {
      return devices.some(({ tracks }) => tracks.size > 0)
    },
    uninstall() {
      if (!isInstalled) return
      isInstalled = false
      for (const device of devices) device.unplug()
      for (const restore of patches) restore()
      announce()
    },
  }
}

/**
 * Puts a method in the place of the browser's.
 * @param {any} owner
 * @param {string} name
 * @param {(...values: any[]) => unknown} value
 * @returns {() => void} takes it away, unless somebody has patched it since
 */
function patch(owner, name, value) {
  const before = owner && Object.getOwnPropertyDescriptor(owner, name)
  if (!before) return () => {}
  Object.defineProperty(value, 'name', { value: name })
  Object.defineProperty(owner, name, { ...before, value })
  return () => {
    if (Object.getOwnPropertyDescriptor(owner, name)?.value === value) Object.defineProperty(owner, name, before)
  }
}

/**
 * The same for the same page and label, so that pages find a device again that they remember; no other page's.
 * @param {string} name
 * @returns {string} 64 hexadecimal digits, as browsers have them
 */
function identity(name) {
  let digits = ''
  for (let part = 0; part < 8; part++) {
    // FNV-1a, 32 bits
    let hash = 0x811c9dc5
    for (const letter of `${part} ${location.origin} flexatar ${name}`) {
      hash = Math.imul(hash ^ /** @type {number} */ (letter.codePointAt(0)), 0x01000193)
    }
    digits += (hash >>> 0).toString(16).padStart(8, '0')
  }
  return digits
}

/**
 * @param {(...values: any[]) => any} query the browser's own
 * @param {string} name
 */
async function isGranted(query, name) {
  try {
    return (await query.call(navigator.permissions, { name })).state === 'granted'
  } catch {
    return false
  }
}

/**
 * The first track of a kind; some streams are filled when the engine has answered.
 * @param {MediaStream} stream
 * @param {'audio' | 'video'} kind
 */
async function trackOf(stream, kind) {
  for (const end = performance.now() + patience; performance.now() < end;) {
    const track = stream.getTracks().find((candidate) => candidate.kind === kind)
    if (track) return track
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new DOMException(`The avatar has no ${kind === 'audio' ? 'voice' : 'picture'}.`, 'NotReadableError')
}

/**
 * What went wrong, as pages know it of devices.
 * @param {unknown} error
 */
function asMediaError(error) {
  if (error instanceof DOMException || 'constraint' in Object(error)) return error
  const { code, message } = /** @type {{code?: string, message?: string}} */ (Object(error))
  const name = { 'microphone-refused': 'NotAllowedError', 'microphone-missing': 'NotFoundError' }[String(code)]
  return new DOMException(message ?? String(error), name ?? 'NotReadableError')
}
