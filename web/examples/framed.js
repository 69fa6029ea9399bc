// The page in the frame: obeys the page around it, and no other.
const avatar = document.getElementById('avatar')
const host = location.ancestorOrigins?.[0] ?? location.origin

addEventListener('message', ({ source, origin, data }) => {
  if (source !== parent || origin !== host || data?.flexatar !== 1) return
  if (typeof data.emotion === 'string') avatar.setAttribute('emotion', data.emotion)
})
avatar.addEventListener('avatar', () => parent.postMessage({ flexatar: 1, ready: true }, host))
document.getElementById('speak').onclick = async () => {
  avatar.voice = await navigator.mediaDevices.getUserMedia({ audio: true })
}
