"""A camera drives the face: what a person before it does, the avatar does. The person is an avatar drawn with known
poses."""
import subprocess
import time

import numpy
import pytest

from conftest import PATIENCE, opened, until, watch
from measuring import picture
from neighbours import Neighbours, bar
from serving import ROOT

pytestmark = pytest.mark.alone

POSES = {
    "rest": [], "left": ["--yaw", "-14"], "right": ["--yaw", "14"],
    "open": ["--set", "jawOpen=0.6"], "blink": ["--set", "eyeBlinkLeft=1", "--set", "eyeBlinkRight=1"],
}
CONNECT = """async (options) => {
    const person = document.createElement('canvas')
    Object.assign(person, { width: 480, height: 480 })
    const context = person.getContext('2d')
    const pictures = {}
    for (const name of ['rest', 'left', 'right', 'open', 'blink']) {
        pictures[name] = await createImageBitmap(await (await fetch(`/files/camera-${name}.png`)).blob())
    }
    globalThis.pose = 'rest'
    setInterval(() => {
        if (pose) context.drawImage(pictures[pose], 0, 0)
        else context.fillRect(0, 0, 480, 480)
        context.fillRect(0, 0, 1, performance.now() % 2)
    }, 33)
    globalThis.sights = []
    renderer.addEventListener('camera', ({ detail }) => sights.push(detail))
    await renderer.connectCamera(person.captureStream(30), options)
}"""


@pytest.fixture(scope="module")
def people(flexatar, browser):
    """The person's pictures, served beside the engine's files."""
    paths = {name: ROOT / f"dist/files/camera-{name}.png" for name in POSES}
    for name, options in POSES.items():
        flexatar("still", "dist/files/default.ftar", *options, "--framing", "portrait", "--size", "480x480", "-o", paths[name])
    yield paths
    for path in paths.values():
        path.unlink()


def needs_models():
    if not (ROOT / "dist/files/models/face_landmark_with_attention.tflite").exists():
        pytest.skip("the vision models are not there")


def grey(page):
    return picture(page, 240, 240)[..., 1].astype(float)


# The person takes a pose, and has been looked at a dozen times in it, or for a minute where looks hardly ever come.
ASSUME = """async (next) => {
    pose = next
    const end = performance.now() + 60_000
    for (let looks = 0, last = performance.now(); looks < 12 && last < end;) {
        await new Promise((resolve) => setTimeout(resolve, 50))
        const now = performance.now()
        looks += renderer.stats.retarget * (now - last) / 1000
        last = now
    }
}"""


def showing(page, pose):
    """The avatar when the person has taken a pose and it moves no more."""
    page.evaluate(ASSUME, pose)
    until(page, "sights.at(-1) === 'face'")
    last = grey(page)
    end = time.monotonic() + PATIENCE
    while True:
        page.evaluate("tools.settled()")
        now = grey(page)
        if numpy.abs(now - last).mean() < 0.6:
            return now
        assert time.monotonic() < end, ("the avatar does not come to rest", numpy.abs(now - last).mean(), page.evaluate("renderer.stats"))
        last = now


def shift(before, after, rows=slice(70, 130)):
    """By how many pixels the face has moved to the right."""
    a = before[rows, 70:170]
    return min(range(-15, 16), key=lambda d: numpy.abs(after[rows, 70 + d:170 + d] - a).mean())


def test_the_avatar_follows_and_lets_go(browser, site, people, artefacts):
    needs_models()
    with opened(browser, f"{site}/test/blank.html") as page:
        troubles = watch(page)
        page.evaluate("() => tools.open({ width: 240, height: 240 })")
        page.evaluate(CONNECT, {"mirrored": False, "mouth": "both"})
        # A still person's avatar stands still: life has made room.
        rest = showing(page, "rest")
        left, right = showing(page, "left"), showing(page, "right")
        assert shift(rest, left) <= -3 and shift(rest, right) >= 3, (shift(rest, left), shift(rest, right))
        opened_mouth = showing(page, "open")
        mouth = (slice(130, 175), slice(90, 150))
        eyes = (slice(80, 115), slice(75, 165))
        assert numpy.abs(opened_mouth - rest)[mouth].mean() > 3 * numpy.abs(opened_mouth - rest)[eyes].mean()
        showing(page, "rest")
        blink = showing(page, "blink")
        assert numpy.abs(blink - rest)[eyes].mean() > 2 * numpy.abs(blink - rest)[mouth].mean()
        with Neighbours() as neighbours:
            page.wait_for_timeout(2000)
            rate = page.evaluate("renderer.stats.retarget")
        print(f"retarget: {rate:.1f} poses a second, {neighbours}")
        assert rate > bar(12, neighbours.rate(8))
        back = showing(page, "rest")
        assert numpy.abs(back - rest).mean() < 1.5

        # The face at rest may be another: turned is straight ahead now.
        page.evaluate(ASSUME, "right")
        page.evaluate("() => renderer.calibrate()")
        assert abs(shift(rest, showing(page, "right"))) <= 2

        # Nobody there: life comes back, and the avatar moves by itself.
        page.evaluate("pose = null")
        until(page, "sights.at(-1) === 'none' && renderer.stats.retarget === 0")
        a = grey(page)
        page.wait_for_timeout(1500)
        page.evaluate("tools.settled()")
        assert numpy.abs(grey(page) - a).mean() > 0.2
        page.evaluate("() => { renderer.disconnectCamera(); renderer.destroy() }")
        assert page.evaluate("errors") == [] and troubles == []


