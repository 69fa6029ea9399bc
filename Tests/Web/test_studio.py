"""The virtual camera and its studio: an iframe with the controls, a page with the engine, a service that may be missing."""
import base64
import json
import re

import pytest

from conftest import SELDOM, opened, until, watch
from measuring import bytes_of
from serving import ROOT, serving

LANGUAGES = ["en", "de", "es", "fr", "it", "pt", "pl", "ru", "ar", "he", "zh", "ja"]
OPEN = """async ([token, { kind = 'VCAM', ...options }]) => {
  const { [kind]: Kind } = await import(`/sdk/${kind.toLowerCase()}.js`)
  document.body.style.margin = '16px'
  window.troubles = []
  window.camera = new Kind(token ? async () => (window.tokens = (window.tokens ?? 0) + 1, token) : null,
    { filesUrl: '/files', url: `/${kind === 'VCAM' ? 'studio' : 'films'}/index.html?${options.query ?? ''}`, size: { width: 320, height: 240 }, ...options })
  camera.addEventListener('error', (event) => { event.preventDefault(); troubles.push(event.detail.code) })
  window.ready = 0
  camera.onReady = () => ready++
  camera.mount(document.body)
  await camera.readyPromise
}"""


def studio(page, token=None, **options):
    """Opens a camera in `page` and gives its studio's frame once there are faces in it."""
    page.evaluate(SELDOM)
    page.evaluate(OPEN, [token, options])
    frame = page.wait_for_selector("css=iframe").content_frame()
    frame.wait_for_selector("#faces .face", state="attached")
    return frame


def look(page, name):
    return page.evaluate(f"camera.renderer.{name}")


@pytest.fixture
def face():
    """A photo against which nothing is to be said."""
    path = ROOT / "cache/portrait.png"
    if not path.exists():
        pytest.skip("cache/portrait.png is not there; run scripts/fetch-models.sh")
    from PIL import Image
    import io
    cut = Image.open(path).convert("RGB").crop((100, 0, 356, 320)).resize((880, 1100), Image.LANCZOS)
    out = io.BytesIO()
    cut.save(out, "JPEG", quality=95)
    return out.getvalue()


def test_the_studio_changes_what_the_camera_shows(tools):
    frame = studio(tools)
    assert tools.evaluate("ready") == 1
    frame.click("#tab-mood")
    frame.click("text=Surprise")
    until(tools, "camera.renderer.emotion.surprise === 0.7")
    frame.click("text=Once")
    until(tools, "!('surprise' in camera.renderer.emotion)")
    frame.click("text=Lively")
    until(tools, "camera.renderer.headMotion === 'lively'")
    frame.click("text=Still")
    until(tools, "camera.renderer.still && camera.renderer.headMotion === 'silent'")
    frame.click("#tab-background")
    frame.click("[aria-label=Blurred]")
    until(tools, "camera.renderer.background === 'blur'")
    frame.click("#pictures [role=radio] >> nth=1")
    until(tools, "/dusk.jpg$/.test(camera.renderer.background)")
    frame.click("#tab-picture")
    frame.click("text=Shoulders")
    until(tools, "camera.renderer.framing === 'shoulders'")
    frame.click("#panel-picture >> text=Mirrored")
    frame.click("#panel-picture >> text=Round")
    until(tools, "camera.renderer.pictureFrame.round && camera.renderer.pictureFrame.mirrored")
    frame.click("text=480 × 480")
    until(tools, "camera.size.width === 480 && camera.size.height === 480")
    # The choice is there again at the next visit, of the same user only.
    tools.wait_for_timeout(1500)
    tools.evaluate("camera.destroy()")
    assert tools.query_selector("iframe") is None
    studio(tools)
    assert look(tools, "framing") == "shoulders" and look(tools, "pictureFrame") == {"round": True, "mirrored": True}
    tools.evaluate("camera.destroy()")
    studio(tools, user="another")
    assert look(tools, "framing") == "portrait"


