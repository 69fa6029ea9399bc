import { element } from '../pages/element.js'
import { takeFiles } from '../studio/drop.js'
import { shows } from '../studio/settings.js'
import { button, icon, iconButton } from '../studio/view.js'
import { say } from '../studio/words.js'
import { drawWaves } from './waves.js'

/**
 * Seconds as a clock has them.
 * @param {number} seconds
 */
export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`

/**
 * What is said: a file by click or drop, or a recording; its waveform, and a preview from anywhere.
 * @param {(command: object) => void} send
 */
export function soundPanel(send) {
  const file = /** @type {HTMLInputElement} */ (element('input', { type: 'file', accept: 'audio/*,video/mp4,video/webm', hidden: '', id: 'sound-file' }))
  const give = (/** @type {Blob} */ sound) => send({ type: 'sound', file: sound })
  file.addEventListener('change', () => {
    if (file.files?.[0]) give(file.files[0])
    file.value = ''
  })
  let isMaking = false
  let isRecording = false
  takeFiles(/^(audio|video)\//, say('dropSound'), () => !isMaking, give)
  const choose = button('button', () => file.click(), {}, say('soundFile'))
  const words = element('span', {}, say('record'))
  const record = /** @type {HTMLButtonElement} */ (button('button.record', () => send({ type: 'record', on: !isRecording }), { id: 'record' }, icon('microphone'), words))
  const level = /** @type {HTMLMeterElement} */ (element('meter', { min: '0', max: '1', low: '0.02', high: '0.98', 'aria-label': say('level'), id: 'level' }))
  const time = element('span.time', { role: 'timer' })
  const meter = element('div.row', {}, level, time)

  const name = element('span.name')
  const remove = iconButton('close', say('removeSound'), () => send({ type: 'sound', file: null }))
  const waves = /** @type {HTMLCanvasElement} */ (element('canvas.waves', { 'aria-hidden': 'true' }))
  const place = /** @type {HTMLInputElement} */ (element('input', { type: 'range', min: '0', step: '0.1', 'aria-label': say('position'), id: 'position' }))
  place.addEventListener('input', () => seek(Number(place.value)))
  waves.addEventListener('pointerdown', (event) => {
    const box = waves.getBoundingClientRect()
    seek((event.clientX - box.left) / box.width * seconds)
  })
  let isPlaying = false
  const play = button('button.icon', () => send({ type: 'play', on: !isPlaying }), { id: 'play' })
  const length = element('span.time', { dir: 'ltr' })
  const player = element('div.stack player', {}, element('div.row', {}, name, remove), element('div.wavebox', {}, waves, place),
    element('div.row', {}, play, length))

  let seconds = 0
  let position = 0
  /** @type {number[]} */
  let peaks = []
  /** @param {number} to */
  function seek(to) {
    position = Math.min(Math.max(0, to), seconds)
    send({ type: 'seek', seconds: position })
    showPlace()
  }
  function showPlace() {
    if (!place.matches(':active')) place.value = String(position)
    const spoken = `${clock(position)} / ${clock(seconds)}`
    if (length.textContent !== spoken) length.textContent = spoken
    place.setAttribute('aria-valuetext', spoken)
    drawWaves(waves, peaks, seconds > 0 ? position / seconds : 0)
  }
  new ResizeObserver(showPlace).observe(waves)

  return {
    content: [
      element('p.hint', {}, say('soundHint')), element('div.row', {}, choose, shows('record') && record), file, meter, player,
    ],
    /** @param {import('../sdk/film-model.js').FilmState} state */
    show(state) {
      isMaking = state.isMaking
      isRecording = state.isRecording
      isPlaying = state.isPlaying
      words.textContent = say(isRecording ? 'stopRecording' : 'record')
      record.classList.toggle('on', isRecording)
      record.setAttribute('aria-pressed', String(isRecording))
      for (const one of [choose, record, remove, play]) /** @type {HTMLButtonElement} */ (one).disabled = isMaking
      meter.hidden = !isRecording
      player.hidden = state.sound === null || isRecording
      seconds = state.sound?.seconds ?? 0
      peaks = state.sound?.peaks ?? []
      name.textContent = state.sound?.name || say('recorded')
      place.max = String(seconds)
      play.replaceChildren(icon(isPlaying ? 'pause' : 'play'))
      play.setAttribute('aria-label', say(isPlaying ? 'pause' : 'play'))
      if (!state.sound) position = 0
      showPlace()
    },
    /** @param {import('../sdk/film-model.js').FilmMoment} moment */
    tell({ recording, position: at }) {
      if (recording) {
        level.value = recording.level
        time.textContent = clock(recording.seconds)
      } else if (!isMaking) {
        position = at
        showPlace()
      }
    },
  }
}
