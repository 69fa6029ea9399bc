"""The extension on a page that knows nothing of it and forbids everything."""
import contextlib
import json
import shutil
import subprocess

import pytest

from conftest import CHROMIUM, DRAWING, gone, patient, until, watch
from measuring import bytes_of, distinct, floats
from neighbours import Neighbours, bar
from plain_browser import plain_browser
from serving import ROOT, serving
from test_accessibility import AXE, RULES, serious
from test_call import EARLIEST, LATEST, STEADY, clip, listen  # noqa: F401

pytestmark = pytest.mark.alone

# What a careful site sends: nothing inline, no worker, no frame, no connection but its own.
STRICT = ("default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; connect-src 'self'; "
          "frame-src 'none'; child-src 'none'; object-src 'none'; require-trusted-types-for 'script'")


@pytest.fixture(scope="module")
def extension():
    if not shutil.which("esbuild"):
        pytest.skip("esbuild is not installed: scripts/setup.sh --tests")
    subprocess.run(["scripts/build-extension.sh"], cwd=ROOT, check=True, capture_output=True)
    return ROOT / "dist/extension"


@pytest.fixture(scope="module")
def stranger_site():
    with serving(policy=STRICT) as url:
        yield url


@pytest.fixture
def browsing(playwright, extension, voice, tmp_path):
    """A profile of its own with the extension in it."""
    context = playwright.chromium.launch_persistent_context(
        tmp_path / "profile", executable_path=CHROMIUM, headless=True, ignore_default_args=["--disable-extensions"],
        viewport={"width": 800, "height": 640},
        args=[*DRAWING, "--no-sandbox", f"--load-extension={extension}", f"--disable-extensions-except={extension}",
              "--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={voice}",
              "--autoplay-policy=no-user-gesture-required"])
    patient(context)
    try:
        yield context
    finally:
        context.close()


@contextlib.contextmanager
def visiting(context, site, permissions=("microphone", "camera")):
    context.grant_permissions(list(permissions), origin=site)
    page = context.new_page()
    troubles = watch(page)
    page.goto(f"{site}/test/stranger.html")
    page.wait_for_selector("[data-tools]", state="attached")
    yield page
    page.close()
    assert troubles == []


TAKE = """async () => {
    globalThis.stream = await stranger.choose('Flexatar', 'Flexatar (voice)', { width: 480, height: 360 })
    const { remote } = await stranger.call(stream)
    globalThis.remote = remote
    return stream.getTracks().map(({ kind, label }) => [kind, label])
}"""


def test_a_strict_page_calls_with_the_avatar(browsing, stranger_site, artefacts):
    with visiting(browsing, stranger_site) as page:
        assert page.evaluate(TAKE) == [["audio", "Flexatar (voice)"], ["video", "Flexatar"]]
        page.wait_for_timeout(2000)
        with Neighbours() as neighbours:
            recorded = page.evaluate("stranger.record(remote, { seconds: 5 })")
        page.screenshot(path=artefacts / "extension-stranger.png")
        frames = bytes_of(recorded["frames"]).reshape(-1, 120, 160)
        rate = distinct(frames) / (recorded["times"][-1] - recorded["times"][0])
        loudness = abs(floats(recorded["sound"])).max()
        print(f"extension: {rate:.0f} distinct frames a second at the far end, {recorded['size']}, loudness {loudness:.2f}, "
              f"{neighbours}")
        assert frames[-1].std() > 20, "there is no face"
        assert rate >= bar(25, neighbours.rate(4)) and loudness > 0.05
        # The page has no way to the avatar but these pictures.
        assert len(page.frames) == 2 and page.evaluate("frames.length") == 0


@pytest.fixture(scope="module")
def still_extension(extension, tmp_path_factory):
    """Of its avatar nothing but the mouth moves: that is looked for."""
    folder = tmp_path_factory.mktemp("still") / "extension"
    shutil.copytree(extension, folder)
    settings = folder / "settings.js"
    before, begin, after = settings.read_text().partition("  const { avatar, emotion, background }")
    assert begin, "settings.js no longer says so"
    settings.write_text(f"{before}  Object.assign(renderer, {{ still: true, mood: 0 }})\n{begin}{after}")
    return folder


