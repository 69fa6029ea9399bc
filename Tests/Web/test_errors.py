"""Whatever is missing or damaged: one typed error with a sentence, no crash, and the page goes on."""
import numpy
import pytest

from conftest import opened
from measuring import picture
from serving import serving


OPEN = """(options) => tools.failure(() => tools.open({ width: 160, height: 120, ...options }))"""


@pytest.mark.parametrize("name, code", [
    ("engine.wasm", "download-failed"), ("rig.bin", "download-failed"), ("speech.bin", "download-failed"),
    ("default.ftar", "download-failed"),
])
def test_a_missing_file_is_named(browser, name, code):
    with serving(missing=[name]) as url:
        with opened(browser, f"{url}/test/blank.html") as page:
            error = page.evaluate(OPEN, {})
    assert error["typed"] and error["name"] == "FilesError" and error["code"] == code
    assert name in error["message"]


@pytest.mark.parametrize("damage, code", [
    ("new Uint8Array(0)", "bad-avatar"),
    ("new Uint8Array(4096).fill(65)", "bad-avatar"),
    ("good.slice(0, good.length >> 1)", "bad-avatar"),
    ("good.map((value, at) => at === good.length >> 1 ? value ^ 255 : value)", "bad-avatar"),
])
def test_a_damaged_avatar_is_refused_and_the_old_one_stays(tools, damage, code):
    result = tools.evaluate("""async () => {
        const renderer = await tools.open({ width: 160, height: 120 })
        const good = new Uint8Array(await (await fetch('/files/default.ftar')).arrayBuffer())
        const bad = DAMAGE
        const error = await tools.failure(() => renderer.setAvatar(1, bad))
        const before = renderer.stats.frames
        await new Promise((resolve) => setTimeout(resolve, 1500))
        return { error, drawn: renderer.stats.frames - before }
    }""".replace("DAMAGE", damage))
    assert result["error"]["typed"] and result["error"]["name"] == "AvatarError"
    assert result["error"]["code"] == code and len(result["error"]["message"]) > 20
    assert result["drawn"] > 3


def test_an_error_of_a_setter_arrives_as_an_event(tools):
    errors = tools.evaluate("""async () => {
        const renderer = await tools.open({ width: 160, height: 120 })
        renderer.slot1 = new ArrayBuffer(9)
        renderer.background = '/files/speech.bin'
        await new Promise((resolve) => setTimeout(resolve, 1000))
        return errors
    }""")
    assert sorted(error["code"] for error in errors) == ["bad-avatar", "bad-background"]


def test_without_webgl2_the_sentence_says_what_to_turn_on(launch, site):
    with launch(drawing=False) as browser, opened(browser, f"{site}/test/blank.html") as page:
        error = page.evaluate(OPEN, {})
        supported = page.evaluate("tools.SDK.FtarRenderer.isSupported()")
    assert error["typed"] and error["name"] == "GraphicsError" and error["code"] == "webgl2-missing"
    assert "hardware acceleration" in error["message"]
    assert supported is False


def test_this_browser_is_supported(tools):
    assert tools.evaluate("tools.SDK.FtarRenderer.isSupported()") is True


def test_a_refused_microphone_is_a_typed_error(launch, site):
    with (launch("--use-fake-device-for-media-stream", "--deny-permission-prompts") as browser,
          opened(browser, f"{site}/test/blank.html", permissions=[]) as page):
        error = page.evaluate("tools.failure(() => tools.SDK.FtarRenderer.openMicrophone())")
    assert error["typed"] and error["name"] == "SoundError" and error["code"] == "microphone-refused"
    assert "Allow it" in error["message"]


def test_no_microphone_is_a_typed_error(launch, site):
    with (launch("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream") as browser,
          opened(browser, f"{site}/test/blank.html") as page):
        # The constraint rules out every device that there is.
        error = page.evaluate("""tools.failure(() =>
            tools.SDK.FtarRenderer.openMicrophone({ deviceId: { exact: 'there is no such device' } }))""")
    assert error["typed"] and error["code"] == "microphone-missing"


