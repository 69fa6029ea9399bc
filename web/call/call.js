/**
 * A call between two tabs: devices, two tiles, one peer connection. Nothing in it knows of avatars. Who meets whom is told
 * over a BroadcastChannel named by the address's hash, so both tabs are this browser's.
 *
 * Messages: `{type: 'hello' | 'offer' | 'answer' | 'candidate' | 'bye' | 'busy', from, to?, …}`.
 */
const get = (id) => document.getElementById(id)
const kinds = { videoinput: 'video', audioinput: 'audio' }

const room = location.hash.slice(1) || crypto.randomUUID().slice(0, 8)
history.replaceState(null, '', `#${room}`)
get('invite').href = location.href

const me = crypto.randomUUID()
const channel = new BroadcastChannel(`call ${room}`)
/** @type {MediaStream | null} */
let stream = null
/** @type {RTCPeerConnection | null} */
let connection = null
/** @type {string | null} */
let other = null

function tell(text, isBad = false) {
  get('status').textContent = text
  get('status').classList.toggle('error', isBad)
}

const send = (type, content = {}) => channel.postMessage({ type, from: me, to: other, ...content })

// MARK: Devices

/** What is chosen for a kind of device; anything before the names are known. */
function wish(kind) {
  const { value, disabled } = get(kind)
  return disabled || !value ? true : { deviceId: { exact: value } }
}

async function listDevices() {
  const devices = await navigator.mediaDevices.enumerateDevices()
  for (const kind of Object.keys(kinds)) {
    const select = get(kind)
    const used = stream?.getTracks().find((track) => track.kind === kinds[kind])?.getSettings().deviceId
    const options = devices.filter((device) => device.kind === kind && device.label)
      .map(({ label, deviceId }) => new Option(label, deviceId, false, deviceId === used))
    if (options.length === 0) continue
    select.replaceChildren(...options)
    select.disabled = false
  }
}

/** The person's wish outlives the tracks: whoever leaves muted joins muted. */
function mute() {
  const isMuted = get('mute').getAttribute('aria-pressed') === 'true'
  stream?.getAudioTracks().forEach((track) => { track.enabled = !isMuted })
}

/** The person has chosen another device: its track takes the old one's place, in the call too. */
async function change(kind) {
  if (!stream) return
  const name = kinds[kind]
  try {
    const [track] = (await navigator.mediaDevices.getUserMedia({ [name]: wish(kind) })).getTracks()
    const old = stream.getTracks().find((each) => each.kind === name)
    track.enabled = old?.enabled ?? true
    await connection?.getSenders().find((sender) => sender.track?.kind === name)?.replaceTrack(track)
    if (old) stream.removeTrack(old)
    old?.stop()
    stream.addTrack(track)
    get('near').srcObject = new MediaStream(stream.getVideoTracks())
    watch(track)
  } catch (error) {
    tell(reason(error), true)
  }
  await listDevices()
}

function watch(track) {
  track.onended = () => tell(`The ${track.kind === 'video' ? 'camera' : 'microphone'} has gone. Choose another.`, true)
}

function reason({ name, message }) {
  return {
    NotAllowedError: 'Camera and microphone are not allowed on this page. Allow them in the address bar and join again.',
    NotFoundError: 'There is no camera or microphone. Plug one in and join again.',
  }[name] ?? message
}

// MARK: The call

function connect() {
  connection?.close()
  const made = new RTCPeerConnection()
  connection = made
  for (const track of stream.getTracks()) made.addTrack(track, stream)
  made.onicecandidate = ({ candidate }) => candidate && send('candidate', { candidate: candidate.toJSON() })
  made.ontrack = ({ streams: [remote] }) => { get('far').srcObject = remote }
  made.onconnectionstatechange = () => {
    if (connection !== made) return
    document.body.dataset.call = made.connectionState
    if (made.connectionState === 'connected') {
      tell('You are talking.')
      get('farName').textContent = 'The other side'
    }
    if (made.connectionState === 'failed') hangUp('The connection broke.')
  }
}

function hangUp(text) {
  connection?.close()
  connection = other = null
  get('far').srcObject = null
  get('farName').textContent = 'Nobody is here yet'
  document.body.dataset.call = 'none'
  tell(text)
}

channel.onmessage = async ({ data: { type, from, to, description, candidate } }) => {
  if (!stream || from === me || (to && to !== me)) return
  if (type === 'hello' && other && other !== from) return channel.postMessage({ type: 'busy', from: me, to: from })
  if (type === 'hello' || type === 'offer') other = from
  if (from !== other) return type === 'busy' && tell('Two people are talking here already.', true)
  switch (type) {
    case 'hello':
      connect()
      await connection.setLocalDescription()
      return send('offer', { description: connection.localDescription.toJSON() })
    case 'offer':
      connect()
      await connection.setRemoteDescription(description)
      await connection.setLocalDescription()
      return send('answer', { description: connection.localDescription.toJSON() })
    case 'answer': return connection?.setRemoteDescription(description)
    case 'candidate': return connection?.addIceCandidate(candidate).catch(() => {})
    case 'bye': return hangUp('The other side has left.')
  }
}

async function join() {
  tell('Opening camera and microphone …')
  get('join').disabled = true
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: wish('videoinput'), audio: wish('audioinput') })
  } catch (error) {
    return tell(reason(error), true)
  } finally {
    get('join').disabled = false
  }
  mute()
  stream.getTracks().forEach(watch)
  get('near').srcObject = new MediaStream(stream.getVideoTracks())
  get('join').textContent = 'Leave'
  get('mute').disabled = false
  await listDevices()
  tell('Waiting for the other side: open the invitation in a second tab.')
  send('hello')
}

function leave() {
  send('bye')
  stream?.getTracks().forEach((track) => track.stop())
  stream = null
  get('near').srcObject = null
  get('join').textContent = 'Join'
  get('mute').disabled = true
  hangUp('You have left.')
}

get('bar').onsubmit = (event) => {
  event.preventDefault()
  if (stream) leave()
  else join()
}
get('mute').onclick = ({ currentTarget: button }) => {
  button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'))
  mute()
}
for (const kind of Object.keys(kinds)) get(kind).onchange = () => change(kind)
navigator.mediaDevices?.addEventListener('devicechange', () => stream && listDevices())
addEventListener('pagehide', () => send('bye'))
if (!navigator.mediaDevices) tell('Cameras are for secure pages only: use https or localhost.', true)
