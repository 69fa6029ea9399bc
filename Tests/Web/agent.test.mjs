// Who speaks, with clocks turned by hand, and adapters against what their agents say. Run: node --test Tests/Web
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { livekitAgent } from '../../web/sdk/agent-livekit.js'
import { Conversation, openaiAgent } from '../../web/sdk/agent-openai.js'
import { AgentTurns } from '../../web/sdk/agent-turns.js'
import { VoiceActivity } from '../../web/sdk/voice-activity.js'

/** Turns of a connected agent whose sound is heard 0.1 s late. */
function turns() {
  const turns = new AgentTurns()
  turns.delay = 0.1
  turns.connect()
  return turns
}

/** Hands in 10 ms blocks from one time to another. */
function hear(turns, isLoud, from, to) {
  for (let at = from; at < to - 1e-9; at += 0.01) turns.agent(isLoud, at)
}

test('a turn goes from listening over thinking to speaking and back', () => {
  const t = turns()
  assert.equal(t.state, 'listening')
  t.user(true, 1)
  assert.equal(t.state, 'listening')
  t.user(false, 3)
  assert.equal(t.state, 'thinking')
  hear(t, true, 4, 6)
  assert.equal(t.state, 'speaking')
  assert.ok(Math.abs(t.position(6) - 1.9) < 0.02)
  hear(t, false, 6, 6.7)
  assert.equal(t.state, 'speaking')
  hear(t, false, 6.7, 7)
  assert.equal(t.state, 'listening')
})

test('an answer that does not come is not waited for', () => {
  const t = turns()
  t.think(1)
  hear(t, false, 1, 12)
  assert.equal(t.state, 'thinking')
  hear(t, false, 12, 13.1)
  assert.equal(t.state, 'listening')
})

test('barge-in is told once, mutes the rest and says what was heard', () => {
  const t = turns()
  hear(t, true, 1, 3)
  assert.equal(t.user(true, 3), true)
  const position = t.interrupt(3)
  assert.ok(Math.abs(position - 1.9) < 0.02)
  assert.equal(t.user(true, 3.01), false)
  assert.deepEqual([t.state, t.isMuted], ['listening', true])
  // The agent goes on for a second: none of it counts.
  hear(t, true, 3, 4)
  assert.deepEqual([t.state, t.isMuted], ['listening', true])
  hear(t, false, 4, 4.35)
  assert.equal(t.isMuted, false)
  hear(t, true, 5, 5.1)
  assert.equal(t.state, 'speaking')
  assert.ok(t.position(5.3) < 0.21)
})

test('who speaks already when the agent begins barges in, once', () => {
  const t = turns()
  t.user(true, 1)
  hear(t, true, 2, 2.05)
  assert.equal(t.state, 'speaking')
  assert.equal(t.user(true, 2.05), true)
  assert.equal(t.user(true, 2.06), false)
  t.interrupt(2.06)
  // The next reply is spoken into as well.
  t.reply()
  hear(t, true, 2.1, 2.2)
  assert.deepEqual([t.user(true, 2.2), t.user(true, 2.21)], [true, false])
})

test('a voice that ends as the agent begins does not barge in, one that goes on does', () => {
  const t = turns()
  t.user(true, 1)
  // The rest of a voice is waited for although it is silent.
  hear(t, true, 2, 2.05)
  assert.equal(t.user(true, 2.05, false), false)
  assert.equal(t.user(true, 2.2, true), true)
  t.interrupt(2.2)
  t.reply()
  hear(t, true, 3, 3.05)
  assert.equal(t.user(true, 3.1, false), false)
  assert.equal(t.user(false, 3.2, false), false)
  hear(t, true, 3.05, 4)
  assert.deepEqual([t.state, t.user(true, 4)], ['speaking', true])
})

