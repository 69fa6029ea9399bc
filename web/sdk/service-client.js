import { ServiceError } from './errors.js'
import { withToken } from './user-token.js'

/** How long an order is asked for, seconds. */
const patience = 180
/** A slower upload goes nowhere, bytes a second. */
const slowest = 30_000

/**
 * An avatar that the service keeps.
 * @typedef {{id: string, created: number, ftar: string, preview: string}} ServiceAvatar
 */

/** The service's calls for browsers, with the token that the customer's own server fetches. */
export class ServiceClient {
  /** How long an answer and each further part of it is waited for, seconds: a connection that swallows what is sent is none. */
  static patience = 30

  /**
   * @param {string | URL} url where the service is
   * @param {() => Promise<string>} getToken
   */
  constructor(url, getToken) {
    this.url = new URL(url, document.baseURI)
    this.getToken = getToken
    /** @type {string | null} */
    this.token = null
  }

  /** What the token says of its user, whatever subscription; null where it says nothing. */
  async subject() {
    try {
      const claims = JSON.parse(atob((await this.fetchToken()).split('.')[1].replace(/-/g, '+').replace(/_/g, '/')))
      const user = claims.user ?? claims.sub
      return typeof user === 'string' ? user : null
    } catch (error) {
      if (error instanceof ServiceError) throw error
      return null
    }
  }

  async fetchToken() {
    if (this.token) return this.token
    /** @type {unknown} */
    let token
    try {
      token = await timely(this.getToken())
    } catch (error) {
      if (error instanceof ServiceError) throw error
      // Browsers tell a server that cannot be reached as a TypeError.
      if (error instanceof TypeError || !navigator.onLine) throw offline()
      throw new ServiceError('no-token', 'This page could not fetch a token for you. Please try again later.')
    }
    if (typeof token !== 'string' || token === '') throw new ServiceError('no-token', 'This page has no token for you. Please sign in again.')
    return (this.token = token)
  }

  /**
   * @param {string} method @param {string} path @param {object} [body]
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>} the answer; null where there is none
   */
  async ask(method, path, body, signal) {
    const send = (/** @type {string} */ token) => this.fetch(new URL(path, this.url), {
      method, headers: { Authorization: `Bearer ${token}`, ...(body && { 'Content-Type': 'application/json' }) },
      body: body && JSON.stringify(body), signal,
    })
    const answer = await withToken(() => this.fetchToken(), send, () => { this.token = null })
    if (answer.ok) return answer.status === 204 ? null : read(answer)
    const problem = await answer.json().catch(() => null) ?? {}
    if (problem.code === 'restricted') throw new ServiceError('restricted', 'Your access does not include this.')
    if (problem.code === 'subscription_expired') throw new ServiceError('expired', 'The subscription has ended; faces can neither be made nor deleted.')
    if (answer.status === 401 || answer.status === 403) {
      this.token = null
      throw new ServiceError('unauthorised', 'The service does not know you. Please sign in again.')
    }
    throw new ServiceError('service-failed', problem.detail ?? `The service answered ${answer.status}.`)
  }

  /**
   * The whole answer.
   * @param {URL | string} url
   * @param {RequestInit} request its signal gives it up
   * @param {number} [silence] seconds that may pass without a byte of the answer
   * @returns {Promise<Response>} rejects with a `ServiceError`, `offline`, or with the signal's reason
   */
  async fetch(url, { signal, ...request }, silence = ServiceClient.patience) {
    const giving = new AbortController()
    const giveUp = () => giving.abort()
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer
    const wait = () => {
      clearTimeout(timer)
      timer = setTimeout(giveUp, 1000 * silence)
    }
    signal?.addEventListener('abort', giveUp)
    if (signal?.aborted) giveUp()
    wait()
    try {
      const answer = await fetch(url, { ...request, signal: giving.signal })
      const parts = answer.body?.pipeThrough(new TransformStream({
        transform(part, whole) {
          wait()
          whole.enqueue(part)
        },
      }))
      const whole = await new Response(parts).blob()
      return new Response(whole.size > 0 ? whole : null, { status: answer.status })
    } catch {
      throw signal?.aborted ? signal.reason : offline()
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', giveUp)
    }
  }

  /** @returns {Promise<{exp: number, is_expired: boolean, testing: boolean, restricted: boolean}>} */
  info() { return this.ask('GET', '/info') }

