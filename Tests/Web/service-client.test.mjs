// How long the service is waited for, against a server that trickles, stands still and goes away. Run: node --test Tests/Web
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { test } from 'node:test'

Object.defineProperty(globalThis, 'navigator', { value: { onLine: true }, configurable: true })

/** What is waited for in vain fails. */
const limit = { timeout: 60_000 }

/** Calls `use` with a client of a server that answers as `answer` does. */
async function withService(answer, use) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${server.address().port}`
  globalThis.document = { baseURI: url }
  const { ServiceClient } = await import('../../web/sdk/service-client.js')
  try {
    await use(new ServiceClient(url, async () => 'token'), url, ServiceClient)
  } finally {
    ServiceClient.patience = 30
    server.closeAllConnections()
    server.close()
  }
}

test('a download may last as long as parts of it come', limit, () => withService((_, answer) => {
  let parts = 0
  const clock = setInterval(() => {
    answer.write('part')
    if (++parts === 45) {
      clearInterval(clock)
      answer.end()
    }
  }, 100)
}, async (client, url, ServiceClient) => {
  ServiceClient.patience = 3
  const began = performance.now()
  const bytes = await client.download(`${url}/long`)
  assert.equal(bytes.byteLength, 180)
  assert.ok(performance.now() - began > 3000)
}))

test('a download that stands still is given up', limit, () => withService((_, answer) => {
  answer.write('part')
}, async (client, url, ServiceClient) => {
  ServiceClient.patience = 0.5
  await assert.rejects(client.download(`${url}/still`), { code: 'offline' })
}))

test('an answer that breaks off is no connection', limit, () => withService((_, answer) => {
  answer.writeHead(200, { 'Content-Length': '100' })
  answer.write('part', () => answer.destroy())
}, async (client, url) => {
  await assert.rejects(client.download(`${url}/broken`), { code: 'offline' })
}))

test('an upload has longer the larger it is', limit, () => withService((request, answer) => {
  request.resume()
  setTimeout(() => answer.end(), 3000)
}, async (client, url, ServiceClient) => {
  ServiceClient.patience = 0.5
  await client.upload({ url, fields: {} }, new Blob([new Uint8Array(1_000_000)]))
  await assert.rejects(client.upload({ url, fields: {} }, new Blob(['small'])), { code: 'offline' })
}))

test('what is given up ends at once, before an answer and in the middle of one', limit, async () => {
  for (const first of [null, 'part']) {
    await withService((_, answer) => {
      if (first) answer.write(first)
      asked()
    }, async (client, url) => {
      const giving = new AbortController()
      const arrived = new Promise((resolve) => { asked = resolve })
      const end = client.download(url, giving.signal)
      arrived.then(() => setTimeout(() => giving.abort(new Error('enough')), 100))
      await assert.rejects(end, { message: 'enough' })
    })
  }
})

let asked = () => {}

test('an order outlives polls that come to nothing', limit, () => {
  let polls = 0
  return withService((request, answer) => {
    const { pathname, origin } = new URL(request.url, `http://${request.headers.host}`)
    request.resume()
    if (pathname === '/make') {
      answer.setHeader('Content-Type', 'application/json')
      answer.end(JSON.stringify({ id: 'one', link: { url: `${origin}/up`, fields: {} }, poll: `${origin}/poll` }))
    } else if (pathname === '/up') answer.end()
    // The first is swallowed, the second is cut off, the third is too early.
    else if (++polls === 2) answer.destroy()
    else if (polls === 3) answer.writeHead(404).end()
    else if (polls > 3) answer.end('{"success": true, "id": "one"}')
  }, async (client, _, ServiceClient) => {
    ServiceClient.patience = 4
    const shares = []
    assert.equal(await client.create(new Blob(['photo']), (share) => shares.push(share)), 'one')
    assert.equal(polls, 4)
    assert.deepEqual(shares, [...shares].sort())
  })
})

test('a server that cannot be reached gives no token, which is no connection', limit, () => withService(() => {}, async (_, url) => {
  const { ServiceClient } = await import('../../web/sdk/service-client.js')
  const dead = new ServiceClient(url, async () => (await fetch('http://127.0.0.1:9/')).text())
  await assert.rejects(dead.subject(), { code: 'offline' })
  const signedOut = new ServiceClient(url, async () => { throw new Error('signed out') })
  await assert.rejects(signedOut.subject(), { code: 'no-token' })
}))
