"""Films of browsers without WebCodecs, or without a format's codecs: the browser's recorder stands in for its encoders."""
import base64
import json
import subprocess

import numpy
import pytest

from conftest import opened
from players import played, run, take
from serving import ROOT, serving
from test_video import FPS, REST, SPEECH, check_sound_and_mouth, rendered, talk  # noqa: F401
from test_video import SIDE as FILM_SIDE

# A recorder goes with the clock, and loses pictures where others take the machine.
pytestmark = pytest.mark.alone

SIDE, RATE = 160, 48000
NO_WEBCODECS = "{ delete globalThis.VideoEncoder; delete globalThis.VideoFrame; delete globalThis.AudioEncoder; delete globalThis.AudioData }"
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
    lacking = "VideoEncoder.isConfigSupported = async () => ({ supported: false })"
    with serving() as url, opened(browser, f"{url}/test/blank.html") as page:
        page.evaluate(f"() => {{ {lacking} }}")
        path = recorded(page, tmp_path)
        failure = page.evaluate(f"(options) => tools.failure(() => ({FILM})(options))", {"format": "webm-alpha"})
    assert path.suffix == ".webm" and numpy.abs(sound(path)).max() > 0.1
    assert (failure["name"], failure["code"]) == ("FilmError", "no-encoder")


# What is missing: everything, as in Firefox for Android; the sound's encoder alone, as in Safari before version 26; VP9 beside all, as
# in Firefox' recorder.
BROWSERS = {
    "no-webcodecs": NO_WEBCODECS, "no-sound-encoder": "{ delete globalThis.AudioEncoder }",
    "vp8": "() => " + NO_WEBCODECS[:-1] + """;
        const { isTypeSupported } = MediaRecorder
        return void (MediaRecorder.isTypeSupported = (kind) => !kind.includes('vp9') && isTypeSupported.call(MediaRecorder, kind))
    }""",
}
MADE = [("no-webcodecs", "webm"), ("no-webcodecs", "mp4"), ("no-sound-encoder", "webm"), ("no-sound-encoder", "mp4"),
        ("no-sound-encoder", "webm-alpha"), ("vp8", "webm")]


@pytest.mark.parametrize("lacking, kind", MADE)
def test_a_recorded_film_is_as_good_as_an_encoded_one(lacking, kind, browser, site, talk, flexatar, tmp_path):  # noqa: F811
    """Length, mouth and sound to the bars of every film; all players take it; it says what it is."""
    with opened(browser, f"{site}/test/blank.html") as page:
        if kind == "mp4" and not page.evaluate("MediaRecorder.isTypeSupported('video/mp4;codecs=avc1')"):
            pytest.skip("this browser records no MP4")
        page.evaluate(BROWSERS[lacking])
        result = rendered(page, talk, format=kind, width=FILM_SIDE, height=FILM_SIDE, fps=FPS, still=True, mood=0, seed=7)
    path = tmp_path / f"{lacking}-{kind}.{kind.split('-')[0]}"
    path.write_bytes(base64.b64decode(result["film"]))
    told = result["progress"]
    assert all(one["secondsLeft"] >= later["secondsLeft"] - 1 and one["frames"] <= later["frames"] for one, later in zip(told, told[1:]))
    assert told[-1]["frames"] == told[-1]["total"] == (REST + SPEECH) * FPS and told[-1]["secondsLeft"] == 0
    facts = json.loads(run("ffprobe", "-v", "error", "-count_packets", "-show_format", "-show_streams", "-of", "json", path))
    video, audio = facts["streams"]
    length = float(facts["format"]["duration"])
    print(f"{path.name}: {video['codec_name']} and {audio['codec_name']}, {length:.3f} s, {video['nb_read_packets']} pictures")
    assert abs(length - (REST + SPEECH)) <= 1 / FPS and abs(len(sound(path)) / RATE - (REST + SPEECH)) <= 1 / FPS
    assert int(video["nb_read_packets"]) >= 0.9 * (REST + SPEECH) * FPS
    tags = {name.lower(): value for name, value in facts["format"]["tags"].items()}
    assert "digitalsourcetype/trainedAlgorithmicMedia" in tags["comment"]
    take(path)
    answer = played(browser, path)
    assert abs(answer["duration"] - (REST + SPEECH)) <= 1 / FPS and answer["sought"] == 2.5 and answer["width"] == FILM_SIDE
    check_sound_and_mouth(path, talk, flexatar, tmp_path)


SOUNDS = {
    "silence": "new Float32Array(48000)", "one sample": "Float32Array.of(0.5)",
    "noise": "Float32Array.from({ length: 48000 }, () => 0.4 * Math.random() - 0.2)",
    "opposite channels": "(() => { const one = Float32Array.from({ length: 48000 }, (_, at) => 0.3 * Math.sin(at * at * 1e-5)); "
                         "return [one, one.map((value) => -value)] })()",
}


