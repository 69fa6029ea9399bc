import { FilmError } from './errors.js'
import { decodeSound, filmRate } from './film-sound.js'
import { renderVideo } from './render-video.js'
import { SoundPreview } from './sound-preview.js'
import { SoundRecorder } from './sound-recorder.js'
import { StudioModel } from './studio-model.js'

/** A sound for the film maker's page, seconds. */
const [shortest, longest] = [3, 300]
/** Columns of the waveform. */
const columns = 240
/** Between two messages of what moves, milliseconds. */
const period = 100
/** Pictures a second of the preview, and while a film is being made. */
const [ordinaryRate, busyRate] = [30, 2]
/** The preview has the film's shape and at most so many pixels a side. */
const previewSide = 640

/**
 * @typedef {{width: number, height: number, fps: number, format: 'mp4' | 'webm' | 'webm-alpha'}} FilmShape
 * @typedef {object} FilmState besides what the studio shows
 * @property {{name: string, seconds: number, peaks: number[]} | null} sound
 * @property {boolean} isRecording
 * @property {boolean} isPlaying
 * @property {boolean} isMaking
 * @property {FilmShape} film
 * @property {{film: Blob, name: string, shape: FilmShape} | null} result
 *
 * @typedef {object} FilmMoment what changes many times a second
 * @property {number} position seconds
 * @property {{seconds: number, level: number} | null} recording
 * @property {import('./render-video.js').FilmProgress | null} progress
 */

/** What the film maker's page shows and may change: a studio with a sound and a film. Fires `moment` ten times a second. */
export class FilmModel extends StudioModel {
  /** @param {ConstructorParameters<typeof StudioModel>[0]} parts */
  constructor(parts) {
    super(parts)
    this.renderer.frameRate = ordinaryRate
    /** @type {FilmShape} */
    this.film = { width: 640, height: 640, fps: 30, format: 'mp4' }
    /** Whether nothing is behind the person because the format has transparency: no part of the user's look. */
    this.isClear = false
    /** @type {{name: string, channels: Float32Array[], peaks: number[]} | null} */
    this.sound = null
    /** @type {SoundRecorder | null} */
    this.recorder = null
    /** Of the sound that was chosen last. */
    this.taken = Symbol()
    /** @type {AbortController | null} */
    this.making = null
    /** @type {import('./render-video.js').FilmProgress | null} */
    this.progress = null
    /** @type {FilmState['result']} */
    this.result = null
    this.preview = new SoundPreview(this.renderer, () => this.changed())
    this.clock = setInterval(() => this.tick(), period)
  }

  /** @returns {import('./studio-model.js').StudioState & FilmState} */
  get state() {
    const { sound, film, result, preview } = this
    return {
      ...super.state, look: { ...this.look, background: this.background }, film, result,
      isPlaying: preview?.isPlaying ?? false, isRecording: this.recorder !== null, isMaking: this.making !== null,
      sound: sound && { name: sound.name, seconds: sound.channels[0].length / filmRate, peaks: sound.peaks },
    }
  }

  get background() { return this.isClear ? { kind: 'transparent', value: null } : super.background }

  /** @returns {FilmMoment} */
  get moment() {
    const { recorder, preview, progress } = this
    return { position: preview.position, progress, recording: recorder && { seconds: recorder.seconds, level: recorder.takeLevel() } }
  }

  tick() {
    if (this.recorder && this.recorder.seconds >= longest) this.record(false).catch((error) => this.fail(error, 'sound'))
    if (this.recorder || this.making || this.preview.isPlaying) this.dispatchEvent(new Event('moment'))
  }

  /** @param {{type: string, [field: string]: any}} command see messages.js */
  async act(command) {
    try {
      switch (command.type) {
        case 'sound': await this.takeSound(command.file, command.file?.name ?? ''); break
        case 'record': await this.record(command.on); break
        case 'play': command.on ? this.preview.play() : this.preview.stop(); break
        case 'seek':
          this.preview.seek(command.seconds)
          this.dispatchEvent(new Event('moment'))
          break
        case 'background':
          this.clear(command.kind === 'transparent' && this.film.format === 'webm-alpha')
          if (!this.isClear) this.putBehind(command.kind, command.value)
          break
        case 'film': this.shape(/** @type {FilmShape} */ (/** @type {unknown} */ (command))); break
        case 'render': await this.render(); break
        case 'cancel': this.making?.abort(); break
        default: await super.act(command)
      }
    } catch (error) {
      if (/** @type {Error} */ (error).name !== 'AbortError') throw error
    }
  }

