"""The local agent and its page: it hears a spoken question, answers, and the face speaks the answer; all on this machine."""
import json
import shutil
import subprocess
import urllib.request

import numpy
import pytest

from conftest import until, watch
from neighbours import bar
from own_service import own_service

# While the agent speaks: how dark it is between the lips and how loud the sound, on every displayed frame.
WATCH = """async (seconds) => {
    const renderer = agent.renderer
    const { SoundInput } = await import('/sdk/sound-input.js')
    const context = SoundInput.shared
    const meter = new AnalyserNode(context, { fftSize: 512 })
    context.createMediaStreamSource(renderer.voiceStream).connect(meter)
    const block = new Float32Array(512)
    const copy = new OffscreenCanvas(160, 160).getContext('2d', { willReadFrequently: true })
    const rows = [], pixels = []
    const end = performance.now() + 1000 * seconds
    while (performance.now() < end) {
        await new Promise(requestAnimationFrame)
        copy.drawImage(document.querySelector('canvas'), 0, 0, 160, 160)
        meter.getFloatTimeDomainData(block)
        rows.push([performance.now() / 1000, Math.sqrt(block.reduce((sum, value) => sum + value * value, 0) / 512)])
        const { data } = copy.getImageData(62, 80, 36, 30)
        const row = []
        for (let at = 1; at < data.length; at += 4) row.push(data[at])
        pixels.push(row)
    }
    return { rows, pixels }
}"""


@pytest.fixture(scope="module")
def question(tmp_path_factory):
    """A microphone that asks how the agent works, then is silent for longer than the answer takes."""
    if not shutil.which("flite"):
        pytest.skip("flite is not installed: scripts/setup.sh")
    folder = tmp_path_factory.mktemp("question")
    subprocess.run(["flite", "-voice", "slt", "-t", "how do you work", "-o", str(folder / "q.wav")], check=True)
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", str(folder / "q.wav"), "-af",
                    "aresample=48000,volume=1.5,adelay=2500,apad=pad_dur=25", "-ac", "1", "-c:a", "pcm_s16le",
                    str(folder / "question.wav")], check=True)
    return folder / "question.wav"


@pytest.fixture(scope="module")
def talking(program, tmp_path_factory):
    """The address of a service with the local agent beside it."""
    with own_service(program, tmp_path_factory.mktemp("service"), account=None, agent=True) as service:
        yield service.address


def lag(rows, pixels):
    """Seconds by which the mouth follows the sound, and how well they agree, from what `WATCH` saw."""
    rows, pixels = numpy.array(rows), numpy.array(pixels, dtype=float)
    rest = numpy.median(pixels[rows[:, 1] < 0.005], axis=0) if (rows[:, 1] < 0.005).sum() > 5 else pixels.mean(axis=0)
    motion = abs(pixels - rest)
    mouth = motion[:, numpy.argsort(motion.std(axis=0))[-60:]].mean(axis=1)
    grid = numpy.arange(rows[0, 0], rows[-1, 0], 0.01)
    loud = numpy.interp(grid, rows[:, 0], numpy.sqrt(rows[:, 1]))
    mouth = numpy.interp(grid, rows[:, 0], mouth)
    kernel = numpy.hanning(9) / numpy.hanning(9).sum()
    loud, mouth = (numpy.convolve(signal - signal.mean(), kernel, "same") for signal in (loud, mouth))
    best = max(range(-60, 61), key=lambda shift: numpy.dot(loud[60:-60], numpy.roll(mouth, -shift)[60:-60]))
    agreement = numpy.corrcoef(loud[60:-60], numpy.roll(mouth, -best)[60:-60])[0, 1]
    return best / 100, agreement


@pytest.mark.alone
def test_it_hears_answers_and_its_lips_follow(talking, question, launch, artefacts):
    if not shutil.which("pocketsphinx_continuous"):
        pytest.skip("pocketsphinx is not installed: scripts/setup.sh")
    with launch("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-audio-capture={question}", "--autoplay-policy=no-user-gesture-required") as browser:
        page = browser.new_page(viewport={"width": 1100, "height": 800})
        troubles = watch(page)
        page.goto(f"{talking}/agent")
        page.click("#talk")
        until(page, "document.querySelectorAll('#lines li').length >= 2")
        until(page, "document.getElementById('state').dataset.state === 'speaking'")
        seen = page.evaluate(WATCH, 4.5)
        page.screenshot(path=artefacts / "agent-speaking.png")
        said = page.evaluate("[...document.querySelectorAll('#lines li')].map((line) => [line.dataset.who, line.textContent])")
        assert said[0][0] == "user" and "work" in said[0][1], said
        assert said[1][0] == "agent" and said[1][1].startswith("I hear you"), said
        shift, agreement = lag(seen["rows"], seen["pixels"])
        rate = len(seen["rows"]) / 4.5
        print(f"the mouth follows the answer's sound by {1000 * shift:.0f} ms, agreement {agreement:.2f}, {rate:.0f} frames a second")
        if rate < 6:
            pytest.skip(f"{rate:.0f} frames a second say nothing about the mouth")
        assert agreement > bar(0.3, 0.2) and -bar(0.1, 0.15) <= shift <= bar(0.1, 0.15 + 2 / max(rate, 10))
        until(page, "document.getElementById('state').dataset.state === 'listening'")
        assert troubles == []


def test_it_answers_in_writing_and_can_be_interrupted(talking, browser):
    page = browser.new_page()
    troubles = watch(page)
    page.goto(f"{talking}/agent")
    page.fill("#words", "tell me a joke <b>now</b>")
    page.press("#words", "Enter")
    until(page, "document.getElementById('state').dataset.state === 'speaking'")
    lines = page.evaluate("[...document.querySelectorAll('#lines li')].map((line) => line.textContent)")
    assert lines[0] == "tell me a joke <b>now</b>" and "faces" in lines[1]
    page.click("#quiet")
    assert page.evaluate("document.getElementById('state').dataset.state") == "listening"
    page.fill("#words", "thanks")
    page.press("#words", "Enter")
    until(page, "document.querySelectorAll('#lines li').length === 4")
    assert page.evaluate("document.getElementById('error').hidden") and troubles == []
    page.close()


def test_where_no_agent_runs_the_page_says_so(served, browser):
    page = browser.new_page()
    page.goto(f"{served}/agent")
    page.fill("#words", "hello")
    page.press("#words", "Enter")
    until(page, "!document.getElementById('error').hidden")
    assert "serve --agent" in page.text_content("#error")
    page.close()


def test_only_the_page_of_the_agent_may_talk_to_its_port(talking):
    port = json.load(urllib.request.urlopen(f"{talking}/agent/local"))["port"]
    policy = urllib.request.urlopen(f"{talking}/agent").headers["Content-Security-Policy"]
    assert f"connect-src 'self' ws://localhost:{port} ws://127.0.0.1:{port};" in policy
    assert "ws://" not in urllib.request.urlopen(f"{talking}/main").headers["Content-Security-Policy"]


@pytest.mark.parametrize("width, height, scheme", [(1180, 820, "light"), (1180, 820, "dark"), (360, 740, "light"), (360, 740, "dark")])
def test_the_page_fits(talking, browser, artefacts, width, height, scheme):
    with browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme) as context:
        page = context.new_page()
        page.goto(f"{talking}/agent")
        page.fill("#words", "what can you do for me today")
        page.press("#words", "Enter")
        until(page, "document.querySelectorAll('#lines li').length === 2")
        until(page, "document.getElementById('state').dataset.state === 'speaking'")
        page.wait_for_timeout(600)
        page.screenshot(path=artefacts / f"agent-{width}-{scheme}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
