import { element } from '../pages/element.js'
import { filmSizes } from '../sdk/messages.js'
import { shows } from '../studio/settings.js'
import { button, choice, section } from '../studio/view.js'
import { say } from '../studio/words.js'
import { clock } from './sound.js'

const rates = [24, 25, 30, 50, 60]

/**
 * The film's shape, making it, and what has been made.
 * @param {(command: object) => void} send
 * @param {import('../sdk/support.js').FilmFormat[]} formats that this browser makes
 */
export function filmPanel(send, formats) {
  /** @type {import('../sdk/film-model.js').FilmShape} */
  let shape = { width: 640, height: 640, fps: 30, format: 'mp4' }
  const change = (/** @type {object} */ part) => send({ type: 'film', ...shape, ...part })
  const size = choice(say('size'), filmSizes.map(([width, height]) => [`${width}x${height}`, `${width} × ${height}`]), (name) => {
    const [width, height] = name.split('x').map(Number)
    change({ width, height })
  })
  const rate = choice(say('rate'), rates.map((fps) => [fps, String(fps)]), (fps) => change({ fps }))
  for (const { group } of [size, rate]) group.querySelectorAll('button').forEach((one) => { one.dir = 'ltr' })
  const names = { mp4: 'MP4', webm: 'WebM', 'webm-alpha': say('formatAlpha') }
  const format = choice(say('format'), formats.map((name) => [name, names[name]]), (name) => change({ format: name }))
  const framing = choice(say('framing'), ['close', 'portrait', 'shoulders'].map((name) => [name, say(name)]),
    (value) => send({ type: 'set', name: 'framing', value }))
  const settings = element('div.stack', {}, shows('framing') && section(say('framing'), framing.group),
    shows('size') && section(say('size'), size.group), shows('rate') && section(say('rate'), rate.group),
    shows('format') && formats.length > 0 && section(say('format'), format.group))

  const make = /** @type {HTMLButtonElement} */ (button('button.main', () => send({ type: 'render' }), { id: 'make' }, say('makeFilm')))
  const missing = element('p.hint', {}, say('soundFirst'))
  const bar = /** @type {HTMLProgressElement} */ (element('progress', { max: '1', 'aria-label': say('makingFilm'), id: 'progress' }))
  const left = element('span.time', { role: 'status' })
  const busy = element('div.busy', {}, bar, element('div.row', {}, left, button('button', () => send({ type: 'cancel' }), { id: 'cancel' }, say('cancel'))))

  const video = /** @type {HTMLVideoElement} */ (element('video', { controls: '', playsinline: '', id: 'film' }))
  const download = /** @type {HTMLAnchorElement} */ (element('a.button main', { id: 'download' }, say('download')))
  const share = button('button', () => shareFilm(), {}, say('share'))
  const facts = element('span.time', { dir: 'ltr' })
  const ready = section(say('filmReady'), video, element('div.row', {}, download, share, facts))
  /** @type {File | null} */
  let film = null
  let address = ''

  /** @param {{film: Blob, name: string, shape: typeof shape}} result */
  function present({ film: blob, name }) {
    film = new File([blob], name, { type: blob.type })
    URL.revokeObjectURL(address)
    address = URL.createObjectURL(film)
    video.src = download.href = address
    download.download = name
    facts.textContent = `${(blob.size / 1e6).toFixed(1)} MB`
    share.hidden = !navigator.canShare?.({ files: [film] })
  }

  async function shareFilm() {
    if (!film) return
    try {
      await navigator.share({ files: [film] })
    } catch (error) {
      // Who thinks better of it has done nothing wrong; what the device does not share after all can be had all the same.
      if (/** @type {DOMException} */ (error).name !== 'AbortError') download.click()
    }
  }

  /** @type {Blob | null} */
  let shown = null
  return {
    content: [ready, settings, missing, make, busy],
    /** @param {import('../sdk/film-model.js').FilmState & import('../sdk/studio-model.js').StudioState} state */
    show(state) {
      shape = state.film
      // What the page begins with may be a format that this browser does not make.
      if (formats.length > 0 && !formats.includes(shape.format) && !state.isMaking) change({ format: formats[0] })
      framing.show(state.look.framing)
      size.show(`${shape.width}x${shape.height}`)
      rate.show(shape.fps)
      format.show(shape.format)
      settings.inert = state.isMaking
      make.hidden = state.isMaking
      make.disabled = state.sound === null || state.isRecording
      missing.hidden = state.sound !== null || state.isMaking
      busy.hidden = !state.isMaking
      if (!state.isMaking) bar.removeAttribute('value')
      ready.hidden = state.result === null
      const blob = state.result?.film ?? null
      if (state.result && blob?.size !== shown?.size) {
        present(state.result)
        ready.scrollIntoView({ block: 'nearest' })
      }
      if (!blob && shown) video.removeAttribute('src')
      shown = blob
    },
    /** @param {import('../sdk/film-model.js').FilmMoment} moment */
    tell({ progress }) {
      if (!progress) return
      bar.value = progress.frames / progress.total
      left.textContent = say('timeLeft', { time: clock(Math.ceil(progress.secondsLeft)) })
    },
  }
}
