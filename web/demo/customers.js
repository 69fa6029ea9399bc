// The demo as a customer of the service sees it: buy subscriptions for users, list and end them, and what was asked.
import { element } from '../pages/element.js'
import { ask } from './customer.js'

const at = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id))
const calls = { buy: 'buysubscription', list: 'listsubscription', token: 'usertoken', delete: 'delsubscription' }

/**
 * Asks, and writes down what was asked and answered.
 * @param {keyof typeof calls} call
 * @param {{user?: string}} [body]
 */
async function logged(call, body = {}) {
  const began = performance.now()
  const line = (/** @type {string} */ end, bad = false) => {
    const ms = Math.round(performance.now() - began)
    at('log').prepend(element(bad ? 'li.bad' : 'li', {}, element('time', {}, new Date().toLocaleTimeString()), ' ',
      element('code', {}, `POST /b2b/${calls[call]}`), ` ${body.user ?? ''} `, element('span', {}, `${end} · ${ms} ms`)))
    while (at('log').children.length > 50) at('log').lastChild.remove()
  }
  try {
    const answer = await ask(call, body)
    line('done')
    return answer
  } catch (error) {
    line(/** @type {Error} */ (error).message, true)
    throw error
  }
}

/** @param {string} text */
const problem = (text) => { at('customersProblem').textContent = text }

async function show() {
  const { list } = await logged('list')
  at('users').replaceChildren(...list.map(row))
  at('usersHead').hidden = list.length === 0
}

/** @param {{user: string, exp: number}} subscription */
function row({ user, exp }) {
  const remove = element('button', { type: 'button' }, 'Delete')
  remove.addEventListener('click', () => act(async () => {
    if (!confirm(`End the subscription of ${user}?`)) return
    await logged('delete', { user })
    await show()
  }))
  const query = `?user=${encodeURIComponent(user)}`
  return element('tr', {}, element('td', {}, user), element('td', {}, new Date(exp * 1000).toLocaleDateString()),
    element('td.actions', {}, element('a', { href: `/camera${query}` }, 'Virtual camera'),
      element('a', { href: `/films${query}` }, 'Films'), element('a', { href: `/agent${query}` }, 'Agent'), remove))
}

/** @param {() => Promise<void>} what */
async function act(what) {
  problem('')
  try {
    await what()
  } catch (error) {
    problem(/** @type {Error} */ (error).message)
  }
}

at('buy').addEventListener('submit', (/** @type {Event} */ event) => {
  event.preventDefault()
  const user = at('newUser').value.trim()
  if (user) act(async () => {
    await logged('buy', { user })
    at('newUser').value = ''
    await show()
  })
})
// Opened when it is looked at: the talking page does not wait for it.
at('customers').addEventListener('toggle', () => { if (at('customers').open) act(show) })
