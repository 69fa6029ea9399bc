"""The same in Chromium, Firefox and WebKitGTK: what the SDK promises, seen from inside each. See pages/engines.js."""
import contextlib
import shutil

import pytest

import engines
from conftest import Shared
from neighbours import bar
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


def test_ends_and_begins_again(engine):
    assert engine.call("() => checks.destroys()") > 60
