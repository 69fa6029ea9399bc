// The controls of a film maker, in an iframe.
import { filmFormats } from '../sdk/render-video.js'
import { openControls } from '../studio/controls.js'
import { backgroundPanel } from '../studio/background.js'
import { facesPanel } from '../studio/faces.js'
import { mixPanel } from '../studio/mix.js'
import { moodPanel } from '../studio/mood.js'
import { soundPanel } from './sound.js'
import { filmPanel } from './film.js'

const formats = await filmFormats()
await openControls([
  ['sound', soundPanel], ['faces', facesPanel], ['mix', mixPanel], ['mood', moodPanel], ['background', backgroundPanel],
  ['film', (send) => filmPanel(send, formats)],
])
