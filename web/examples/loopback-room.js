/**
 * As much of livekit-client's Room as the example needs, without its server: what is published comes back over a second
 * peer connection on this page. Processors are called as livekit-client calls them.
 */
export class Room {
  localParticipant = {
    setCameraEnabled: () => this.#publish('video'),
    setMicrophoneEnabled: () => this.#publish('audio'),
  }
  #here = new RTCPeerConnection()
  #there = new RTCPeerConnection()

  /** @param {HTMLVideoElement} video that shows what the others get */
  async connect(video) {
    const [from, to] = [this.#here, this.#there]
    from.onicecandidate = ({ candidate }) => candidate && to.addIceCandidate(candidate)
    to.onicecandidate = ({ candidate }) => candidate && from.addIceCandidate(candidate)
    const remote = new MediaStream()
    to.ontrack = ({ track }) => {
      remote.addTrack(track)
      video.srcObject = remote
    }
    from.onnegotiationneeded = async () => {
      await from.setLocalDescription()
      await to.setRemoteDescription(from.localDescription)
      await to.setLocalDescription()
      await from.setRemoteDescription(to.localDescription)
    }
  }

  /** @param {'audio' | 'video'} kind */
  async #publish(kind) {
    const stream = await navigator.mediaDevices.getUserMedia({ [kind]: true })
    const [mediaStreamTrack] = stream.getTracks()
    const sender = this.#here.addTrack(mediaStreamTrack, stream)
    let current = null
    const track = {
      kind,
      mediaStreamTrack,
      async setProcessor(processor) {
        await current?.destroy()
        current = processor
        await processor.init({ kind, track: mediaStreamTrack })
        await sender.replaceTrack(processor.processedTrack)
      },
      async stopProcessor() {
        await sender.replaceTrack(mediaStreamTrack)
        await current?.destroy()
        current = null
      },
    }
    return { track }
  }
}
