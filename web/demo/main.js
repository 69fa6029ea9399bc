import { FtarRenderer } from '../sdk/easy-renderer.js'
import { facesPart } from './faces.js'
import { check, element, hint, make, remember, remembered } from './parts.js'
import { VoiceMeter } from './voice-meter.js'

const files = '/files'
/** The canvas never has more pixels a side than this: the avatar's pictures have no more to show. */
const largestCanvas = 1024

const canvas = element('canvas')
const renderer = new FtarRenderer(files, canvas)
const player = new Audio()
const listener = new Audio()
const meter = new VoiceMeter(element('meter'))
const faces = facesPart(renderer, files)

// MARK: Picture

/**
 * What lies over the picture: a wait, a problem, or nothing.
 * @param {string} text
 * @param {'' | 'bad' | 'thin'} kind
 */
function veil(text, kind = '') {
  element('veil').className = `veil ${kind} ${text ? '' : 'gone'}`
  if (text) element('veilText').textContent = text
}

/** After so many milliseconds somebody who waits wants to see that something happens. */
const patience = 1000
setTimeout(() => element('veil').classList.add('slow'), patience)

new ResizeObserver(([{ contentRect }]) => {
  const pixels = Math.round(Math.min(largestCanvas, contentRect.width * devicePixelRatio) / 2) * 2
  if (pixels > 0 && pixels !== renderer.size.width) renderer.size = { width: pixels, height: pixels }
}).observe(element('frame'))

renderer.addEventListener('error', (event) => {
  const error = /** @type {CustomEvent} */ (event).detail
  event.preventDefault()
  console.warn(error.code, error.message)
  if (error.code.startsWith('camera')) {
    stopCamera()
    hint('cameraHint', error.message, true)
  } else if (error.code.startsWith('microphone') || error.code === 'no-sound') {
    stopVoice()
    hint('voiceHint', error.message, true)
  } else if (error.code === 'bad-background') {
    hint('backgroundHint', error.message, true)
  } else {
    veil(error.message, error.code === 'context-lost' ? 'thin' : 'bad')
  }
})
renderer.addEventListener('contextrestored', () => veil(''))
renderer.addEventListener('avatar', () => veil(''))
renderer.addEventListener('stats', (event) => {
  const { fps, delay, retarget } = /** @type {CustomEvent} */ (event).detail
  const voice = element('stop').disabled ? '' : ` · voice ${Math.round(delay)} ms behind`
  const watching = retarget > 0 ? ` · camera ${Math.round(retarget)} a second` : ''
  element('status').textContent = fps === 0 ? '\u00a0' : `${Math.round(fps)} frames a second${voice}${watching}`
})

/** @param {MediaStream | null} stream */
function stopTracks(stream) {
  stream?.getTracks().forEach((track) => track.stop())
}

// MARK: Voice

const voiceButtons = ['microphone', 'sample']
/** @type {MediaStream | null} */
let microphone = null

/** @param {string} button @param {MediaStream | HTMLMediaElement} source @param {boolean} audible */
function speak(button, source, audible) {
  const delayed = renderer.connectMediaStream(source)
  meter.listen(delayed)
  // One's own voice from the loudspeaker would come back through the microphone.
  listener.srcObject = audible ? delayed : null
  if (audible) listener.play().catch(() => {})
  for (const id of voiceButtons) element(id).setAttribute('aria-pressed', String(id === button))
  element('stop').disabled = false
}

function stopVoice() {
  renderer.interrupt()
  renderer.connectMediaStream(null)
  meter.listen(null)
  stopTracks(microphone)
  microphone = null
  player.pause()
  for (const id of voiceButtons) element(id).setAttribute('aria-pressed', 'false')
  element('stop').disabled = true
  hint('voiceHint', 'Speak, and the face speaks with you.')
}

element('microphone').onclick = async () => {
  if (microphone) return stopVoice()
  stopVoice()
  try {
    const opened = await FtarRenderer.openMicrophone()
    // Of two clicks before the permission the first counts.
    if (microphone) return stopTracks(opened)
    microphone = opened
    speak('microphone', microphone, false)
    hint('voiceHint', 'Listening. The sound is muted here, so that it does not echo.')
  } catch (error) {
    hint('voiceHint', /** @type {Error} */ (error).message, true)
  }
}

