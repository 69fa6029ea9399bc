// Who speaks, with clocks turned by hand. Run: node --test Tests/Web
import assert from 'node:assert/strict'
import { test } from 'node:test'
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
