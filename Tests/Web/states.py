"""Every page in every state, reached as a visitor reaches it: for the pictures in docs/screens (screens.py) and for
accessibility (test_accessibility.py).

A tour is `take(page, at)`: it yields the name of each state and the part of the page that is meant, the page itself, a frame
of it, or a locator. What would take long, or pass too soon to be looked at, is faked.
"""
import contextlib
import datetime
import hashlib
import json
import pathlib
import subprocess
import tempfile
import wave
from typing import NamedTuple

from PIL import Image, ImageDraw

from conftest import CHROMIUM, DRAWING, PATIENCE, until
from own_service import own_service
from serving import ROOT

TABS = ("faces", "mix", "mood", "background", "picture")
EXTENSION = ROOT / "dist/extension"
ORDINARY = (1200, 800), (360, 740)


class Place(NamedTuple):
    """Addresses of the service and of the quickstart page, an account's secret, and what tours lend to pages as /kept/NAME."""
    service: str
    quickstart: str
    secret: str
    kept: pathlib.Path


@contextlib.contextmanager
def place(program, folder):
    kept = folder / "kept"
    kept.mkdir()
    lend(program, kept)
    with own_service(program, folder, credits=100, quickstart=True, agent=True) as service:
        yield Place(service.address, service.quickstart, service.secret, kept)


