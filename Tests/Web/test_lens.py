"""Guidance before a photo is taken: what the lens says of photos and of a camera, and the upright photo that it takes."""
import base64
import io

import pytest
from PIL import Image, ImageFilter

from conftest import opened
from neighbours import Neighbours, bar
from serving import ROOT

pytestmark = pytest.mark.alone

LOOK = """async (file) => {
    const { FtarLens } = await import('/sdk/lens.js')
    globalThis.lens ??= new FtarLens('/files')
    const photo = await (await fetch(`data:image/png;base64,${file}`)).blob()
    return lens.look(photo)
}"""


@pytest.fixture(scope="module")
def page(browser, site):
    if not (ROOT / "dist/files/models/face_landmark_with_attention.tflite").exists():
        pytest.skip("the vision models are not there")
    # The photos come as data addresses.
    with opened(browser, f"{site}/test/blank.html", bypass_csp=True) as page:
        yield page


@pytest.fixture(scope="module")
def portrait():
    return Image.open(ROOT / "cache/hopper.jpg").convert("RGB")


def base64_of(image):
    file = io.BytesIO()
    image.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def looked(page, image):
    return page.evaluate(LOOK, base64_of(image))


def codes(look):
    return [advice["code"] for advice in look["face"]["advice"]]


def test_a_good_portrait_is_good(page, portrait):
    look = looked(page, portrait)
    face = look["face"]
    print(face, portrait.size)
    assert look["isGood"] and len(look["faces"]) == 1
    assert abs(face["yaw"]) < 15 and abs(face["roll"]) < 15
    x, y, width, height = (face["box"][name] for name in ("x", "y", "width", "height"))
    assert 0 < x < x + width < portrait.width and 0 < y < y + height < portrait.height
    left, right = face["eyes"]
    assert x < left["x"] < right["x"] < x + width


