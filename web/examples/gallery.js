import { element } from '/pages/element.js'

const examples = [
  {
    title: 'A script tag', page: 'script-tag', sources: ['script-tag.html', 'script-tag.js'],
    text: 'The element, and a voice for it.',
  },
  {
    title: 'React', page: 'react', sources: ['react.jsx'],
    text: 'A component; strict mode and all.',
  },
  {
    title: 'An iframe', page: 'iframe', sources: ['iframe.js', 'framed.js'],
    text: 'The avatar on a page of its own; the page around it sends moods, and each obeys nobody else.',
  },
  {
    title: 'A guided photo', page: 'lens', sources: ['lens.js'],
    text: 'The lens says what is wrong with a photo and how to mend it, before anything is made of it.',
  },
  {
    title: 'LiveKit', page: 'livekit', sources: ['livekit.js'],
    text: 'Track processors: the room gets picture and voice of the avatar. Here two peer connections on this page stand in '
      + "for the room's server.",
  },
  {
    title: 'An agent in a LiveKit room', page: 'livekit-agent', sources: ['livekit-agent.js'],
    text: 'A face for a voice agent that is in a room: its states, its words as subtitles, and interrupting it. Here an agent on '
      + "this page stands in for the room's.",
  },
  {
    title: 'A call page that knows nothing', link: '/call', sources: ['../call/avatar.js'],
    text: 'Avatar and voice among the camera and the microphone; a page of its own.',
  },
]

/** The part of a page that matters: its body. */
const body = (text) => text.match(/<body[^>]*>\n?([\s\S]*?)<\/body>/)?.[1].replaceAll(/^ {2}/gm, '') ?? text

for (const { title, text, page, link, sources } of examples) {
  const code = element('code')
  const shown = page
    ? element('iframe', { src: `/examples/${page}.html`, title, allow: 'microphone; camera; autoplay', loading: 'lazy' })
    : element('a.open', { href: link }, 'Open the call page')
  const whole = element('a', { href: page ? `/examples/${page}.html` : link }, 'By itself')
  document.getElementById('gallery').append(element('section.card example', { 'aria-label': title },
    element('div', {}, shown),
    element('div', {}, element('h2', {}, title), element('p.soft', {}, text, ' ', page && whole),
      element('pre', { tabindex: '0' }, code))))
  const parts = await Promise.all(sources.map(async (name) => {
    const content = await (await fetch(`/examples/${name}`.replace('/examples/../', '/'))).text()
    return name.endsWith('.html') ? body(content).trim() : content.trim()
  }))
  code.textContent = parts.join('\n\n')
}
