"""Every example of the gallery, as it lies in the repository; and the call page with two people in two tabs."""
import os
import shutil
import subprocess

import pytest

from conftest import until, watch
from measuring import bytes_of, distinct, mouth_motion
from serving import ROOT

# What an element or a video shows, as small grey pictures; shadow roots are looked into.
WATCH = """async ({ selector, seconds }) => {
    const find = (root) => root.querySelector(selector) ??
        [...root.querySelectorAll('*')].map((one) => one.shadowRoot && find(one.shadowRoot)).find(Boolean)
    const shown = find(document)
    const copy = new OffscreenCanvas(120, 120).getContext('2d', { willReadFrequently: true })
    let pixels = ''
    for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
        await new Promise((resolve) => setTimeout(resolve, 30))
        copy.drawImage(shown, 0, 0, 120, 120)
        const { data } = copy.getImageData(0, 0, 120, 120)
        for (let at = 1; at < data.length; at += 4) pixels += String.fromCharCode(data[at])
    }
    return btoa(pixels)
}"""


def seen(frame, selector, seconds=5):
    return bytes_of(frame.evaluate(WATCH, {"selector": selector, "seconds": seconds})).reshape(-1, 120, 120)


def speaks(frames):
    assert frames[-1].std() > 20, "there is no face"
    assert distinct(frames) > 1 and mouth_motion(frames) >= 20, (distinct(frames), mouth_motion(frames))


@pytest.fixture
def visit(browser, site):
    """visit(path) is a page without uncaught errors and breaches of its policy."""
    with browser.new_context(permissions=["microphone", "camera"], viewport={"width": 420, "height": 470}) as context:
        troubles = []

        def visiting(path):
            page = context.new_page()
            troubles.append(watch(page))
            page.goto(site + path)
            return page
        yield visiting
    assert not any(troubles), troubles


def test_a_script_tag(visit, artefacts):
    page = visit("/examples/script-tag.html")
    page.click("#speak")
    until(page, "avatar.renderer?.stats.frames > 0")
    speaks(seen(page, "canvas"))
    page.screenshot(path=artefacts / "example-script-tag.png")


def test_react(visit, artefacts):
    """With React's own checks: strict mode mounts everything twice."""
    if not shutil.which("esbuild") or not os.path.exists("/usr/share/nodejs/react-dom"):
        pytest.skip("esbuild or React is not installed: scripts/setup.sh --tests")
    for command in (["scripts/build-sdk.sh"], ["scripts/build-examples.sh"], ["scripts/build-examples.sh", "--development"]):
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    page = visit("/examples/react.html")
    page.route("**/files/examples/react.js", lambda route: route.fulfill(
        path=ROOT / "dist/files/examples/react-development.js", content_type="text/javascript"))
    warnings = []
    page.on("console", lambda message: warnings.append(message.text) if message.type in ("error", "warning") else None)
    page.reload()
    page.get_by_role("button", name="Let me speak").click()
    until(page, "document.querySelector('flexatar-avatar').renderer?.stats.frames > 0")
    speaks(seen(page, "canvas"))
    assert page.evaluate("document.querySelectorAll('flexatar-avatar').length") == 1
    assert [text for text in warnings if "GPU stall" not in text and "GL Driver" not in text] == []
    page.screenshot(path=artefacts / "example-react.png")


def test_an_iframe(visit, artefacts):
    page = visit("/examples/iframe.html")
    frame = page.frame_locator("#frame")
    until(page, "document.getElementById('status').textContent === 'The avatar is there.'")
    frame.locator("#speak").click()
    inner = next(each for each in page.frames if each.url.endswith("framed.html"))
    page.get_by_role("button", name="Joy").click()
    until(inner, "'joy' in avatar.renderer.emotion")
    speaks(seen(inner, "canvas"))
    page.screenshot(path=artefacts / "example-iframe.png")


