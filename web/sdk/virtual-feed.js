/** @typedef {import('./virtual-camera.js').VirtualSource} VirtualSource */
/** @typedef {import('./virtual-camera.js').VirtualRequest} VirtualRequest */
/** @typedef {import('./virtual-device.js').VirtualDevice} VirtualDevice */

/** The source, started with its first use and closed with its last. */
export class Feed {
  /** @param {VirtualSource | ((request: VirtualRequest) => VirtualSource | Promise<VirtualSource>)} source */
  constructor(source) {
    this.source = source
    /** Requests on their way. */
    this.users = 0
    /** @type {Promise<VirtualSource> | null} */
    this.opening = null
    /** @type {VirtualSource | null} */
    this.opened = null
    this.onUnplugged = () => {}
    this.onLost = () => {}
  }

  get isStarting() {
    return this.opening !== null && this.opened === null
  }

  /**
   * @param {VirtualRequest} request
   * @returns {Promise<VirtualSource>}
   */
  open(request) {
    return (this.opening ??= this.start(request))
  }

  /** @param {VirtualRequest} request */
  async start(request) {
    const { source } = this
    try {
      const opened = typeof source === 'function' ? await source(request) : source
      opened.addEventListener?.('error', ({ detail }) => {
        if (detail?.code === 'microphone-unplugged') this.onUnplugged()
        if (detail?.code === 'engine-failed') this.onLost()
      })
      return (this.opened = opened)
    } catch (error) {
      this.opening = null
      throw error
    }
  }

  /**
   * Draws as large and as often as the takers ask, and ends what nobody uses.
   * @param {VirtualDevice} camera
   * @param {VirtualDevice} microphone
   */
  adjust(camera, microphone) {
    const { opened } = this
    if (!opened) return
    const { wanted } = camera
    if (wanted) {
      const { width, height, frameRate } = wanted
      const { size } = opened
      if (size && (size.width !== width || size.height !== height)) opened.size = { width, height }
      if (opened.frameRate !== undefined && opened.frameRate !== frameRate) opened.frameRate = frameRate
    }
    if (this.users > 0 || camera.tracks.size > 0 || microphone.tracks.size > 0) return
    // A source that the page made itself is the page's to end.
    if (typeof this.source !== 'function') return
    this.opening = this.opened = null
    opened.close?.()
  }
}
