"""The page that the README prints, as `flexatar serve` serves it and as a page on another origin has it."""
import re

import pytest

from conftest import until, watch
from measuring import distinct, mouth_motion, watched
from serving import ROOT, serving

pytestmark = pytest.mark.alone

MINIMAL = (ROOT / "web/demo/minimal.html").read_text()
# Before the page's own script: what it plays, and whether that is heard.
LISTEN = """
    const { play } = HTMLMediaElement.prototype
    HTMLMediaElement.prototype.play = function () {
        const element = this
        return play.call(element).then(() => { if (!element.muted) globalThis.played = element })
    }
    globalThis.loudness = async () => {
        const context = new AudioContext()
        const analyser = new AnalyserNode(context, { fftSize: 8192 })
        context.createMediaStreamSource(played.srcObject).connect(analyser)
        const samples = new Float32Array(analyser.fftSize)
        let loudest = 0
        for (let look = 0; look < 60; look++) {
            await new Promise((resolve) => setTimeout(resolve, 100))
            analyser.getFloatTimeDomainData(samples)
            loudest = Math.max(loudest, ...samples.map(Math.abs))
        }
        return loudest
    }"""


def test_the_readme_prints_the_page_as_it_is():
    snippets = re.findall(r"```html\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    assert snippets == [MINIMAL]
    script = re.search(r"<script.*</script>", MINIMAL, re.S)[0]
    assert len(script.splitlines()) <= 15


def talks(browser, address, artefact):
    """Opens the page as it stands and lets it talk with the fake microphone."""
    with browser.new_context(permissions=["microphone"], viewport={"width": 500, "height": 500}) as context:
        page = context.new_page()
        page.add_init_script(LISTEN)
        troubles = watch(page)
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.goto(address)
        until(page, "globalThis.played !== undefined")
        size = page.evaluate("[canvas.width, canvas.height]")
        until(page, "document.getElementById('canvas').width === 480")
        page.evaluate("() => { globalThis.heard = loudness() }")
        frames = watched(page, 6)
        loudness = page.evaluate("heard")
        page.screenshot(path=artefact)
    assert troubles == []
    assert size == [480, 480]
    assert frames[-1].std() > 20, "there is no face"
    print(f"{len(frames)} frames, {distinct(frames)} distinct, mouth {mouth_motion(frames)}, loudness {loudness:.2f}")
    assert mouth_motion(frames) >= 25, "the mouth does not move"
    assert loudness > 0.05


def test_the_page_talks_as_the_program_serves_it(browser, served, artefacts):
    talks(browser, f"{served}/demo/minimal.html", artefacts / "minimal.png")


def test_the_page_talks_on_another_origin(browser, served, artefacts):
    """As docs/browser.md says: the policy names the SDK's server and lets the worker start through a blob."""
    page = MINIMAL
    for folder in ("/sdk/", "/files", "/studio/"):
        page = page.replace(f'"{folder}', f'"{served}{folder}')
    policy = (f"default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval' {served}; worker-src blob: {served}; "
              f"connect-src {served}")
    with serving(instead={"page.html": page.encode()}, policy=policy) as elsewhere:
        talks(browser, f"{elsewhere}/page.html", artefacts / "minimal-elsewhere.png")


@pytest.mark.parametrize("path", ["/sdk/easy-renderer.js", "/files/engine.wasm", "/sdk/tap-worklet.js"])
def test_other_origins_may_use_what_is_served(browser, served, path):
    with serving(instead={"page.html": b"<!doctype html>"}, policy=f"connect-src {served}") as elsewhere:
        with browser.new_context() as context:
            page = context.new_page()
            page.goto(f"{elsewhere}/page.html")
            status = page.evaluate("(url) => fetch(url).then((response) => response.status)", served + path)
    assert status == 200
