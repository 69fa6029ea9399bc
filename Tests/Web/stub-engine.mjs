import { SoundTimeline } from '../../web/sdk/sound-timeline.js'

/** A timeline over an engine that only remembers what it was told. */
export function timeline() {
  const log = { restarts: 0, ends: 0, fed: 0, silent: 0, scripts: [], cleared: 0 }
  const engine = {
    exports: {
      engineDelay: () => 0.0645, engineFuture: () => 0.022,
      soundRestart: () => { log.restarts++; log.fed = log.silent = 0 }, soundEnd: () => log.ends++, soundInterrupt() {},
      speechTime: () => log.fed - 0.0645, scriptSchedule: (start) => log.scripts.push(start), scriptClear: () => log.cleared++,
    },
    readScript() {},
    feed: (samples, rate) => {
      log.fed += samples.length / rate
      if (samples[0] === 0) log.silent += samples.length / rate
    },
  }
  const delays = []
  return { log, delays, timeline: new SoundTimeline(/** @type {any} */ (engine), (seconds) => delays.push(seconds)) }
}
