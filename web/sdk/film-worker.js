/** The worker that makes films, see film-host.js. */
import { FilmHost } from './film-host.js'
import './life.js'

const host = new FilmHost((message) => postMessage(message))
addEventListener('message', ({ data }) => host.receive(data))
