"""Films of browsers without WebCodecs, or without a format's codecs: the browser's recorder makes them."""
import base64
import json
import subprocess

import numpy
import pytest

from conftest import opened
from players import run
from serving import ROOT, serving

SIDE, SECONDS, RATE = 160, 3, 48000
NO_WEBCODECS = "{ delete globalThis.VideoEncoder }"
NO_CODEC = "VideoEncoder.isConfigSupported = async () => ({ supported: false })"
# A hum is no voice: the mouth follows what it is told. What does not end is told, too.
FILM = """async (options) => {
    const { renderVideo } = await import('/sdk/render-video.js')
    const samples = Float32Array.from({ length: 3 * 48000 }, (_, at) => 0.3 * Math.sin(at * 2 * Math.PI * 300 / 48000))
    const film = renderVideo({ filesUrl: '/files', avatar: '/files/default.ftar', audio: { samples, rate: 48000 }, format: 'webm',
        width: 160, height: 160, fps: 15, still: true, mood: 0, seed: 7, ...options })
    const never = new Promise((resolve) => setTimeout(resolve, 80_000, null))
    const made = await Promise.race([film, never])
    return made && { film: tools.base64(new Uint8Array(await made.arrayBuffer())), type: made.type }
}"""


def recorded(page, folder, **options):
    """The path of a film."""
    answer = page.evaluate(FILM, options)
    assert answer, "the film never ended"
    path = folder / f"film.{answer['type'].split('/')[1]}"
    path.write_bytes(base64.b64decode(answer["film"]))
    return path


@pytest.fixture
def page(tools):
    """Of a browser without WebCodecs."""
    tools.evaluate(NO_WEBCODECS)
    return tools


def decoded(path, *options):
    return subprocess.run(["ffmpeg", "-v", "error", "-i", path, *options, "-"], capture_output=True, check=True).stdout


def sound(path):
    return numpy.frombuffer(decoded(path, "-f", "f32le", "-ac", "1", "-ar", str(RATE)), numpy.float32)


def test_a_format_whose_codec_is_missing_is_recorded(browser, tmp_path):
    """WebCodecs are there, in the page and in its workers."""
    worker = (ROOT / "web/sdk/film-worker.js").read_text() + NO_CODEC
    with serving(instead={"film-worker.js": worker.encode()}) as url, opened(browser, f"{url}/test/blank.html") as page:
        page.evaluate(f"() => {{ {NO_CODEC} }}")
        path = recorded(page, tmp_path)
        failure = page.evaluate(f"(options) => tools.failure(() => ({FILM})(options))", {"format": "webm-alpha"})
    assert path.suffix == ".webm" and numpy.abs(sound(path)).max() > 0.1
    assert (failure["name"], failure["code"]) == ("FilmError", "no-encoder")


@pytest.mark.parametrize("kind", ["webm", "mp4"])
def test_a_recorded_film_is_marked_and_plays(page, tmp_path, kind):
    if not page.evaluate(f"MediaRecorder.isTypeSupported('video/{kind}')"):
        pytest.skip(f"this browser records no {kind}")
    path = recorded(page, tmp_path, format=kind)
    assert path.suffix == f".{kind}"
    facts = json.loads(run("ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json", path))
    tags = {name.lower(): value for name, value in facts["format"]["tags"].items()}
    assert "digitalsourcetype/trainedAlgorithmicMedia" in tags["comment"]
    if kind == "mp4":
        assert b"<Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org" in path.read_bytes()
    heard = sound(path)
    assert abs(len(heard) / RATE - SECONDS) < 0.7 and numpy.abs(heard).max() > 0.1
    assert len(decoded(path, "-f", "rawvideo", "-pix_fmt", "gray")) // SIDE ** 2 > 8
    # Marked or not, the browser plays it from beginning to end.
    assert page.evaluate("""async ([film, type]) => {
        const bytes = Uint8Array.from(atob(film), (letter) => letter.charCodeAt(0))
        const video = Object.assign(document.createElement('video'), { src: URL.createObjectURL(new Blob([bytes], { type })) })
        const ended = new Promise((resolve) => { video.onended = video.onerror = () => resolve(video.error?.message ?? video.videoWidth) })
        await video.play().catch(() => {})
        return ended
    }""", [base64.b64encode(path.read_bytes()).decode(), f"video/{kind}"]) == SIDE


def test_a_script_is_followed(page, tmp_path):
    path = recorded(page, tmp_path, script=[{"time": 1, "duration": 1.2, "viseme": "aa"}])
    frames = numpy.frombuffer(decoded(path, "-vf", "fps=10", "-f", "rawvideo", "-pix_fmt", "gray"), numpy.uint8)
    frames = frames.reshape(-1, SIDE, SIDE).astype(float)
    rest = numpy.median(frames[2:8], axis=0)
    opened = numpy.sort(abs(frames - rest).reshape(len(frames), -1), axis=1)[:, -50:].mean(axis=1)
    # The hum alone moves it by 20.
    assert opened.max() > 60 and opened[2:8].max() < 0.3 * opened.max()


@pytest.mark.parametrize("attempts, code", [(0, "no-encoder"), (1, "encoding-failed")])
def test_a_recorder_that_does_not_begin_is_told(page, attempts, code):
    """With nothing, as WebKitGTK's, or with this film."""
    page.evaluate("""(attempts) => {
        const { start } = MediaRecorder.prototype
        MediaRecorder.prototype.start = function (...options) {
            if (attempts-- <= 0) throw new DOMException('no', 'NotSupportedError')
            start.apply(this, options)
        }
    }""", attempts)
    failure = page.evaluate(f"(options) => tools.failure(() => ({FILM})(options))", {})
    assert (failure["name"], failure["code"]) == ("FilmError", code)


@pytest.mark.parametrize("options, code", [({"emotion": "boredom"}, "unknown-name"), ({"dies": True}, "engine-failed")])
def test_a_film_of_an_engine_that_fails_is_no_film(page, options, code):
    """Its picture stood still, and the film was handed out."""
    if options.pop("dies", False):
        page.evaluate(f"(options) => void (globalThis.failed = tools.failure(() => ({FILM})(options)))", options)
        page.wait_for_timeout(3500)
        next(worker for worker in page.workers if "engine" in worker.url).evaluate("setTimeout(() => { throw new Error('no more') })")
        failure = page.evaluate("failed")
    else:
        failure = page.evaluate(f"(options) => tools.failure(() => ({FILM})(options))", options)
    assert failure["code"] == code, failure


def test_a_sound_that_has_to_be_woken_is(page, tmp_path):
    """As where the page opened its audio before the user touched it."""
    page.evaluate("""() => {
        globalThis.AudioContext = class extends AudioContext {
            constructor(options) {
                super(options)
                this.suspend()
            }
        }
    }""")
    assert numpy.abs(sound(recorded(page, tmp_path))).max() > 0.1


def test_a_sound_that_may_not_begin_is_told(page):
    page.evaluate("""() => {
        globalThis.AudioContext = class extends AudioContext {
            constructor(options) {
                super(options)
                this.suspend()
            }
            resume() { return new Promise(() => {}) }
        }
    }""")
    failure = page.evaluate(f"tools.failure({FILM})")
    assert failure and (failure["name"], failure["code"], failure["typed"]) == ("FilmError", "sound-blocked", True)
