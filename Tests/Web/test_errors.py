"""Whatever is missing or damaged: one typed error with a sentence, no crash, and the page goes on."""
import base64
import io
import struct
import time
import zlib

import numpy
import pytest
from PIL import Image

from conftest import opened, until
from measuring import picture
from serving import ROOT, serving

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


@pytest.mark.parametrize("name", ["engine.wasm", "rig.bin", "speech.bin", "default.ftar"])
def test_a_download_that_breaks_off_is_a_failed_download(browser, name):
    with serving(cut=[name]) as url, opened(browser, f"{url}/test/blank.html") as page:
        error = page.evaluate(OPEN, {})
    assert error["typed"] and error["name"] == "FilesError" and error["code"] == "download-failed"
    assert name in error["message"]


@pytest.mark.parametrize("name", ["engine.wasm", "rig.bin", "speech.bin"])
@pytest.mark.parametrize("damage", ["empty", "half", "other"])
def test_a_damaged_file_of_the_engine_is_a_bad_engine(browser, name, damage):
    whole = (ROOT / "dist/files" / name).read_bytes()
    content = {"empty": b"", "half": whole[: len(whole) // 2], "other": b"<html>not found</html>" * 99}[damage]
    with serving(instead={name: content}) as url, opened(browser, f"{url}/test/blank.html") as page:
        error = page.evaluate(OPEN, {})
    assert error["typed"] and error["name"] == "FilesError" and error["code"] == "bad-engine", error
    assert len(error["message"]) > 20


def test_an_engine_of_another_version_is_a_bad_engine(browser):
    """A whole module without the exports that the page calls."""
    with serving(instead={"engine.wasm": b"\0asm\1\0\0\0"}) as url, opened(browser, f"{url}/test/blank.html") as page:
        error = page.evaluate(OPEN, {})
    assert error["typed"] and error["code"] == "bad-engine"


def other_jpeg(promised=None):
    """A small JPEG, whose header may promise more."""
    small = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(small, "JPEG")
    data = bytearray(small.getvalue())
    if promised:
        frame = data.index(b"\xff\xc0")
        struct.pack_into(">HH", data, frame + 5, *promised)
    return bytes(data)


def with_other_picture(image, picture):
    """The default avatar with a picture in it that has another size than the file says; its checksum is right."""
    file = bytearray((ROOT / "dist/files/default.ftar").read_bytes())
    at = 16
    while file[at: at + 4] != b"IMAG" or file[at + 8] != image:
        at += 8 + (struct.unpack_from("<I", file, at + 4)[0] + 3) // 4 * 4
    start, end = at + 16, at + 8 + struct.unpack_from("<I", file, at + 4)[0]
    file[start:end] = picture.ljust(end - start, b"\0")
    struct.pack_into("<I", file, 12, zlib.crc32(file[16:]))
    return bytes(file)


@pytest.mark.parametrize("image, promised", [(1, None), (5, None), (1, (20000, 20000))], ids=["head", "background", "huge"])
def test_a_picture_of_another_size_than_the_avatar_declares_is_refused_and_the_old_face_comes_back(tools, image, promised):
    error = tools.evaluate("""async (file) => {
        const renderer = await tools.open({ width: 160, height: 120 })
        const error = await tools.failure(() => renderer.setAvatar(1, Uint8Array.from(atob(file), (c) => c.charCodeAt(0))))
        await tools.settled()
        return error
    }""", base64.b64encode(with_other_picture(image, other_jpeg(promised))).decode())
    assert error["typed"] and error["name"] == "AvatarError" and error["code"] == "bad-avatar", error
    pixels = picture(tools, 160, 120).astype(int)
    assert pixels.std() > 20 and not (numpy.abs(pixels - [254, 0, 0, 255]).max(axis=2) < 8).any()


def test_an_avatar_that_never_ends_is_not_downloaded(browser):
    with serving(instead={"endless.ftar": b"\0" * 60_000_000}) as url, opened(browser, f"{url}/test/blank.html") as page:
        error = page.evaluate("""async () => {
            const renderer = await tools.open({ width: 160, height: 120 })
            return tools.failure(() => renderer.setAvatar(1, '/files/endless.ftar'))
        }""")
    assert error["typed"] and error["name"] == "AvatarError" and error["code"] == "bad-avatar" and "4 MB" in error["message"], error


def test_backgrounds_of_any_size(tools):
    """A panorama wider than textures may be is shown; one that promises more than anybody decodes is refused."""
    panorama = io.BytesIO()
    Image.new("RGB", (17_000, 900), (40, 200, 90)).save(panorama, "JPEG")
    shown, error = tools.evaluate("""async (files) => {
        const [panorama, huge] = files.map((file) => new Blob([Uint8Array.from(atob(file), (c) => c.charCodeAt(0))]))
        const renderer = await tools.open({ width: 160, height: 120 })
        await renderer.setBackground(panorama)
        await tools.settled()
        const shown = tools.pixels()
        return [shown, await tools.failure(() => renderer.setBackground(huge))]
    }""", [base64.b64encode(file).decode() for file in (panorama.getvalue(), other_jpeg((20_000, 20_000)))])
    corner = numpy.frombuffer(base64.b64decode(shown), numpy.uint8).reshape(120, 160, 4)[:20, :10, :3].astype(int)
    assert numpy.abs(corner - [40, 200, 90]).max() < 12
    assert error["typed"] and error["code"] == "bad-background" and "megapixels" in error["message"], error


def test_a_tap_that_does_not_load_is_a_typed_error(browser):
    with serving(missing=["tap-worklet"]) as url, opened(browser, f"{url}/test/blank.html") as page:
        page.evaluate("""async () => {
            const renderer = await tools.open({ width: 160, height: 120 })
            renderer.connectMediaStream(await tools.SDK.FtarRenderer.openMicrophone())
        }""")
        until(page, "errors.length > 0")
        errors = page.evaluate("errors")
    assert [(error["name"], error["code"]) for error in errors] == [("SoundError", "no-sound")]
    assert "tap-worklet.js" in errors[0]["message"]


@pytest.mark.parametrize("damage, code", [
    ("new Uint8Array(0)", "bad-avatar"),
    ("new Uint8Array(4096).fill(65)", "bad-avatar"),
    ("good.slice(0, good.length >> 1)", "bad-avatar"),
    ("good.map((value, at) => at === good.length >> 1 ? value ^ 255 : value)", "bad-avatar"),
])
def test_a_damaged_avatar_is_refused_and_the_old_one_stays(tools, damage, code):
    error = tools.evaluate("""async () => {
        const renderer = await tools.open({ width: 160, height: 120 })
        const good = new Uint8Array(await (await fetch('/files/default.ftar')).arrayBuffer())
        const bad = DAMAGE
        const error = await tools.failure(() => renderer.setAvatar(1, bad))
        await tools.settled()
        return error
    }""".replace("DAMAGE", damage))
    assert error["typed"] and error["name"] == "AvatarError"
    assert error["code"] == code and len(error["message"]) > 20


def test_an_error_of_a_setter_arrives_as_an_event(tools):
    tools.evaluate("""async () => {
        const renderer = await tools.open({ width: 160, height: 120 })
        renderer.slot1 = new ArrayBuffer(9)
        renderer.background = '/files/speech.bin'
    }""")
    until(tools, "errors.length >= 2")
    errors = tools.evaluate("errors")
    assert sorted(error["code"] for error in errors) == ["bad-avatar", "bad-background"]


def test_what_is_refused_does_not_count_as_shown(tools):
    """A film that is made of what is shown would be refused for it, too."""
    shown = tools.evaluate("""async () => {
        const renderer = await tools.open({ width: 160, height: 120 })
        await renderer.setBackground('#336699')
        const bad = () => new Blob(['nothing'])
        const refused = [tools.failure(() => renderer.setBackground(bad())), tools.failure(() => renderer.setBackground(bad())),
            tools.failure(() => renderer.setAvatar(1, new ArrayBuffer(9)))]
        await Promise.all(refused)
        const back = [renderer.background, renderer.slot1]
        // Something newer is on its way: the refusal of the older does not touch it.
        const older = tools.failure(() => renderer.setBackground(bad()))
        const newer = renderer.setBackground('blur')
        await older
        const kept = renderer.background
        await newer
        return [...back, kept, renderer.background]
    }""")
    assert shown == ["#336699", "/files/default.ftar", "blur", "blur"]


def test_without_webgl2_the_sentence_says_what_to_turn_on(launch, site):
    with launch(drawing=False) as browser, opened(browser, f"{site}/test/blank.html") as page:
        error = page.evaluate(OPEN, {})
        supported = page.evaluate("tools.SDK.FtarRenderer.isSupported()")
    assert error["typed"] and error["name"] == "GraphicsError" and error["code"] == "webgl2-missing"
    assert "hardware acceleration" in error["message"]
    assert supported is False


def test_this_browser_is_supported(tools):
    assert tools.evaluate("tools.SDK.FtarRenderer.isSupported()") is True
    assert tools.evaluate("(async () => tools.SDK.FtarRenderer.isSupported('telepathy'))().catch(({ name }) => name)") == "TypeError"


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
        await renderer.setBackground('/studio/backgrounds/dusk.jpg')
        globalThis.events = []
        for (const name of ['contextlost', 'contextrestored']) renderer.addEventListener(name, () => events.push(name))
        await tools.settled()
    }""")
    before = picture(tools, 320, 320)
    tools.evaluate("""async () => {
        renderer.loseContext(0.5)
        await new Promise((resolve) => renderer.addEventListener('contextrestored', resolve, { once: true }))
        await tools.settled()
    }""")
    after = picture(tools, 320, 320)
    tools.screenshot(path=artefacts / "after-context-loss.png")
    assert tools.evaluate("events") == ["contextlost", "contextrestored"]
    assert [error["code"] for error in tools.evaluate("errors")] == ["context-lost"]
    change = numpy.abs(before.astype(int) - after)
    # The background is the same; the person has moved on a little.
    assert change[:48, :48].mean() < 1
    assert change.mean() < 15
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
        globalThis.third = third
        return { late, dead }
    }""")
    until(tools, "third.stats.frames > 2 && canvas.width === 200")
    assert result["late"]["code"] == result["dead"]["code"] == "destroyed"


