import { FtarLens } from '/sdk/lens.js'
import { createAvatar } from '/sdk/creation.js'

const get = (id) => document.getElementById(id)
const lens = new FtarLens('/files')
/** @type {MediaStream | null} */
let camera = null

/** Only one of them shows. */
function show(id) {
  for (const other of ['video', 'photo', 'avatar']) get(other).hidden = other !== id
  if (id !== 'video') camera?.getTracks().forEach((track) => track.stop())
  if (id === 'avatar') get('boxes').replaceChildren()
}

lens.addEventListener('look', ({ detail: { faces, face, advice, isGood, width, height } }) => {
  get('status').textContent = advice?.message ?? 'Good. Hold still.'
  get('take').disabled = !isGood
  get('boxes').replaceChildren(...faces.map((one) => {
    const box = document.createElement('button')
    box.ariaLabel = one === face ? 'The chosen face' : 'Choose this face'
    box.className = one === face ? (isGood ? 'good' : 'chosen') : ''
    const { x, y, width: across, height: down } = one.box
    Object.assign(box.style, {
      left: `${100 * x / width}%`, top: `${100 * y / height}%`, width: `${100 * across / width}%`, height: `${100 * down / height}%`,
    })
    box.onclick = () => lens.choose(one)
    return box
  }))
  get('place').style.setProperty('--shape', width / height)
})
lens.addEventListener('error', (event) => {
  event.preventDefault()
  get('status').textContent = event.detail.message
})

get('camera').onclick = async () => {
  camera = await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 960 } })
  get('video').srcObject = camera
  await get('video').play()
  show('video')
  lens.watch(get('video'))
}

get('file').onchange = async ({ target: { files: [file] } }) => {
  try {
    get('status').textContent = 'Looking …'
    const picture = await createImageBitmap(file)
    Object.assign(get('photo'), { width: picture.width, height: picture.height })
    get('photo').getContext('2d').drawImage(picture, 0, 0)
    show('photo')
    await lens.look(file)
  } catch (error) {
    get('status').textContent = error.message
  }
}

get('take').onclick = async () => {
  get('take').disabled = true
  try {
    const photo = await lens.take()
    lens.stop()
    const { ftar } = await createAvatar('/files', photo, {
      onProgress: (share) => { get('status').textContent = `Making the face … ${Math.round(100 * share)} %` },
    })
    show('avatar')
    await get('avatar').renderer.setAvatar(1, ftar)
    get('status').textContent = 'There it is.'
  } catch (error) {
    get('status').textContent = error.message
  }
}
