// What the parts of the demo page are made of.

export const element = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id))

/** @param {string} id @param {string} text */
export function hint(id, text, bad = false) {
  element(id).textContent = text
  element(id).classList.toggle('bad', bad)
}

/** @param {string} tag @param {Record<string, any>} properties @param {...(Node | string)} children */
export function make(tag, properties, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes('-') || name === 'role') made.setAttribute(name, value)
    else /** @type {any} */ (made)[name] = value
  }
  made.append(...children)
  return made
}

/**
 * Presses one of a group's choices.
 * @param {HTMLElement} group
 * @param {Element | null} chosen
 */
export function check(group, chosen) {
  for (const choice of group.querySelectorAll('[role=radio]')) {
    choice.setAttribute('aria-checked', String(choice === chosen))
  }
}

/** @param {string} name @param {string} value */
export function remember(name, value) {
  try { localStorage.setItem(`flexatar ${name}`, value) } catch { /* private windows */ }
}

/** @param {string} name */
export function remembered(name) {
  try { return localStorage.getItem(`flexatar ${name}`) } catch { return null }
}
