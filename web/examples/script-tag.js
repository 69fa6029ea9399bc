const avatar = document.getElementById('avatar')
const status = document.getElementById('status')

document.getElementById('speak').onclick = async () => {
  avatar.voice = await navigator.mediaDevices.getUserMedia({ audio: true })
  status.textContent = 'Speak: the face speaks with you.'
}
avatar.addEventListener('error', (event) => {
  event.preventDefault()
  status.textContent = event.detail.message
})