def test_voice_and_lips_arrive_together_in_front_and_behind(still_extension, stranger_site, clip):  # noqa: F811
    with plain_browser(CHROMIUM, *DRAWING, f"--load-extension={still_extension}", f"--disable-extensions-except={still_extension}",
                       "--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={clip[0]}",
                       "--autoplay-policy=no-user-gesture-required") as browser:
        browser.send("Browser.grantPermissions", origin=stranger_site, permissions=["audioCapture", "videoCapture"])
        page = browser.open(f"{stranger_site}/test/stranger.html")
        page.to_front()
        page.until("document.documentElement?.dataset.tools === 'yes'")
        assert page.evaluate(f"({TAKE})()") == [["audio", "Flexatar (voice)"], ["video", "Flexatar"]]
        # The far end's buffers find their length.
        page.evaluate("new Promise((resolve) => setTimeout(resolve, 4000))")
        front = listen(page, clip, "extension, in front")
        browser.open("about:blank").to_front()
        page.until("document.hidden")
        page.evaluate("new Promise((resolve) => setTimeout(resolve, 2000))")
        hidden = listen(page, clip, "extension, hidden")
    for far in (front, hidden):
        assert far.loudness > 0.05 and far.fit >= bar(0.75, 0.5)
        assert far.rate >= bar(25, far.neighbours.rate(8))
        # Two frames wait where the machine is slow.
        late = bar(0, 2 / max(far.rate, 5))
        assert LATEST - late <= far.early <= EARLIEST and abs(far.early - front.early) <= STEADY + late


def test_a_page_without_the_microphone_gets_no_picture(browsing, stranger_site):
    """Neither by asking the bridge itself nor by framing the engine."""
    with visiting(browsing, stranger_site, permissions=[]) as page:
        got = page.evaluate("""async () => {
            const answers = []
            addEventListener('message', ({ data }) => data?.flexatar && answers.push(data.flexatar))
            window.postMessage({ flexatar: 'start' }, location.origin)
            await new Promise((resolve) => setTimeout(resolve, 1000))
            return [answers, document.querySelectorAll('iframe').length]
        }""")
    assert got == [["start", "refused"], 0]


def test_a_page_that_frames_the_engine_itself_gets_no_picture(browsing, stranger_site):
    with visiting(browsing, stranger_site) as page:
        page.evaluate(TAKE)
        folder = next(frame.url for frame in page.frames if frame.url.startswith("chrome-extension:"))
        got = page.evaluate("""async (url) => {
            const frame = Object.assign(document.createElement('iframe'), { src: url })
            document.body.append(frame)
            await new Promise((resolve) => { frame.onload = resolve })
            const { port1, port2 } = new MessageChannel()
            let messages = 0
            port1.onmessage = () => messages++
            frame.contentWindow.postMessage({ pass: 'let me in' }, '*', [port2])
            await new Promise((resolve) => setTimeout(resolve, 2000))
            return messages
        }""", folder)
    assert got == 0


@pytest.fixture
def popup(browsing, stranger_site):
    """The extension's page in a tab, as its popup opens it."""
    with visiting(browsing, stranger_site) as page:
        page.evaluate(TAKE)
        url = next(frame.url for frame in page.frames if frame.url.startswith("chrome-extension:"))
        page.evaluate("stream.getTracks().forEach((track) => track.stop())")
    page = browsing.new_page()
    page.set_viewport_size({"width": 360, "height": 900})
    page.goto(url.replace("engine.html", "popup.html#tab"))
    until(page, "document.getElementById('veil').hidden")
    yield page
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_page_is_for_everybody(popup, scheme):
    """By axe-core's rules, put in by the debugger: the page's policy lets nothing else in."""
    popup.emulate_media(color_scheme=scheme)
    popup.wait_for_timeout(300)
    debugger = popup.context.new_cdp_session(popup)
    debugger.send("Runtime.evaluate", {"expression": AXE})
    answer = debugger.send("Runtime.evaluate", {
        "expression": f"axe.run(document, {json.dumps(RULES)})", "awaitPromise": True, "returnByValue": True})
    assert serious(answer["result"]["value"]) == []


