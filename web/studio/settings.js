// What the address of the studio asks for: `?lang=de&theme=dark&hide=camera,mood&parent=https://example.com`.

const query = new URLSearchParams(location.search)
const hidden = new Set((query.get('hide') ?? '').split(',').filter(Boolean))

/** The origin of the page that the studio lies in. */
export const parentOrigin = query.get('parent') ?? ''

/** The language asked for, or the browser's. */
export const language = query.get('lang') ?? navigator.language

/** The tab to begin with. */
export const firstTab = query.get('tab')

const theme = query.get('theme')
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme

/** What `hide` may name: the tabs, each followed by what is on it; then what the film maker has, and the line of sentences. */
const controls = [
  'faces', 'new', 'camera', 'favourite', 'delete', 'reload', 'erase',
  'mix', 'amount', 'shares', 'kind', 'swing', 'presets',
  'mood', 'feeling', 'strength', 'once', 'motion', 'friendliness',
  'background', 'photo', 'blur', 'transparent', 'colour', 'pictures', 'upload',
  'picture', 'framing', 'round', 'mirrored', 'size',
  'sound', 'record', 'film', 'rate', 'format', 'status',
]

for (const name of hidden) {
  if (!controls.includes(name)) console.warn(`There is no control “${name}” to hide: ${controls.join(', ')}.`)
}

/**
 * Whether a control is to be seen.
 * @param {string} control
 */
export const shows = (control) => !hidden.has(control)
