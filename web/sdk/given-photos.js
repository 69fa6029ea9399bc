import { isPhoto } from './messages.js'

/**
 * Takes the photos that are dropped on elements, or pasted anywhere while the studio is to be seen and nobody writes.
 * What the page itself has handled (`preventDefault`) is left to it.
 * @param {HTMLElement[]} elements
 * @param {HTMLElement} studio
 * @param {(photo: Blob) => void} take
 * @returns {() => void} takes no more
 */
export function takePhotos(elements, studio, take) {
  const over = new AbortController()
  const { signal } = over
  const give = (/** @type {Event} */ event, /** @type {DataTransfer | null} */ data) => {
    const photo = [...data?.files ?? []].find(isPhoto)
    if (!photo) return
    event.preventDefault()
    take(photo)
  }
  for (const element of elements) {
    element.addEventListener('dragover', (event) => { if (hasFiles(event)) event.preventDefault() }, { signal })
    element.addEventListener('drop', (event) => {
      if (event.defaultPrevented || !hasFiles(event)) return
      // The browser would open the file in the page's place.
      event.preventDefault()
      give(event, event.dataTransfer)
    }, { signal })
  }
  document.addEventListener('paste', (event) => {
    const isSeen = studio.getClientRects().length > 0
    if (!event.defaultPrevented && isSeen && !isWriting()) give(event, event.clipboardData)
  }, { signal })
  return () => over.abort()
}

/** @param {DragEvent} event */
const hasFiles = ({ dataTransfer }) => Boolean(dataTransfer?.types.includes('Files'))

/** Whether what is pasted goes into a text. */
function isWriting() {
  let focused = document.activeElement
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement
  return focused instanceof HTMLElement && (focused.matches('input, textarea') || focused.isContentEditable)
}
