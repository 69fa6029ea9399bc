/** The extension's own page: in its popup, and in a tab for what a popup cannot do (choose a file, ask for a microphone). */
import { createAvatar } from './sdk/creation.js'
import { FtarRenderer } from './sdk/easy-renderer.js'
import { apply, asAddress, mostAvatars, readAvatars, readSettings, writeAvatars, writeSettings } from './settings.js'

const emotions = { '': 'As I speak', joy: 'Joy', surprise: 'Surprise', confusion: 'Doubt', sadness: 'Sadness', anger: 'Anger', disgust: 'Disgust' }
const backgrounds = { photo: "The photo's", blur: 'Blurred', '#dfe6e3': 'Light', '#22302b': 'Dark' }
const isTab = location.hash.startsWith('#tab')

/** @template {HTMLElement} T @param {string} id */
const get = (id) => /** @type {T} */ (document.getElementById(id))

document.body.classList.toggle('tab', isTab)
const renderer = new FtarRenderer('files', get('canvas'), { frameRate: 30 })
for (const name of ['avatar', 'contextrestored']) renderer.addEventListener(name, () => { get('veil').hidden = true })
renderer.addEventListener('error', (event) => {
  event.preventDefault()
  get('veil').hidden = false
  get('veil').textContent = /** @type {CustomEvent} */ (event).detail.message
})

let settings = await readSettings()

/** @param {Partial<import('./settings.js').Settings>} values */
async function change(values) {
  const before = settings
  settings = { ...settings, ...values }
  await writeSettings(values)
  show()
  await apply(renderer, settings, before).catch(() => {})
}

/**
 * Radio buttons: the arrow keys move between them.
 * @param {HTMLElement} group
 * @param {HTMLElement[]} options
 */
function asRadios(group, options) {
  for (const option of options) {
    option.setAttribute('role', 'radio')
    option.tabIndex = option.ariaChecked === 'true' ? 0 : -1
    option.onkeydown = ({ key }) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key]
      if (!step) return
      const next = options[(options.indexOf(option) + step + options.length) % options.length]
      next.focus()
      next.click()
    }
  }
  if (!options.some(({ tabIndex }) => tabIndex === 0)) options[0].tabIndex = 0
}

/**
 * @param {string} id
 * @param {Record<string, string>} choices
 * @param {'emotion' | 'background'} name
 */
function showChips(id, choices, name) {
  const held = get(id).contains(document.activeElement)
  const chips = Object.entries(choices).map(([value, text]) => {
    const chip = document.createElement('button')
    chip.textContent = text
    chip.ariaChecked = String(settings[name] === value)
    chip.onclick = () => change({ [name]: value })
    return chip
  })
  asRadios(get(id), chips)
  get(id).replaceChildren(...chips)
  if (held) chips.find(({ ariaChecked }) => ariaChecked === 'true')?.focus()
}

async function showFaces() {
  const avatars = await readAvatars()
  const held = get('faces').contains(document.activeElement)
  const faces = avatars.map(({ id, name, preview }) => {
    const face = document.createElement('button')
    face.className = 'face'
    face.ariaLabel = name
    face.ariaChecked = String(id === settings.avatar)
    face.append(Object.assign(new Image(), { src: preview, alt: '' }))
    face.onclick = () => change({ avatar: id })
    return face
  })
  asRadios(get('faces'), faces)
  const boxes = faces.map((face, index) => {
    const box = document.createElement('div')
    box.className = 'faceBox'
    box.append(face)
    if (avatars[index].file) box.append(remover(avatars[index]))
    return box
  })
  const add = document.createElement('button')
  add.className = 'face new'
  add.textContent = '+'
  add.ariaLabel = 'Add a face from a photo'
  // A file dialog closes the popup.
  add.onclick = () => (isTab ? get('photo').click() : openTab('#tab-photo'))
  get('faces').replaceChildren(...boxes, add)
  if (held) faces.find(({ ariaChecked }) => ariaChecked === 'true')?.focus()
}

