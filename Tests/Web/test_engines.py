"""The same in Chromium, Firefox and WebKitGTK: what the SDK promises, seen from inside each. See pages/engines.js."""
import base64
import contextlib
import json
import shutil
import subprocess

import numpy
import pytest

import engines
from conftest import Shared
from neighbours import bar
from players import take
from serving import ROOT
from test_studio import face  # noqa: F401

pytestmark = pytest.mark.alone


@pytest.fixture(scope="module", params=engines.NAMES)
def started(request, browser, site):
    """One browser for all tests below, and what the page saw when it began."""
    @contextlib.contextmanager
    def start():
        with engines.running(request.param, browser) as driver:
            driver.open(f"{site}/test/engines.html")
            driver.call("async () => { while (!globalThis.checks) await new Promise((done) => setTimeout(done, 50)) }")
            driver.started = driver.call("() => checks.starts()")
            yield driver

    with Shared(start) as shared:
        yield shared


@pytest.fixture
def engine(started, request):
    return started.get(request)


@pytest.fixture(scope="module")
def sound(voice):
    path = ROOT / "Tests/Web/pages/engines-voice.wav"
    shutil.copy(voice, path)
    yield "/test/engines-voice.wav"
    path.unlink()


@pytest.fixture
def photo(face):
    path = ROOT / "Tests/Web/pages/engines-photo.jpg"
    path.write_bytes(face)
    yield "/test/engines-photo.jpg"
    path.unlink()


def test_starts(engine, artefacts):
    engine.screenshot(artefacts / f"engine-{engine.name}.png")
    assert engine.started["supported"] and engine.started["colours"] > 60
    every = ["avatar", "microphone", "stream", "calls", "films"]
    assert engine.started["features"] == [one for one in every if one != "calls" or engine.name != "webkit"]
    assert engine.started["seconds"] < bar(10, 90)


def test_draws(engine):
    seen = engine.call("() => checks.draws()")
    assert seen["corner"][0] > 250 and max(seen["corner"][1:]) < 5
    assert seen["changed"] > 20 and seen["mirrored"] > 5
    assert seen["again"] < 2


def test_speaks(engine, sound):
    seen = engine.call("(url) => checks.speaks(url)", sound)
    assert seen["most"] > 0.25 and seen["after"] < 0.5 * seen["most"]
    assert seen["distinct"] >= bar(10, 4) and seen["tracks"] == 1
    assert 50 < seen["delay"] <= 110


def test_streams(engine):
    seen = engine.call("() => checks.streams()")
    assert (seen["width"], seen["height"]) == (320, 240)
    assert seen["distinct"] >= bar(8, 2)
    assert seen["same"] < 8


def test_creates(engine, photo):
    seen = engine.call("(url) => checks.creates(url)", photo)
    assert 100_000 < seen["bytes"] < 500_000 and seen["preview"] > 1000 and seen["refused"] == "unreadable"


def test_looks(engine, photo):
    assert engine.call("(url) => checks.looks(url)", photo) == {"faces": 1, "type": "image/jpeg"}


def test_follows_a_camera(engine, photo):
    assert engine.call("(url) => checks.follows(url)", photo) > 0


def test_keeps(engine):
    assert engine.call("() => checks.keeps()") == [9, "x", {"mix": 0.5}, 0]


def test_mixes(engine):
    assert engine.call("() => checks.mixes()") > 60


def test_loses_its_context(engine):
    seen = engine.call("() => checks.loses()")
    assert seen["colours"] > 60 and seen["code"] == ["context-lost"]


def test_installs_a_camera(engine):
    seen = engine.call("() => checks.installs()")
    assert seen[0] == "Flexatar" and seen[1] == "live"


def test_studies(engine):
    assert engine.call("() => checks.studies()") == ["lively", "de"]


NAMES = {"mp4": "MP4", "webm": "WebM", "webm-alpha": "WebM, transparent"}
SIDE, FPS, SECONDS, RATE = 160, 15, 2.4, 48_000