@pytest.mark.parametrize("kind", SOUNDS)
def test_any_sound_has_its_length(kind, page, tmp_path):
    """Nothing tells where silence begins, and little where noise does."""
    path = tmp_path / "film.webm"
    answer = page.evaluate(f"({FILM})({{ audio: {{ samples: {SOUNDS[kind]}, rate: 48000 }} }})")
    path.write_bytes(base64.b64decode(answer["film"]))
    length = 0 if kind == "one sample" else 1
    assert abs(len(sound(path)) / RATE - length) <= 1 / 15
    assert (numpy.abs(numpy.frombuffer(decoded(path, "-f", "f32le", "-ar", str(RATE)), numpy.float32)).max() > 0.05) == (kind not in ("silence", "one sample"))


def test_a_sound_that_was_interrupted_is_no_film(page):
    """The recorder stands still for 0.4 s, less than what it takes down after the sound."""
    failure = page.evaluate("""async (film) => {
        const { start } = MediaRecorder.prototype
        MediaRecorder.prototype.start = function (...options) {
            start.apply(this, options)
            if (this.stream.getAudioTracks().length === 0) return
            setTimeout(() => this.pause(), 4000)
            setTimeout(() => this.resume(), 4400)
        }
        const samples = Float32Array.from({ length: 11 * 48000 }, () => 0.4 * Math.random() - 0.2)
        return tools.failure(() => FILM({ audio: { samples, rate: 48000 } }))
    }""".replace("FILM", f"({FILM})"))
    assert failure and (failure["name"], failure["code"]) == ("FilmError", "encoding-failed"), failure


def test_a_film_that_fails_at_once_leaves_nothing_running(page):
    states = page.evaluate("""async () => {
        const { renderVideo } = await import('/sdk/render-video.js')
        const made = []
        for (const name of ['MediaRecorder', 'AudioContext']) {
            const Real = globalThis[name]
            globalThis[name] = class extends Real { constructor(...options) { super(...options); made.push(this) } }
            Object.assign(globalThis[name], { isTypeSupported: Real.isTypeSupported?.bind(Real) })
        }
        const audio = { samples: new Float32Array(48000 * 9).fill(0.1), rate: 48000 }
        const failure = await tools.failure(() => renderVideo({ filesUrl: '/files', avatar: '/files/none.ftar', audio, format: 'webm' }))
        await new Promise((resolve) => setTimeout(resolve, 1500))
        return [failure.name, ...made.map(({ state }) => state)]
    }""")
    assert states[0] == "FilesError" and len(states) > 2 and set(states[1:]) <= {"inactive", "closed"}, states


def test_a_film_that_is_given_up_falls_silent(page):
    """Before anything is heard, and in the middle."""
    for wait in (20, 2500):
        given = page.evaluate("""async (wait) => {
            const { renderVideo } = await import('/sdk/render-video.js')
            const contexts = globalThis.contexts = []
            const { AudioContext } = globalThis
            globalThis.AudioContext = class extends AudioContext { constructor(options) { super(options); contexts.push(this) } }
            const audio = { samples: new Float32Array(48000 * 60).fill(0.1), rate: 48000 }
            const giving = new AbortController()
            setTimeout(() => giving.abort(), wait)
            const name = await renderVideo({ filesUrl: '/files', avatar: '/files/default.ftar', audio, format: 'webm', signal: giving.signal })
                .then(() => 'made', ({ name }) => name)
            globalThis.AudioContext = AudioContext
            for (let looks = 0; looks < 50 && contexts.some(({ state }) => state !== 'closed'); looks++) await new Promise((done) => setTimeout(done, 100))
            return [name, contexts.map(({ state }) => state)]
        }""", wait)
        assert given[0] == "AbortError" and set(given[1]) <= {"closed"}, given


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


def test_a_film_whose_drawing_stops_is_no_film(page):
    """Its picture stood still, and the film was handed out."""
    failure = page.evaluate("""async (film) => {
        const { getContext } = HTMLCanvasElement.prototype
        HTMLCanvasElement.prototype.getContext = function (kind, ...options) {
            const context = getContext.call(this, kind, ...options)
            if (kind === 'webgl2' && this.width === 160) setTimeout(() => context.getExtension('WEBGL_lose_context').loseContext(), 800)
            return context
        }
        return tools.failure(() => eval(film)({}))
    }""".replace("eval(film)", f"({FILM})"))
    assert failure["code"] == "context-lost", failure


def test_a_film_with_wrong_options_is_no_film(page):
    assert page.evaluate(f"tools.failure(() => ({FILM})({{ emotion: 'boredom' }}))")["code"] == "unknown-name"


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