  /**
   * @param {import('./film-sound.js').FilmSound | null} sound
   * @param {string} name
   */
  async takeSound(sound, name) {
    this.say('sound')
    const taken = this.taken = Symbol()
    const channels = sound === null ? null : await decodeSound(sound)
    // Another one has been chosen meanwhile.
    if (this.taken !== taken) return
    const seconds = (channels?.[0].length ?? 0) / filmRate
    if (channels && seconds < shortest) throw tooShort()
    if (seconds > longest) throw new FilmError('sound-too-long', `The sound is longer than ${longest / 60} minutes.`)
    this.sound = channels && { name, channels, peaks: peaksOf(channels[0]) }
    this.preview.load(channels)
    this.changed()
    this.dispatchEvent(new Event('moment'))
  }

  /** @param {boolean} on */
  async record(on) {
    const { recorder } = this
    if (on === (recorder !== null)) return
    if (on) {
      this.preview.stop()
      const opened = this.recorder = new SoundRecorder((error) => this.unplugged(error))
      try {
        await opened.open()
      } catch (error) {
        opened.close()
        if (this.recorder === opened) this.recorder = null
        this.changed()
        throw error
      }
    } else if (recorder) {
      this.recorder = null
      const samples = recorder.close()
      // One that ends before the microphone's first sample is short, not empty.
      if (samples.length === 0) throw tooShort()
      // One that has reached the limit is ended a moment later.
      await this.takeSound({ samples: samples.subarray(0, longest * filmRate), rate: filmRate }, '')
    }
    this.changed()
  }

  /**
   * Keeps what a microphone that has gone has recorded, where that is long enough.
   * @param {import('./errors.js').SoundError} error
   */
  async unplugged(error) {
    // Why it is too short is what is told.
    await this.record(false).catch(() => {})
    this.fail(error, 'sound')
  }

  /** @param {Partial<FilmShape>} shape */
  shape({ width, height, fps, format }) {
    const was = this.film
    this.film = { width: width ?? was.width, height: height ?? was.height, fps: fps ?? was.fps, format: format ?? was.format }
    const scale = previewSide / Math.max(this.film.width, this.film.height)
    this.renderer.size = { width: Math.round(this.film.width * scale), height: Math.round(this.film.height * scale) }
    const isAlpha = this.film.format === 'webm-alpha'
    if (isAlpha !== (was.format === 'webm-alpha')) this.clear(isAlpha)
    this.changed()
  }

  /** @param {boolean} isClear */
  clear(isClear) {
    if (isClear === this.isClear) return
    this.isClear = isClear
    this.applyBackground()
    this.changed()
  }

  /** @param {Blob} picture */
  async addBackground(picture) {
    await super.addBackground(picture)
    this.clear(false)
  }

  /**
   * Makes the film of what is chosen.
   * @returns {Promise<Blob>} rejects with an AbortError where it is cancelled
   */
  async render() {
    const { sound, look, emotion, renderer, film } = this
    if (!sound) throw new FilmError('empty-sound', 'There is no sound yet.')
    if (this.making) throw new FilmError('bad-film', 'A film is being made already.')
    const making = this.making = new AbortController()
    this.preview.stop()
    this.result = null
    this.progress = null
    // The machine's strength is for the film.
    renderer.frameRate = busyRate
    this.changed()
    try {
      const blob = await renderVideo({
        filesUrl: renderer.filesUrl, avatar: renderer.slot1, avatar2: renderer.slot2, mix: look.mix, mixKind: look.mixKind,
        mixSwing: look.mixSwing, mood: look.mood, emotion: emotion.name ? { [emotion.name]: emotion.strength } : null,
        animation: look.motion === 'still' ? 'silent' : look.motion, still: look.motion === 'still', framing: look.framing,
        pictureFrame: { round: look.round, mirrored: look.mirrored }, background: renderer.background,
        audio: { samples: sound.channels, rate: filmRate }, ...film, signal: making.signal,
        onProgress: (progress) => { this.progress = progress },
      })
      const name = `${sound.name.replace(/\.[^.]*$/, '') || 'flexatar'}.${film.format.split('-')[0]}`
      this.result = { film: blob, name, shape: film }
      return blob
    } finally {
      this.making = null
      this.progress = null
      renderer.frameRate = ordinaryRate
      this.changed()
    }
  }

  destroy() {
    clearInterval(this.clock)
    this.making?.abort()
    this.recorder?.close()
    this.preview.close()
    super.destroy()
  }
}

function tooShort() {
  return new FilmError('sound-too-short', `The sound is shorter than ${shortest} seconds.`)
}

/**
 * The loudest sample of each column, 0...1.
 * @param {Float32Array} samples
 */
function peaksOf(samples) {
  return Array.from({ length: columns }, (_, column) => {
    let peak = 0
    const end = Math.floor((column + 1) * samples.length / columns)
    for (let at = Math.floor(column * samples.length / columns); at < end; at++) peak = Math.max(peak, Math.abs(samples[at]))
    return Math.round(peak * 1000) / 1000
  })
}