@pytest.mark.parametrize("is_recorded", [False, True], ids=["encoded", "recorded"])
@pytest.mark.parametrize("kind", NAMES)
def test_films(engine, sound, kind, is_recorded, tmp_path):
    """By the browser's encoders, and without them by its recorder."""
    seen = engine.call("(...options) => checks.films(...options)", sound, kind, SECONDS, {"isRecorded": is_recorded})
    assert is_recorded or ("films" in engine.started["features"]) == (seen["formats"] != [])
    if kind not in seen["formats"]:
        assert seen["refused"] == ["FilmError", "no-encoder"]
        return
    assert "film" in seen, seen
    assert seen["type"] == f"video/{kind.split('-')[0]}"
    path = tmp_path / f"film.{kind.split('-')[0]}"
    path.write_bytes(base64.b64decode(seen["film"]))
    probed = subprocess.run(["ffprobe", "-v", "error", "-show_streams", "-of", "json", path], capture_output=True, check=True)
    streams = json.loads(probed.stdout)["streams"]
    assert sorted(stream["codec_type"] for stream in streams) == ["audio", "video"]

    def decoded(*options):
        return subprocess.run(["ffmpeg", "-v", "error", "-i", path, *options, "-"], capture_output=True, check=True).stdout
    shown = numpy.frombuffer(decoded("-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "gray"), numpy.uint8).reshape(-1, SIDE, SIDE)
    heard = numpy.frombuffer(decoded("-f", "f32le", "-ac", "1", "-ar", str(RATE)), numpy.float32)
    print(f"{engine.name}, {kind}: {streams[0]['codec_name']} and "
          f"{streams[1]['codec_name']}, {len(shown)} pictures, {len(heard) / RATE:.3f} s of sound")
    face = shown[len(shown) // 2]
    assert face.std() > 20 and abs(shown.astype(int) - face).max() > 20, "a face that moves"
    assert abs(heard).max() > 0.1
    assert seen["told"] == SECONDS * FPS and abs(len(heard) / RATE - SECONDS) <= 1 / FPS
    assert len(shown) == seen["told"] or is_recorded and len(shown) >= 0.9 * seen["told"]
    take(path)


def test_offers_the_films_that_it_makes(engine):
    seen = engine.call("() => checks.offers()")
    print(f"{engine.name}: films as {', '.join(seen['formats'])}")
    assert seen["offered"] == [NAMES[one] for one in seen["formats"]]
    if seen["formats"]:
        assert seen["made"] == seen["formats"][0] and seen["chosen"] == NAMES[seen["made"]]


# What a browser may lack: its own encoders, then its recorder's MP4, then any recorder.
LACKS = [
    ("VideoEncoder.isConfigSupported = async () => ({ supported: false })", ["mp4", "webm"]),
    ("MediaRecorder.isTypeSupported = (kind) => kind.startsWith('video/webm')", ["webm"]),
    ("delete globalThis.MediaRecorder; delete globalThis.VideoEncoder", []),
]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_format_that_cannot_be_made_is_not_offered(browser, site, count):
    with browser.new_context(viewport={"width": 800, "height": 640}) as context:
        context.add_init_script("; ".join(script for script, _ in LACKS[:count]))
        page = context.new_page()
        page.goto(f"{site}/test/engines.html")
        page.wait_for_selector("canvas")
        has_mp4 = page.evaluate("globalThis.MediaRecorder?.isTypeSupported('video/mp4;codecs=avc1') ?? false")
        left = [one for one in LACKS[count - 1][1] if one != "mp4" or has_mp4]
        page.evaluate("async () => { while (!globalThis.checks) await new Promise((done) => setTimeout(done, 50)) }")
        assert page.evaluate("async () => (await import('/sdk/easy-renderer.js')).FtarRenderer.isSupported('films')") == (left != [])
        assert page.evaluate("async () => (await import('/sdk/render-video.js')).filmFormats()") == left
        seen = page.evaluate("checks.offers()")
        assert seen["offered"] == [NAMES[one] for one in left]
        if left:
            assert seen["made"] == left[0]
        else:
            refused = page.evaluate("""async () => {
                const { renderVideo } = await import('/sdk/render-video.js')
                const audio = { samples: new Float32Array(24000), rate: 48000 }
                return renderVideo({ filesUrl: '/files', avatar: '/files/default.ftar', audio }).catch(({ name, code }) => [name, code])
            }""")
            assert refused == ["FilmError", "no-encoder"]


def test_ends_and_begins_again(engine):
    assert engine.call("() => checks.destroys()") > 60