def test_a_small_soft_face_is_small(page, portrait):
    """Of few pixels no network is certain; that something is before it would be no help."""
    found = 0
    for share in (4, 5, 8):
        tiny = portrait.resize((portrait.width // share, portrait.height // share)).filter(ImageFilter.GaussianBlur(1))
        seen = looked(page, tiny)
        if seen["face"]:
            assert seen["advice"]["code"] == "too-small" and "covered" not in codes(seen)
            found += 1
    assert found > 0


def test_nobody_there_says_so(page):
    look = looked(page, Image.new("RGB", (640, 480), "#7090a0"))
    assert look["face"] is None and not look["isGood"] and look["advice"]["code"] == "no-face"


def test_a_blurred_photo_is_refused_and_a_small_face_too(page, portrait):
    assert "blurred" in codes(looked(page, portrait.filter(ImageFilter.GaussianBlur(portrait.width / 60))))
    small = portrait.resize((portrait.width // 4, portrait.height // 4))
    assert "too-small" in codes(looked(page, small))


def test_two_people_are_both_found_and_one_can_be_chosen(page, portrait):
    pair = Image.new("RGB", (portrait.width * 2, portrait.height))
    pair.paste(portrait, (0, 0))
    pair.paste(portrait.resize((portrait.width * 4 // 5, portrait.height * 4 // 5)), (portrait.width, 0))
    look = looked(page, pair)
    assert len(look["faces"]) == 2 and "other-people" in codes(look)
    assert look["face"]["box"]["x"] < portrait.width, "the larger one is chosen"
    taken = page.evaluate("""async () => {
        lens.choose(lens.newest.faces[1])
        const { face } = lens.newest
        const photo = await lens.take()
        const { width, height } = await createImageBitmap(photo)
        return { x: face.box.x, place: photo.face, width, height }
    }""")
    assert taken["x"] > portrait.width and (taken["width"], taken["height"]) == pair.size
    assert taken["x"] < taken["place"]["x"] < pair.width


@pytest.mark.parametrize("degrees", [-12, 9])
def test_a_tilted_photo_is_turned_upright(page, portrait, degrees):
    before = looked(page, portrait)["face"]["roll"]
    tilted = portrait.rotate(degrees, Image.Resampling.BICUBIC, fillcolor="#405060")
    assert looked(page, tilted)["face"]["roll"] - before == pytest.approx(-degrees, abs=2)
    after = page.evaluate("async () => (await lens.look(await lens.take())).face.roll")
    assert abs(after) < 2


def test_a_file_that_is_no_picture_is_a_typed_error(page):
    error = page.evaluate("""async () => {
        const { FtarLens } = await import('/sdk/lens.js')
        const other = new FtarLens('/files')
        const error = await tools.failure(() => other.look(new Blob(['no picture'])))
        other.close()
        return [error, await tools.failure(() => other.look(new Blob([])))]
    }""")
    assert [one["code"] for one in error] == ["unreadable", "destroyed"] and all(one["typed"] for one in error)


def test_a_lens_that_is_closed_while_it_scales_a_photo_answers(page, portrait):
    error = page.evaluate("""async (file) => {
        const { FtarLens } = await import('/sdk/lens.js')
        const other = new FtarLens('/files')
        const photo = await (await fetch(`data:image/png;base64,${file}`)).blob()
        const scale = globalThis.createImageBitmap
        globalThis.createImageBitmap = async (...given) => {
            const picture = await scale(...given)
            if (given[1]?.resizeWidth) other.close()
            return picture
        }
        const never = new Promise((resolve) => setTimeout(resolve, 5000, { code: 'never' }))
        const error = await Promise.race([tools.failure(() => other.look(photo)), never])
        globalThis.createImageBitmap = scale
        return error
    }""", base64_of(portrait))
    assert error["code"] == "destroyed"


def test_a_photo_that_the_browser_cannot_read_is_told_from_no_picture(page):
    heic = base64.b64encode((ROOT / "Tests/PhotoTests/Zoo/plain.heic").read_bytes()).decode()
    error = page.evaluate("""async (file) => {
        const { FtarLens } = await import('/sdk/lens.js')
        const other = new FtarLens('/files')
        const photo = await (await fetch(`data:image/heic;base64,${file}`)).blob()
        const { code, reason, message } = await other.look(photo).catch((error) => error)
        other.close()
        return { code, reason, message }
    }""", heic)
    assert (error["code"], error["reason"]) == ("unreadable", "heic") and "HEIC" in error["message"]


def posed(flexatar, path, *pose):
    """A picture of the default face."""
    flexatar("still", "dist/files/default.ftar", *pose, "--framing", "portrait", "--size", "900x900", "-o", path)
    return Image.open(path).convert("RGB")


POSES = {
    "left": (["--yaw", "-24"], "turn-left", "your left"), "right": (["--yaw", "24"], "turn-right", "your right"),
    "bowed": (["--pitch", "22"], "chin-up", "Lift your chin"), "lifted": (["--pitch", "-22"], "chin-down", "Lower your chin"),
    "straight": ([], None, None),
}


@pytest.mark.parametrize("pose", POSES)
def test_a_turned_head_is_told_how_to_turn(page, flexatar, tmp_path, pose):
    turns, reason, sentence = POSES[pose]
    look = looked(page, posed(flexatar, tmp_path / "pose.png", *turns))
    print(pose, look["face"]["yaw"], look["face"]["pitch"], codes(look))
    turned = [advice for advice in look["face"]["advice"] if advice["code"].startswith("turned")]
    assert (reason is None) == (turned == [])
    if reason:
        [advice] = turned
        assert advice["reason"] in (reason, f"{reason}-slightly") and sentence in advice["message"]


def test_a_head_turned_too_far_for_the_lens_may_do_for_creation(page, flexatar, tmp_path):
    seen = []
    for yaw in range(12, 40, 3):
        face = looked(page, posed(flexatar, tmp_path / "pose.png", "--yaw", yaw))["face"]
        isRefused = any(advice["isRefusal"] for advice in face["advice"])
        print(yaw, face["yaw"], isRefused, face["isUsable"])
        seen.append((isRefused, face["isUsable"]))
    assert (False, True) in seen and (True, True) in seen and (True, False) in seen and (False, False) not in seen


def test_a_camera_is_looked_at_many_times_a_second(page):
    """The fake camera shows no face; what counts is that looking does not stop, and stops when it is told to."""
    with Neighbours() as neighbours:
        result = page.evaluate("""async () => {
            const { FtarLens } = await import('/sdk/lens.js')
            const watching = new FtarLens('/files')
            const video = document.createElement('video')
            video.muted = true
            const shown = document.createElement('canvas')
            Object.assign(shown, { width: 640, height: 480 })
            const drawing = shown.getContext('2d')
            const photo = await createImageBitmap(await (await fetch('/cache/hopper.jpg')).blob())
            const draw = () => { drawing.drawImage(photo, 0, 0, 640, 480); timer = setTimeout(draw, 30) }
            let timer
            draw()
            video.srcObject = shown.captureStream(30)
            await video.play()
            let looks = 0, faces = 0
            watching.addEventListener('look', ({ detail }) => { looks++; faces += detail.faces.length })
            watching.watch(video)
            await new Promise((resolve) => watching.addEventListener('look', resolve, { once: true }))
            looks = 0
            await new Promise((resolve) => setTimeout(resolve, 3000))
            const rate = looks / 3
            watching.stop()
            await new Promise((resolve) => setTimeout(resolve, 2000))
            const stopped = looks
            await new Promise((resolve) => setTimeout(resolve, 500))
            clearTimeout(timer)
            watching.close()
            return { rate, faces, quiet: looks === stopped }
        }""")
    print(f"{result['rate']:.1f} looks a second, {neighbours}")
    assert result["rate"] >= bar(14.5, neighbours.rate(6)) and result["faces"] > result["rate"] and result["quiet"]


def test_a_lens_whose_worker_is_gone_says_so(browser, site):
    with opened(browser, f"{site}/test/blank.html") as page:
        page.route("**/lens-worker.js", lambda route: route.abort())
        code = page.evaluate("""async () => {
          const { FtarLens } = await import('/sdk/lens.js')
          const lens = new FtarLens('/files')
          await new Promise((resolve) => setTimeout(resolve, 500))
          const photo = new OffscreenCanvas(64, 64)
          photo.getContext('2d').fillRect(0, 0, 64, 64)
          const looking = lens.look(await photo.convertToBlob())
          return Promise.race([looking.catch(({ code }) => code), new Promise((resolve) => setTimeout(resolve, 20000, 'nothing'))])
        }""")
    assert code == "engine-failed"