  /**
   * Counts today's use.
   * @returns {Promise<{block?: string}>}
   */
  session() { return this.ask('GET', '/session') }

  /** @param {AbortSignal} [signal] @returns {Promise<ServiceAvatar[]>} */
  async list(signal) {
    const { list } = await this.ask('POST', '/list', {}, signal)
    if (!Array.isArray(list)) throw strange()
    return list
  }

  /** @param {string} id */
  delete(id) { return this.ask('DELETE', `/${encodeURIComponent(id)}`) }

  /**
   * Tells the operator's log what went wrong.
   * @param {string} code
   */
  log(code) { return this.ask('POST', '/log', { code }) }

  /**
   * The bytes behind a link that the service gave.
   * @param {string} link
   * @param {AbortSignal} [signal]
   */
  async download(link, signal) {
    const answer = await this.fetch(link, { signal })
    if (!answer.ok) throw new ServiceError('service-failed', `The service answered ${answer.status}.`)
    return answer.arrayBuffer()
  }

  /**
   * Has an avatar made of a photo.
   * @param {Blob} photo
   * @param {(share: number) => void} onProgress 0...1
   * @param {AbortSignal} [signal] gives it up
   * @param {import('./photo.js').Place | null} [face] which of several; the only or clearly largest one unless told
   * @returns {Promise<string>} its id; rejects with a `ServiceError`, `bad-photo` with the gate's code in `reason`, or with the
   *   signal's reason
   */
  async create(photo, onProgress, signal, face = null) {
    const order = await this.ask('POST', '/make', { face }, signal)
    if (order.block === 'queue_limit') throw new ServiceError('queue-limit', 'Several faces are being made already. Please wait for them.')
    if (order.block) throw new ServiceError('subscription-limit', 'This month\u2019s faces are used up.')
    onProgress(0.1)
    await this.upload(order.link, photo, signal)
    onProgress(0.4)
    const end = performance.now() + patience * 1000
    let isLost = false
    for (let wait = 250; performance.now() < end; wait = Math.min(2000, wait * 1.3)) {
      // The service goes on while it cannot be reached.
      const answer = await this.fetch(order.poll, { signal }).catch((error) => {
        if (!(error instanceof ServiceError)) throw error
        return null
      })
      isLost = answer === null
      if (answer?.ok) {
        const ended = await read(answer)
        if (ended.success) return ended.id
        throw new ServiceError('bad-photo', ended.message ?? 'The photo cannot become a face.', ended.code)
      }
      if (answer && answer.status !== 404) throw new ServiceError('service-failed', `The service answered ${answer.status}.`)
      onProgress(Math.min(0.95, 0.4 + 0.1 * Math.log2(1 + (performance.now() - end + patience * 1000) / 500)))
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
    throw isLost ? offline() : new ServiceError('service-failed', 'The service takes too long. The face may appear later.')
  }

  /**
   * Posts a file by the form that the service gave.
   * @param {{url: string, fields: {[name: string]: string}}} form
   * @param {Blob} file
   * @param {AbortSignal} [signal]
   */
  async upload({ url, fields }, file, signal) {
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    form.append('file', file)
    const answer = await this.fetch(url, { method: 'POST', body: form, signal }, ServiceClient.patience + file.size / slowest)
    if (answer.ok) return
    const reason = (await answer.text()).match(/<Message>([^<]*)<\/Message>/)?.[1]
    throw new ServiceError('service-failed', reason ?? 'The photo could not be uploaded.')
  }
}

/**
 * What the service says; somebody else may answer in its place: a hotel's network, another server.
 * @param {Response} answer
 * @returns {Promise<any>} an object
 */
async function read(answer) {
  const said = await answer.json().catch(() => null)
  if (typeof said !== 'object' || said === null) throw strange()
  return said
}

/**
 * @template Value
 * @param {Promise<Value>} answer
 * @returns {Promise<Value>} rejects where it does not come
 */
function timely(answer) {
  /** @type {number | undefined} */
  let timer
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(offline()), 1000 * ServiceClient.patience) })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}

const strange = () => new ServiceError('service-failed', 'What answers is not the service. Please try again later.')
const offline = () => new ServiceError('offline', 'There is no connection. Faces kept on this device still work.')
