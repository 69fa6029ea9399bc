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

/**
 * Whether a control is to be seen. Names: faces, new, camera, favourite, delete, reload, erase, mix, presets, mood, motion,
 * background, upload, picture, size, status.
 * @param {string} control
 */
export const shows = (control) => !hidden.has(control)
