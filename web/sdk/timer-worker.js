import './life.js'

/** Answers a number after a wait of so many milliseconds. */
addEventListener('message', ({ data: [number, wait] }) => setTimeout(() => postMessage(number), wait))
