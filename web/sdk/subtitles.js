/** What is said, as text over the picture: a line for each of the two, the newest alone after a while. */
export class Subtitles {
  /** A finished line stays for this long, milliseconds, and so much more for each letter. */
  static shortest = 2500
  static letter = 60

  /** @param {HTMLElement} element styled by the page: lines are `p` with `data-who` */
  constructor(element) {
    this.element = element
    element.setAttribute('aria-live', 'polite')
    /** @type {Map<string, {line: HTMLElement, timer: ReturnType<typeof setTimeout> | undefined}>} */
    this.lines = new Map()
  }

  /** @param {import('./agent-link.js').Transcript} transcript */
  show({ who, text, isFinal }) {
    let held = this.lines.get(who)
    if (!held) {
      const line = document.createElement('p')
      line.dataset.who = who
      this.lines.set(who, held = { line, timer: undefined })
      this.element.append(line)
    }
    clearTimeout(held.timer)
    held.line.textContent = text
    if (isFinal) held.timer = setTimeout(() => this.hide(who), Subtitles.shortest + Subtitles.letter * text.length)
  }

  /** @param {string} who */
  hide(who) {
    this.lines.get(who)?.line.remove()
    this.lines.delete(who)
  }

  clear() {
    for (const [who, { timer }] of this.lines) {
      clearTimeout(timer)
      this.hide(who)
    }
  }
}
