// What every browser has to do, each a function that test_engines.py calls: returns what it has seen.
import { FtarRenderer } from '/sdk/easy-renderer.js'
import { AvatarLibrary } from '/sdk/avatar-library.js'
import { FtarLens } from '/sdk/lens.js'
import { filmFormats, renderVideo } from '/sdk/render-video.js'
import { installVirtualCamera } from '/sdk/virtual-camera.js'
import { VCAM } from '/sdk/vcam.js'
import { VGEN } from '/sdk/vgen.js'

const canvas = document.getElementById('canvas')
const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))
const once = (target, name) => new Promise((resolve, reject) => {
  target.addEventListener(name, resolve, { once: true })
  setTimeout(() => reject(new Error(`'${name}' never came; ${JSON.stringify(troubles)}`)), 90_000)
})
let renderer
let troubles = []
/** The call that is on. */
let calling = null

/** The canvas's pixels, or those of a video, 80x60. */
async function pixels(source = canvas) {
  const small = document.createElement('canvas')
  Object.assign(small, { width: 80, height: 60 })
  const context = small.getContext('2d', { willReadFrequently: true })
  // A canvas that the page draws on with WebGL holds its picture until the frame is over.
  if (source === canvas) await new Promise(requestAnimationFrame)
  context.drawImage(source, 0, 0, 80, 60)
  return context.getImageData(0, 0, 80, 60).data
}

/** @param {Blob} file */
async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

/** Mean difference of colours, 0...255. */
function difference(a, b) {
  let sum = 0
  for (let i = 0; i < a.length; i++) if (i % 4 !== 3) sum += Math.abs(a[i] - b[i])
  return sum / (a.length * 0.75)
}