/** @param {import('./settings.js').StoredAvatar} avatar */
function remover({ id, name }) {
  const remove = document.createElement('button')
  remove.className = 'remove'
  remove.textContent = '×'
  remove.ariaLabel = `Delete ${name}`
  remove.onclick = async () => {
    if (!confirm(`Delete “${name}” from this device?`)) return
    await writeAvatars((await readAvatars()).filter((each) => each.file && each.id !== id))
    await change(settings.avatar === id ? { avatar: 'default' } : {})
  }
  return remove
}

/** @param {string} hash */
function openTab(hash) {
  chrome.tabs.create({ url: chrome.runtime.getURL(`popup.html${hash}`) })
  window.close()
}

/** @param {string} text @param {boolean} [isBad] */
function tellFace(text, isBad = false) {
  const hint = get('faceHint')
  hint.hidden = text === ''
  hint.textContent = text
  hint.classList.toggle('bad', isBad)
}

/** @param {File} file a photo, or an avatar made elsewhere */
async function add(file) {
  try {
    const avatars = (await readAvatars()).filter((each) => each.file)
    if (avatars.length >= mostAvatars) throw new Error(`There is room for ${mostAvatars} faces; delete one first.`)
    tellFace('Making the face …')
    const isAvatar = file.name.endsWith('.ftar')
    const made = isAvatar
      ? { ftar: await file.arrayBuffer(), preview: null }
      : await createAvatar('files', file, { onProgress: (share) => tellFace(`Making the face … ${Math.round(100 * share)} %`) })
    await renderer.setAvatar(1, made.ftar.slice(0))
    const avatar = {
      id: crypto.randomUUID(), name: file.name.replace(/\.[^.]*$/, ''),
      preview: made.preview ? await asAddress(made.preview) : 'icons/128.png',
      file: (await asAddress(new Blob([made.ftar]))).split(',')[1],
    }
    // Another may have come, or gone, while this one was made.
    await writeAvatars([...(await readAvatars()).filter((each) => each.file), avatar])
    tellFace('')
    await change({ avatar: avatar.id })
  } catch (error) {
    tellFace(error.message, true)
  }
}

async function showMicrophones() {
  const list = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === 'audioinput')
  const labels = [...new Set(list.filter(({ deviceId }) => deviceId !== 'default').map(({ label }) => label))].filter(Boolean)
  get('names').hidden = labels.length > 0
  if (settings.microphone && !labels.includes(settings.microphone)) labels.push(settings.microphone)
  const select = /** @type {HTMLSelectElement} */ (get('microphone'))
  select.replaceChildren(...[new Option("The browser's choice", ''), ...labels.map((label) => new Option(label))])
  select.value = settings.microphone
}

/** The host of the tab under the popup, '' where the camera cannot be. */
async function hostBelow() {
  const [tab] = isTab ? [] : await chrome.tabs.query({ active: true, currentWindow: true })
  const { protocol, hostname } = new URL(tab?.url ?? 'about:blank')
  return protocol === 'https:' || ['localhost', '127.0.0.1'].includes(hostname) ? hostname : ''
}

function show() {
  get('isOn').checked = settings.isOn
  get('main').classList.toggle('off', !settings.isOn)
  get('isOnHere').checked = !settings.offSites.includes(host)
  showChips('emotions', emotions, 'emotion')
  showChips('backgrounds', backgrounds, 'background')
  return showFaces()
}

const host = await hostBelow()
get('host').textContent = host
get('site').hidden = host === ''
get('isOn').onchange = ({ target }) => change({ isOn: target.checked }).then(tellReload)
get('isOnHere').onchange = ({ target }) => change({
  offSites: settings.offSites.filter((each) => each !== host).concat(target.checked ? [] : [host]),
}).then(tellReload)
const tellReload = () => { get('hint').textContent = 'Open pages learn of it when they are loaded again.' }
get('microphone').onchange = ({ target }) => change({ microphone: target.value })
get('names').onclick = async () => {
  if (!isTab) return openTab('#tab-microphone')
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => null)
  stream?.getTracks().forEach((track) => track.stop())
  await showMicrophones()
}
get('photo').onchange = ({ target }) => {
  const [file] = target.files
  // The same one may be chosen again.
  target.value = ''
  if (file) add(file)
}
await Promise.all([show(), showMicrophones()])
await renderer.readyPromise
await apply(renderer, settings)