test('an agent that tells of the end is not heard before it, however it pauses', () => {
  const t = turns()
  hear(t, true, 1, 2)
  t.interrupt(2)
  t.waitForEnd()
  hear(t, false, 2, 3)
  hear(t, true, 3, 4)
  assert.deepEqual([t.state, t.isMuted], ['listening', true])
  t.replyEnd()
  hear(t, false, 4, 4.4)
  assert.equal(t.isMuted, false)
  hear(t, true, 5, 6)
  t.interrupt(6)
  t.waitForEnd()
  t.reply()
  assert.equal(t.isMuted, false)
  // There is nothing to wait for where nothing was said.
  t.interrupt(6.1)
  hear(t, false, 6.1, 9)
  t.think(9)
  t.interrupt(9)
  t.waitForEnd()
  assert.deepEqual([t.state, t.isMuted], ['listening', false])
  hear(t, true, 9, 9.1)
  assert.equal(t.state, 'speaking')
})

test('a reply that is interrupted before its first sound is not heard, and the next one is', () => {
  const t = turns()
  t.think(1)
  t.reply()
  t.interrupt(1.1)
  hear(t, false, 1.1, 1.3)
  hear(t, true, 1.3, 2)
  assert.deepEqual([t.state, t.isMuted], ['listening', true])
  t.reply()
  hear(t, true, 2, 2.1)
  assert.equal(t.state, 'speaking')
  // One that was only thought of leaves nothing to drop.
  t.replyEnd()
  hear(t, false, 2.1, 3)
  t.think(3)
  t.interrupt(3.1)
  assert.equal(t.isMuted, false)
})

test('a silence at the end of a reply is no part of what was heard', () => {
  const t = turns()
  hear(t, true, 1, 3)
  hear(t, false, 3, 3.6)
  assert.equal(t.state, 'speaking')
  assert.ok(Math.abs(t.interrupt(3.6) - 2) < 0.02)
})

test('a new reply is heard at once where the agent tells of it', () => {
  const t = turns()
  hear(t, true, 1, 3)
  t.interrupt(3)
  hear(t, true, 3, 3.1)
  t.reply()
  hear(t, true, 3.1, 3.2)
  assert.equal(t.state, 'speaking')
})

test('a reply that is told of while it sounds has a position', () => {
  const t = turns()
  hear(t, true, 1, 3)
  t.reply()
  hear(t, true, 3, 4)
  assert.ok(Math.abs(t.interrupt(4) - 0.9) < 0.02)
})

test('an answer that will not come ends the thinking, nothing else', () => {
  const t = turns()
  t.think(1)
  t.giveUp()
  assert.equal(t.state, 'listening')
  hear(t, true, 2, 3)
  t.giveUp()
  assert.equal(t.state, 'speaking')
})

test('a told end is believed sooner', () => {
  const t = turns()
  hear(t, true, 1, 2)
  t.replyEnd()
  hear(t, false, 2, 2.35)
  assert.equal(t.state, 'listening')
})

test('nothing happens while idle', () => {
  const t = turns()
  t.disconnect()
  assert.equal(t.user(true, 1), false)
  hear(t, true, 1, 2)
  t.think(2)
  assert.deepEqual([t.state, t.interrupt(2)], ['idle', 0])
})

test('a voice is heard within 35 ms, a loud one within 15, noise and clicks are none', () => {
  const listen = (levels) => {
    const activity = new VoiceActivity()
    for (let block = 0; block < 300; block++) activity.hear(-62 + (block % 5), 0.005)
    return levels.map((level) => activity.hear(level, 0.005))
  }
  assert.equal(listen(Array(8).fill(-40)).indexOf(true), 6)
  assert.equal(listen(Array(4).fill(-22)).indexOf(true), 2)
  assert.ok(!listen([-20, -20, -60, -60, -40, -40, -40, -60]).includes(true))
  assert.ok(!listen(Array.from({ length: 500 }, (_, index) => -60 + (index % 7))).includes(true))
})

test('a voice that pauses does not sound', () => {
  const activity = new VoiceActivity()
  for (let block = 0; block < 100; block++) activity.hear(-70, 0.01)
  for (let block = 0; block < 50; block++) activity.hear(-30, 0.01)
  assert.deepEqual([activity.isVoice, activity.isSounding], [true, true])
  activity.hear(-70, 0.01)
  assert.deepEqual([activity.isVoice, activity.isSounding], [true, false])
})

test('a voice lasts over its pauses and ends after half a second of silence', () => {
  const activity = new VoiceActivity()
  for (let block = 0; block < 100; block++) activity.hear(-70, 0.01)
  for (let block = 0; block < 50; block++) activity.hear(-30, 0.01)
  for (let block = 0; block < 40; block++) assert.ok(activity.hear(-70, 0.01))
  for (let block = 0; block < 10; block++) activity.hear(-30, 0.01)
  const after = Array.from({ length: 60 }, () => activity.hear(-70, 0.01))
  assert.equal(after.indexOf(false), 49)
})

