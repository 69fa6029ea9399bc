// `?user=anna` is one of the visitor's users, whom a hosted agent answers.
import { token } from '/demo/customer.js'
import { AvatarAgent } from '/sdk/agent.js'
import { localAgent } from '/sdk/agent-local.js'
import { openaiAgent } from '/sdk/agent-openai.js'
import { FtarRenderer } from '/sdk/easy-renderer.js'

const element = (id) => document.getElementById(id)
const states = { idle: 'Off', listening: 'Listening', thinking: 'Thinking', speaking: 'Speaking' }
const renderer = new FtarRenderer('/files', element('face'))
renderer.size = { width: 640, height: 640 }
renderer.slot1 = '/files/default.ftar'
/** @type {AvatarAgent | null} */
let agent = null

/** Where the local agent listens: beside this server, or behind the same proxy. */
async function address() {
  const answer = await fetch('/agent/local')
  const body = await answer.json()
  if (!answer.ok) throw new Error(body.detail)
  return location.protocol === 'https:' ? `wss://${location.host}/agent/socket` : `ws://${location.hostname}:${body.port}/`
}

/** What connects with each agent. */
const connecting = {
  local: async () => localAgent(await address(), { onNote: ({ note }) => remark(note) }),
  async openai() {
    if (!token) throw new Error('OpenAI answers a user of this service. Make one on the demo page, then open the agent from there.')
    return openaiAgent({ session: '/agent/session', token })
  },
}

/** @param {string | null} note what is missing on the agent's machine */
function remark(note) {
  element('note').textContent = note ?? ''
  element('note').hidden = !note
}

/** @param {Error | null} error */
function fail(error) {
  element('error').textContent = error?.message ?? ''
  element('error').hidden = !error
}

function show(state) {
  element('state').textContent = states[state]
  element('state').dataset.state = state
  element('quiet').disabled = state !== 'speaking'
}

function write({ who, text, isFinal }) {
  if (!isFinal) return
  const line = document.createElement('li')
  line.dataset.who = who
  line.textContent = text
  element('lines').append(line)
  line.scrollIntoView({ block: 'nearest' })
}

/** @param {boolean} microphone */
async function open(microphone) {
  remark(null)
  const connect = await connecting[element('who').value]()
  // Of two that are opened at once the later one stays.
  agent?.destroy()
  const opened = agent = new AvatarAgent({ renderer, subtitles: element('subtitles'), microphone, connect })
  opened.addEventListener('state', ({ detail }) => show(detail.state))
  opened.addEventListener('transcript', ({ detail }) => write(detail))
  opened.addEventListener('reconnecting', () => fail(new Error('The connection was lost; trying again …')))
  opened.addEventListener('connected', () => fail(null))
  opened.addEventListener('error', (event) => {
    event.preventDefault()
    fail(event.detail)
    label()
  })
  // For whoever opens the console.
  globalThis.agent = opened
  await opened.start().catch((error) => {
    if (opened === agent) throw error
  })
}

renderer.addEventListener('error', (event) => {
  event.preventDefault()
  fail(event.detail)
})

let hasMicrophone = false
function label() {
  if (agent?.state === 'idle') hasMicrophone = false
  element('talk').textContent = hasMicrophone ? 'Hang up' : 'Talk by microphone'
}

element('talk').onclick = async () => {
  fail(null)
  if (hasMicrophone) {
    hasMicrophone = false
    agent?.stop()
    show('idle')
  } else {
    try {
      await open(true)
      hasMicrophone = true
    } catch (error) {
      fail(error)
    }
  }
  label()
}

element('quiet').onclick = () => agent?.interrupt()

element('who').onchange = () => {
  agent?.stop()
  show('idle')
  label()
  fail(null)
  remark(null)
  tellWho()
}

function tellWho() {
  for (const about of document.querySelectorAll('[data-about]')) about.hidden = about.dataset.about !== element('who').value
}
// It may have been chosen before this was loaded.
tellWho()

element('write').onsubmit = async (event) => {
  event.preventDefault()
  const words = element('words').value.trim()
  if (!words) return
  fail(null)
  try {
    if (!agent || agent.state === 'idle') await open(false)
    agent.say(words)
    element('words').value = ''
  } catch (error) {
    fail(error)
  }
}
