/**
 * One sound of a script: a phone in ARPABET (`'AH'`, `'AH0'`, `'P'`) or the IPA (`'ʌ'`, `'tʃ'`), or an Oculus viseme
 * (`'PP'`, `'aa'`, `'sil'`); seconds on the script's own time. `'SPN'` leaves its time to the network.
 * @typedef {{time: number, duration: number, phone?: string, viseme?: string}} ScriptEntry
 *
 * As the engine reads it: start and end of each entry in turn, seconds; the symbols, a line each.
 * @typedef {{times: Float64Array, symbols: string}} Script
 *
 * What a voice service says of its speech: from `time` on, seconds, the mouth has the service's `viseme`.
 * @typedef {{time: number, viseme: string | number}} VisemeMark
 */

/**
 * @param {ScriptEntry[]} entries
 * @returns {Script}
 */
export function packScript(entries) {
  const times = Float64Array.from(entries.flatMap(({ time, duration }) => [time, time + duration]))
  const symbols = entries.map(({ phone, viseme }) => String(phone ?? viseme ?? '').replaceAll('\n', ' ')).join('\n')
  return { times, symbols }
}

/** The services' visemes by their names: Azure's ids 0...21, Amazon Polly's letters. */
const services = {
  azure: 'sil aa aa oh E RR ih ou oh aa oh aa E RR nn SS CH TH FF DD kk PP'.split(' '),
  polly: {
    sil: 'sil', p: 'PP', f: 'FF', T: 'TH', t: 'DD', k: 'kk', S: 'CH', s: 'SS', r: 'RR', '@': 'aa', a: 'aa', e: 'E',
    E: 'E', i: 'ih', o: 'oh', O: 'oh', u: 'ou',
  },
}

/**
 * The script of a voice service's viseme marks (Azure's `visemeReceived`, Polly's speech marks); each lasts until the
 * next. A viseme that the service does not have stays as it is, and `speakScript` refuses it.
 * @param {VisemeMark[]} marks in order of time
 * @param {'azure' | 'polly'} service
 * @param {number} seconds where the last mark ends
 * @returns {ScriptEntry[]}
 */
export function scriptFromMarks(marks, service, seconds) {
  /** @type {Record<string | number, string>} */
  const names = /** @type {any} */ (services[service])
  return marks
    .map(({ time, viseme }, index) => ({
      time, duration: (marks[index + 1]?.time ?? seconds) - time, viseme: names[viseme] ?? String(viseme),
    }))
    .filter(({ duration }) => duration > 0)
}
