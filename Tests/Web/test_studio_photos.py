"""What the studio says of a photo before it makes a face of it: of files, and in front of the camera."""
import base64
import io

import pytest
from PIL import Image

from conftest import opened
from own_service import own_service
from serving import POLICY, ROOT, serving
from test_lens import posed
from test_studio import face, studio

pytestmark = pytest.mark.skipif(not (ROOT / "dist/files/models/face_landmark_with_attention.tflite").exists(),
                                reason="the vision models are not there")


def jpeg(image):
    file = io.BytesIO()
    image.save(file, "JPEG", quality=95)
    return file.getvalue()


def photo(image):
    return {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": jpeg(image)}


@pytest.fixture(scope="module")
def turned(flexatar, tmp_path_factory):
    """A head that the lens refuses and creation takes."""
    return posed(flexatar, tmp_path_factory.mktemp("turned") / "head.png", "--yaw", "20")


@pytest.fixture(scope="module")
def straight(flexatar, tmp_path_factory):
    return posed(flexatar, tmp_path_factory.mktemp("straight") / "head.png")


def test_a_photo_that_could_be_better_is_asked_about(tools, turned):
    frame = studio(tools)
    frame.set_input_files("#photo", photo(turned))
    frame.wait_for_selector("dialog >> text=turned too far. Turn it to your right")
    with tools.expect_file_chooser() as chooser:
        frame.click("dialog >> text=Choose another")
    assert chooser.value.element.get_attribute("id") == "photo"
    assert frame.locator(".making").count() == 0
    frame.set_input_files("#photo", photo(turned))
    frame.wait_for_selector("dialog")
    tools.keyboard.press("Escape")
    frame.wait_for_selector("dialog", state="detached")
    assert frame.locator(".making").count() == 0
    frame.set_input_files("#photo", photo(turned))
    frame.click("dialog >> text=Use it anyway")
    frame.wait_for_selector("#faces .tile >> nth=1")
    # What it means for the face is told behind, as it is of any face made on the device.
    frame.wait_for_selector("#status >> text=far side will look stretched")


@pytest.mark.parametrize("language, side", [("de", "Nach rechts drehen"), ("ja", "自分の右に")])
def test_the_side_is_told_in_other_languages(tools, turned, language, side):
    frame = studio(tools, query=f"lang={language}")
    frame.set_input_files("#photo", photo(turned))
    frame.wait_for_selector(f"dialog li >> text={side}")


def test_what_creation_refuses_is_left_to_it(tools, straight):
    frame = studio(tools)
    frame.set_input_files("#photo", photo(straight.resize((150, 150))))
    frame.wait_for_selector(".making.failed")
    assert frame.locator("dialog").count() == 0


def test_a_photo_of_which_the_browser_knows_nothing_says_so(tools):
    frame = studio(tools)
    heic = (ROOT / "Tests/PhotoTests/Zoo/plain.heic").read_bytes()
    frame.set_input_files("#photo", {"name": "me.heic", "mimeType": "image/heic", "buffer": heic})
    frame.wait_for_selector(".making.failed .why >> text=cannot read HEIC")


def test_a_warning_is_no_command(tools):
    frame = studio(tools)
    make = """async (code) => {
      const ftar = await (await fetch('/files/default.ftar')).arrayBuffer()
      camera.renderer.createAvatar = async () => ({ ftar, preview: new Blob(), warnings: [{ code, message: 'English' }] })
      camera.model.obey({ type: 'create', photo: new Blob(['photo']) })
    }"""
    tools.evaluate(make, "turned")
    frame.wait_for_selector("#status >> text=The face is turned a little")
    tools.evaluate(make, "unheard-of")
    frame.wait_for_selector("#status >> text=English")


# Before the studio's camera: pictures (data addresses) side by side.
CAMERA = """async (pictures) => {
  const bitmaps = await Promise.all(pictures.map(async (text) =>
    createImageBitmap(new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]))))
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width: 1280, height: 720 })
  // Drawn by the processor: the browsers' software for graphics has enough to do.
  const context = canvas.getContext('2d', { willReadFrequently: true })
  const draw = () => {
    context.fillStyle = '#7c8a80'
    context.fillRect(0, 0, 1280, 720)
    bitmaps.forEach((bitmap, index) => context.drawImage(bitmap, 1280 / bitmaps.length * (index + 0.5) - 320, 40, 640, 640))
  }
  setInterval(draw, 100)
  draw()
  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(10)
}"""


def shoot(tools, *images):
    """Opens the dialog of a camera that sees these."""
    frame = studio(tools)
    frame.evaluate(CAMERA, [base64.b64encode(jpeg(image)).decode() for image in images])
    frame.click("text=Take a photo")
    frame.wait_for_selector("dialog button.main:not([disabled])")
    return frame


HELD = "dialog button.main[aria-disabled=true]"
FREE = "dialog button.main[aria-disabled=false]"


def test_the_camera_takes_what_the_lens_has_nothing_against(tools, straight):
    frame = shoot(tools, straight)
    frame.wait_for_selector(FREE)
    frame.click("dialog >> text=Take it")
    frame.wait_for_selector("#faces .tile >> nth=1")


def test_the_camera_takes_nothing_that_the_lens_refuses(tools, turned):
    frame = shoot(tools, turned)
    frame.wait_for_selector(HELD)
    assert "to your right" in frame.inner_text("#hint")
    frame.eval_on_selector(HELD, "(shutter) => shutter.click()")
    tools.wait_for_timeout(300)
    assert frame.locator("dialog").count() == 1 and frame.locator(".making").count() == 0
    # The focus stays, so that the key works when the head is turned.
    assert frame.evaluate("document.activeElement.matches('dialog button.main')")


def test_the_camera_works_without_the_lens(tools):
    """It sees no face: the photo is taken and refused by creation."""
    tools.route("**/lens-worker.js", lambda route: route.abort())
    frame = shoot(tools)
    frame.wait_for_selector(FREE)
    frame.click("dialog >> text=Take it")
    frame.wait_for_selector(".making.failed .why >> text=No face")


@pytest.mark.parametrize("lens", [True, False], ids=["lens", "no lens"])
def test_a_camera_that_is_unplugged_is_told_and_takes_nothing(tools, straight, lens):
    """Its last picture stood still, was found good and could be taken."""
    if not lens:
        tools.route("**/lens-worker.js", lambda route: route.abort())
    frame = shoot(tools, straight)
    frame.wait_for_selector(FREE)
    frame.evaluate("""() => {
      const [track] = document.querySelector('dialog video').srcObject.getTracks()
      track.stop()
      track.dispatchEvent(new Event('ended'))
    }""")
    frame.wait_for_selector(HELD)
    frame.eval_on_selector(HELD, "(shutter) => shutter.click()")
    tools.wait_for_timeout(500)
    assert frame.inner_text("#hint") == "The camera has gone."
    assert frame.evaluate("document.querySelector('dialog video').srcObject") is None
    assert frame.locator(".finder.good").count() == 0 and frame.locator(".making").count() == 0
    assert frame.evaluate("document.activeElement.matches('dialog button.main')")
    frame.click("dialog >> text=Cancel")
    frame.wait_for_selector("dialog", state="detached")
    assert frame.locator(".making").count() == 0


# Drops or pastes a file in the page around the studio; whether anybody has taken it from the browser.
GIVE = """([kind, bytes, type, place]) => {
  const data = new DataTransfer()
  if (bytes === null) data.setData('text/plain', 'words')
  else data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], 'me', { type }))
  const shape = { bubbles: true, cancelable: true, composed: true }
  const event = kind === 'paste' ? new ClipboardEvent(kind, { ...shape, clipboardData: data })
    : new DragEvent(kind, { ...shape, dataTransfer: data })
  return !(place === 'picture' ? camera.canvas : place === 'element' ? camera.element : document.activeElement).dispatchEvent(event)
}"""


def give(page, kind, image, type="image/jpeg", place="picture"):
    content = jpeg(image) if hasattr(image, "save") else image
    return page.evaluate(GIVE, [kind, content and base64.b64encode(content).decode(), type, place])


COUNT = """() => {
  globalThis.given = 0
  const { studio } = camera
  const pass = studio.give.bind(studio)
  studio.give = (photo) => { given++; pass(photo) }
}"""


def test_photos_given_to_the_page_are_as_those_given_to_the_studio(tools, turned, face):
    """A browser opened them in the page's place."""
    frame = studio(tools, query="tab=mood")
    assert give(tools, "dragover", turned) and give(tools, "drop", turned)
    frame.wait_for_selector("dialog >> text=turned too far. Turn it to your right")
    frame.evaluate("document.querySelector('dialog').close()")
    assert give(tools, "paste", face, place="page")
    frame.wait_for_selector("#faces .tile >> nth=1", state="attached")
    assert give(tools, "drop", face, place="element")
    frame.wait_for_selector("#faces .tile >> nth=2", state="attached")


def test_the_film_maker_takes_photos_too(tools, face):
    frame = studio(tools, kind="VGEN")
    assert give(tools, "drop", face)
    frame.wait_for_selector("#faces .tile >> nth=1", state="attached")


def test_the_page_keeps_what_is_its_own(tools, straight):
    studio(tools)
    tools.evaluate(COUNT)
    # Words are the browser's; a file that is no picture is nobody's, and is not opened in the page's place.
    assert not give(tools, "dragover", None) and not give(tools, "drop", None) and not give(tools, "paste", None, place="page")
    assert give(tools, "drop", b"words", "text/plain") and not give(tools, "paste", b"words", "text/plain", "page")
    tools.evaluate("""{
      const inner = document.createElement('div')
      inner.attachShadow({ mode: 'open' }).append(document.createElement('textarea'))
      const free = document.createElement('p')
      free.contentEditable = 'true'
      globalThis.fields = [document.createElement('input'), inner, free]
      document.body.append(...fields)
    }""")
    for index in range(3):
        tools.evaluate(f"(fields[{index}].shadowRoot?.firstChild ?? fields[{index}]).focus()")
        assert tools.evaluate(f"document.activeElement === fields[{index}]")
        assert not give(tools, "paste", straight, place="page")
    tools.evaluate("document.activeElement.blur()")
    # A page that takes it itself.
    tools.evaluate("""{
      globalThis.own = (event) => event.preventDefault()
      document.body.addEventListener('paste', own)
    }""")
    assert give(tools, "paste", straight, place="page")
    tools.evaluate("document.body.removeEventListener('paste', own)")
    # One that is not to be seen.
    tools.evaluate("{ camera.element.style.display = 'none' }")
    assert not give(tools, "paste", straight, place="page")
    tools.evaluate("{ camera.element.style.display = '' }")
    assert tools.evaluate("given") == 0
    assert give(tools, "paste", straight, place="page") and tools.evaluate("given") == 1
    tools.evaluate("camera.destroy()")
    assert not give(tools, "paste", straight, place="page") and not give(tools, "drop", straight, place="element")
    assert tools.evaluate("given") == 1


def test_what_the_page_says_is_no_photo_is_none(tools):
    frame = studio(tools)
    tools.evaluate("""{
      const { port } = camera.studio
      const text = new Blob(['words'], { type: 'text/plain' })
      for (const photo of [undefined, null, 'data:image/png;base64,', {}, { type: 'image/png', size: 9 }, [text], text, new Blob(['words']),
        new Blob([], { type: 'image/png' })]) port.postMessage({ type: 'photo', photo })
      // Beside the channel nothing is taken.
      camera.studio.element.contentWindow.postMessage({ type: 'photo', photo: new Blob(['words'], { type: 'image/png' }) }, location.origin)
    }""")
    tools.wait_for_timeout(500)
    assert frame.locator(".making").count() == 0
    tools.evaluate("camera.studio.port.postMessage({ type: 'photo', photo: new Blob(['words'], { type: 'image/png' }) })")
    frame.wait_for_selector(".making.failed .why >> text=not a picture")
    assert frame.locator(".making").count() == 1


def test_a_face_before_the_camera_is_chosen_by_its_ring(tools, straight):
    """The picture is mirrored: who is left in it is right in the dialog."""
    frame = shoot(tools, straight, straight.crop((100, 100, 800, 800)))
    frame.wait_for_selector(".ring >> nth=1")
    wide = frame.locator(".finder").bounding_box()
    boxes = [frame.locator(".ring").nth(index).bounding_box() for index in (0, 1)]
    middles = [(box["x"] + box["width"] / 2 - wide["x"]) / wide["width"] for box in boxes]
    print(middles, boxes)
    # The finder shows the middle of the wide picture.
    assert 0.05 < middles[0] < 0.45 < 0.55 < middles[1] < 0.95
    assert boxes[0]["height"] > 1.1 * boxes[1]["height"], "the cropped one is larger, and comes first"
    pressed = "[...document.querySelectorAll('.ring')].map((ring) => ring.getAttribute('aria-pressed'))"
    assert frame.evaluate(pressed) == ["true", "false"], "the larger one is chosen to begin with"
    frame.focus("[aria-label='Person 2']")
    tools.keyboard.press("Enter")
    frame.wait_for_selector("[aria-label='Person 2'][aria-pressed=true]")
    assert frame.evaluate(pressed) == ["false", "true"]
    tools.wait_for_timeout(1000)
    assert frame.evaluate(pressed) == ["false", "true"], "the choice stays"
    assert frame.evaluate("document.activeElement.ariaLabel") == "Person 2"


def test_a_turned_head_goes_to_the_service_when_the_user_says_so(program, browser, tmp_path, turned):
    with own_service(program, tmp_path, credits=100) as service, \
            serving(policy=POLICY.replace("connect-src 'self'", f"connect-src 'self' {service.address}")) as site, \
            opened(browser, f"{site}/test/blank.html") as page:
        frame = studio(page, service.user("greta"), serviceUrl=service.address, creation="service")
        frame.set_input_files("#photo", photo(turned))
        frame.click("dialog >> text=Use it anyway")
        frame.wait_for_selector("[aria-label='Face 1'][aria-checked=true]")
        # What this browser cannot read, the service can; there is no face in this one.
        heic = (ROOT / "Tests/PhotoTests/Zoo/plain.heic").read_bytes()
        frame.set_input_files("#photo", {"name": "me.heic", "mimeType": "image/heic", "buffer": heic})
        frame.wait_for_selector(".making.failed .why >> text=No face")