def lend(program, kept):
    """Photos good and bad, an avatar of another person than the default one, a sound, and a film."""
    hopper = Image.open(ROOT / "cache/hopper.jpg").convert("RGB")
    portrait = Image.open(ROOT / "cache/portrait.png").convert("RGB").crop((100, 0, 356, 320))
    face, wall = portrait.resize((800, 1000), Image.LANCZOS), Image.new("RGB", (900, 900), "#b0a090")
    small, pair, scene = Image.new("RGB", (900, 900), "#8a9490"), Image.new("RGB", (1600, 1000), "#7c8a80"), Image.new("RGB", (960, 640), "#5f7f95")
    small.paste(hopper.resize((256, 300)), (322, 300))
    pair.paste(face, (0, 0))
    pair.paste(hopper.resize((800, 938)), (800, 62))
    ImageDraw.Draw(scene).ellipse((600, 60, 860, 320), fill="#e8c98a")
    for name, picture in {"hopper": hopper, "face": face, "wall": wall, "small": small, "pair": pair, "scene": scene,
                          "preview0": hopper.resize((240, 281)), "preview1": portrait,
                          "preview2": portrait.transpose(Image.Transpose.FLIP_LEFT_RIGHT)}.items():
        picture.save(kept / f"{name}.jpg", quality=92)
    (kept / "letter.txt").write_text("This is no picture and no sound.")
    with wave.open(str(ROOT / "dist/files/sample.wav")) as sample, wave.open(str(kept / "short.wav"), "wb") as short:
        short.setparams(sample.getparams())
        short.writeframes(sample.readframes(3 * sample.getframerate()))
    for words in (["create", kept / "hopper.jpg", "-o", kept / "hopper.ftar"],
                  ["video", ROOT / "dist/files/default.ftar", kept / "short.wav", "--size", "320x320", "--fps", "24", "-o", kept / "film.mp4"]):
        done = subprocess.run([program, *map(str, words)], capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == 0, done.stderr


@contextlib.contextmanager
def visiting(name, browser, playwright, at, **options):
    """A page for the tour `name`; the extension's is in a browser that has it."""
    options = {"permissions": ["camera", "microphone"], **options}
    with contextlib.ExitStack() as stack:
        if name == "popup":
            profile = stack.enter_context(tempfile.TemporaryDirectory())
            context = playwright.chromium.launch_persistent_context(
                profile, executable_path=CHROMIUM, headless=True, ignore_default_args=["--disable-extensions"], **options,
                args=[*DRAWING, "--no-sandbox", f"--load-extension={EXTENSION}", f"--disable-extensions-except={EXTENSION}"])
        else:
            context = browser.new_context(**options)
        stack.callback(context.close)
        context.set_default_timeout(1000 * PATIENCE)
        context.route("**/kept/*", lambda route: route.fulfill(path=at.kept / route.request.url.rsplit("/", 1)[1]))
        yield context.new_page()


# MARK: The demo


def main(page, at):
    keep(page, at, 2)
    page.goto(f"{at.service}/main")
    page.wait_for_selector("#veil.gone", state="attached")
    until(page, "document.getElementById('status').textContent.includes('a second')")
    yield "open", page
    page.click("#microphone")
    until(page, r"/voice \d+ ms/.test(document.getElementById('status').textContent)")
    yield "speaking", section(page, "#microphone")
    page.click("#stop")
    page.set_input_files("#photo", at.kept / "wall.jpg")
    page.wait_for_selector("#faceHint.bad")
    yield "a photo is refused", section(page, "#faces")
    page.evaluate("""() => {
      renderer.createAvatar = (photo, { onProgress }) => { onProgress(0.6); return new Promise(() => {}) }
      dispatchEvent(new DragEvent('dragover', { cancelable: true }))
    }""")
    yield "a file over it", page.locator("#frame")
    page.evaluate("dispatchEvent(new DragEvent('dragleave'))")
    page.set_input_files("#photo", at.kept / "face.jpg")
    page.wait_for_selector(".face.making[aria-valuenow]")
    yield "a face is made", section(page, "#faces")
    page.click("summary")
    for row in ("#users tr", "#customersProblem:not(:empty)"):
        page.fill("#newUser", "anna@example.com")
        page.click("text=Buy a subscription")
        page.wait_for_selector(row)
    yield "customers, and one bought twice", page.locator("#customers")
    page.route("**/sdk/stage-view.js", lambda route: route.fulfill(
        content_type="text/javascript", body=(ROOT / "web/sdk/stage-view.js").read_text().replace(
            "canvas.getContext('webgl2', contextAttributes)", "null")))
    page.goto(f"{at.service}/main")
    page.wait_for_selector("#veil.bad")
    yield "without WebGL2", page


def section(page, selector):
    return page.locator("section", has=page.locator(selector))


KEEP = """async (count) => {
  const { AvatarLibrary } = await import('/sdk/avatar-library.js')
  const library = new AvatarLibrary('')
  const ftar = await (await fetch('/kept/hopper.ftar')).arrayBuffer()
  for (let made = 1; made <= count; made++) {
    const preview = await (await fetch(`/kept/preview${(count - made) % 3}.jpg`)).blob()
    await library.keepAvatar({ id: `face ${made}`, made, place: 'device', ftar, preview })
  }
  await library.close()
}"""


def keep(page, at, count):
    """Puts faces into the gallery before it is opened: 'face 1', the oldest, and so on."""
    page.goto(f"{at.service}/docs")
    page.evaluate(KEEP, count)


# MARK: The studio


def controls(page, address):
    """Opens a page with an iframe of controls, and gives that."""
    page.goto(address)
    frame = page.wait_for_selector("iframe").content_frame()
    frame.wait_for_selector("#faces .face", state="attached")
    until(page, "(globalThis.camera ?? globalThis.maker).renderer.slot1 !== null")
    return frame


def camera(page, at):
    frame = controls(page, f"{at.service}/camera")
    for tab in TABS:
        frame.click(f"#tab-{tab}")
        yield tab, page if tab == "faces" else frame


def camera_from_the_right(page, at):
    keep(page, at, 2)
    frame = controls(page, f"{at.service}/camera?lang=ar")
    frame.click("#tab-mix")
    frame.click("#seconds [role=radio] >> nth=-1")
    until(page, "camera.renderer.slot2 !== null")
    for tab in TABS:
        frame.click(f"#tab-{tab}")
        yield tab, frame
    frame.click("#tab-faces")
    yield from making(page, frame)
    frame.focus("#faces .face")
    page.keyboard.press("Delete")
    frame.wait_for_selector("dialog[open]")
    yield "deleting a face", frame
    leave(page, frame)
    page.evaluate("camera.renderer.loseContext(60)")
    frame.wait_for_selector("#status.bad")
    yield "something is wrong", frame


def camera_faces(page, at):
    keep(page, at, 5)
    frame = controls(page, f"{at.service}/camera")
    frame.focus("#faces .face >> nth=2")
    page.keyboard.press("f")
    frame.wait_for_selector("#faces .tile:first-child [aria-pressed=true]")
    yield "a filled gallery with a favourite", frame
    page.keyboard.press("Delete")
    frame.wait_for_selector("dialog[open]")
    yield "deleting a face", frame
    leave(page, frame)
    frame.click("text=Erase from this device")
    frame.wait_for_selector("dialog[open]")
    yield "erasing", frame
    leave(page, frame)
    frame.evaluate("""() => {
      const data = new DataTransfer()
      data.items.add(new File(['a'], 'me.jpg', { type: 'image/jpeg' }))
      dispatchEvent(new DragEvent('dragover', { dataTransfer: data, cancelable: true }))
    }""")
    yield "a photo over it", frame
    frame.evaluate("dispatchEvent(new DragEvent('dragleave'))")
    frame.set_input_files("#photo", at.kept / "hopper.jpg")
    frame.wait_for_selector("dialog[open] .advice")
    yield "a photo that could be better", frame
    leave(page, frame)
    frame.set_input_files("#photo", at.kept / "pair.jpg")
    frame.wait_for_selector("dialog[open] .ring >> nth=1")
    yield "who is it", frame
    leave(page, frame)
    page.evaluate("""async () => {
      const ftar = await (await fetch('/kept/hopper.ftar')).arrayBuffer()
      const preview = await (await fetch('/kept/preview0.jpg')).blob()
      camera.renderer.createAvatar = async () => ({ ftar, preview, warnings: [{ code: 'turned', message: '' }] })
      camera.model.obey({ type: 'create', photo: new Blob(['photo']) })
    }""")
    frame.wait_for_selector("#status.note")
    frame.evaluate("document.querySelector('main').scrollTo(0, 0)")
    yield "made, with a warning", frame
    page.evaluate("delete camera.renderer.createAvatar")
    yield from making(page, frame)


def making(page, frame):
    page.evaluate("""() => {
      const photo = async () => (await fetch('/kept/face.jpg')).blob()
      const create = async (photo) => camera.model.obey({ type: 'create', photo: await photo })
      create(new Blob(['no picture'])).then(async () => {
        while (!camera.model.maker.list.some(({ state }) => state === 'failed')) await new Promise((resolve) => setTimeout(resolve, 50))
        camera.renderer.createAvatar = (photo, { onProgress }) => { onProgress(0.45); return new Promise(() => {}) }
        create(photo())
        create(photo())
      })
    }""")
    frame.wait_for_selector(".making.failed")
    frame.wait_for_selector(".making:not(.failed) .why:not(:empty)")
    frame.evaluate("document.querySelector('main').scrollTo(0, 0)")
    yield "refused, being made, waiting", frame


def leave(page, frame):
    """Closes a dialog."""
    page.keyboard.press("Escape")
    frame.wait_for_selector("dialog[open]", state="detached")


# A camera that asks for ever, is refused, or sees one or several people, near or far away.
CAMERA = """async ([kind, people, height]) => {
  const photo = await createImageBitmap(await (await fetch('/kept/hopper.jpg')).blob())
  const shown = Object.assign(document.createElement('canvas'), { width: 1280, height: 960 })
  const width = height * photo.width / photo.height
  const draw = () => {
    const context = shown.getContext('2d')
    context.fillStyle = '#7c8a80'
    context.fillRect(0, 0, 1280, 960)
    for (let one = 0; one < people; one++) {
      context.drawImage(photo, 1280 * (one + 0.5) / people - width / 2, (960 - height) / 2, width, height)
    }
  }
  draw()
  setInterval(draw, 100)
  navigator.mediaDevices.getUserMedia = async () => {
    if (kind === 'opening') return new Promise(() => {})
    if (kind === 'refused') throw new DOMException('refused', 'NotAllowedError')
    return shown.captureStream(15)
  }
}"""


def camera_photo(page, at):
    frame = controls(page, f"{at.service}/camera")
    for kind, people, height, ready in (
            ("good", 1, 960, ".finder.good"), ("two people", 2, 740, "dialog[open] .ring >> nth=1"), ("bad", 1, 500, "dialog[open] .hint >> text=closer"),
            ("refused", 1, 960, "dialog[open] .hint >> text=not allowed"), ("opening", 1, 960, "dialog[open]")):
        frame.evaluate(CAMERA, [kind, people, height])
        frame.click("text=Take a photo")
        frame.wait_for_selector(ready)
        yield f"taking a photo: {kind}", frame
        leave(page, frame)


def camera_look(page, at):
    keep(page, at, 3)
    frame = controls(page, f"{at.service}/camera?tab=mix")
    frame.click("#seconds [role=radio] >> nth=-1")
    until(page, "camera.renderer.slot2 !== null && camera.renderer.mix === 0.5")
    for name in ("Half of both", "Her smile and my forehead, for Mondays"):
        frame.click("text=Keep these settings")
        frame.fill("dialog input", name)
        page.keyboard.press("Enter")
        frame.wait_for_selector(f"#presets >> text={name}")
    yield "a second face, and presets", page
    frame.click("text=Keep these settings")
    frame.wait_for_selector("dialog[open] input")
    yield "a preset's name", frame
    leave(page, frame)
    frame.click("#tab-mood")
    frame.click("text=Joy")
    until(page, "camera.renderer.emotion.joy === 0.7")
    yield "a feeling", frame
    frame.click("#tab-background")
    frame.set_input_files("#picture", at.kept / "scene.jpg")
    frame.wait_for_selector("#pictures .bin", state="attached")
    frame.click("#pictures [role=radio]")
    frame.wait_for_selector("#pictures [role=radio][aria-checked=true]")
    yield "a picture of one's own", page
    frame.click("#tab-picture")
    frame.click("#panel-picture >> text=Round")
    frame.click("#panel-picture >> text=Shoulders")
    until(page, "camera.renderer.pictureFrame.round")
    yield "round", page


def camera_service(page, at):
    """Rights and limits of a subscription, as the service tells of them."""
    answers = {
        "/customer/token": {"token": "e30.eyJ1c2VyIjoiYW5uYSJ9.x"}, "/log": {},
        "/list": {"list": [{"id": "one", "created": 1, "ftar": "/kept/hopper.ftar", "preview": "/kept/preview0.jpg"}]},
    }
    allowed = {"exp": 2e9, "is_expired": False, "testing": False, "restricted": False}
    subscription = {"info": allowed, "session": {}}

    def answer(route):
        path = "/" + route.request.url.split("/", 3)[3].split("?")[0]
        if subscription is None:
            return route.abort()
        route.fulfill(json={"/info": subscription["info"], "/session": subscription["session"], **answers}[path])

    for path in (*answers, "/info", "/session"):
        page.route(f"{at.service}{path}", answer)
    subscription["info"] = {**allowed, "restricted": True}
    frame = controls(page, f"{at.service}/camera?user=anna")
    frame.wait_for_selector("#faces .face >> nth=1")
    yield "restricted", frame
    for name, (info, session, words) in {
        "expired": ({**allowed, "is_expired": True}, {}, "has ended"),
        "used up": (allowed, {"block": "subscription_limit"}, "used up"),
    }.items():
        subscription.update(info=info, session=session)
        frame.click("[aria-label='Look again']")
        frame.wait_for_selector(f"#status.bad >> text={words}")
        yield name, frame
    subscription = None
    frame.click("[aria-label='Look again']")
    frame.wait_for_selector("#status.bad >> text=no connection")
    yield "no connection", frame


# MARK: Films


def films(language=""):
    def take(page, at):
        frame = controls(page, f"{at.service}/films?lang={language}")
        yield "no sound yet", frame
        frame.set_input_files("#sound-file", at.kept / "letter.txt")
        frame.wait_for_selector("#status.bad")
        yield "a file that is no sound", frame
        frame.click("#record")
        frame.wait_for_selector("#level")
        frame.wait_for_timeout(500)
        yield "recording", frame
        frame.click("#record")
        until(page, "maker.model.recorder === null")
        frame.set_input_files("#sound-file", ROOT / "dist/files/sample.wav")
        frame.wait_for_selector("#play")
        frame.fill("#position", "3")
        yield "a sound", frame if language else page
        frame.click("#tab-film")
        yield "a film to be made", frame
        page.evaluate("""() => {
          const { model } = maker
          model.making = new AbortController()
          model.progress = { frames: 152, total: 396, secondsLeft: 21 }
          model.changed()
        }""")
        frame.wait_for_selector("#cancel")
        until(frame, "document.getElementById('progress').position > 0")
        yield "it is made", frame
        page.evaluate("""async () => {
          const { model } = maker
          const film = await (await fetch('/kept/film.mp4')).blob()
          model.making = model.progress = null
          model.result = { film: new Blob([film], { type: 'video/mp4' }), name: 'sample.mp4', shape: model.film }
          model.changed()
        }""")
        until(frame, "document.getElementById('film').readyState >= 2")
        yield "it is ready", frame
    return take


# MARK: Talking


QUIET = """() => {
  MediaDevices.prototype.getUserMedia = async () => new AudioContext().createMediaStreamDestination().stream
}"""


def agent(page, at):
    connections = []

    def answer(connection):
        connections.append(connection)
        # Nobody says what is missing to who types.
        note = None if len(connections) == 1 else "Speech is not recognised here: install the packages pocketsphinx and pocketsphinx-en-us; typing works."
        connection.on_message(lambda message: "hello" in str(message) and connection.send(
            json.dumps({"type": "ready", "hears": note is None, **({"note": note} if note else {})})))

    page.route_web_socket(lambda url: url.startswith("ws"), answer)
    page.add_init_script(f"({QUIET})()")
    talk = page.locator(".talk")
    page.goto(f"{at.service}/agent")
    yield "off", talk
    page.route("**/agent/local", lambda route: route.fulfill(status=404, json={
        "code": "no_agent", "detail": "The local agent does not run here: start it with serve --agent 8083."}))
    page.click("#talk")
    page.wait_for_selector("#error:not([hidden])")
    yield "it does not run", talk
    page.unroute("**/agent/local")
    page.click("#talk")
    page.wait_for_selector("#state[data-state=listening]")
    yield "listening", talk
    with wave.open(str(ROOT / "dist/files/sample.wav")) as sample:
        rate, sound = sample.getframerate(), sample.readframes(sample.getnframes()) * 4
    for who, text in (("user", "what can you do for me today"), ("agent", "I hear you, think of an answer, and say it: the face is drawn "
                                                                 "on this machine. Ask me for the time, or for a joke.")):
        connections[-1].send(json.dumps({"type": "transcript", "who": who, "text": text}))
    connections[-1].send(json.dumps({"type": "reply", "rate": rate, "samples": len(sound) // 2, "phones": []}))
    for start in range(0, len(sound), 1 << 16):
        connections[-1].send(sound[start: start + (1 << 16)])
    connections[-1].send(json.dumps({"type": "reply_end"}))
    page.wait_for_selector("#state[data-state=speaking]")
    yield "speaking", page
    page.click("#talk")
    page.click("#talk")
    page.wait_for_selector("#note:not([hidden])")
    yield "it cannot hear", talk
    page.select_option("#who", "openai")
    page.click("#talk")
    page.wait_for_selector("#error:not([hidden])")
    yield "OpenAI, without a user", talk


def call(page, at):
    page.goto(f"{at.service}/call")
    until(page, "location.hash.length > 1")
    yield "alone", page
    page.click("#join")
    until(page, "document.getElementById('near').videoWidth > 0")
    yield "waiting", page
    other = page.context.new_page()
    other.goto(page.url)
    other.click("#join")
    until(page, "document.body.dataset.call === 'connected' && document.getElementById('far').videoWidth > 0")
    page.bring_to_front()
    yield "connected", page
    other.close()
    page.click("#join")
    page.evaluate("""() => {
      navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('refused', 'NotAllowedError') }
    }""")
    page.click("#join")
    page.wait_for_selector("#status.error")
    yield "refused", page


POPUP = """async () => {
  const bytes = async (name) => new Uint8Array(await (await fetch(`files/${name}`)).arrayBuffer())
  const text = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  await chrome.storage.local.set({ avatars: [
    { id: 'own', name: 'Me', preview: 'files/default.jpg', file: text(await bytes('default.ftar')) }] })
}"""


def popup(page, at):
    # As Chromium names what is loaded from a folder.
    name = hashlib.sha256(str(EXTENSION).encode()).hexdigest()[:32].translate(str.maketrans("0123456789abcdef", "abcdefghijklmnop"))
    address = f"chrome-extension://{name}/popup.html"
    page.add_init_script("chrome.tabs && (chrome.tabs.query = async () => [{ url: 'https://meet.example.com/abc' }])")
    page.goto(address)
    page.evaluate(POPUP)
    page.reload()
    until(page, "document.getElementById('veil').hidden && document.querySelectorAll('.faceBox').length === 2")
    yield "on", page
    for is_on in (False, True):
        page.evaluate("document.getElementById('isOn').click()")
        until(page, f"document.getElementById('main').classList.contains('off') !== {str(is_on).lower()}")
        if not is_on:
            yield "off", page
    page.set_input_files("#photo", at.kept / "wall.jpg")
    page.wait_for_selector("#faceHint.bad")
    yield "a photo is refused", page
    page.evaluate("Worker.prototype.postMessage = () => {}")
    page.set_input_files("#photo", at.kept / "face.jpg")
    page.wait_for_selector("#faceHint:not(.bad) >> text=Making")
    yield "a face is made", page


# MARK: For developers


def examples(page, at):
    """The gallery: all of them at once."""
    page.goto(f"{at.service}/examples")
    until(page, "document.querySelectorAll('.example').length > 5 && "
                "[...document.querySelectorAll('.example code')].every((one) => one.textContent.length > 200)")
    for frame in page.locator("iframe").all():
        frame.scroll_into_view_if_needed()
        frame.element_handle().content_frame().wait_for_load_state()
    for frame in page.frames:
        if frame.query_selector("flexatar-avatar[avatar]"):
            drawn(frame)
    page.evaluate("scrollTo(0, 0)")
    yield "all", page


def drawn(frame):
    until(frame, "document.querySelector('flexatar-avatar')?.renderer?.stats.frames > 0")


def example(page, at):
    """Each by itself."""
    page.goto(f"{at.service}/examples/script-tag.html")
    page.click("#speak")
    drawn(page)
    yield "a script tag", page
    page.goto(f"{at.service}/examples/react.html")
    page.get_by_role("button", name="Let me speak").click()
    drawn(page)
    yield "React", page
    page.goto(f"{at.service}/examples/iframe.html")
    until(page, "document.getElementById('status').textContent !== ''")
    yield "an iframe", page
    page.goto(f"{at.service}/examples/lens.html")
    yield "a guided photo", page
    for name, photo, box in (("one that will not do", "small", ".chosen"), ("one that will", "hopper", ".good")):
        page.set_input_files("#file", at.kept / f"{photo}.jpg")
        page.wait_for_selector(f"#boxes {box}")
        yield f"a guided photo: {name}", page
    page.click("#take")
    page.wait_for_selector("#status >> text=There it is.")
    yield "a guided photo: made", page
    page.goto(f"{at.service}/examples/livekit.html")
    page.click("#join")
    page.wait_for_selector("#status:not(:empty)")
    until(page, "document.getElementById('far').videoWidth > 0")
    yield "LiveKit", page
    page.goto(f"{at.service}/examples/livekit-agent.html")
    page.click("#join")
    page.click("#ask")
    page.wait_for_selector("#subtitles p")
    yield "an agent in a LiveKit room", page


def minimal(page, at):
    """The README's."""
    page.goto(f"{at.service}/demo/minimal.html")
    page.wait_for_selector("canvas")
    yield "open", page


def docs(page, at):
    page.goto(f"{at.service}/docs")
    page.wait_for_selector("article")
    yield "the first call", page
    # Again where the window becomes another.
    page.evaluate("""() => {
      const show = () => document.getElementById('buySubscription').scrollIntoView()
      addEventListener('resize', show)
      show()
    }""")
    yield "buying a subscription", page.locator("#buySubscription")


DAYS = [str(datetime.date(2026, 10, 30) + datetime.timedelta(day)) for day in range(30)]
MOMENT = 1795800000
BUSY = {
    "info": {"account": "shop", "currency": "EUR", "balance": 1234.5, "usage": {"spent": 265.5, "sessions": 341, "creations": 58, "films": 12}},
    "listsubscription": {"list": [
        {"authtype": "mail", "user": "anna@example.com", "crt": "order-1", "testing": False, "created": MOMENT, "exp": MOMENT + 2678400, "is_expired": False},
        {"authtype": "mail", "user": "a.very.long.name.of.somebody@department.example.com", "crt": "order-2", "testing": True,
         "created": MOMENT, "exp": MOMENT + 2678400, "is_expired": False},
        {"authtype": "id", "user": "4711", "crt": "order-3", "testing": False, "created": MOMENT - 3000000, "exp": MOMENT - 321600, "is_expired": True}]},
    "activity": {
        "days": [{"day": day, "sessions": (7 * number * number) % 23, "spent": (5 * number * number) % 17 / 2} for number, day in enumerate(DAYS)],
        "ledger": [{"id": str(number), "kind": kind, "amount": amount, "created": MOMENT - 7200 * number, "subject": subject}
                   for number, (kind, amount, subject)
                   in enumerate([("subscription", -5, "sub_3kq81x"), ("session", -0.1, "sub_3kq81x"), ("creation", -0.5, "job_9sd02m"),
                                 ("refund", 0.5, "job_9sd02m"), ("render", -1.2, "job_81mmq0"), ("credit", 1500, "invoice 7")])],
        "jobs": [{"id": f"job_{number}9sd02m", "kind": kind, "state": state, "testing": False, "deleted": deleted, "created": MOMENT - 3600 * number,
                  "authtype": "mail", "user": "anna@example.com"} for number, (kind, state, deleted)
                 in enumerate([("creation", "done", False), ("creation", "failed", False), ("creation", "done", True),
                               ("film", "running", False), ("film", "queued", False)])]},
    "listdelivery": {"list": [
        {"id": "1", "type": "avatar.created", "created": MOMENT, "attempts": 1, "status": 200, "delivered": MOMENT + 1},
        {"id": "2", "type": "avatar.failed", "created": MOMENT, "attempts": 3, "error": "The address does not answer.", "next": MOMENT + 600},
        {"id": "3", "type": "film.created", "created": MOMENT, "attempts": 8, "status": 500}]},
}


def console(page, at):
    page.goto(f"{at.service}/console")
    yield "signing in", page
    page.fill("#secret", "fxs_wrong")
    page.click("text=Sign in")
    page.wait_for_selector("#problem:not(:empty)")
    yield "refused", page
    page.fill("#secret", at.secret)
    page.click("text=Sign in")
    page.wait_for_selector(".charts")
    yield "a new account", page
    page.route("**/b2b/*", lambda route: route.fulfill(json=BUSY[route.request.url.rsplit("/", 1)[1]]))
    page.click("#refresh")
    page.wait_for_selector("text=order-1")
    yield "a busy one", page


def quickstart(page, at):
    answers = {"order": {"link": {"url": "/upload", "fields": {}}, "poll": "/poll"}, "upload": {}, "ftar": {"link": "/files/default.ftar"}}
    page.route("**/{order,upload,poll,ftar}", lambda route: route.fulfill(
        **({"json": answers[name]} if (name := route.request.url.rsplit("/", 1)[1]) in answers else {"status": 404})))
    page.goto(at.quickstart)
    yield "open", page
    page.set_input_files("#photo", at.kept / "face.jpg")
    page.wait_for_selector("#status >> text=Creating")
    yield "being made", page
    answers["poll"] = {"success": False, "message": "The face is turned away; use a photo that looks straight into the camera."}
    page.wait_for_selector("#problem:not(:empty)")
    yield "refused", page
    answers["poll"] = {"success": True, "id": "job_1"}
    page.set_input_files("#photo", [])
    page.set_input_files("#photo", at.kept / "face.jpg")
    page.wait_for_selector("#result:not([hidden])")
    until(page, "document.getElementById('canvas').width === 480")
    yield "ready", page


TOURS = {
    "main": main, "camera": camera, "camera-faces": camera_faces, "camera-photo": camera_photo, "camera-look": camera_look,
    "camera-service": camera_service, "camera-ar": camera_from_the_right, "films": films(), "films-ar": films("ar"), "agent": agent,
    "call": call, "popup": popup, "examples": examples, "example": example, "minimal": minimal, "docs": docs, "console": console, "quickstart": quickstart,
}
# What some need besides the site.
SCRIPTS = {"popup": ["build-extension"], "examples": ["build-sdk", "build-examples"], "example": ["build-sdk", "build-examples"]}
# Of the window, on a desk and on a phone; the extension is for none, and the README's twelve lines have a canvas of fixed size.
SIZES = {"popup": ((360, 800), None), "minimal": ((520, 520), None), "example": ((420, 470), (360, 470))}
