"""The page talks: a fake microphone says real speech, and what comes out is read off the canvas and the stream."""
import json

import numpy
import pytest

from conftest import opened, read_wave
from measuring import GRID, bytes_of, distinct, envelope, find, floats, lag, mouth, on_grid

SECONDS = 29  # two rounds of the clip: 10 s of speech, 4 s of silence


TALK = """async (seconds) => {
    const renderer = await tools.open({ width: 640, height: 480 })
    renderer.animation = 'silent'
    const raw = await tools.SDK.FtarRenderer.openMicrophone(
      { echoCancellation: false, noiseSuppression: false, autoGainControl: false })
    const delayed = renderer.connectMediaStream(raw)
    await new Promise((resolve) => setTimeout(resolve, 4000))
    const recorded = await tools.record({ raw, delayed, seconds })
    return { ...recorded, errors }
}"""


@pytest.fixture(scope="module")
def talk(browser, site, voice, artefacts):
    """One recording for all tests below: frames, both streams, statistics."""
    with opened(browser, f"{site}/test/blank.html") as page:
        recorded = page.evaluate(TALK, SECONDS)
        page.screenshot(path=artefacts / "talking.png")
    count = len(recorded["times"])
    recorded["frames"] = bytes_of(recorded["frames"]).reshape(count, 120, 160)
    recorded["times"] = numpy.array(recorded["times"])
    recorded["raw"] = floats(recorded["raw"])
    recorded["delayed"] = floats(recorded["delayed"])
    samples, rate = read_wave(voice)
    # Both recordings are on one clock; the clip's place in the undelayed one tells where in the clip we are.
    clip = samples[: 10 * rate]
    recorded["clip_start"] = find(clip, recorded["raw"][: 16 * rate], rate) / rate
    recorded["rate"] = rate
    return recorded


def test_nothing_went_wrong(talk):
    assert talk["errors"] == []


def test_at_least_25_distinct_frames_a_second(talk):
    # Speech only: in silence a calm face may well hold still.
    start = talk["soundStart"] + talk["clip_start"]
    speaking = (talk["times"] > start + 0.5) & (talk["times"] < start + 9.5)
    rate = distinct(talk["frames"][speaking]) / 9
    print(f"distinct frames a second: {rate:.1f}; fps {talk['stats']['fps']:.1f}, draw {talk['stats']['draw']:.2f} ms")
    assert rate >= 25


def test_the_sound_is_late_by_at_most_100_ms(talk):
    rate = talk["rate"]
    step = rate // 1000
    a, b = (numpy.abs(talk[name][: 12 * rate]) for name in ("raw", "delayed"))
    n = min(len(a), len(b)) // step * step
    late, fit = lag(a[:n].reshape(-1, step).mean(axis=1), b[:n].reshape(-1, step).mean(axis=1), 300)
    print(f"sound delay: {late} ms measured, {talk['stats']['delay']:.0f} ms reported (correlation {fit:.3f})")
    assert fit > 0.95
    assert 40 <= late <= 100
    assert abs(late - talk["stats"]["delay"]) < 25


def test_the_mouth_follows_the_track_in_time(talk, flexatar, voice, tmp_path):
    track = tmp_path / "track.jsonl"
    flexatar("track", voice, "-o", track)
    lines = [json.loads(line) for line in track.read_text().splitlines()]
    names = lines[0]["blendshapes"]
    times = numpy.array([line["t"] for line in lines[1:]])
    shapes = numpy.array([line["b"] for line in lines[1:]])
    parts = {"jawOpen": 1, "mouthLowerDownLeft": 0.5, "mouthUpperUpLeft": 0.5, "mouthFunnel": 0.25, "mouthClose": -1}
    opening = sum(weight * shapes[:, names.index(name)] for name, weight in parts.items())
    # In the page's clock the delayed clip begins here.
    rate, step = talk["rate"], talk["rate"] // 100
    a, b = (numpy.abs(talk[name]) for name in ("raw", "delayed"))
    n = min(len(a), len(b)) // step * step
    late = lag(a[:n].reshape(-1, step).mean(axis=1), b[:n].reshape(-1, step).mean(axis=1), 30)[0] * GRID
    start = talk["soundStart"] + talk["clip_start"] + late
    count = int(10 / GRID)
    seen = on_grid(talk["times"], mouth(talk["frames"]), start, count)
    asked = on_grid(times, opening, 0, count)
    behind, fit = lag(asked, seen, 25)
    print(f"mouth against track: correlation {fit:.2f}, mouth {behind * GRID * 1000:+.0f} ms after the sound")
    assert fit >= 0.7
    # Recording through a busy compositor adds up to two frames to what a screen would show.
    assert -0.06 <= behind * GRID <= 0.125


def test_the_mouth_closes_in_silence(talk):
    start = talk["soundStart"] + talk["clip_start"] + 0.1
    opening = mouth(talk["frames"])
    times = talk["times"]
    silent = opening[(times > start + 10.6) & (times < start + 13.6)]
    spoken = opening[(times > start + 0.3) & (times < start + 9.7)]
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