def test_an_unplugged_microphone_is_a_typed_error_and_the_mouth_closes(tools):
    errors = tools.evaluate("""async () => {
        const renderer = await tools.open({ width: 160, height: 120 })
        const stream = await tools.SDK.FtarRenderer.openMicrophone()
        let ended = 0
        renderer.addEventListener('soundend', () => ended++)
        renderer.connectMediaStream(stream)
        // What the browser does when the device goes.
        const [track] = stream.getAudioTracks()
        track.stop()
        track.dispatchEvent(new Event('ended'))
        await new Promise((resolve) => setTimeout(resolve, 300))
        return { ended, errors }
    }""")
    assert errors["ended"] == 1
    assert [error["code"] for error in errors["errors"]] == ["microphone-unplugged"]


def test_a_stream_without_sound_is_a_typed_error(tools):
    error = tools.evaluate("""async () => {
        const renderer = await tools.open({ width: 160, height: 120 })
        return tools.failure(() => renderer.connectMediaStream(new MediaStream()))
    }""")
    assert error["typed"] and error["code"] == "no-sound"


def test_a_lost_context_comes_back_with_the_same_picture(tools, artefacts):
    tools.evaluate("""async () => {
        const renderer = await tools.open({ width: 320, height: 320 })
        await renderer.setBackground('#336699')
        await renderer.setBackground('/demo/backgrounds/dusk.jpg')
        globalThis.events = []
        for (const name of ['contextlost', 'contextrestored']) renderer.addEventListener(name, () => events.push(name))
        await new Promise((resolve) => setTimeout(resolve, 1500))
    }""")
    before = picture(tools, 320, 320)
    tools.evaluate("""async () => {
        renderer.loseContext(0.5)
        await new Promise((resolve) => renderer.addEventListener('contextrestored', resolve, { once: true }))
        await new Promise((resolve) => setTimeout(resolve, 1500))
    }""")
    after = picture(tools, 320, 320)
    tools.screenshot(path=artefacts / "after-context-loss.png")
    assert tools.evaluate("events") == ["contextlost", "contextrestored"]
    assert [error["code"] for error in tools.evaluate("errors")] == ["context-lost"]
    # Breathing goes on, so the pictures are alike, not equal.
    assert numpy.abs(before.astype(int) - after).mean() < 6
    assert before[..., :3].std() > 20


def test_a_destroyed_renderer_leaves_its_canvas_for_the_next(tools):
    result = tools.evaluate("""async () => {
        const first = await tools.open({ width: 160, height: 120 })
        first.destroy()
        first.destroy()
        const late = await tools.failure(() => first.setAvatar(1, '/files/default.ftar'))
        const second = new tools.SDK.FtarRenderer('/files', canvas)
        // React's strict mode mounts, unmounts and mounts again at once.
        second.destroy()
        const third = new tools.SDK.FtarRenderer('/files', canvas)
        const dead = await tools.failure(() => second.readyPromise)
        await third.readyPromise
        third.size = { width: 200, height: 100 }
        await third.setAvatar(1, '/files/default.ftar')
        await new Promise((resolve) => setTimeout(resolve, 1200))
        return { late, dead, frames: third.stats.frames, width: canvas.width }
    }""")
    assert result["late"]["code"] == result["dead"]["code"] == "destroyed"
    assert result["frames"] > 2 and result["width"] == 200


def test_a_canvas_that_was_drawn_on_is_painted_from_bitmaps(tools):
    drawn = tools.evaluate("""async () => {
        globalThis.canvas = document.createElement('canvas')
        canvas.getContext('bitmaprenderer')
        document.body.append(canvas)
        const renderer = globalThis.renderer = new tools.SDK.FtarRenderer('/files', canvas)
        await renderer.readyPromise
        renderer.size = { width: 160, height: 120 }
        await renderer.setAvatar(1, '/files/default.ftar')
        await new Promise((resolve) => setTimeout(resolve, 1000))
        const copy = new OffscreenCanvas(160, 120).getContext('2d')
        copy.drawImage(canvas, 0, 0)
        return new Set(copy.getImageData(0, 0, 160, 120).data).size
    }""")
    assert drawn > 60


def test_sizes_that_make_no_sense_are_refused(tools):
    error = tools.evaluate("""async () => {
        const renderer = await tools.open({ width: 160, height: 120 })
        return tools.failure(() => { renderer.size = { width: 0, height: NaN } })
    }""")
    assert error["code"] == "bad-size"
