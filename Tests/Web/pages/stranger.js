/**
 * A call page that knows nothing of avatars: it lists devices, takes two by their names, and calls itself over two peer
 * connections. What arrives at the far end is recorded off the page's own thread, which a hidden or busy page slows down.
 */

/** For a policy that asks for it. */
const scripts = trustedTypes.createPolicy('call', { createScriptURL: (url) => url })

/** @param {string} kind @param {string} label */
async function device(kind, label) {
  // As call pages do: permission first, then names.
  const probe = await navigator.mediaDevices.getUserMedia({ audio: true, video: true }).catch(() => null)
  probe?.getTracks().forEach((track) => track.stop())
  const devices = await navigator.mediaDevices.enumerateDevices()
  const found = devices.find((each) => each.kind === kind && each.label === label)
  if (!found) throw new Error(`no ${label} among ${devices.map((each) => each.label)}`)
  return { deviceId: { exact: found.deviceId } }
}

/** Takes camera and microphone by name. */
async function choose(camera, microphone, { width = 640, height = 480 } = {}) {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { ...await device('videoinput', camera), width, height, frameRate: 30 },
    audio: { ...await device('audioinput', microphone), echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  })
  near.srcObject = stream
  await near.play()
  return stream
}

/** Calls itself; resolves to the connections when the far end has both tracks. */
async function call(stream) {
  const here = new RTCPeerConnection(), there = new RTCPeerConnection()
  here.onicecandidate = ({ candidate }) => candidate && there.addIceCandidate(candidate)
  there.onicecandidate = ({ candidate }) => candidate && here.addIceCandidate(candidate)
  const arrived = new Promise((resolve) => {
    there.ontrack = ({ streams: [remote] }) => remote.getTracks().length === 2 && resolve(remote)
  })
  for (const track of stream.getTracks()) here.addTrack(track, stream)
  const offer = await here.createOffer()
  await here.setLocalDescription(offer)
  await there.setRemoteDescription(offer)
  const answer = await there.createAnswer()
  await there.setLocalDescription(answer)
  await here.setRemoteDescription(answer)
  const remote = await arrived
  far.srcObject = remote
  await far.play()
  return { here, there, remote }
}

/** Records what arrives for some seconds: see `far-worker.js`. */
async function record(remote, { seconds, width = 160, height = 120 }) {
  const context = (stranger.context ??= new AudioContext())
  await (stranger.loading ??= context.audioWorklet.addModule('record-worklet.js'))
  const node = new AudioWorkletNode(context, 'record', { numberOfInputs: 2, numberOfOutputs: 1 })
  const source = context.createMediaStreamSource(remote)
  source.connect(node, 0, 0)
  node.connect(context.destination)
  const { port1, port2 } = new MessageChannel()
  node.port.postMessage({ port: port2 }, [port2])
  const track = remote.getVideoTracks()[0].clone()
  const { readable } = new MediaStreamTrackProcessor({ track })
  const worker = new Worker(scripts.createScriptURL('far-worker.js'))
  worker.postMessage({ readable, port: port1, seconds, width, height }, [readable, port1])
  const { data } = await new Promise((resolve) => { worker.onmessage = resolve })
  worker.terminate()
  track.stop()
  source.disconnect()
  // While it is still asked for blocks, so that it ends.
  node.port.postMessage(null)
  await new Promise((resolve) => setTimeout(resolve, 200))
  node.disconnect()
  node.port.close()
  return { ...data, rate: context.sampleRate }
}

/** Keeps the page's own thread busy, as a page that lays out a large document. */
function jank(milliseconds) {
  for (const end = performance.now() + milliseconds; performance.now() < end;);
}

globalThis.stranger = { choose, call, record, jank }
document.documentElement.dataset.tools = 'yes'