def test_a_frame_does_not_obey_others(visit):
    page = visit("/examples/iframe.html")
    until(page, "document.getElementById('status').textContent !== ''")
    inner = next(each for each in page.frames if each.url.endswith("framed.html"))
    inner.evaluate("window.postMessage({ flexatar: 1, emotion: 'anger' }, '*')")
    page.wait_for_timeout(300)
    assert inner.evaluate("avatar.renderer.emotion") == {}


def test_a_guided_photo(visit, artefacts):
    page = visit("/examples/lens.html")
    page.set_input_files("#file", ROOT / "cache/hopper.jpg")
    until(page, "!document.getElementById('take').disabled")
    assert page.locator("#boxes button").count() == 1
    page.screenshot(path=artefacts / "example-lens.png")
    page.click("#take")
    until(page, "document.getElementById('status').textContent === 'There it is.'")
    page.wait_for_timeout(800)
    page.screenshot(path=artefacts / "example-lens-made.png")
    assert seen(page, "canvas:not(#photo)", 2)[-1].std() > 20


def test_livekit(visit, artefacts):
    page = visit("/examples/livekit.html")
    page.click("#join")
    until(page, "document.getElementById('status').textContent !== ''")
    page.wait_for_timeout(1500)
    speaks(seen(page, "video", 6))
    page.screenshot(path=artefacts / "example-livekit.png")


def test_an_agent_in_a_livekit_room(visit, artefacts):
    page = visit("/examples/livekit-agent.html")
    page.click("#join")
    until(page, "document.getElementById('status').textContent === 'Listening'")
    page.click("#ask")
    until(page, "document.getElementById('status').textContent === 'Speaking'")
    speaks(seen(page, "canvas", 3))
    page.screenshot(path=artefacts / "example-livekit-agent.png")
    assert page.text_content("#subtitles").startswith("Hello!")
    # Where the machine is slow it has ended by itself.
    page.evaluate("document.getElementById('quiet').click()")
    until(page, "document.getElementById('status').textContent === 'Listening' && document.getElementById('quiet').disabled")
    page.click("#ask")
    until(page, "document.getElementById('status').textContent === 'Speaking'")


def test_livekit_processors_restart_and_let_go(tools):
    result = tools.evaluate("""async () => {
        const { avatarProcessors } = await import('/sdk/livekit.js')
        const renderer = await tools.open({ width: 160, height: 120 })
        const { video, audio } = avatarProcessors(renderer)
        const open = async (kind) => (await navigator.mediaDevices.getUserMedia({ [kind]: true })).getTracks()[0]
        await video.init({ kind: 'video', track: await open('video') })
        await audio.init({ kind: 'audio', track: await open('audio') })
        const [picture, voice] = [video.processedTrack, audio.processedTrack]
        await audio.restart({ kind: 'audio', track: await open('audio') })
        const same = audio.processedTrack === voice
        const before = [picture.kind, picture.readyState, voice.kind, voice.readyState]
        await video.destroy()
        await audio.destroy()
        const after = [picture.readyState, voice.readyState, video.processedTrack ?? null]
        await video.init({ kind: 'video', track: await open('video') })
        return { before, after, same, again: video.processedTrack.readyState, names: [video.name, audio.name], errors }
    }""")
    assert result == {"before": ["video", "live", "audio", "live"], "after": ["ended", "ended", None], "same": True,
                      "again": "live", "names": ["flexatar-picture", "flexatar-voice"], "errors": []}


def test_livekit_follows_as_others_see_it_and_tells_what_is_in_the_way(tools):
    seen = tools.evaluate("""async () => {
        const { avatarProcessors } = await import('/sdk/livekit.js')
        const renderer = await tools.open({ width: 160, height: 120 })
        const asked = []
        const { connectCamera } = renderer
        renderer.connectCamera = (track, options) => {
            asked.push(options)
            return connectCamera.call(renderer, track, options)
        }
        const { video } = avatarProcessors(renderer, { follow: true })
        const track = document.createElement('canvas').captureStream().getVideoTracks()[0]
        track.stop()
        await video.init({ kind: 'video', track })
        for (let i = 0; i < 100 && errors.length === 0; i++) await new Promise((resolve) => setTimeout(resolve, 100))
        return { asked, codes: errors.map(({ code }) => code), state: video.processedTrack.readyState }
    }""")
    assert seen["asked"] == [{"mirrored": False}] and seen["state"] == "live"
    assert seen["codes"] == ["camera-unplugged"]


