// What the SDK may say by a code, held against the studio's languages. Run: node --test Tests/Web
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { readCommand } from '../../web/sdk/messages.js'

const text = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const folder = 'web/studio/messages'
const languages = readdirSync(new URL(`../../${folder}`, import.meta.url))
  .map((file) => [file, JSON.parse(text(`${folder}/${file}`))])

/** The words of a union in a module's typings, those of the unions in it, too. */
function codes(path, name) {
  const comments = text(path).replaceAll(/^ \* ?/gm, '')
  const union = comments.match(new RegExp(`@typedef \\{([^}]*)\\} ${name}\\b`))[1]
  return union.split('|').map((part) => part.trim()).flatMap((part) => (part.startsWith("'") ? [part.slice(1, -1)] : codes(path, part)))
}

/** What a Swift enumeration answers for one of its properties. */
function answers(path, property) {
  const body = text(path).split(`public var ${property}: String {`)[1].split('\n  }')[0]
  return [...body.matchAll(/: "([^"]*)"/g)].map(([, answer]) => answer)
}

function allSay(prefix, wanted) {
  assert.ok(wanted.length > 0)
  for (const [file, messages] of languages) {
    assert.deepEqual(wanted.filter((code) => !messages[`${prefix}.${code}`]), [], `${file} lacks ${prefix}.*`)
  }
}

test('every error has a sentence in every language', () => {
  allSay('problem', [...codes('web/sdk/errors.js', 'ErrorCode'), ...codes('web/sdk/errors.js', 'PictureReason')])
})

test('whose face it shall be is a place in the photo, or nothing', () => {
  const photo = new Blob(['photo'])
  for (const face of [undefined, null, { x: 1.5, y: 0 }]) {
    assert.deepEqual(readCommand({ type: 'create', photo, face }), { type: 'create', photo, face })
  }
  for (const face of [1, 'left', {}, { x: 1 }, { x: NaN, y: 1 }, { x: '1', y: 1 }]) {
    assert.equal(readCommand({ type: 'create', photo, face }), null)
  }
})

test('every refusal of a photo is an error with a sentence', () => {
  const known = codes('web/sdk/errors.js', 'PhotoCode')
  assert.deepEqual(answers('Sources/Face/PhotoRefusal.swift', 'code').filter((code) => !known.includes(code)), [])
})

test('every warning of a photo has a sentence of its own', () => {
  const warnings = codes('web/sdk/creation.js', 'PhotoWarning')
  assert.deepEqual(warnings, answers('Sources/Face/PhotoWarning.swift', 'code'))
  allSay('warning', warnings)
})

test('everything that the lens says has a sentence, a turned head four', () => {
  const advice = 'Sources/Face/FaceAdvice.swift'
  const [plain, moves] = [codes('web/sdk/lens.js', 'LensCode'), codes('web/sdk/lens.js', 'LensMove')]
  assert.deepEqual(new Set(plain), new Set(['no-face', ...answers(advice, 'code')]))
  assert.deepEqual(moves, answers(advice, 'reason'))
  allSay('lens', [...plain.filter((code) => !code.startsWith('turned')), ...moves])
  for (const [file, messages] of languages) {
    const sentences = moves.map((move) => messages[`lens.${move}`])
    assert.equal(new Set(sentences).size, moves.length, file)
  }
})
