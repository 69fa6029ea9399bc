import { createElement, useEffect, useRef } from 'react'
import './element.js'

/**
 * @typedef {object} FlexatarProps
 * @property {string} [avatar] its address
 * @property {string} [avatar2] of a second one to mix with
 * @property {number} [mix] 0...1
 * @property {string} [background]
 * @property {string} [emotion]
 * @property {string} [framing]
 * @property {string} [headMotion]
 * @property {string} [files] where the engine's files are served
 * @property {string} [label] for screen readers
 * @property {boolean} [muted] its voice is not played here
 * @property {number} [width] pixels of the picture
 * @property {number} [height]
 * @property {import('./sound-input.js').SoundSource | null} [voice]
 * @property {(element: import('./element.js').FlexatarAvatar) => void} [onReady] the engine runs: `element.renderer`
 * @property {(slot: number) => void} [onAvatar] a face has appeared
 * @property {(error: import('./errors.js').FlexatarError) => void} [onError]
 * @property {string} [className]
 * @property {object} [style]
 */

/**
 * `<flexatar-avatar>` for React 18 and later. React's strict mode, which mounts twice, costs nothing: the element that is
 * taken away and put back goes on.
 *
 *     <Flexatar avatar="/files/default.ftar" voice={stream} onError={setError} />
 *
 * @param {FlexatarProps} props
 * @returns {any} an element of React's, whose types are not needed here
 */
export function Flexatar({ voice = null, muted = false, headMotion, onReady, onAvatar, onError, className, ...attributes }) {
  /** @type {{current: import('./element.js').FlexatarAvatar | null}} */
  const element = useRef(null)
  const told = useRef({ onReady, onAvatar, onError })
  told.current = { onReady, onAvatar, onError }

  useEffect(() => {
    const here = element.current
    if (!here) return
    const ready = () => told.current.onReady?.(here)
    const avatar = (/** @type {any} */ { detail }) => told.current.onAvatar?.(detail.slot)
    const error = (/** @type {any} */ event) => {
      if (!told.current.onError) return
      event.preventDefault()
      told.current.onError(event.detail)
    }
    const listeners = /** @type {const} */ ([['ready', ready], ['avatar', avatar], ['error', error]])
    for (const [name, listener] of listeners) here.addEventListener(name, listener)
    return () => {
      for (const [name, listener] of listeners) here.removeEventListener(name, listener)
    }
  }, [])
  useEffect(() => {
    if (element.current) element.current.voice = voice
  }, [voice])

  return createElement('flexatar-avatar', {
    ...attributes, ref: element, class: className, muted: muted ? '' : undefined, 'head-motion': headMotion,
  })
}
