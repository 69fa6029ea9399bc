/**
 * Who takes dropped and pasted files.
 * @type {{type: RegExp, words: string, may: () => boolean, take: (file: Blob) => void}[]}
 */
const takers = []

/** @param {string} type */
const taker = (type) => takers.find((one) => one.type.test(type) && one.may())

/**
 * Takes files that are dropped or pasted anywhere.
 * @param {RegExp} type of the files, as MIME has it
 * @param {string} words what becomes of them
 * @param {() => boolean} may
 * @param {(file: Blob) => void} take
 */
export function takeFiles(type, words, may, take) {
  takers.push({ type, words, may, take })
  if (takers.length > 1) return
  const drop = /** @type {HTMLElement} */ (document.getElementById('drop'))
  addEventListener('dragover', (event) => {
    event.preventDefault()
    const found = taker(event.dataTransfer?.items[0]?.type ?? '')
    if (found) drop.textContent = found.words
    drop.classList.toggle('shown', found !== undefined)
  })
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) drop.classList.remove('shown')
  })
  addEventListener('drop', (event) => {
    event.preventDefault()
    drop.classList.remove('shown')
    giveFile(event.dataTransfer?.files[0])
  })
  addEventListener('paste', (event) => giveFile(/** @type {ClipboardEvent} */ (event).clipboardData?.files[0]))
}

/**
 * As if it had been dropped.
 * @param {Blob | undefined} file
 */
export function giveFile(file) {
  if (file) taker(file.type)?.take(file)
}
