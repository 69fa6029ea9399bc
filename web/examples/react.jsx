import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { locateSDK } from 'flexatar'
import { Flexatar } from 'flexatar/react'

locateSDK('/sdk')

function Page() {
  const [voice, setVoice] = useState(null)
  const [status, setStatus] = useState('')
  const speak = async () => {
    setVoice(await navigator.mediaDevices.getUserMedia({ audio: true }))
    setStatus('Speak: the face speaks with you.')
  }
  return (
    <>
      <Flexatar avatar="/files/default.ftar" files="/files" background="#dfe6e3" voice={voice}
        onError={(error) => setStatus(error.message)} />
      <div className="row"><button onClick={speak}>Let me speak</button><span role="status">{status}</span></div>
    </>
  )
}

createRoot(document.getElementById('root')).render(<StrictMode><Page /></StrictMode>)
