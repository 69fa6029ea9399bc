/**
 * Asks this page's own server, which keeps the API secret and asks the service.
 * @param {'buy' | 'list' | 'token' | 'delete'} call
 * @param {{user?: string}} body
 * @returns {Promise<any>} the answer, null where there is none; rejects with a sentence for people
 */
export async function ask(call, body = {}) {
  const answer = await fetch(`/customer/${call}`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  })
  if (answer.status === 204) return null
  const content = await answer.json().catch(() => null)
  if (answer.ok) return content
  if (answer.status === 404 || answer.status === 405) {
    throw new Error('This server has no account for its demo. Set FLEXATAR_API_SECRET in .env, as ./run.sh does.')
  }
  throw new Error(content?.detail ?? `The server answered ${answer.status}.`)
}

/** Which of the visitor's users the page is for, by `?user=anna`; null: everything stays on this device. */
export const user = new URLSearchParams(location.search).get('user')

/** The user's token, asked for by need. */
export const token = user ? async () => (await ask('token', { user })).token : null