let plays = 0
/** @param {string} url @param {string} name @param {string} button */
async function play(url, name, button) {
  const number = ++plays
  stopVoice()
  player.src = url
  speak(button, player, true)
  try {
    await player.play()
    hint('voiceHint', name)
  } catch (error) {
    // Stopped, or another sound was chosen, before it began.
    if (number !== plays || /** @type {Error} */ (error).name === 'AbortError') return
    stopVoice()
    hint('voiceHint', /** @type {Error} */ (error).name === 'NotAllowedError'
      ? 'The browser does not let this page play sounds yet. Press the button once more.'
      : `${name} is not a sound that this browser can play.`, true)
  }
}
player.onended = () => stopVoice()
element('sample').onclick = () => play(`${files}/sample.wav`, 'The sample', 'sample')
element('sound').onchange = () => playFile(element('sound').files[0])
element('stop').onclick = stopVoice

/** @param {File} [file] */
function playFile(file) {
  if (player.src.startsWith('blob:')) URL.revokeObjectURL(player.src)
  if (file) play(URL.createObjectURL(file), file.name, '')
  element('sound').value = ''
}

fetch(`${files}/sample.wav`, { method: 'HEAD' }).then(({ ok }) => { element('sample').hidden = !ok })

// MARK: Camera

const cameraOff = element('cameraHint').textContent
/** @type {MediaStream | null} */
let camera = null

function stopCamera() {
  renderer.disconnectCamera()
  stopTracks(camera)
  camera = null
  element('camera').setAttribute('aria-pressed', 'false')
  element('calibrate').hidden = true
  hint('cameraHint', cameraOff)
}

element('camera').onclick = async () => {
  if (camera) return stopCamera()
  hint('cameraHint', 'Opening the camera…')
  try {
    const opened = await FtarRenderer.openCamera()
    if (camera) return stopTracks(opened)
    camera = opened
    element('camera').setAttribute('aria-pressed', 'true')
    await renderer.connectCamera(camera)
    element('calibrate').hidden = false
  } catch (error) {
    if (/** @type {any} */ (error).code === 'camera-closed') return
    stopCamera()
    hint('cameraHint', /** @type {Error} */ (error).message, true)
  }
}
element('calibrate').onclick = () => renderer.calibrate().catch(() => {})

const sights = {
  none: 'The camera sees no face.', calibrating: 'Look straight ahead, at ease, mouth closed …',
  face: 'The face follows yours, as in a mirror. The picture stays on this device.',
}
renderer.addEventListener('camera', (event) => {
  hint('cameraHint', sights[/** @type {keyof typeof sights} */ (/** @type {CustomEvent} */ (event).detail)])
})

// MARK: Background

const backgrounds = [
  { kind: 'photo', label: "The photo's own", value: 'photo' },
  { kind: 'blur', label: "The photo's own, blurred", value: 'blur' },
  { kind: 'transparent', label: 'Transparent', value: 'transparent' },
  ...['studio', 'dusk', 'garden'].map((name) => ({ kind: 'picture', label: name, value: `/studio/backgrounds/${name}.jpg` })),
  ...['#e9e4da', '#23303a'].map((value) => ({ kind: 'plain', label: 'Colour', value })),
]
const image = '<svg viewBox="0 0 24 24" aria-hidden="true"><rect x="4" y="5" width="16" height="14" rx="3"/><path d="m5 17 5-5 4 4 2-2 3 3"/></svg>'
const portrait = '<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="9.500" r="3.500"/><path d="M5.500 19c.8-3.600 3.400-5 6.500-5s5.700 1.400 6.500 5"/></svg>'

for (const { kind, label, value } of backgrounds) {
  const swatch = make('button', { className: 'swatch', role: 'radio', 'aria-checked': 'false', title: label,
    'aria-label': `Background: ${label}`, innerHTML: kind === 'photo' || kind === 'blur' ? portrait : '' })
  swatch.dataset.kind = kind
  if (kind === 'picture') swatch.style.backgroundImage = `url(${value})`
  if (kind === 'plain') swatch.style.backgroundColor = value
  swatch.onclick = async () => {
    if (await setBackground(value, swatch)) remember('background', value)
  }
  element('backgrounds').append(swatch)
}
const ownColour = make('button', { className: 'swatch', role: 'radio', 'aria-checked': 'false', title: 'Any colour',
  'aria-label': 'Background: any colour' })
