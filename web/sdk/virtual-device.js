import { settle } from './device-constraints.js'

/** Of the picture; the engine draws any size, this is what calls use. */
const sides = { width: { min: 16, max: 1920 }, height: { min: 16, max: 1080 } }
const usualSize = { width: 640, height: 480 }
const usualRate = 30

/**
 * A camera or microphone that is made of a stream: what it can do, and the tracks that pages hold of it.
 */
export class VirtualDevice {
  /**
   * @param {'videoinput' | 'audioinput'} kind
   * @param {{label: string, deviceId: string, groupId: string}} identity
   * @param {(device: VirtualDevice) => void} onChange tracks were given, stopped or asked to change
   */
  constructor(kind, identity, onChange) {
    this.kind = kind
    this.label = identity.label
    this.deviceId = identity.deviceId
    this.groupId = identity.groupId
    this.onChange = onChange
    /** Whether a page of this document has had it: labels show from then on. */
    this.wasUsed = false
    /** @type {Map<MediaStreamTrack, {constraints: any, settings: import('./device-constraints.js').Settings}>} */
    this.tracks = new Map()
  }

  get isCamera() {
    return this.kind === 'videoinput'
  }

  /** @returns {import('./device-constraints.js').Capabilities} */
  get capabilities() {
    const identity = { deviceId: [this.deviceId], groupId: [this.groupId] }
    if (!this.isCamera) return { ...identity, channelCount: { min: 1, max: 2 } }
    return {
      ...identity, ...sides, frameRate: { min: 1, max: 60 }, facingMode: ['user'], resizeMode: ['none', 'crop-and-scale'],
      aspectRatio: { min: sides.width.min / sides.height.max, max: sides.width.max / sides.height.min },
    }
  }

  /**
   * @param {any} constraints
   * @param {{width: number, height: number}} [size] of the source, pixels
   * @throws {Error} `OverconstrainedError`
   */
  settle(constraints, size = usualSize) {
    /** @type {import('./device-constraints.js').Settings} */
    const usual = this.isCamera ? { width: size.width, height: size.height, frameRate: usualRate } : { channelCount: 1 }
    return settle(constraints, this.capabilities, usual)
  }

  /**
   * What `enumerateDevices` lists; nameless until the page may know it, as the standard has it.
   * @param {boolean} isRevealed
   * @returns {MediaDeviceInfo}
   */
  describe(isRevealed) {
    const { kind } = this
    const [deviceId, groupId, label] = isRevealed ? [this.deviceId, this.groupId, this.label] : ['', '', '']
    const values = { deviceId, groupId, kind, label }
    const prototype = (globalThis.InputDeviceInfo ?? MediaDeviceInfo).prototype
    return Object.create(prototype, {
      ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, enumerable: true }])),
      toJSON: { value: () => ({ ...values }) },
      getCapabilities: { value: () => (isRevealed ? structuredClone(this.capabilities) : {}) },
    })
  }

  /**
   * Makes a track of the source into one of this device's: its name, its settings, its own end.
   * @param {MediaStreamTrack} track to be handed out; not the source's own, which others use
   * @param {any} constraints
   * @param {import('./device-constraints.js').Settings} settings
   */
  give(track, constraints, settings) {
    const native = MediaStreamTrack.prototype
    const state = { constraints: copy(constraints), settings }
    this.wasUsed = true
    this.tracks.set(track, state)
    const forget = () => {
      if (this.tracks.delete(track)) this.onChange(this)
    }
    track.addEventListener('ended', forget)
    const own = {
      getCapabilities: () => structuredClone(this.capabilities),
      getConstraints: () => structuredClone(state.constraints),
      getSettings: () => ({ ...native.getSettings.call(track), ...state.settings, ...this.shape }),
      applyConstraints: async (/** @type {any} */ wanted = {}) => {
        state.settings = this.settle(wanted, /** @type {any} */ (state.settings))
        state.constraints = copy(wanted)
        this.onChange(this)
      },
      clone: () => {
        const twin = native.clone.call(track)
        // An ended track has no use of the device to share.
        return track.readyState === 'live' ? this.give(twin, state.constraints, { ...state.settings }) : twin
      },
      stop: () => {
        native.stop.call(track)
        forget()
      },
    }
    Object.defineProperties(track, Object.fromEntries(Object.entries({ label: this.label, ...own })
      .map(([name, value]) => [name, { value, configurable: true, writable: typeof value === 'function' }])))
    this.onChange(this)
    return track
  }

  /** The picture that the tracks carry, as settings. */
  get shape() {
    const { wanted } = this
    return this.isCamera && wanted ? { ...wanted, aspectRatio: wanted.width / wanted.height } : {}
  }

  /**
   * What all takers together need; the picture is drawn once, and who asked for less gets more. Null: nobody takes it.
   * @returns {{width: number, height: number, frameRate: number} | null}
   */
  get wanted() {
    const all = [...this.tracks.values()].map(({ settings: { width, height, frameRate } }) =>
      ({ width: Number(width), height: Number(height), frameRate: Number(frameRate) }))
    if (all.length === 0) return null
    const largest = all.reduce((a, b) => (b.width * b.height > a.width * a.height ? b : a))
    return { ...largest, frameRate: Math.max(...all.map(({ frameRate }) => frameRate)) }
  }

  /** Ends all tracks, as when a device is unplugged. */
  unplug() {
    for (const track of [...this.tracks.keys()]) {
      track.stop()
      track.dispatchEvent(new Event('ended'))
    }
  }
}

/**
 * Constraints as plain data, whatever object the page hands over.
 * @param {any} constraints
 */
function copy(constraints) {
  return typeof constraints === 'object' && constraints ? JSON.parse(JSON.stringify(constraints)) : {}
}