def test_a_canvas_that_was_drawn_on_is_painted_from_bitmaps(tools):
    drawn = tools.evaluate("""async () => {
        globalThis.canvas = document.createElement('canvas')
        canvas.getContext('bitmaprenderer')
        document.body.append(canvas)
        const renderer = globalThis.renderer = new tools.SDK.FtarRenderer('/files', canvas)
        await renderer.readyPromise
        renderer.size = { width: 160, height: 120 }
        await renderer.setAvatar(1, '/files/default.ftar')
        await tools.settled()
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


def end_worker(page, name):
    """As the browser does for want of memory: nobody is told."""
    [worker] = [each for each in page.workers if name in each.url]
    worker.evaluate("setTimeout(() => self.close())")


def test_a_worker_that_the_browser_ends_is_a_typed_error_and_no_command_waits_for_it(tools):
    tools.route("**/never.ftar", lambda route: None)
    tools.evaluate("""async () => {
        await tools.open({ width: 160, height: 120 })
        globalThis.waiting = tools.failure(() => renderer.setAvatar(1, '/files/never.ftar'))
    }""")
    end_worker(tools, "engine-worker")
    assert tools.evaluate("waiting")["code"] == "engine-failed"
    late = tools.evaluate("tools.failure(() => renderer.setAvatar(1, '/files/default.ftar'))")
    assert late["typed"] and late["code"] == "engine-failed"
    again = tools.evaluate("""() => {
        renderer.destroy()
        return tools.failure(() => new tools.SDK.FtarRenderer('/files', canvas).readyPromise)
    }""")
    assert again["typed"] and again["name"] == "GraphicsError"


def test_an_element_begins_anew_when_the_browser_ends_its_worker(tools):
    tools.evaluate("""async () => {
        await import('/sdk/element.js')
        globalThis.element = document.createElement('flexatar-avatar')
        globalThis.codes = []
        element.addEventListener('error', (event) => (event.preventDefault(), codes.push(event.detail.code)))
        element.setAttribute('avatar', '/files/default.ftar')
        element.setAttribute('emotion', 'joy')
        document.body.append(element)
        await new Promise((resolve) => element.addEventListener('avatar', resolve, { once: true }))
        globalThis.before = element.renderer
        globalThis.shown = 0
        element.addEventListener('avatar', () => shown++)
    }""")
    end_worker(tools, "engine-worker")
    until(tools, "shown === 1 && element.renderer !== before && element.renderer.stats.frames > 1")
    assert tools.evaluate("[codes, element.renderer.emotion]") == [["engine-failed"], {"joy": 0.7}]


def test_the_tracks_of_a_virtual_camera_end_when_the_browser_ends_its_worker(tools):
    tools.evaluate("""async () => {
        const { installVirtualCamera } = await import('/sdk/virtual-camera.js')
        const renderer = await tools.open({ width: 160, height: 120 })
        const camera = installVirtualCamera(renderer, { label: 'Ada' })
        const stream = await navigator.mediaDevices.getUserMedia({ video: { deviceId: camera.deviceId } })
        globalThis.track = stream.getVideoTracks()[0]
        globalThis.ended = 0
        track.onended = () => ended++
    }""")
    end_worker(tools, "engine-worker")
    until(tools, "ended === 1")
    assert tools.evaluate("track.readyState") == "ended"


def test_a_creation_whose_worker_the_browser_ends_is_a_typed_error(tools):
    tools.route("**/selfie_segmentation.tflite", lambda route: None)
    tools.evaluate("""async () => {
        const { createAvatar } = await import('/sdk/creation.js')
        const photo = await (await fetch('/cache/hopper.jpg')).blob()
        globalThis.share = 0
        globalThis.made = tools.failure(() => createAvatar('/files', photo, { onProgress: (done) => { share = done } }))
    }""")
    until(tools, "share > 0")
    end_worker(tools, "creation-worker")
    error = tools.evaluate("made")
    assert error["typed"] and error["code"] == "engine-failed"
    # The next photo has a worker of its own.
    tools.unroute("**/selfie_segmentation.tflite")
    again = tools.evaluate("""async () => {
        const { createAvatar } = await import('/sdk/creation.js')
        return (await createAvatar('/files', await (await fetch('/cache/hopper.jpg')).blob())).ftar.byteLength
    }""")
    assert again > 100_000


def test_without_a_network_the_face_goes_on_and_what_needs_it_says_so(browser, site):
    with opened(browser, f"{site}/test/blank.html") as page:
        page.evaluate("async () => { await tools.open({ width: 160, height: 120 }) }")
        page.context.set_offline(True)
        error = page.evaluate("""async () => {
            const error = await tools.failure(() => renderer.setAvatar(1, '/files/default.ftar?another'))
            renderer.connectMediaStream(await tools.SDK.FtarRenderer.openMicrophone())
            await tools.settled()
            return error
        }""")
        page.context.set_offline(False)
        page.evaluate("() => renderer.setAvatar(1, '/files/default.ftar')")
    assert error["typed"] and error["code"] == "download-failed"


def test_a_tab_that_was_frozen_goes_on(browser, site):
    """As browsers do with tabs that nobody looks at: pages and their workers stand still, for minutes or hours."""
    with opened(browser, f"{site}/test/blank.html") as page:
        page.evaluate("""async () => {
            await tools.open({ width: 160, height: 120 })
            renderer.connectMediaStream(await tools.SDK.FtarRenderer.openMicrophone())
        }""")
        lifecycle = page.context.new_cdp_session(page)
        lifecycle.send("Page.setWebLifecycleState", {"state": "frozen"})
        page.wait_for_timeout(3000)
        lifecycle.send("Page.setWebLifecycleState", {"state": "active"})
        page.evaluate("() => { globalThis.thawed = renderer.stats.frames }")
        until(page, "renderer.stats.frames > thawed + 20")
        until(page, "renderer.stats.delay <= 86")
        errors = page.evaluate("errors")
    assert errors == []


def test_a_destroyed_renderers_worker_goes_with_its_canvas(launch, site):
    with launch("--js-flags=--expose-gc") as browser, opened(browser, f"{site}/test/blank.html") as page:
        for keeps_canvas in ("true", "false"):
            page.evaluate("""async (keepsCanvas) => {
                for (let round = 0; round < 4; round++) {
                    const renderer = new tools.SDK.FtarRenderer('/files', document.createElement('canvas'))
                    await renderer.readyPromise
                    renderer.destroy({ keepsCanvas })
                }
            }""", keeps_canvas == "true")
            end = time.monotonic() + 30
            while page.workers:
                assert time.monotonic() < end, f"{len(page.workers)} workers are left"
                if keeps_canvas == "true":
                    page.evaluate("gc()")
                page.wait_for_timeout(200)