ownColour.dataset.kind = 'colour'
ownColour.onclick = () => element('colour').click()
element('colour').oninput = () => setBackground(element('colour').value, ownColour)
const ownPicture = make('button', { className: 'swatch', role: 'radio', 'aria-checked': 'false', title: 'A picture of yours',
  'aria-label': 'Background: a picture of yours', innerHTML: image })
ownPicture.onclick = () => element('picture').click()
element('picture').onchange = () => {
  const [picture] = element('picture').files
  if (picture) setBackground(picture, ownPicture)
  element('picture').value = ''
}
element('backgrounds').append(ownColour, ownPicture)

/** @param {string | Blob} background @param {HTMLElement} swatch @returns {Promise<boolean>} whether it is shown */
async function setBackground(background, swatch) {
  try {
    await renderer.setBackground(background)
  } catch (error) {
    // What else can be wrong lies over the picture already.
    const { code, message } = /** @type {any} */ (error)
    if (['bad-background', 'download-failed'].includes(code)) hint('backgroundHint', message, true)
    return false
  }
  hint('backgroundHint', '')
  element('frame').classList.toggle('clear', background === 'transparent')
  check(element('backgrounds'), swatch)
  return true
}

// MARK: Mood and motion

/** @param {string} group @param {string[]} names @param {number} first @param {(index: number) => void} choose */
function chips(group, names, first, choose) {
  names.forEach((name, index) => {
    const chip = make('button', { role: 'radio', 'aria-checked': String(index === first), textContent: name })
    chip.onclick = () => {
      check(element(group), chip)
      choose(index)
    }
    element(group).append(chip)
  })
}

/** @type {string | null} */
let emotion = null
const strength = () => Number(element('strength').value)
const showEmotion = () => { renderer.emotion = emotion && { [emotion]: strength() } }
element('strength').oninput = showEmotion
element('friendly').oninput = () => { renderer.mood = Number(element('friendly').value) }
element('once').onclick = () => {
  const name = emotion
  if (!name) return
  // Back to neutral: what comes once leaves nothing behind.
  element('moods').firstElementChild.click()
  renderer.playEmotion(name, { strength: strength() })
}

/** Lively, calm, a head held quiet, and nothing but the mouth. */
const motions = /** @type {const} */ ({ Lively: 'lively', Calm: 'calm', Quiet: 'silent', Still: 'silent' })
chips('motions', Object.keys(motions), 1, (index) => {
  renderer.headMotion = Object.values(motions)[index]
  renderer.still = Object.keys(motions)[index] === 'Still'
})

// MARK: Dropping, and remembering

addEventListener('dragover', (event) => {
  event.preventDefault()
  element('frame').classList.add('dragging')
})
for (const end of ['dragleave', 'drop']) {
  addEventListener(end, (event) => {
    if (end === 'drop' || /** @type {DragEvent} */ (event).relatedTarget === null) element('frame').classList.remove('dragging')
  })
}
addEventListener('drop', (event) => {
  event.preventDefault()
  const file = event.dataTransfer?.files[0]
  if (!file) return
  if (/^(audio|video)\//.test(file.type)) playFile(file)
  else faces.create(file)
})
addEventListener('paste', (event) => {
  const [file] = /** @type {ClipboardEvent} */ (event).clipboardData?.files ?? []
  if (file) faces.create(file)
})

// MARK: Start

veil('Waking up…')
faces.show()
const background = backgrounds.findIndex(({ value }) => value === remembered('background'))
const first = Math.max(0, background)
setBackground(backgrounds[first].value, element('backgrounds').children[first]).then((isShown) => {
  if (!isShown) check(element('backgrounds'), element('backgrounds').children[0])
})
renderer.readyPromise.then(() => {
  const emotions = renderer.getEmotionList().filter((name) => name !== 'neutral')
  const title = (/** @type {string} */ name) => name[0].toUpperCase() + name.slice(1)
  chips('moods', ['Neutral', ...emotions.map(title)], 0, (index) => {
    emotion = emotions[index - 1] ?? null
    element('once').disabled = emotion === null
    showEmotion()
  })
}).catch(() => {
  // Without an engine there is nothing to control; the picture's place says why.
  element('controls').inert = true
})
// For the curious, in the console.
Object.assign(globalThis, { renderer })