# Chromium as Safari is: the worker makes the track, and it comes later.
LIKE_SAFARI = """() => {
    const Generator = MediaStreamTrackGenerator
    delete globalThis.MediaStreamTrackGenerator
    delete globalThis.MediaStreamTrackProcessor
    globalThis.ManagedMediaSource = class {}
    const { postMessage } = Worker.prototype
    Worker.prototype.postMessage = function (message, transfer) {
        if (message.type !== 'track') return postMessage.call(this, message, transfer)
        const track = new Generator({ kind: 'video' })
        postMessage.call(this, { ...message, writable: track.writable }, [track.writable])
        setTimeout(() => this.onmessage?.({ data: { type: 'track', track } }), 300)
    }
}"""


def test_a_picture_that_comes_late_comes(tools):
    tools.evaluate(LIKE_SAFARI)
    kinds = tools.evaluate("""async () => {
        const { avatarProcessors } = await import('/sdk/livekit.js')
        const { AvatarAgent } = await import('/sdk/agent.js')
        const renderer = await tools.open({ width: 160, height: 120 })
        const agent = new AvatarAgent({ renderer, connect: new MediaStreamAudioDestinationNode(new AudioContext()).stream })
        const stream = agent.mediaStream
        const early = stream.getTracks().map(({ kind }) => kind)
        const { video } = avatarProcessors(renderer)
        await video.init({ kind: 'video' })
        return [early, video.processedTrack.kind, stream.getTracks().map(({ kind }) => kind).sort()]
    }""")
    assert kinds == [["audio"], "video", ["audio", "video"]]


def test_the_gallery_shows_each_with_its_source(visit, artefacts):
    page = visit("/examples")
    page.set_viewport_size({"width": 1100, "height": 900})
    until(page, "document.querySelectorAll('.example code').length === 7 && "
                "[...document.querySelectorAll('.example code')].every((one) => one.textContent.length > 200)")
    page.wait_for_timeout(5000)
    page.screenshot(path=artefacts / "examples.png", full_page=True)
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(500)
    page.screenshot(path=artefacts / "examples-phone-dark.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_two_people_call_each_other(visit, artefacts):
    first = visit("/call")
    first.set_viewport_size({"width": 1000, "height": 820})
    until(first, "location.hash.length > 1")
    first.screenshot(path=artefacts / "call-alone.png")
    first.click("#join")
    until(first, "near.srcObject?.getVideoTracks()[0]?.label === 'Flexatar'")
    # Devices are listed once the page has been given one.
    until(first, "[...audioinput.options].some(({ label }) => label.includes('Flexatar (voice)'))")
    second = visit("/call" + first.evaluate("location.hash"))
    second.click("#join")
    for page in (first, second):
        until(page, "document.body.dataset.call === 'connected' && far.videoWidth > 0")
    speaks(seen(second, "#far", 6))
    first.bring_to_front()
    first.screenshot(path=artefacts / "call.png")
    first.set_viewport_size({"width": 360, "height": 740})
    first.emulate_media(color_scheme="dark")
    first.screenshot(path=artefacts / "call-phone-dark.png")
    # A device is changed while they talk; the far end sees the other camera.
    fake = first.evaluate("[...videoinput.options].find(({ label }) => label !== 'Flexatar').value")
    first.select_option("#videoinput", fake)
    until(first, "near.srcObject.getVideoTracks()[0].label !== 'Flexatar'")
    third = visit("/call" + first.evaluate("location.hash"))
    third.click("#join")
    until(third, "document.getElementById('status').textContent.startsWith('Two people')")
    second.click("#join")
    until(first, "document.getElementById('status').textContent === 'The other side has left.'")
