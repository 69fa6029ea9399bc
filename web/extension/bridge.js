/**
 * Between the page and the extension, in a world of its own that the page cannot reach. Opens the engine's frame when the
 * page has been allowed the microphone: a page that merely pretends gets no picture.
 */
const folder = chrome.runtime.getURL('')
/** @type {Promise<HTMLIFrameElement> | null} */
let opening = null

/** The engine's frame lies beside the page's content, where its styles and scripts do not come by. */
function openFrame() {
  const host = document.createElement('div')
  host.hidden = true
  const frame = document.createElement('iframe')
  frame.src = `${folder}engine.html`
  host.attachShadow({ mode: 'closed' }).append(frame)
  return new Promise((resolve) => {
    frame.onload = () => resolve(frame)
    document.documentElement.append(host)
  })
}

/** The frame; a new one where the page has thrown the last away. */
async function engineFrame() {
  const frame = await (opening ??= openFrame())
  if (frame.isConnected) return frame
  opening = openFrame()
  return opening
}

async function start() {
  const { state } = await navigator.permissions.query({ name: 'microphone' })
  if (state !== 'granted') return window.postMessage({ flexatar: 'refused' }, location.origin)
  const [{ settings = {} }, frame] = await Promise.all([chrome.storage.local.get('settings'), engineFrame()])
  const { port1, port2 } = new MessageChannel()
  const pass = crypto.randomUUID()
  // The frame hears of the pass by a way that only the extension has; whoever else frames it has none to show.
  await chrome.runtime.sendMessage({ pass })
  frame.contentWindow.postMessage({ pass }, new URL(folder).origin, [port2])
  window.postMessage({ flexatar: 'port', folder, microphone: settings.microphone ?? '' }, location.origin, [port1])
}

addEventListener('message', ({ source, data }) => {
  if (source !== window || data?.flexatar !== 'start') return
  // Of an extension that was renewed or taken away the old scripts stay in the pages, without its interfaces.
  start().catch(() => window.postMessage({ flexatar: 'refused' }, location.origin))
})

/** @param {{isOn?: boolean, offSites?: string[]}} settings */
function obey({ isOn = true, offSites = [] } = {}) {
  if (!isOn || offSites.includes(location.hostname)) window.postMessage({ flexatar: 'off' }, location.origin)
}
chrome.storage.local.get('settings').then(({ settings }) => obey(settings))
chrome.storage.onChanged.addListener(({ settings }) => settings && obey(settings.newValue))
