"""The page talks: a fake microphone says real speech, and what comes out is read off the canvas and the stream."""
import json

import numpy
import pytest

from conftest import opened, read_wave
from measuring import GRID, bytes_of, distinct, find, floats, lag, mouth, on_grid
from neighbours import Neighbours

SECONDS = 16.5  # of the clip: 2 s of silence, 9 s of speech, 4 s of silence, and where it begins anew
SPEECH = 9
ATTEMPTS = 3
# With less of the machine than this left, a figure of speed says nothing about the page.
CROWDED = 0.3

TALK = """async (seconds) => {
    const renderer = await tools.open({ width: 640, height: 480 })
    renderer.animation = 'silent'
    const raw = await tools.SDK.FtarRenderer.openMicrophone(
      { echoCancellation: false, noiseSuppression: false, autoGainControl: false })
    const delayed = renderer.connectMediaStream(raw)
    const recorded = await tools.record({ raw, delayed, seconds })
    return { ...recorded, errors }
}"""


@pytest.fixture(scope="module")
def talk(browser, site, voice, artefacts):
    """One recording for all tests below: frames, both streams, statistics. A recording that other programs have
    disturbed is made again; it is judged all the same, unless they leave too little of the machine to judge by."""
    samples, rate = read_wave(voice)
    spoken = samples[2 * rate: (2 + SPEECH) * rate]
    best = None
    for _ in range(ATTEMPTS):
        with opened(browser, f"{site}/test/blank.html") as page, Neighbours() as neighbours:
            recorded = page.evaluate(TALK, SECONDS)
            page.screenshot(path=artefacts / "talking.png")
        recorded["neighbours"] = neighbours.share
        understand(recorded, spoken, rate)
        print(f"recorded: {recorded['distinct']:.1f} distinct frames a second, sound {recorded['late'] * 1000:.0f} ms late "
              f"(correlation {recorded['match']:.3f}), other programs took {neighbours.share:.0%} of the machine")
        if best is None or quality(recorded) > quality(best):
            best = recorded
        if best["distinct"] >= 25 and best["match"] > 0.95:
            return best
    if best["neighbours"] > CROWDED:
        pytest.skip(f"other programs took {best['neighbours']:.0%} of the machine in the best of {ATTEMPTS} recordings: "
                    f"{best['distinct']:.1f} distinct frames a second, sound correlation {best['match']:.2f}")
    return best


def quality(recorded):
    return recorded["match"] + min(1, recorded["distinct"] / 25)


def understand(recorded, spoken, rate):
    """Brings frames and both streams on the clock of the clip: 0 is where its speech begins in the undelayed stream."""
    count = len(recorded["times"])
    recorded["frames"] = bytes_of(recorded["frames"]).reshape(count, 120, 160)
    raw, delayed = (floats(recorded[name]) for name in ("raw", "delayed"))
    begin = find(spoken, raw, rate) / rate
    recorded["times"] = numpy.array(recorded["times"]) - recorded["soundStart"] - begin
    step = rate // 1000
    first, n = int((begin - 0.5) * rate), int((SPEECH + 1) * rate) // step * step
    loud = [numpy.abs(sound[max(0, first):][:n]).reshape(-1, step).mean(axis=1) for sound in (raw, delayed)]
    late, recorded["match"] = lag(*loud, 300)
    recorded["late"] = late / 1000
    # In silence a calm face may well hold still.
    speaking = (recorded["times"] > 0.5) & (recorded["times"] < SPEECH - 0.5)
    recorded["distinct"] = distinct(recorded["frames"][speaking]) / (SPEECH - 1)


def test_nothing_went_wrong(talk):
    assert talk["errors"] == []


def test_at_least_25_distinct_frames_a_second(talk):
    print(f"distinct frames a second: {talk['distinct']:.1f}; fps {talk['stats']['fps']:.1f}, "
          f"pose {talk['stats']['cpu']:.2f} ms, draw {talk['stats']['draw']:.2f} ms")
    assert talk["distinct"] >= 25


def test_the_sound_is_late_by_at_most_100_ms(talk):
    print(f"sound delay: {talk['late'] * 1000:.0f} ms measured, {talk['stats']['delay']:.0f} ms reported "
          f"(correlation {talk['match']:.3f})")
    assert talk["match"] > 0.95
    assert 0.04 <= talk["late"] <= 0.1
    assert abs(talk["late"] * 1000 - talk["stats"]["delay"]) < 25


