import * as SDK from '/sdk/easy-renderer.js'
const renderer = new SDK.FtarRenderer('/files', document.getElementById('canvas'))
renderer.addEventListener('avatar', () => { document.documentElement.dataset.state = 'shown' })
renderer.readyPromise.then(() => {
  renderer.size = { width: 320, height: 320 }
  renderer.slot1 = '/files/default.ftar'
})