test('noise that gets louder is learnt; a margin keeps an echo out', () => {
  const activity = new VoiceActivity()
  for (let block = 0; block < 2000; block++) activity.hear(-35, 0.01)
  assert.equal(activity.hear(-35, 0.01), false)
  const wary = new VoiceActivity()
  for (let block = 0; block < 600; block++) wary.hear(-50, 0.01)
  const echo = Array.from({ length: 10 }, () => wary.hear(-36, 0.01, 6))
  assert.ok(!echo.includes(true))
})

/** OpenAI's conversation with what it sends and reports; `hear` takes an event of the agent's. */
function conversation() {
  const sent = [], told = []
  const note = (name) => (...values) => told.push([name, ...values.map((value) => value?.message ?? value?.text ?? value)])
  const report = Object.fromEntries(['reply', 'replyEnd', 'thinking', 'noReply', 'bargeIn', 'transcript', 'lost'].map((name) => [name, note(name)]))
  const talk = new Conversation(report, (event) => sent.push(event))
  const take = (list) => list.splice(0)
  return {
    talk, told, hear: (type, event = {}) => talk.hear(JSON.stringify({ type, ...event })),
    sent: () => take(sent).map(({ type }) => type), last: () => sent.at(-1),
  }
}

test('OpenAI: one typed line is answered at once', () => {
  const { talk, sent } = conversation()
  talk.say('One')
  assert.deepEqual(sent(), ['conversation.item.create', 'response.create'])
})

test('OpenAI: a line that is typed while the agent thinks takes the place of the one before', () => {
  const { talk, hear, sent, told } = conversation()
  talk.say('One')
  hear('response.created')
  sent()
  talk.say('Two')
  assert.deepEqual(sent(), ['conversation.item.create', 'response.cancel', 'output_audio_buffer.clear'])
  talk.say('Three')
  assert.deepEqual(sent(), ['conversation.item.create'])
  hear('response.output_audio_transcript.delta', { delta: 'One is' })
  hear('response.done', { response: { status: 'cancelled' } })
  assert.deepEqual(sent(), ['response.create'])
  hear('response.created')
  hear('response.done', { response: { status: 'completed' } })
  assert.deepEqual(sent(), [])
  assert.deepEqual(told.map(([name, text]) => text ?? name), ['One', 'reply', 'Two', 'Three', 'reply'])
})

test('OpenAI: two lines before the agent has begun are answered once, by the second response', () => {
  const { talk, hear, sent, told } = conversation()
  talk.say('One')
  talk.say('Two')
  assert.deepEqual(sent(), ['conversation.item.create', 'response.create', 'conversation.item.create'])
  hear('response.created')
  assert.deepEqual(sent(), ['response.cancel', 'output_audio_buffer.clear'])
  hear('response.done', { response: { status: 'cancelled' } })
  assert.deepEqual(sent(), ['response.create'])
  hear('response.created')
  assert.deepEqual(told.filter(([name]) => name === 'reply').length, 1)
})

test("OpenAI: where the agent's own ear was faster the line is answered next", () => {
  const { talk, hear, sent } = conversation()
  hear('input_audio_buffer.speech_stopped')
  talk.say('One')
  hear('response.created')
  sent()
  hear('error', { error: { code: 'conversation_already_has_active_response', event_id: 'flexatar_1' } })
  assert.deepEqual(sent(), ['response.cancel', 'output_audio_buffer.clear'])
  hear('response.done', { response: { status: 'cancelled' } })
  assert.deepEqual(sent(), ['response.create'])
})

