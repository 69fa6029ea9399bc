"""Chromium for the tests: headless, drawing by SwiftShader, with a fake microphone that plays a file."""
import contextlib
import functools
import os
import pathlib
import shutil
import subprocess
import time
import wave

import pytest
from playwright.sync_api import sync_playwright

from own_service import own_service
from serving import ROOT, serving

ARTEFACTS = ROOT / "artefacts" / "web"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
DRAWING = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]
NO_DRAWING = ["--disable-gpu", "--disable-software-rasterizer"]
NEEDED = ["engine.wasm", "rig.bin", "speech.bin", "default.ftar"]
# How long something that has to come is waited for where nothing is said of its speed, seconds.
PATIENCE = 90


def pytest_configure(config):
    config.addinivalue_line("markers", "alone: measures time, so nothing else runs beside it, and what fails is tried twice more")


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("alone"):
            item.add_marker(pytest.mark.flaky(reruns=2, reruns_delay=5))
    absent = [name for name in NEEDED if not (ROOT / "dist/files" / name).exists()]
    if absent:
        skip = pytest.mark.skip(reason=f"dist/files lacks {', '.join(absent)}: run ./run.sh or scripts/build-wasm.sh first")
        for item in items:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def artefacts():
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    return ARTEFACTS


@pytest.fixture(scope="session")
def site():
    with serving() as url:
        yield url


@pytest.fixture(scope="session")
def program():
    """The native command line, `$FLEXATAR` or the release build."""
    command = os.environ.get("FLEXATAR") or str(ROOT / ".build/release/flexatar")
    if not pathlib.Path(command).exists():
        pytest.skip(f"{command} is not built")
    return command


@pytest.fixture(scope="session")
def flexatar(program):
    def run(*arguments):
        done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == 0, done.stderr
    return run


@pytest.fixture(scope="session")
def served(program, tmp_path_factory):
    """The address at which `flexatar serve` runs."""
    with own_service(program, tmp_path_factory.mktemp("service"), account=None) as service:
        yield service.address


@pytest.fixture(scope="session")
def voice(tmp_path_factory):
    """Two seconds of silence, nine of speech, four of silence, 48 kHz mono; real speech where the shared data is at
    hand."""
    path = tmp_path_factory.mktemp("voice") / "voice.wav"
    source = real_speech() or synthesised(path.with_name("flite.wav"))
    sound = path.with_name("speech.wav")
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-t", "9", "-i", str(source), "-af",
                    "highpass=f=60,loudnorm=I=-20,aresample=48000,aformat=channel_layouts=mono,adelay=2000,apad=pad_dur=4",
                    "-c:a", "pcm_s16le", str(sound)], check=True)
    os.replace(sound, path)
    return path


def real_speech():
    shared = pathlib.Path(os.environ.get("FLEXATAR_SHARED", ROOT.parent / "shared"))
    clips = sorted(p for p in (shared / "data/speech/dev").rglob("*") if p.suffix in (".wav", ".flac"))
    long = (clip for clip in clips if clip.stat().st_size > 200_000)
    return next(long, None)


def synthesised(path):
    if not shutil.which("flite"):
        pytest.skip("neither shared speech nor flite is here")
    text = ("My mother bought a big blue boat from the people by the pier. Every morning we move the papers, pour "
            "some milk, and leave the open door to the summer wind. Would you show me how the moon moves?")
    subprocess.run(["flite", "-voice", "slt", "-t", text, "-o", str(path)], check=True)
    return path


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def launch(playwright):
    """launch(*arguments) is a context manager that gives a browser."""
    @contextlib.contextmanager
    def launching(*arguments, drawing=True):
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*(DRAWING if drawing else NO_DRAWING), "--no-sandbox", *arguments],
            ignore_default_args=[] if drawing else ["--enable-unsafe-swiftshader"])
        browser.on("context", patient)
        try:
            yield browser
        finally:
            browser.close()
    return launching


def patient(context):
    context.set_default_timeout(1000 * PATIENCE)


@pytest.fixture(scope="session")
def launch_with_voice(launch, voice):
    """Gives a browser whose microphone says `voice` over and over, from its beginning when first opened."""
    return functools.partial(launch, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
                             f"--use-file-for-fake-audio-capture={voice}", "--autoplay-policy=no-user-gesture-required")


@pytest.fixture(scope="session")
def browser(launch_with_voice):
    """The browser of most tests, with a microphone that speaks."""
    with launch_with_voice() as browser:
        yield browser


class Shared:
    """`with Shared(make) as shared: …` for what several tests share: made for the first of them by `make`, a context manager,
    and anew for a test that is tried again, which the old one would fail again."""

    def __init__(self, make):
        self.make, self.made, self.stack = make, None, contextlib.ExitStack()

    def get(self, request):
        if self.made is None or getattr(request.node, "execution_count", 1) > 1:
            self.close()
            self.made = self.stack.enter_context(self.make())
        return self.made

    def __enter__(self):
        return self

    def close(self, *_):
        self.made = None
        self.stack.close()

    __exit__ = close


# Where it does not matter how often faces are drawn, the machine is for the test.
SELDOM = """(() => {
  const { postMessage } = Worker.prototype
  Worker.prototype.postMessage = function (message, ...rest) {
    postMessage.call(this, ['start', 'rate'].includes(message?.type) ? { ...message, rate: 3 } : message, ...rest)
  }
})"""


@contextlib.contextmanager
def opened(browser, address, **options):
    """A page with the tests' tools in it; closed whatever happens, so that it does not go on drawing."""
    with browser.new_context(viewport={"width": 800, "height": 640}, **options) as context:
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector("[data-tools]", state="attached")
        yield page


@contextlib.contextmanager
def blank(browser, site):
    """A blank page of the site, which must end without an uncaught error or a breach of the policy."""
    with opened(browser, f"{site}/test/blank.html") as page:
        troubles = watch(page)
        yield page
    assert troubles == []


@pytest.fixture
def tools(browser, site):
    with blank(browser, site) as page:
        yield page


def until(page, expression, seconds=PATIENCE):
    """Waits until `expression` is true in the page. Playwright's own waiting evaluates strings there, which the page's
    policy forbids."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"never came true: {expression}"
        page.wait_for_timeout(100)


def gone(page):
    """Waits until none of the page's workers is left; the browser tells of that a moment later."""
    end = time.monotonic() + PATIENCE
    while page.workers:
        assert time.monotonic() < end, f"still there: {[worker.url for worker in page.workers]}"
        page.wait_for_timeout(100)


def watch(page):
    """Collects uncaught errors and what the browser refuses."""
    troubles = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text)
            if "Content Security Policy" in message.text else None)
    return troubles


def read_wave(path):
    """Samples -1...1 of the first channel, and the rate."""
    import numpy
    with wave.open(str(path)) as file:
        data = numpy.frombuffer(file.readframes(file.getnframes()), dtype=numpy.int16)
        return data[:: file.getnchannels()] / 32768.0, file.getframerate()
