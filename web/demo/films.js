// A film maker, as a customer's page has it. `?user=anna` is one of the visitor's users; without one everything stays on this
// device.
import { VGEN } from '../sdk/vgen.js'
import { token, user } from './customer.js'

const element = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id))
if (user) element('user').textContent = ` of ${user}`

// The controls' language, theme and choice may be given in this page's address, too.
const maker = new VGEN(token, { url: `/films/index.html${location.search}` })
maker.mount(element('films'))
// What goes wrong is told among the controls.
maker.addEventListener('error', (event) => event.preventDefault())
// For the curious, in the console.
Object.assign(globalThis, { maker })