def test_a_round_mirrored_picture(tools):
    """From pixels: corners are transparent, left is right."""
    studio(tools)
    tools.evaluate("camera.renderer.still = true")
    tools.wait_for_timeout(700)
    tools.evaluate("tools.settled(camera.renderer)")
    plain = pixels(tools)
    tools.evaluate("camera.renderer.pictureFrame = { mirrored: true }")
    tools.evaluate("tools.settled(camera.renderer)")
    mirrored = pixels(tools)
    assert abs(mirrored[:, ::-1] - plain).mean() < 1.5 < abs(mirrored - plain).mean()
    tools.evaluate("camera.renderer.pictureFrame = { round: true }")
    tools.evaluate("tools.settled(camera.renderer)")
    round_ = pixels(tools)
    assert round_[2, 2, 3] == 0 and round_[120, 160, 3] == 255 and round_[120, 30, 3] == 0


def pixels(page):
    text = page.evaluate("""async () => {
      const bitmap = await createImageBitmap(camera.canvas)
      const context = new OffscreenCanvas(320, 240).getContext('2d')
      context.drawImage(bitmap, 0, 0)
      return tools.base64(context.getImageData(0, 0, 320, 240).data)
    }""")
    return bytes_of(text).astype(float).reshape(240, 320, 4)