def test_its_page_chooses_face_mood_and_site(popup, browsing, stranger_site, artefacts):
    popup.screenshot(path=artefacts / "extension-popup.png", full_page=True)
    popup.emulate_media(color_scheme="dark")
    popup.screenshot(path=artefacts / "extension-popup-dark.png", full_page=True)
    popup.get_by_role("radio", name="Joy").click()
    popup.set_input_files("#photo", ROOT / "cache/hopper.jpg")
    until(popup, "document.querySelectorAll('.face[aria-checked]').length === 2 && "
                 "document.querySelectorAll('.face')[1].ariaChecked === 'true'")
    settings = popup.evaluate("chrome.storage.local.get(null)")
    assert settings["settings"]["emotion"] == "joy"
    assert settings["settings"]["avatar"] == settings["avatars"][0]["id"]
    assert settings["avatars"][0]["name"] == "hopper" and len(settings["avatars"][0]["file"]) > 100_000
    popup.screenshot(path=artefacts / "extension-popup-hopper.png", full_page=True)

    popup.evaluate("document.getElementById('isOn').click()")
    until(popup, "chrome.storage.local.get('settings').then(({ settings }) => settings.isOn === false)")
    with visiting(browsing, stranger_site) as page:
        until(page, "navigator.mediaDevices.enumerateDevices().then((all) => all.every(({ label }) => label !== 'Flexatar'))")
        assert page.evaluate("MediaDevices.prototype.getUserMedia.toString().includes('[native code]')")


# Before any script of the page or of the extension: which real microphones were opened.
OPENED = """
if (globalThis.MediaDevices) {
    globalThis.opened = []
    const { getUserMedia } = MediaDevices.prototype
    MediaDevices.prototype.getUserMedia = async function (...asked) {
        const stream = await getUserMedia.apply(this, asked)
        opened.push(...stream.getAudioTracks())
        return stream
    }
}
"""


def test_the_microphone_that_is_chosen_speaks(popup, browsing, stranger_site):
    """And no other one stays open."""
    browsing.grant_permissions(["microphone", "camera"])
    popup.click("#names")
    until(popup, "document.getElementById('microphone').options.length > 2")
    preferred = popup.evaluate("document.getElementById('microphone').options[2].label")
    popup.select_option("#microphone", label=preferred)
    until(popup, "chrome.storage.local.get('settings').then(({ settings }) => settings?.microphone !== undefined)")
    browsing.add_init_script(OPENED)
    with visiting(browsing, stranger_site) as page:
        page.evaluate(TAKE)
        live = page.evaluate("opened.filter(({ readyState }) => readyState === 'live').map(({ label }) => label)")
        first = page.evaluate("opened[0].label")
    assert live == [preferred] and first != preferred


HAS_CAMERA = "navigator.mediaDevices.enumerateDevices().then((all) => all.some(({ label }) => label === 'Flexatar'))"


def keeps_camera(page):
    """Still there when the settings have been read."""
    page.wait_for_timeout(1500)
    return page.evaluate(HAS_CAMERA)


def test_its_page_turns_the_camera_off_for_the_site_below(popup, browsing, stranger_site):
    # A popup knows the tab below it; a tab is its own.
    popup.add_init_script(f"if (globalThis.chrome?.tabs) chrome.tabs.query = async () => [{{ url: {json.dumps(stranger_site)} }}]")
    address = popup.url.split("#")[0]
    popup.goto("about:blank")
    popup.goto(address)
    until(popup, "document.getElementById('veil').hidden")
    assert popup.is_visible("#site") and popup.text_content("#host") == "localhost"
    for off in (["localhost"], []):
        popup.evaluate("document.getElementById('isOnHere').click()")
        until(popup, f"chrome.storage.local.get('settings').then(({{ settings }}) => JSON.stringify(settings?.offSites) === '{json.dumps(off)}')")
        with visiting(browsing, stranger_site) as page:
            if off:
                until(page, f"{HAS_CAMERA}.then((has) => !has)")
            else:
                assert keeps_camera(page)
        with visiting(browsing, stranger_site.replace("localhost", "127.0.0.1")) as page:
            assert keeps_camera(page), "another site"


# The extension's interfaces as its scripts see them, on a page that may use the microphone.
CHROME = """() => {
    globalThis.hear = null
    globalThis.chrome = {
        runtime: { id: 'own', getURL: () => 'http://localhost/', onMessage: { addListener: (listener) => { hear = listener } } },
        storage: { local: { get: async () => ({}) }, onChanged: { addListener() {}, removeListener() {} } },
    }
    navigator.permissions.query = async () => ({ state: 'granted' })
}"""


