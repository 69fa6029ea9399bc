/** The worker that draws, see engine-host.js. */
import { EngineHost } from './engine-host.js'
import './life.js'

const host = new EngineHost((message, transfer = []) => postMessage(message, { transfer }))
addEventListener('message', ({ data }) => host.receive(data))
