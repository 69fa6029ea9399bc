import { isGreeting } from '../sdk/messages.js'
import { parentOrigin } from './settings.js'

/**
 * The channel to the page, once it has greeted. Listens from the first moment on: the messages in the user's language are
 * fetched later than the page greets.
 * @type {Promise<MessagePort>}
 */
export const channel = new Promise((resolve) => {
  addEventListener('message', function greet(event) {
    if (!isGreeting(event, parentOrigin)) return
    removeEventListener('message', greet)
    resolve(event.ports[0])
  })
})