def test_a_page_is_refused_after_the_extension_was_renewed(tools):
    """The old scripts stay in it, without the extension's interfaces."""
    tools.evaluate(CHROME)
    answer = tools.evaluate("""async () => {
        await import('/extension/bridge.js')
        delete chrome.storage
        const answered = new Promise((resolve) => {
            addEventListener('message', ({ data }) => data.flexatar !== 'start' && resolve(data.flexatar))
            setTimeout(resolve, 2000, 'nothing')
        })
        window.postMessage({ flexatar: 'start' }, location.origin)
        return answered
    }""")
    assert answer == "refused"


def test_an_avatar_that_cannot_start_lets_go_of_microphone_and_engine(tools):
    tools.evaluate(CHROME)
    tools.evaluate("""async () => {
        const { RemoteAvatar } = await import('/extension/remote-avatar.js')
        await import('/extension/engine.js')
        const voice = await navigator.mediaDevices.getUserMedia({ audio: true })
        const { port1, port2 } = new MessageChannel()
        hear({ pass: 'one' }, { id: 'own' })
        // Beside this page there are no files of an engine.
        window.postMessage({ pass: 'one' }, location.origin, [port2])
        const { name } = await tools.failure(() => RemoteAvatar.open(port1, voice))
        globalThis.ended = [name, voice.getTracks()[0].readyState]
    }""")
    assert tools.evaluate("ended") == ["NotReadableError", "ended"]
    gone(tools)


SILENT = """async ({ after, patience }) => {
    const { RemoteAvatar } = await import('/extension/remote-avatar.js')
    RemoteAvatar.patience = RemoteAvatar.silence = patience
    const voice = await navigator.mediaDevices.getUserMedia({ audio: true })
    const { port1, port2 } = new MessageChannel()
    const opening = RemoteAvatar.open(port1, voice)
    if (after === 'never') {
        const { name, message } = await tools.failure(() => opening)
        return [name, message, voice.getTracks()[0].readyState]
    }
    const pictures = new MessageChannel()
    port2.postMessage({ pictures: pictures.port1 }, [pictures.port1])
    pictures.port2.postMessage({ picture: new ArrayBuffer(64 * 64 * 4), format: 'RGBX', width: 64, height: 64, timestamp: 0 })
    const avatar = await opening
    const told = new Promise((resolve) => avatar.addEventListener('error', ({ detail }) => resolve(detail)))
    const { code, message } = await told
    avatar.close()
    return [code, message, voice.getTracks()[0].readyState]
}"""


@pytest.mark.parametrize("after, patience, told", [
    ("never", 2, ["NotReadableError", "The avatar did not start."]),
    ("silence", 2, ["engine-failed", "The avatar is drawn no more."]),
])
def test_a_frame_that_sends_nothing_is_told(tools, after, patience, told):
    """Never or no more: nobody waits for ever, and the microphone is let go of."""
    tools.evaluate(CHROME)
    assert tools.evaluate(SILENT, {"after": after, "patience": patience}) == [*told, "ended"]


def test_an_engine_that_dies_in_a_call_is_told(tools):
    """The tracks end then, as those of a camera that is unplugged."""
    tools.evaluate(CHROME)
    tools.evaluate("""async () => {
        document.head.append(Object.assign(document.createElement('base'), { href: '/' }))
        const { RemoteAvatar } = await import('/extension/remote-avatar.js')
        await import('/extension/engine.js')
        const voice = await navigator.mediaDevices.getUserMedia({ audio: true })
        const { port1, port2 } = new MessageChannel()
        hear({ pass: 'two' }, { id: 'own' })
        window.postMessage({ pass: 'two' }, location.origin, [port2])
        const avatar = await RemoteAvatar.open(port1, voice)
        globalThis.told = new Promise((resolve) => avatar.addEventListener('error', ({ detail }) => resolve(detail.code)))
    }""")
    tools.workers[0].evaluate("setTimeout(() => { throw new Error('no more') })")
    assert tools.evaluate("told") == "engine-failed"
    gone(tools)