test('OpenAI: an agent that thinks is told that no answer is wanted', () => {
  const { talk, hear, sent, told } = conversation()
  talk.say('One')
  hear('response.created')
  sent()
  talk.interrupt(0)
  assert.deepEqual(sent(), ['response.cancel', 'output_audio_buffer.clear'])
  hear('response.done', { response: { status: 'cancelled' } })
  assert.deepEqual([sent(), told.at(-1)], [[], ['noReply']])
  // Before it has begun there is nothing to cancel yet: typed, then spoken.
  talk.say('Two')
  talk.interrupt(0)
  sent()
  hear('response.created')
  assert.deepEqual(sent(), ['response.cancel', 'output_audio_buffer.clear'])
  hear('response.done', { response: { status: 'cancelled' } })
  hear('input_audio_buffer.speech_stopped')
  talk.interrupt(0)
  assert.deepEqual(sent(), ['output_audio_buffer.clear'])
  hear('response.created')
  assert.deepEqual(sent(), ['response.cancel', 'output_audio_buffer.clear'])
  hear('response.done', { response: { status: 'cancelled' } })
  // Who speaks on has it answered.
  hear('input_audio_buffer.speech_stopped')
  talk.interrupt(0)
  hear('input_audio_buffer.speech_started')
  hear('input_audio_buffer.speech_stopped')
  sent()
  hear('response.created')
  assert.deepEqual([sent(), told.at(-1)], [[], ['reply']])
})

test('OpenAI: a reply is cut where it was heard, one that is over is left whole', () => {
  const { talk, hear, sent, last } = conversation()
  hear('response.created')
  hear('response.output_item.added', { item: { type: 'message', id: 'item_1' } })
  hear('response.done', { response: { status: 'completed' } })
  talk.interrupt(1.5)
  assert.deepEqual(last(), { type: 'conversation.item.truncate', item_id: 'item_1', content_index: 0, audio_end_ms: 1500 })
  assert.deepEqual(sent(), ['output_audio_buffer.clear', 'conversation.item.truncate'])
  hear('response.created')
  hear('response.output_item.added', { item: { type: 'message', id: 'item_2' } })
  hear('response.done', { response: { status: 'completed' } })
  hear('output_audio_buffer.stopped')
  talk.say('One')
  talk.interrupt(0)
  assert.ok(!sent().includes('conversation.item.truncate'))
})

test('OpenAI: a response that fails or is refused ends the thinking, and the next line is answered', () => {
  const { talk, hear, sent, told } = conversation()
  talk.say('One')
  hear('response.created')
  hear('response.done', { response: { status: 'failed', status_details: { error: { message: 'Your quota is used up.' } } } })
  assert.deepEqual(told.at(-1), ['noReply', 'The agent says: Your quota is used up.'])
  talk.say('Two')
  sent()
  hear('error', { error: { code: 'invalid_value', message: 'No.', event_id: 'flexatar_2' } })
  assert.deepEqual(told.at(-1), ['noReply', 'The agent says: No.'])
  talk.say('Three')
  assert.deepEqual(sent(), ['conversation.item.create', 'response.create'])
  // One that has ended by itself before it could be cancelled.
  hear('response.created')
  talk.say('Four')
  sent()
  hear('error', { error: { code: 'response_cancel_not_active' } })
  assert.deepEqual(sent(), ['response.create'])
})

/** Opens a session with a service that answers so, one after the other; how often each token was shown, and the failure. */
async function open(t, token, answers) {
  const shown = []
  t.mock.method(globalThis, 'fetch', async (_, { headers }) => {
    shown.push(headers.Authorization.slice('Bearer '.length))
    const [status, code] = answers.shift()
    return new Response(JSON.stringify({ code, detail: `It is ${code}.` }), { status })
  })
  // Nothing is offered before there is a secret.
  globalThis.RTCPeerConnection = class {
    addTransceiver() {}
    close() {}
  }
  const connect = openaiAgent({ session: 'https://faces.example.com/agent/session', token })
  const failure = await connect({ microphone: null, signal: new AbortController().signal, report: {} }).catch((error) => error)
  delete globalThis.RTCPeerConnection
  return { shown, failure }
}

