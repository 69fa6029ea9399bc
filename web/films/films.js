// The controls of a film maker, in an iframe.
import { openControls } from '../studio/controls.js'
import { backgroundPanel } from '../studio/background.js'
import { facesPanel } from '../studio/faces.js'
import { mixPanel } from '../studio/mix.js'
import { moodPanel } from '../studio/mood.js'
import { soundPanel } from './sound.js'
import { filmPanel } from './film.js'

await openControls([
  ['sound', soundPanel], ['faces', facesPanel], ['mix', mixPanel], ['mood', moodPanel], ['background', backgroundPanel],
  ['film', filmPanel],
])