def test_the_mouth_follows_the_track_in_time(talk, flexatar, voice, tmp_path):
    track = tmp_path / "track.jsonl"
    flexatar("track", voice, "-o", track)
    lines = [json.loads(line) for line in track.read_text().splitlines()]
    names = lines[0]["blendshapes"]
    times = numpy.array([line["t"] for line in lines[1:]]) - 2
    shapes = numpy.array([line["b"] for line in lines[1:]])
    parts = {"jawOpen": 1, "mouthLowerDownLeft": 0.5, "mouthUpperUpLeft": 0.5, "mouthFunnel": 0.25, "mouthClose": -1}
    opening = sum(weight * shapes[:, names.index(name)] for name, weight in parts.items())
    count = int(SPEECH / GRID)
    seen = on_grid(talk["times"] - talk["late"], mouth(talk["frames"]), 0, count)
    asked = on_grid(times, opening, 0, count)
    behind, fit = lag(asked, seen, 25)
    print(f"mouth against track: correlation {fit:.2f}, mouth {behind * GRID * 1000:+.0f} ms after the sound, "
          f"slack {talk['stats']['lead']:.0f} ms")
    assert fit >= 0.7
    # Recording through a busy compositor adds up to two frames to what a screen would show.
    assert -0.06 <= behind * GRID <= 0.125


def test_the_mouth_closes_in_silence(talk):
    opening, times = mouth(talk["frames"]), talk["times"] - talk["late"]
    silent = opening[(times > SPEECH + 0.6) & (times < SPEECH + 3.4)]
    spoken = opening[(times > 0.3) & (times < SPEECH - 0.3)]
    print(f"opening: silence {numpy.percentile(silent, 90):.2f}, speech {numpy.percentile(spoken, 75):.2f}")
    assert numpy.percentile(silent, 90) < 0.2
    assert numpy.percentile(spoken, 75) > 0.35


def test_the_mouth_closes_when_the_track_ends_or_the_speaker_is_interrupted(tools):
    times = tools.evaluate("""async () => {
        const renderer = await tools.open({ width: 320, height: 240 })
        renderer.animation = 'silent'
        const stream = await tools.SDK.FtarRenderer.openMicrophone()
        renderer.connectMediaStream(stream)
        const small = new OffscreenCanvas(80, 60)
        const context = small.getContext('2d', { willReadFrequently: true })
        const look = () => {
            context.drawImage(canvas, 0, 0, 80, 60)
            const { data } = context.getImageData(0, 34, 80, 26)
            return Array.from({ length: 2080 }, (_, i) => data[4 * i + 1])
        }
        const change = (a, b) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0)
        const frame = () => new Promise(requestAnimationFrame)
        // Until something moves in the lower face.
        const moves = async (wanted, patience) => {
            const begun = performance.now()
            let last = look(), since = performance.now()
            while (performance.now() - begun < patience) {
                for (let i = 0; i < 3; i++) await frame()
                const now = look()
                const moved = change(now, last) > 12
                if (moved !== wanted) since = performance.now()
                if (performance.now() - since > (wanted ? 60 : 350)) return since - begun
                last = now
            }
            return null
        }
        const spoke = await moves(true, 16000)
        renderer.interrupt()
        stream.getTracks().forEach((track) => track.stop())
        renderer.connectMediaStream(null)
        return { spoke, still: await moves(false, 3000) }
    }""")
    print(times)
    assert times["spoke"] is not None
    assert times["still"] is not None and times["still"] < 600


def test_a_hidden_page_goes_on_talking(tools):
    """What a virtual camera sends while the tab is hidden: distinct frames from the track, by timers."""
    counted = tools.evaluate("""async () => {
        const renderer = await tools.open({ width: 320, height: 240 })
        renderer.connectMediaStream(await tools.SDK.FtarRenderer.openMicrophone())
        const [track] = renderer.mediaStream.getVideoTracks()
        Object.defineProperty(document, 'hidden', { get: () => true })
        document.dispatchEvent(new Event('visibilitychange'))
        const reader = new MediaStreamTrackProcessor({ track }).readable.getReader()
        let frames = 0, distinct = 0, last = 0, ordered = true
        let before = null
        const small = new OffscreenCanvas(80, 60)
        const context = small.getContext('2d', { willReadFrequently: true })
        const end = performance.now() + 6000
        while (performance.now() < end) {
            const { value } = await reader.read()
            ordered &&= value.timestamp > last
            last = value.timestamp
            context.drawImage(value, 0, 0, 80, 60)
            value.close()
            const { data } = context.getImageData(0, 0, 80, 60)
            if (!before || data.some((v, i) => Math.abs(v - before[i]) > 1)) distinct++
            before = data
            frames++
        }
        return { frames: frames / 6, distinct: distinct / 6, ordered, errors }
    }""")
    print(counted)
    assert counted["errors"] == []
    assert counted["ordered"]
    assert counted["distinct"] >= 22