const checks = {
  async starts() {
    const began = performance.now()
    renderer = new FtarRenderer('/files', canvas)
    renderer.addEventListener('error', (event) => { event.preventDefault(); troubles.push(event.detail.code) })
    await renderer.readyPromise
    renderer.slot1 = '/files/default.ftar'
    await once(renderer, 'avatar')
    await wait(0.5)
    const shown = await pixels()
    const features = ['avatar', 'microphone', 'stream', 'calls', 'films'].filter((one) => FtarRenderer.isSupported(one))
    return { supported: FtarRenderer.isSupported(), features, seconds: (performance.now() - began) / 1000, colours: new Set(shown).size }
  },

  async draws() {
    renderer.still = true
    await wait(1)
    const photo = await pixels()
    await renderer.setBackground('#ff0000')
    await wait(0.5)
    const red = await pixels()
    renderer.pictureFrame = { mirrored: true }
    await wait(0.5)
    const mirrored = await pixels()
    renderer.pictureFrame = {}
    await renderer.setBackground('photo')
    await wait(0.5)
    return { corner: [...red.slice(0, 3)], changed: difference(photo, red), mirrored: difference(red, mirrored), again: difference(photo, await pixels()) }
  },

  /** A voice from a buffer: the mouth moves while it sounds and rests after it. */
  async speaks(url) {
    renderer.still = true
    const context = new AudioContext()
    if (context.state !== 'running') await context.resume()
    const source = new AudioBufferSourceNode(context, { buffer: await context.decodeAudioData(await (await fetch(url)).arrayBuffer()) })
    const voice = context.createMediaStreamDestination()
    source.connect(voice)
    const delayed = renderer.connectMediaStream(voice.stream)
    const rest = await pixels()
    source.start(0, 2.5, 4)
    await wait(0.8)
    let most = 0
    const frames = new Set()
    for (let i = 0; i < 20; i++) {
      const now = await pixels()
      most = Math.max(most, difference(rest, now))
      frames.add(now.join())
      await wait(0.05)
    }
    const { delay, fps } = renderer.stats
    await wait(3)
    const after = difference(rest, await pixels())
    renderer.connectMediaStream(null)
    await context.close()
    return { most, after, distinct: frames.size, delay, fps, tracks: delayed.getAudioTracks().length }
  },

  /** The camera stream, looked at by a `<video>`, as a call's far end would. */
  async streams() {
    renderer.still = false
    renderer.headMotion = 'lively'
    const video = document.createElement('video')
    Object.assign(video, { muted: true, playsInline: true, srcObject: renderer.mediaStream })
    document.body.append(video)
    await video.play()
    const frames = new Set()
    const end = performance.now() + 3000
    while (performance.now() < end) {
      frames.add((await pixels(video)).join())
      await wait(0.02)
    }
    const same = difference(await pixels(), await pixels(video))
    video.remove()
    return { width: video.videoWidth, height: video.videoHeight, distinct: frames.size / 3, same }
  },

  async creates(url) {
    const photo = await (await fetch(url)).blob()
    const began = performance.now()
    const { ftar, preview } = await renderer.createAvatar(photo)
    const seconds = (performance.now() - began) / 1000
    renderer.slot1 = ftar
    await once(renderer, 'avatar')
    let refused = null
    await renderer.createAvatar(new Blob(['no picture'])).catch(({ code }) => { refused = code })
    return { bytes: ftar.byteLength, preview: preview?.size, seconds, refused }
  },

  async looks(url) {
    const lens = new FtarLens('/files')
    const { faces } = await lens.look(await (await fetch(url)).blob())
    const taken = await lens.take()
    lens.close()
    return { faces: faces.length, type: taken.type }
  },

  /** A camera that sees a photo, moved a little. */
  async follows(url) {
    const picture = await createImageBitmap(await (await fetch(url)).blob())
    const seen = Object.assign(document.createElement('canvas'), { width: 480, height: 600 })
    const context = seen.getContext('2d')
    let turns = 0
    const drawing = setInterval(() => context.drawImage(picture, 4 * Math.sin(turns++ / 5), 0, 480, 600), 50)
    const stream = seen.captureStream(20)
    try {
      await renderer.connectCamera(stream)
      await wait(2)
      return renderer.stats.retarget
    } finally {
      clearInterval(drawing)
      renderer.disconnectCamera()
      stream.getTracks().forEach((track) => track.stop())
    }
  },

  async keeps() {
    const library = new AvatarLibrary('engines')
    await library.keepAvatar({ id: 'a', made: 1, place: 'device', ftar: new ArrayBuffer(9), preview: new Blob(['x']) })
    await library.keepSetting('look', { mix: 0.5 })
    const [avatar] = await library.avatars()
    const kept = [avatar.ftar.byteLength, await avatar.preview.text(), await library.setting('look')]
    await library.erase()
    return [...kept, (await library.avatars()).length]
  },

  async mixes() {
    await renderer.setAvatar(2, '/files/default.ftar')
    renderer.mix = 0.5
    renderer.emotion = 'joy'
    await wait(0.8)
    const joyful = await pixels()
    renderer.emotion = null
    await renderer.setAvatar(2, null)
    return new Set(joyful).size
  },

  async loses() {
    const lost = once(renderer, 'contextlost')
    const restored = once(renderer, 'contextrestored')
    renderer.loseContext(0.3)
    await lost
    await restored
    await wait(0.5)
    return { colours: new Set(await pixels()).size, code: troubles.splice(0) }
  },

  async installs() {
    const { mediaDevices } = navigator
    if (!mediaDevices) return null
    const installed = installVirtualCamera(renderer, { label: 'Flexatar' })
    // Devices have names once a page may use one.
    const real = await mediaDevices.getUserMedia({ video: true })
    real.getTracks().forEach((track) => track.stop())
    const camera = (await mediaDevices.enumerateDevices()).find(({ kind, label }) => kind === 'videoinput' && label === 'Flexatar')
    const stream = await mediaDevices.getUserMedia({ video: { deviceId: { exact: camera.deviceId } } })
    const [track] = stream.getVideoTracks()
    const seen = [track.label, track.readyState]
    track.stop()
    installed.uninstall?.()
    return seen
  },

  /**
   * Some seconds of the sound as a film, in base64, or why there is none; which formats the browser is said to make. Without
   * its encoders its recorder is to do it.
   */
  async films(url, format, seconds, { isRecorded = false } = {}) {
    const { VideoEncoder, AudioEncoder } = globalThis
    if (isRecorded) Object.assign(globalThis, { VideoEncoder: undefined, AudioEncoder: undefined })
    const shape = { width: 160, height: 160, fps: 15, format }
    const voice = await new OfflineAudioContext(1, 1, 48_000).decodeAudioData(await (await fetch(url)).arrayBuffer())
    const samples = voice.getChannelData(0).slice(2.5 * 48_000, (2.5 + seconds) * 48_000)
    const formats = await filmFormats(shape)
    const told = []
    // The face on this page leaves the machine to the film.
    renderer.frameRate = 1
    try {
      const film = await renderVideo({ filesUrl: '/files', avatar: '/files/default.ftar', audio: { samples, rate: 48_000 }, ...shape,
        onProgress: ({ frames }) => told.push(frames) })
      return { formats, type: film.type, film: await base64(film), told: told.at(-1) }
    } catch ({ name, code, message }) {
      return { formats, refused: [name, code], message }
    } finally {
      renderer.frameRate = 60
      Object.assign(globalThis, { VideoEncoder, AudioEncoder })
    }
  },

  /** What the film maker's page offers as formats, and the one that is chosen. */
  async offers() {
    const maker = new VGEN(null, { filesUrl: '/files', url: '/films/index.html?lang=en&tab=film', size: { width: 160, height: 160 } })
    maker.mount(document.body)
    await maker.readyPromise
    const frame = maker.element.shadowRoot.querySelector('iframe')
    const radios = () => [...frame.contentDocument?.querySelectorAll('[aria-label=Format] [role=radio]') ?? []]
    const chosen = () => radios().find((one) => one.getAttribute('aria-checked') === 'true')?.textContent
    for (let i = 0; i < 100 && !chosen(); i++) await wait(0.1)
    const seen = { formats: await filmFormats(), offered: radios().map((one) => one.textContent), chosen: chosen(), made: maker.shape.format }
    maker.destroy()
    return seen
  },

  async destroys() {
    renderer.destroy()
    // The canvas serves the next one.
    renderer = new FtarRenderer('/files', canvas)
    await renderer.readyPromise
    renderer.slot1 = '/files/default.ftar'
    await once(renderer, 'avatar')
    await wait(0.5)
    const colours = new Set(await pixels()).size
    renderer.destroy()
    return colours
  },

  /** Camera and voice in a call with this page itself, where the browser has calls; `url` sounds over and over. */
  async calls(url) {
    renderer.still = true
    renderer.mood = 0
    const context = new AudioContext()
    if (context.state !== 'running') await context.resume()
    const buffer = await context.decodeAudioData(await (await fetch(url)).arrayBuffer())
    const source = new AudioBufferSourceNode(context, { buffer, loop: true })
    const voice = context.createMediaStreamDestination()
    source.connect(voice)
    source.start()
    const [sound] = renderer.connectMediaStream(voice.stream).getAudioTracks()
    const sent = new MediaStream([await renderer.videoTrack, sound])
    calling = { context, arrived: sent, hangUp() {} }
    if (FtarRenderer.isSupported('calls')) {
      const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()]
      here.onicecandidate = ({ candidate }) => candidate && there.addIceCandidate(candidate)
      there.onicecandidate = ({ candidate }) => candidate && here.addIceCandidate(candidate)
      const arrived = new Promise((resolve) => {
        there.ontrack = ({ streams: [remote] }) => remote.getTracks().length === 2 && resolve(remote)
      })
      for (const track of sent.getTracks()) here.addTrack(track, sent)
      await here.setLocalDescription()
      await there.setRemoteDescription(here.localDescription)
      await there.setLocalDescription()
      await here.setRemoteDescription(there.localDescription)
      calling.arrived = await arrived
      calling.hangUp = () => { here.close(); there.close() }
    }
    calling.far = Object.assign(document.createElement('video'), { srcObject: calling.arrived, muted: true, playsInline: true })
    document.body.append(calling.far)
    await calling.far.play()
    return sent.getTracks().length
  },

  /** What has arrived after some seconds, as a file in base64. Every so many milliseconds the page is busy for half a second. */
  async arrives(seconds, busyEvery = 0) {
    const recorder = new MediaRecorder(calling.arrived, { videoBitsPerSecond: 2e6 })
    const parts = []
    recorder.ondataavailable = ({ data }) => parts.push(data)
    const stopped = once(recorder, 'stop')
    recorder.start()
    const wasHidden = document.hidden
    const work = busyEvery && setInterval(() => { for (const end = performance.now() + 500; performance.now() < end;); }, busyEvery)
    await wait(seconds)
    clearInterval(work)
    recorder.stop()
    await stopped
    return { file: await base64(new Blob(parts)), hidden: wasHidden && document.hidden }
  },

  async hangsUp() {
    calling.hangUp()
    calling.far.remove()
    renderer.connectMediaStream(null)
    await calling.context.close()
    calling = null
  },

  /** The studio in its iframe, working the camera of this page. */
  async studies() {
    const camera = new VCAM(null, { filesUrl: '/files', url: '/studio/index.html?lang=de&tab=mood', size: { width: 320, height: 240 } })
    camera.mount(document.body)
    await camera.readyPromise
    const frame = camera.element.shadowRoot.querySelector('iframe')
    for (let i = 0; i < 100 && !frame.contentDocument?.querySelector('#panel-mood [role=radio]'); i++) await wait(0.1)
    const lively = [...frame.contentDocument.querySelectorAll('#panel-mood [role=radio]')].find((one) => one.textContent === 'Lebhaft')
    for (let i = 0; i < 100 && !frame.contentDocument.querySelector('#panel-mood [aria-checked=true]'); i++) await wait(0.1)
    lively.click()
    for (let i = 0; i < 50 && camera.renderer.headMotion !== 'lively'; i++) await wait(0.1)
    const seen = [camera.renderer.headMotion, frame.contentDocument.documentElement.lang]
    camera.destroy()
    return seen
  },
}
Object.assign(globalThis, { checks })
