// The controls of a virtual camera, in an iframe.
import { openControls } from './controls.js'
import { backgroundPanel } from './background.js'
import { facesPanel } from './faces.js'
import { mixPanel } from './mix.js'
import { moodPanel } from './mood.js'
import { picturePanel } from './picture.js'

await openControls([
  ['faces', facesPanel], ['mix', mixPanel], ['mood', moodPanel], ['background', backgroundPanel], ['picture', picturePanel],
])