test('OpenAI: a token that has ended is fetched anew, twice at most', async (t) => {
  const fetched = () => {
    let count = 0
    return async (...given) => `token ${++count}${given.length > 0 ? ' of somebody' : ''}`
  }
  const ended = [403, 'token_ended']
  const seldom = await open(t, fetched(), [ended, ended, [404, 'no_agent']])
  assert.deepEqual(seldom.shown, ['token 1', 'token 2', 'token 3'])
  assert.deepEqual([seldom.failure.code, seldom.failure.message], ['agent-refused', 'The agent refuses: It is no_agent.'])
  const always = await open(t, fetched(), [ended, ended, ended])
  assert.deepEqual([always.shown.length, always.failure.message], [3, 'The agent refuses: It is token_ended.'])
  // Another token would be refused, too; and there is no other one of a token that was said.
  assert.deepEqual((await open(t, fetched(), [[403, 'subscription_expired']])).shown, ['token 1'])
  assert.deepEqual((await open(t, 'fixed', [ended])).shown, ['fixed'])
})

/** An agent in a room that is no room; what is reported, and the link. */
async function inRoom(options = {}) {
  const handlers = {}, told = []
  let text
  const agent = { identity: 'bot', attributes: { 'lk.agent.state': 'listening' }, trackPublications: new Map([['a', { kind: 'audio', track: {} }]]) }
  const room = {
    remoteParticipants: new Map([['bot', agent]]), localParticipant: { identity: 'me' },
    on: (name, handler) => { handlers[name] = handler }, off: (name) => { delete handlers[name] },
    registerTextStreamHandler: (_, handler) => { text = handler }, unregisterTextStreamHandler() {},
  }
  const report = Object.fromEntries(['reply', 'replyEnd', 'thinking', 'transcript'].map((name) => [name, (...values) => told.push([name, ...values])]))
  const link = await livekitAgent(room, options)({ report, signal: new AbortController().signal })
  return {
    link, told, become: (state) => handlers.participantAttributesChanged({ 'lk.agent.state': state }, agent),
    change: (changed) => handlers.participantAttributesChanged(changed, agent),
    /** A stream as livekit-client has it: what its end says of it is added to what its beginning said. */
    async say(identity, pieces, attributes, end = {}) {
      const info = { attributes }
      const reader = (async function* () {
        yield* pieces
        info.attributes = { ...attributes, ...end }
      })()
      await text(Object.assign(reader, { info }), { identity })
    },
  }
}

test('LiveKit: a guess at what the user says is not final, whatever it is a stream of', async () => {
  const { told, say } = await inRoom()
  const guess = { 'lk.segment_id': 'S1', 'lk.transcription_final': 'false' }
  await say('me', ['what'], guess)
  await say('me', ['what time'], guess)
  await say('me', ['What time is it?'], { ...guess, 'lk.transcription_final': 'true' })
  await say('bot', ['Half ', 'past.'], { 'lk.segment_id': 'S2', 'lk.transcription_final': 'false' }, { 'lk.transcription_final': 'true' })
  await say('bot', ['Bye.'], {})
  assert.deepEqual(told.map(([, { who, text, isFinal, line }]) => [who, line, text, isFinal]), [
    ['user', 'S1', 'what', false], ['user', 'S1', 'what time', false], ['user', 'S1', 'What time is it?', false],
    ['user', 'S1', 'What time is it?', true], ['agent', 'S2', 'Half ', false], ['agent', 'S2', 'Half past.', false],
    ['agent', 'S2', 'Half past.', true], ['agent', undefined, 'Bye.', false], ['agent', undefined, 'Bye.', true],
  ])
})

test('LiveKit: an interruption is passed on, and lasts until the agent no longer speaks', async () => {
  const calls = []
  const { link, told, become, change } = await inRoom({ interrupt: (...values) => calls.push(values) })
  become('thinking')
  assert.equal(link.interrupt(0), false)
  become('speaking')
  change({ mood: 'good' })
  assert.equal(link.interrupt(1.5), true)
  become('listening')
  assert.equal(link.interrupt(0), false)
  assert.deepEqual(calls, [[0, 'bot'], [1.5, 'bot'], [0, 'bot']])
  assert.deepEqual(told.map(([name]) => name), ['replyEnd', 'thinking', 'reply', 'replyEnd'])
})

test('LiveKit: an RPC that fails is no error of the page', async (t) => {
  const warned = t.mock.method(console, 'warn', () => {})
  const { link } = await inRoom({ interrupt: () => { throw new Error('no such method') } })
  link.interrupt(1)
  await new Promise(setImmediate)
  assert.match(warned.mock.calls[0].arguments[0], /no such method/)
  assert.equal((await inRoom()).link.interrupt(1), false)
})