def test_a_photo_becomes_a_face_is_liked_mixed_kept_and_deleted(browser, site, face, artefacts):
    with opened(browser, f"{site}/test/blank.html") as page:
        troubles = watch(page)
        frame = studio(page)
        frame.set_input_files("#photo", {"name": "bad.txt", "mimeType": "image/png", "buffer": b"no picture"})
        frame.wait_for_selector(".making.failed >> text=not a picture")
        # No picture that is broken.
        frame.wait_for_selector(".making.failed img", state="detached")
        frame.hover(".making")
        frame.click("[aria-label='Take off the list']")
        frame.wait_for_selector(".making", state="detached")
        frame.set_input_files("#photo", {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": face})
        frame.wait_for_selector("#faces .tile >> nth=1")
        assert frame.get_attribute("[aria-label='Face 1']", "aria-checked") == "true"
        # The default face is liked: it comes first.
        frame.focus("[aria-label='Default face']")
        page.keyboard.press("f")
        frame.wait_for_selector("#faces .tile:first-child [aria-pressed=true]")
        frame.click("#tab-mix")
        frame.click("#seconds [role=radio]")
        until(page, "camera.renderer.slot2 !== null && camera.renderer.mix === 0.5")
        frame.click("text=75 %")
        frame.click("text=Its features only")
        until(page, "camera.renderer.mix === 0.75 && camera.renderer.mixKind === 'hybrid'")
        frame.click("text=Keep these settings")
        frame.fill("dialog input", "Half of me")
        page.keyboard.press("Enter")
        frame.wait_for_selector("#presets >> text=Half of me")
        frame.click(".none")
        until(page, "camera.renderer.slot2 === null && camera.renderer.mix === 0")
        frame.click("#presets >> text=Half of me")
        until(page, "camera.renderer.slot2 !== null && camera.renderer.mix === 0.75")
        page.wait_for_timeout(1500)
        page.evaluate("camera.destroy()")
        # At the next visit all is there.
        frame = studio(page)
        frame.wait_for_selector("[aria-label='Face 1'][aria-checked=true]")
        until(page, "camera.renderer.mix === 0.75")
        page.screenshot(path=artefacts / "studio.png")
        frame.focus("[aria-label='Face 1']")
        page.keyboard.press("Delete")
        frame.click("dialog >> text=Cancel")
        assert frame.query_selector("[aria-label='Face 1']")
        page.keyboard.press("Delete")
        frame.click("dialog button.main")
        frame.wait_for_selector("[aria-label='Face 1']", state="detached")
        assert frame.get_attribute("[aria-label='Default face']", "aria-checked") == "true"
        assert page.evaluate("troubles") == [] and troubles == []


def test_dropping_and_pasting(tools, face):
    frame = studio(tools)
    give = """([kind, bytes]) => {
      const data = new DataTransfer()
      data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], 'me.jpg', { type: 'image/jpeg' }))
      dispatchEvent(kind === 'drop' ? new DragEvent('drop', { dataTransfer: data, cancelable: true })
        : new ClipboardEvent('paste', { clipboardData: data }))
    }"""
    for number, kind in enumerate(["drop", "paste"], 1):
        frame.evaluate(give, [kind, base64.b64encode(face).decode()])
        frame.wait_for_selector(f"#faces .tile >> nth={number}")


def test_the_camera_is_given_up(tools):
    frame = studio(tools)
    frame.click("text=Take a photo")
    frame.wait_for_selector("dialog button.main:not([disabled])")
    frame.click("dialog >> text=Cancel")
    frame.wait_for_selector("dialog", state="detached")
    assert frame.locator(".making").count() == 0


def test_of_several_people_the_user_chooses_one(tools, face, artefacts):
    from PIL import Image
    import io
    one = Image.open(io.BytesIO(face))
    pair, file = Image.new("RGB", (1760, 1100), "#7c8a80"), io.BytesIO()
    pair.paste(one, (0, 0))
    pair.paste(one.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (880, 0))
    pair.save(file, "JPEG")
    frame = studio(tools)
    both = {"name": "us.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}
    frame.set_input_files("#photo", both)
    frame.wait_for_selector(".ring >> nth=1")
    tools.screenshot(path=artefacts / "studio-people.png")
    # Nothing is made of it unless somebody is chosen.
    frame.click("dialog >> text=Cancel")
    frame.wait_for_selector("dialog", state="detached")
    frame.set_input_files("#photo", both)
    frame.click("[aria-label='Person 2']")
    frame.wait_for_selector("#faces .tile >> nth=1")
    assert frame.locator(".making").count() == 0


def cheek_to_cheek(face):
    """The portrait and its mirror image, 1.1 heights of a face apart: a JPEG file, and where the two are divided."""
    from PIL import Image
    import io
    one = Image.open(io.BytesIO(face)).crop((0, 0, 625, 1100))
    pair, file = Image.new("RGB", (1250, 1100)), io.BytesIO()
    pair.paste(one, (0, 0))
    pair.paste(one.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (625, 0))
    pair.save(file, "JPEG", quality=95)
    return file.getvalue(), 625


def test_of_two_people_cheek_to_cheek_the_chosen_one_is_made(tools, face):
    couple, middle = cheek_to_cheek(face)
    frame = studio(tools)
    tools.evaluate("""() => {
      const create = camera.renderer.createAvatar.bind(camera.renderer)
      window.noses = []
      camera.renderer.createAvatar = async (photo, options) => {
        const avatar = await create(photo, options)
        noses.push(avatar.landmarks[1][0])
        return avatar
      }
    }""")
    for number in (1, 2):
        frame.set_input_files("#photo", {"name": "us.jpg", "mimeType": "image/jpeg", "buffer": couple})
        frame.click(f"[aria-label='Person {number}']")
        frame.wait_for_selector(f"#faces .tile >> nth={number}")
    left, right = tools.evaluate("noses")
    assert left < middle < right and abs(left + right - 2 * middle) < 60


def test_erasing_takes_everything_of_the_user_away(tools, face):
    frame = studio(tools, user="anna")
    frame.set_input_files("#photo", {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": face})
    frame.wait_for_selector("#faces .tile >> nth=1")
    frame.click("text=Erase from this device")
    frame.click("dialog button.main")
    frame.wait_for_selector("#faces .tile >> nth=1", state="detached")
    kept = tools.evaluate("""async () => {
      const { AvatarLibrary } = await import('/sdk/avatar-library.js')
      const library = new AvatarLibrary('anna')
      return [(await library.avatars()).length, (await library.backgrounds()).length, await library.setting('favourites')]
    }""")
    assert kept == [0, 0, None]


def test_controls_can_be_hidden(tools):
    frame = studio(tools, query="hide=camera,mix,delete,erase,size&tab=picture&theme=dark&lang=de")
    assert frame.query_selector("#tab-mix") is None and "Foto aufnehmen" not in frame.content()
    assert frame.is_visible("#panel-picture") and not frame.is_visible("#panel-faces")
    assert "1280" not in frame.inner_text("#panel-picture")
    assert frame.evaluate("[document.documentElement.lang, getComputedStyle(document.body).colorScheme]") == ["de", "dark"]


# On which tab, and what tells that it is there.
CONTROLS = {
    "faces": {"new": ".add >> text=New face", "camera": "text=Take a photo", "favourite": "[aria-label=Favourite]", "delete": "[aria-label=Delete]",
              "reload": "[aria-label='Look again']", "erase": "text=Erase from this device"},
    "mix": {"amount": "[type=range]", "shares": "text=25 %", "kind": "text=Both half-way", "swing": "text=Slowly", "presets": "#presets"},
    "mood": {"feeling": "text=Joy", "strength": "text=Strength", "once": "text=Once", "motion": "text=Lively",
             "friendliness": "text=Friendliness"},
    "background": {"photo": ".swatch.photo", "blur": ".swatch.blur", "transparent": ".swatch.transparent", "colour": ".swatchBox #colour",
                   "pictures": "#pictures", "upload": "text=Add a picture"},
    "picture": {"framing": "text=Shoulders", "round": "text=Round", "mirrored": "text=Mirrored", "size": "text=1280 × 720"},
    "sound": {"record": "#record"},
    "film": {"framing": "[aria-label=Framing]", "size": "[aria-label=Size]", "rate": "[aria-label='Pictures a second']", "format": "[aria-label=Format]"},
}


def page_of(tab):
    return "VGEN" if tab in ("sound", "film") else "VCAM"


@pytest.mark.parametrize("tab", CONTROLS)
def test_every_control_can_be_hidden_by_itself(tools, tab):
    controls = CONTROLS[tab]
    there = studio(tools, kind=page_of(tab), query=f"tab={tab}&lang=en")
    counts = {name: there.locator(f"#panel-{tab}").locator(place).count() for name, place in controls.items()}
    assert all(counts.values()), counts
    for gone_name in controls:
        tools.evaluate("camera.destroy()")
        frame = studio(tools, kind=page_of(tab), query=f"tab={tab}&lang=en&hide={gone_name}")
        left = {name: frame.locator(f"#panel-{tab}").locator(place).count() for name, place in controls.items()}
        # Some go with what they belong to.
        along = {"new": ["camera"], "feeling": ["strength", "once"]}.get(gone_name, [])
        assert left == {**counts, **dict.fromkeys([gone_name, *along], 0)}


@pytest.mark.parametrize("name", [*CONTROLS, "status"])
def test_every_tab_and_the_line_of_sentences_can_be_hidden(tools, name):
    seen = {}
    for hidden in ("", name):
        tools.evaluate(SELDOM)
        tools.evaluate(OPEN, [None, {"kind": page_of(name), "query": f"lang=en&hide={hidden}"}])
        frame = tools.wait_for_selector("css=iframe").content_frame()
        frame.wait_for_selector("[role=tab]")
        seen[hidden] = frame.evaluate("""() => [
          ...[...document.querySelectorAll('[role=tab], [role=tabpanel]')].map(({ id }) => id.replace(/.*-/, '')),
          ...document.getElementById('status').hidden ? [] : ['status'],
        ]""")
        tools.evaluate("camera.destroy()")
    assert name in seen[""] and seen[name] == [one for one in seen[""] if one != name]


def test_every_control_of_the_documentation_is_hidden_above():
    [row] = [line for line in (ROOT / "docs/studio.md").read_text().splitlines() if line.startswith("| `hide` |")]
    names = set(re.findall(r"`(\w+)`", row)) - {"hide"}
    assert names == {"status", *CONTROLS, *(name for controls in CONTROLS.values() for name in controls)}


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_language_has_every_message(name):
    messages = {language: json.loads((ROOT / f"web/studio/messages/{language}.json").read_text()) for language in ("en", name)}
    assert list(messages[name]) == list(messages["en"])
    for key, text in messages[name].items():
        assert text.strip() and [part for part in ("{number}", "{name}") if part in text] == \
            [part for part in ("{number}", "{name}") if part in messages["en"][key]], key


def test_right_to_left_on_a_phone(browser, site, artefacts):
    with browser.new_context(viewport={"width": 360, "height": 700}, color_scheme="dark") as context:
        page = context.new_page()
        page.goto(f"{site}/test/blank.html")
        frame = studio(page, query="lang=ar")
        assert frame.evaluate("document.documentElement.dir") == "rtl"
        box = frame.locator("#tab-faces").bounding_box(), frame.locator("#tab-picture").bounding_box()
        assert box[0]["x"] > box[1]["x"]
        for tab in ("faces", "mix", "mood", "background", "picture"):
            frame.click(f"#tab-{tab}")
            assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth"), tab
        page.screenshot(path=artefacts / "studio-phone.png")


# Of words that are seen, those that are not whole.
CUT = """(all) => {
  const seen = all.filter((word) => getComputedStyle(word).opacity > 0).map((word) => {
    const range = document.createRange()
    range.selectNodeContents(word)
    const { left, right, width } = range.getBoundingClientRect()
    return { word, left, right, isClipped: getComputedStyle(word).overflowX !== 'visible' && width > word.clientWidth + 1 }
  })
  return seen.filter(({ word, left, right, isClipped }) => isClipped || left < 0 || right > innerWidth
    || seen.some((other) => other.word !== word && left < other.right && right > other.left)).map(({ word }) => word.textContent)
}"""


@pytest.mark.parametrize("name", LANGUAGES)
@pytest.mark.parametrize("path", ["studio", "films"])
def test_the_words_of_the_tabs_are_whole(browser, site, name, path):
    """Those that are seen; all are there for a screen reader."""
    words = json.loads((ROOT / f"web/studio/messages/{name}.json").read_text())
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{site}/{path}/index.html?lang={name}")
        page.wait_for_selector("[role=tab]")
        cut = []
        for width in (320, 360, 451, 541):
            page.set_viewport_size({"width": width, "height": 500})
            for tab in page.query_selector_all("[role=tab]"):
                tab.click()
                word = words[tab.get_attribute("id").removeprefix("tab-")]
                assert page.get_by_role("tab", name=word, exact=True, selected=True).count() == 1
                cut += [(width, word, other) for other in page.eval_on_selector_all("[role=tab] span", CUT)]
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (width, word)
    assert cut == []


def test_a_screen_reader_tells_which_background_is_chosen(tools):
    frame = studio(tools, query="tab=background")
    radios = "(all) => all.filter((one) => one.ariaChecked === 'true').map((one) => one.ariaLabel)"
    frame.focus("[aria-label=None]")
    tools.keyboard.press("ArrowRight")
    assert frame.evaluate("[document.activeElement.ariaLabel, document.activeElement.role]") == ["Colour", "radio"]
    frame.eval_on_selector("#colour", "(colour) => { colour.click = () => { window.isOpened = true } }")
    tools.keyboard.press("Enter")
    frame.wait_for_selector("[aria-label=Colour][aria-checked=true]")
    assert frame.evaluate("isOpened") and look(tools, "background") == "#7a9cc6"
    frame.fill("#colour", "#3c6e91")
    until(tools, "camera.renderer.background === '#3c6e91'")
    assert frame.eval_on_selector_all("#panel-background [role=radio]", radios) == ["Colour"]
    frame.click("[aria-label=Blurred]")
    frame.wait_for_selector("[aria-label=Colour][aria-checked=false]")


def test_strangers_are_not_heard(tools, site):
    """Messages of others, malformed ones, and a page that is not the one the studio was made for."""
    frame = studio(tools)
    tools.evaluate("""() => {
      const frame = camera.element.shadowRoot.querySelector('iframe')
      // A second greeting comes too late, one without a channel never counts.
      frame.contentWindow.postMessage({ flexatar: 1, type: 'hello' }, '*', [new MessageChannel().port2])
      frame.contentWindow.postMessage({ flexatar: 1, type: 'state', state: { faces: [] } }, '*')
      dispatchEvent(new MessageEvent('message', { data: { type: 'erase' }, origin: location.origin }))
    }""")
    frame.evaluate("parent.postMessage({ type: 'set', name: 'mix', value: 1 }, '*')")
    tools.wait_for_timeout(300)
    assert frame.query_selector_all("#faces .face") and look(tools, "mix") == 0
    # Commands outside their shapes, sent through the right channel.
    bad = [None, 7, {}, {"type": "set", "name": "mix", "value": 2}, {"type": "set", "name": "constructor", "value": 1},
           {"type": "set", "name": "__proto__", "value": {}}, {"type": "select", "slot": 3, "id": "default"},
           {"type": "create", "photo": "file:///etc/passwd"}, {"type": "background", "kind": "colour", "value": "url(x)"},
           {"type": "size", "width": 1e9, "height": 1}, {"type": "toString"}, {"type": "emotion", "name": "a b", "strength": 1},
           {"type": "savePreset", "name": "x" * 41}]
    read = tools.evaluate("""async (messages) => {
      const { readCommand } = await import('/sdk/messages.js')
      return messages.map((message) => readCommand(message))
    }""", bad)
    assert read == [None] * len(bad)


def test_a_page_of_another_origin_cannot_greet(browser, site, voice):
    with serving() as other, opened(browser, f"{other}/test/blank.html") as page:
        page.route("**/*", lambda route: route.continue_())
        page.evaluate("""async (address) => {
          window.answers = []
          const frame = document.createElement('iframe')
          frame.src = address
          await new Promise((resolve) => { frame.onload = resolve; document.body.append(frame) })
          const { port1, port2 } = new MessageChannel()
          port1.onmessage = ({ data }) => answers.push(data)
          frame.contentWindow.postMessage({ flexatar: 1, type: 'hello' }, '*', [port2])
        }""", f"{other}/studio/index.html?parent={site}")
        page.wait_for_timeout(800)
        assert page.evaluate("answers") == []


def test_a_studio_that_cannot_be_loaded_is_told(tools):
    tools.evaluate("""async () => {
      const { StudioFrame } = await import('/sdk/studio-frame.js')
      window.told = []
      const frame = new StudioFrame('/nowhere/index.html', { onReady() {}, onCommand() {}, onError: (error) => told.push(error.code) }, 300)
      document.body.append(frame.element)
    }""")
    until(tools, "told.length > 0")
    assert tools.evaluate("told") == ["no-studio"]


def test_voice_and_camera_streams(tools):
    studio(tools)
    tools.evaluate("""async () => { camera.src = await navigator.mediaDevices.getUserMedia({ audio: true }) }""")
    until(tools, "camera.delay > 0.05 && camera.delay < 0.12")
    assert tools.evaluate("[camera.voiceStream.getAudioTracks().length, camera.mediaStream.getVideoTracks().length]") == [1, 1]
    tools.evaluate("camera.src = null")
    assert tools.evaluate("camera.src") is None


KEEP = """async ([user, count]) => {
  const { AvatarLibrary } = await import('/sdk/avatar-library.js')
  const library = new AvatarLibrary(user)
  const ftar = await (await fetch('/files/default.ftar')).arrayBuffer()
  const preview = await (await fetch('/files/default.jpg')).blob()
  for (let made = 1; made <= count; made++) await library.keepAvatar({ id: `face ${made}`, made, place: 'device', ftar, preview })
  await library.close()
}"""


def keep_faces(page, count, user=""):
    """Puts faces on the device: 'face 1', the oldest, and so on."""
    page.evaluate(KEEP, [user, count])


def test_a_camera_after_another_on_the_pages_own_canvas(tools):
    """As a framework makes them that mounts everything twice."""
    tools.evaluate("""async () => {
      const { VCAM } = await import('/sdk/vcam.js')
      const canvas = document.body.appendChild(document.createElement('canvas'))
      const make = (width) => new VCAM(null, { filesUrl: '/files', needGallery: false, canvas, size: { width, height: 240 } })
      make(320).destroy()
      const second = make(320)
      await second.readyPromise
      second.destroy()
      window.camera = make(240)
      await camera.readyPromise
    }""")
    until(tools, "camera.canvas.width === 240 && camera.canvas.height === 240 && camera.size.width === 240")


def test_a_round_frame_to_begin_with(tools):
    frame = studio(tools, roundOverlay=True)
    assert look(tools, "pictureFrame.round")
    # To begin with: what the user has chosen stays.
    frame.click("#tab-picture")
    frame.click("#panel-picture >> text=Round")
    until(tools, "!camera.renderer.pictureFrame.round")
    tools.evaluate("camera.destroy()")
    studio(tools, roundOverlay=True)
    assert not look(tools, "pictureFrame.round")


def test_a_mix_of_nothing_stays(tools):
    keep_faces(tools, 1)
    frame = studio(tools)
    frame.click("#tab-mix")
    frame.click("#seconds [role=radio]")
    until(tools, "camera.renderer.slot2 !== null && camera.renderer.mix === 0.5")
    frame.fill("#panel-mix [type=range]", "0")
    until(tools, "camera.renderer.mix === 0")
    frame.click("text=Keep these settings")
    frame.fill("dialog input", "Nothing")
    frame.click("dialog >> text=Keep >> nth=-1")
    frame.click(".none")
    until(tools, "camera.renderer.slot2 === null")
    frame.click("#presets >> text=Nothing")
    until(tools, "camera.renderer.slot2 !== null")
    assert look(tools, "mix") == 0
    tools.wait_for_timeout(500)
    tools.evaluate("camera.destroy()")
    studio(tools)
    until(tools, "camera.renderer.slot2 !== null")
    assert look(tools, "mix") == 0


BREAK = """(name) => {
  const { put } = IDBObjectStore.prototype
  IDBObjectStore.prototype.put = function (thing) {
    if (this.name === 'avatars') throw new DOMException('broken', name)
    return put.call(this, thing)
  }
  window.mend = () => { IDBObjectStore.prototype.put = put }
}"""


def test_a_face_that_cannot_be_kept_is_told_and_the_next_is_made(tools):
    frame = studio(tools)
    tools.evaluate(BREAK, "UnknownError")
    make = """async () => {
      const ftar = await (await fetch('/files/default.ftar')).arrayBuffer()
      camera.renderer.createAvatar = async () => ({ ftar, preview: new Blob(), warnings: [] })
      camera.model.obey({ type: 'create', photo: new Blob(['photo']) })
    }"""
    tools.evaluate(make)
    frame.wait_for_selector(".making.failed", timeout=20_000)
    tools.evaluate("mend()")
    tools.evaluate(make)
    frame.wait_for_selector("#faces .tile >> nth=1", timeout=20_000)
    frame.wait_for_selector(".making:not(.failed)", state="detached")
    assert frame.locator(".making").count() == 1


def test_what_a_full_disk_refuses_lasts_as_long_as_the_page(tools):
    quota = {"origin": tools.evaluate("origin")}
    session = tools.context.new_cdp_session(tools)
    session.send("Storage.overrideQuotaForOrigin", {**quota, "quotaSize": 1})
    kept = tools.evaluate("""async () => {
      const { AvatarLibrary } = await import('/sdk/avatar-library.js')
      const library = new AvatarLibrary('full')
      const face = { id: 'a', made: 1, place: 'device', preview: null }
      await library.keepAvatar({ ...face, ftar: new ArrayBuffer(3e6) })
      await library.keepAvatar({ ...face, ftar: new ArrayBuffer(2e6) })
      const before = (await library.avatars()).map(({ ftar }) => ftar.byteLength)
      await library.removeAvatar('a')
      return [before, await library.avatars()]
    }""")
    session.send("Storage.overrideQuotaForOrigin", quota)
    assert kept == [[2000000], []]


def test_a_look_that_cannot_be_kept_is_no_error_of_the_page(tools):
    frame = studio(tools)
    # As when the user erases the site's data.
    tools.evaluate("""async () => {
      window.rejected = []
      addEventListener('unhandledrejection', (event) => { event.preventDefault(); rejected.push(String(event.reason)) })
      ;(await camera.model.library.database).close()
    }""")
    frame.click("#tab-mood")
    frame.click("text=Lively")
    until(tools, "camera.renderer.headMotion === 'lively'")
    tools.wait_for_timeout(800)
    assert tools.evaluate("rejected") == []


def test_what_is_destroyed_while_it_starts_leaves_no_library_open(tools):
    """One that is open keeps the database from being deleted."""
    left = tools.evaluate("""async () => {
      const { VCAM } = await import('/sdk/vcam.js')
      let answer
      const camera = new VCAM(() => new Promise((resolve) => { answer = resolve }), { filesUrl: '/files', needGallery: false })
      camera.addEventListener('error', (event) => event.preventDefault())
      while (!answer) await new Promise((resolve) => setTimeout(resolve, 20))
      camera.destroy()
      answer(`e30.${btoa('{"sub":"sub_late"}')}.x`)
      const error = await camera.readyPromise.catch((error) => error)
      const deleting = indexedDB.deleteDatabase('flexatar library')
      const end = await new Promise((resolve) => {
        for (const name of ['success', 'blocked', 'error']) deleting.addEventListener(name, () => resolve(name))
      })
      return [error?.code, end]
    }""")
    assert left == ["destroyed", "success"]


def test_the_graphics_drivers_reset_is_told_as_long_as_it_lasts(tools):
    frame = studio(tools)
    tools.evaluate("camera.renderer.loseContext(0.5)")
    frame.wait_for_selector("#status.bad")
    until(tools, "troubles.includes('context-lost')")
    frame.wait_for_selector("#status:not(.bad)", state="attached")


def test_a_screen_reader_tells_faces_and_pictures_apart(tools):
    keep_faces(tools, 3)
    frame = studio(tools)
    labels = "(all) => all.map((one) => one.getAttribute('aria-label'))"
    assert frame.eval_on_selector_all("#faces .face", labels) == ["Face 3", "Face 2", "Face 1", "Default face"]
    assert frame.eval_on_selector_all("#seconds .face", labels) == ["Face 2", "Face 1", "Default face"]
    pictures = frame.eval_on_selector_all("#pictures [role=radio]", labels)
    assert pictures == ["Picture 3", "Picture 2", "Picture 1"]
    frame.focus("#faces [aria-label='Face 1']")
    tools.keyboard.press("f")
    frame.wait_for_selector("#faces .tile:first-child [aria-pressed=true]")
    assert frame.eval_on_selector_all("#faces .face", labels) == ["Face 1", "Face 3", "Face 2", "Default face"]
    # What comes after the deletion of an older one is not called as one that is there.
    tools.keyboard.press("Delete")
    frame.click("dialog button.main")
    frame.wait_for_selector("#faces .tile >> nth=3", state="detached")
    assert frame.eval_on_selector_all("#faces .face", labels) == ["Face 2", "Face 1", "Default face"]


def test_keys_and_favourites_are_told(tools):
    keep_faces(tools, 2)
    frame = studio(tools)
    assert frame.get_attribute("#faces [aria-label='Face 1']", "aria-keyshortcuts") == "F Delete"
    assert frame.get_attribute("#faces [aria-label='Default face']", "aria-keyshortcuts") == "F"
    frame.focus("#faces [aria-label='Face 1']")
    tools.keyboard.press("f")
    frame.wait_for_selector("#faces .tile:first-child [aria-pressed=true]")
    described = "(one) => one.getAttribute('aria-describedby')?.split(' ').map((id) => document.getElementById(id).ariaLabel)"
    assert frame.eval_on_selector("#faces [aria-label='Face 1']", described) == ["Favourite"]
    assert frame.eval_on_selector("#faces [aria-label='Face 2']", described) is None


def test_the_focus_stays_beside_what_is_deleted(tools):
    keep_faces(tools, 2)
    frame = studio(tools)
    focused = "document.activeElement.ariaLabel"
    frame.focus("#faces [aria-label='Face 2']")
    tools.keyboard.press("Delete")
    frame.click("dialog button.main")
    frame.wait_for_selector("#faces .tile >> nth=2", state="detached")
    assert frame.evaluate(focused) == "Face 1"
    tools.keyboard.press("Delete")
    frame.click("dialog button.main")
    frame.wait_for_selector("#faces .tile >> nth=1", state="detached")
    assert frame.evaluate(focused) == "Default face"
