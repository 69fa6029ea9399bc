/** Fetching a new token helps at most so often. */
const refreshes = 2
/** Of these a 403 says that the token was good. */
const forbidden = ['restricted', 'subscription_expired']

/**
 * Asks the service with a user's token, and again with a new one where it refuses that.
 * @param {() => Promise<string>} getToken
 * @param {(token: string) => Promise<Response>} ask
 * @param {() => void} [forget] the last token, before a new one is asked for
 * @returns {Promise<Response>} the last answer
 */
export async function withToken(getToken, ask, forget = () => {}) {
  for (let refreshed = 0; ; refreshed++) {
    const answer = await ask(await getToken())
    if (answer.status !== 403 || refreshed === refreshes) return answer
    const problem = await answer.clone().json().catch(() => null)
    if (forbidden.includes(problem?.code)) return answer
    forget()
  }
}
