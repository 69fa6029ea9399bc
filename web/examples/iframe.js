// The page around the avatar. The frame may as well be another server's: then that server's origin stands here.
const frame = document.getElementById('frame')
const origin = new URL(frame.src).origin

addEventListener('message', ({ source, origin: from, data }) => {
  if (source !== frame.contentWindow || from !== origin || data?.flexatar !== 1) return
  document.getElementById('status').textContent = data.ready ? 'The avatar is there.' : ''
})
document.getElementById('moods').onclick = ({ target }) => {
  if (target.dataset.mood === undefined) return
  frame.contentWindow.postMessage({ flexatar: 1, emotion: target.dataset.mood }, origin)
}