@pytest.mark.parametrize("without", [None, "MediaStreamTrackProcessor"])
def test_a_mirror_turns_left_for_right(browser, site, people, without):
    """Also where the browser hands out no stream of frames."""
    needs_models()
    with opened(browser, f"{site}/test/blank.html") as page:
        page.evaluate("(name) => { if (name) delete globalThis[name] }", without)
        troubles = watch(page)
        page.evaluate("() => tools.open({ width: 240, height: 240 })")
        page.evaluate(CONNECT, {"mouth": "camera"})
        rest = showing(page, "rest")
        assert shift(rest, showing(page, "right")) <= -3
        page.evaluate("() => renderer.destroy()")
        assert troubles == []


def test_models_that_take_long_to_come_are_waited_for(browser, site, people):
    """Nobody can be seen before they are there: no time runs until then."""
    needs_models()
    held = []
    with browser.new_context() as context:
        page = context.new_page()
        page.clock.install()
        page.route("**/face_landmark_with_attention.tflite", lambda route: held.append(route))
        page.goto(f"{site}/test/blank.html")
        page.wait_for_selector("[data-tools]", state="attached")
        page.evaluate("() => tools.open({ width: 120, height: 120 })")
        page.evaluate(f"""() => {{
            globalThis.answer = null;
            ({CONNECT})({{}}).then(() => {{ answer = 'follows' }}, ({{ code }}) => {{ answer = code }})
        }}""")
        for _ in range(10 * PATIENCE):
            if held:
                break
            page.wait_for_timeout(100)
        page.clock.fast_forward(60_000)
        assert page.evaluate("answer") is None
        held[0].continue_()
        until(page, "answer !== null")
        assert page.evaluate("answer") == "follows"


def test_what_is_no_camera_is_said_to_be_none(tools):
    answers = tools.evaluate("""async () => {
        await tools.open({ width: 120, height: 120, avatar: null })
        const silent = new MediaStream()
        return [await tools.failure(() => renderer.connectCamera(silent)), await tools.failure(() => renderer.calibrate())]
    }""")
    assert [answer["code"] for answer in answers] == ["no-picture", "camera-closed"]
    assert all(answer["name"] == "CameraError" for answer in answers)


def test_a_camera_that_is_refused_says_so(launch, site):
    with launch() as browser, opened(browser, f"{site}/test/blank.html") as page:
        answer = page.evaluate("() => tools.failure(() => tools.SDK.FtarRenderer.openCamera())")
    assert answer["name"] == "CameraError" and answer["code"] in ("camera-refused", "camera-missing")


def test_the_demo_follows_the_camera(launch, site, people, artefacts, tmp_path):
    """With a camera device that plays a file."""
    needs_models()
    film = tmp_path / "camera.mjpeg"
    order = "".join(f"file '{people[name]}'\nduration {seconds}\n"
                    for name, seconds in [("rest", 4), ("left", 1), ("rest", 1), ("open", 1)])
    (tmp_path / "list").write_text(order)
    subprocess.run(["ffmpeg", "-v", "error", "-f", "concat", "-safe", "0", "-i", tmp_path / "list", "-r", "25", "-vf",
                    "pad=640:480:80:0,format=yuvj420p", "-q:v", "3", film], check=True)
    with launch("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={film}") as browser:
        with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
            page = context.new_page()
            troubles = watch(page)
            page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
            page.goto(f"{site}/main")
            page.wait_for_selector("#veil.gone", state="attached")
            page.click("#camera")
            until(page, "document.getElementById('cameraHint').textContent.startsWith('The face follows')")
            until(page, "document.getElementById('status').textContent.includes('camera')")
            page.screenshot(path=artefacts / "demo-camera.png")
            assert page.is_visible("#calibrate")
            page.click("#camera")
            assert page.get_attribute("#camera", "aria-pressed") == "false"
            assert "stays on this device" in page.inner_text("#cameraHint")
    assert troubles == []
