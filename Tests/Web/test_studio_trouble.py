"""The studio where something does not come: tokens, uploads, polls, previews; what was wrong and is well again; erasing while
something is under way. The service is made up, on the page's own origin."""
import itertools
import json
import socket

import pytest

from conftest import opened, until
from serving import POLICY, ROOT, serving
from test_studio import OPEN, keep_faces, studio

# In a page: a token as the service makes them.
TOKEN = "`e30.${btoa(JSON.stringify({ sub: 'sub_1', user: 'anna' }))}.x`"
KEPT = """async () => {
  const { AvatarLibrary } = await import('/sdk/avatar-library.js')
  const library = new AvatarLibrary(USER)
  const kept = [(await library.avatars()).length, await library.setting('look')]
  await library.close()
  return kept
}"""


def kept(page, user=""):
    """How many faces of a user the device keeps, and the look."""
    return page.evaluate(KEPT.replace("USER", json.dumps(user)))


class Service:
    """Answers the calls of a page. `faces`, `info`, `session`: what it says; `answers`: what becomes of a path's requests
    instead; `asked`: paths that were."""

    def __init__(self, page, site):
        self.faces, self.info, self.session = [], {"exp": 0, "is_expired": False, "testing": False, "restricted": False}, {}
        self.site, self.orders, self.answers, self.asked, self.ages = site, 0, {}, [], itertools.count(1)
        avatar = (ROOT / "dist/files/default.ftar").read_bytes()
        preview = (ROOT / "dist/files/default.jpg").read_bytes()
        self.routes = {
            "info": lambda route: route.fulfill(json=self.info), "session": lambda route: route.fulfill(json=self.session),
            "list": lambda route: route.fulfill(json={"list": self.faces}), "make": self.make,
            "ftar": lambda route: route.fulfill(body=avatar), "preview": lambda route: route.fulfill(body=preview),
            "up": lambda route: route.fulfill(status=204), "poll": self.poll,
        }
        for path in self.routes:
            page.route(f"{site}/{path}", self.answer)
            page.route(f"{site}/{path}/*", self.answer)

    def answer(self, route):
        path = route.request.url.removeprefix(self.site + "/")
        self.asked.append(path)
        self.answers.get(path, self.routes[path.split("/")[0]])(route)

    def face(self, name):
        return {"id": name, "created": next(self.ages), "ftar": f"{self.site}/ftar/{name}", "preview": f"{self.site}/preview/{name}"}

    def make(self, route):
        self.orders += 1
        name = f"made{self.orders}"
        route.fulfill(json={"id": name, "link": {"url": f"{self.site}/up/{name}", "fields": {}}, "poll": f"{self.site}/poll/{name}"})

    def poll(self, route):
        name = route.request.url.split("/")[-1]
        self.faces.insert(0, self.face(name))
        route.fulfill(json={"success": True, "id": name})


@pytest.fixture
def page(browser, site):
    with opened(browser, f"{site}/test/blank.html") as page:
        yield page


@pytest.fixture
def service(page, site):
    return Service(page, site)


def open_studio(page, site, **options):
    return studio(page, page.evaluate(TOKEN), serviceUrl=site, **options)


def begin(page, site):
    """As `open_studio`, where it might never be ready."""
    page.evaluate(f"(options) => void ({OPEN})(options)", [page.evaluate(TOKEN), {"serviceUrl": site}])
    until(page, "window.ready === 1")
    return page.wait_for_selector("css=iframe").content_frame()


def patience(page, seconds):
    page.evaluate(f"import('/sdk/service-client.js').then(({{ ServiceClient }}) => {{ ServiceClient.patience = {seconds} }})")


def order(page):
    """Has a face made by the service, of a photo that is not looked at."""
    page.evaluate("""() => {
      camera.model.maker.examine = async () => {}
      return camera.model.obey({ type: 'create', photo: new Blob(['photo']) })
    }""")


def wait_for(page, condition):
    for _ in range(900):
        if condition():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it never came")


# MARK: Tokens

@pytest.fixture
def dead():
    """An address at which nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    return f"http://127.0.0.1:{port}"


VISIT = """async ([getToken, serviceUrl, address]) => {
  const { VCAM } = await import('/sdk/vcam.js')
  const tokens = { dead: async () => (await fetch(address)).text(), refused: async () => { throw new Error('signed out') } }
  window.camera = new VCAM(tokens[getToken], { filesUrl: '/files', serviceUrl, size: { width: 320, height: 240 } })
  camera.addEventListener('error', (event) => event.preventDefault())
  camera.mount(document.body)
  await camera.readyPromise
}"""


def test_a_token_that_cannot_be_fetched_leaves_the_last_users_faces(browser, dead):
    policy = POLICY.replace("connect-src 'self'", f"connect-src 'self' {dead}")
    with serving(policy=policy) as site, opened(browser, f"{site}/test/blank.html") as page:
        Service(page, site)

        def visit(get_token, faces, words):
            page.evaluate(VISIT, [get_token, site, dead])
            frame = page.wait_for_selector("css=iframe").content_frame()
            frame.wait_for_selector(f"#status.bad >> text={words}")
            frame.wait_for_selector("#faces .face", state="attached")
            assert frame.locator("#faces .face").count() == faces
            page.evaluate("camera.destroy()")

        open_studio(page, site)
        keep_faces(page, 1, "anna")
        page.evaluate("camera.destroy()")
        # The browser takes itself to be online: a hotel's network, a server that is down.
        assert page.evaluate("navigator.onLine")
        visit("dead", 2, "no connection")
        # Nobody is shown the faces of who is not signed in; they are there again without a connection.
        visit("refused", 1, "could not be signed in")
        page.evaluate("Object.defineProperty(navigator, 'onLine', { get: () => false })")
        visit("dead", 2, "no connection")


# MARK: What does not come

def test_a_dismissed_upload_makes_room_for_the_next(page, service, site):
    service.answers["up/made1"] = lambda route: None
    failed = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    frame = open_studio(page, site, creation="service")
    patience(page, 600)
    order(page)
    wait_for(page, lambda: "up/made1" in service.asked)
    order(page)
    frame.wait_for_selector(".making .why >> text=Waiting")
    frame.hover(".making >> nth=0")
    frame.click("[aria-label='Take off the list'] >> nth=0")
    frame.wait_for_selector("[aria-label='Face 1'][aria-checked=true]")
    frame.wait_for_selector(".making", state="detached")
    assert failed == [f"{site}/up/made1"] and service.faces[0]["id"] == "made2"


def test_an_upload_that_goes_nowhere_is_told(page, service, site):
    service.answers["up/made1"] = lambda route: None
    frame = open_studio(page, site, creation="service")
    patience(page, 2)
    order(page)
    frame.wait_for_selector(".making.failed .why >> text=no connection")
    patience(page, 30)
    order(page)
    frame.wait_for_selector("[aria-label='Face 1'][aria-checked=true]")


def test_polls_that_come_to_nothing_do_not_end_an_order(page, service, site):
    # One is cut off, one is swallowed, one is too early.
    ends = [lambda route: route.abort(), lambda route: None, lambda route: route.fulfill(status=404), service.poll]
    service.answers["poll/made1"] = lambda route: ends.pop(0)(route)
    frame = open_studio(page, site, creation="service")
    patience(page, 4)
    order(page)
    frame.wait_for_selector("[aria-label='Face 1'][aria-checked=true]")
    assert ends == []


def test_previews_are_not_waited_for(page, service, site):
    service.faces = [service.face("one"), service.face("two"), service.face("three"), service.face("four")]
    waiting = []
    for name in ("one", "two", "three"):
        service.answers[f"preview/{name}"] = waiting.append
    patience(page, 600)
    # Ready, though no preview has come: the calls of the service have a connection.
    frame = begin(page, site)
    frame.wait_for_selector("#faces .face >> nth=4", state="attached")
    assert frame.locator("#faces img").count() == 1, "the page's own"
    wait_for(page, lambda: len(waiting) == 3)
    for route in waiting:
        service.routes["preview"](route)
    frame.wait_for_selector("#faces img >> nth=4", state="attached")
    frame.wait_for_selector("#seconds img >> nth=3", state="attached")
    # They are kept.
    page.evaluate("camera.destroy()")
    service.asked.clear()
    frame = open_studio(page, site)
    frame.wait_for_selector("#faces img >> nth=4", state="attached")
    assert not any(path.startswith("preview") for path in service.asked)


# MARK: Erasing

def test_what_is_being_made_is_not_kept_after_an_erasure(tools):
    frame = studio(tools)
    tools.evaluate("""() => {
      camera.renderer.createAvatar = () => new Promise((resolve) => { window.finish = resolve })
      camera.model.obey({ type: 'create', photo: new Blob(['photo']) })
    }""")
    frame.wait_for_selector(".making")
    frame.click("text=Erase from this device")
    frame.click("dialog button.main")
    frame.wait_for_selector(".making", state="detached")
    tools.evaluate("""async () => {
      finish({ ftar: await (await fetch('/files/default.ftar')).arrayBuffer(), preview: new Blob(), warnings: [{ code: 'soft', message: '' }] })
    }""")
    tools.wait_for_timeout(1500)
    assert kept(tools) == [0, None]
    assert frame.locator("#faces .face").count() == 1
    assert tools.evaluate("camera.model.status.code") == ""
    # What is made now is kept.
    tools.evaluate("""async () => {
      const ftar = await (await fetch('/files/default.ftar')).arrayBuffer()
      camera.renderer.createAvatar = async () => ({ ftar, preview: new Blob(), warnings: [] })
      camera.model.obey({ type: 'create', photo: new Blob(['photo']) })
    }""")
    frame.wait_for_selector("#faces .face >> nth=1")
    assert kept(tools)[0] == 1


def test_what_the_service_has_stays_away_in_the_visit_of_an_erasure(page, service, site):
    service.faces = [service.face("one"), service.face("two")]
    frame = open_studio(page, site)
    frame.wait_for_selector("[aria-label='Face 2'][aria-checked=true]")
    frame.click("text=Erase from this device")
    frame.click("dialog button.main")
    frame.wait_for_selector("[aria-label='Face 1']", state="detached")
    service.asked.clear()
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_for(page, lambda: "list" in service.asked)
    page.evaluate("camera.model.refresh()")
    page.wait_for_timeout(500)
    assert frame.locator("#faces .face").count() == 1
    assert kept(page, "anna") == [0, None]
    assert page.evaluate("localStorage.getItem('flexatar user')") is None
    # Whoever asks for them gets them; so does the next visit.
    frame.click("[aria-label='Look again']")
    frame.wait_for_selector("[aria-label='Face 2']")
    frame.click("text=Erase from this device")
    frame.click("dialog button.main")
    frame.wait_for_selector("[aria-label='Face 1']", state="detached")
    page.evaluate("camera.destroy()")
    assert open_studio(page, site).locator("#faces .face").count() == 3


@pytest.mark.parametrize("part", ["ftar", "preview"])
def test_what_comes_after_an_erasure_is_not_kept(page, service, site, part):
    service.faces = [service.face("old"), service.face("new")]
    waiting = []
    service.answers[f"{part}/old"] = waiting.append
    frame = begin(page, site)
    frame.click("[aria-label='Face 1']")
    wait_for(page, lambda: len(waiting) == 1)
    frame.click("text=Erase from this device")
    frame.click("dialog button.main")
    frame.wait_for_selector("[aria-label='Face 1']", state="detached")
    service.routes[part](waiting[0])
    page.wait_for_timeout(1000)
    assert kept(page, "anna") == [0, None]
    assert frame.get_attribute("[aria-label='Default face']", "aria-checked") == "true"


# MARK: The line of sentences

BAD_PICTURE = "camera.model.obey({ type: 'addBackground', picture: new Blob(['nothing']) })"


def test_what_was_wrong_goes_with_the_next_choice(tools):
    """Without a service, too."""
    frame = studio(tools)
    assert not frame.is_visible("[aria-label='Look again']"), "there is nothing to look at"
    tools.evaluate(BAD_PICTURE)
    frame.wait_for_selector("#status.bad")
    frame.click("#tab-background")
    frame.click("[aria-label=Blurred]")
    frame.wait_for_selector("#status:not(.bad)", state="attached")
    assert frame.inner_text("#status") == ""
    # What does not help does not hide it.
    tools.evaluate(BAD_PICTURE)
    frame.wait_for_selector("#status.bad")
    tools.evaluate(BAD_PICTURE)
    frame.click("#tab-mood")
    frame.click("text=Lively")
    until(tools, "camera.renderer.headMotion === 'lively'")
    frame.wait_for_selector("#status.bad")


def test_what_was_wrong_with_the_voice_goes_with_the_next_one(tools):
    frame = studio(tools)
    tools.evaluate("""async () => {
      const stream = camera.src = await navigator.mediaDevices.getUserMedia({ audio: true })
      // As when the device goes.
      const [track] = stream.getAudioTracks()
      track.stop()
      track.dispatchEvent(new Event('ended'))
    }""")
    frame.wait_for_selector("#status.bad >> text=microphone has gone")
    # A face is no new voice.
    tools.evaluate("camera.model.obey({ type: 'select', slot: 1, id: 'default' })")
    assert frame.is_visible("#status.bad")
    tools.evaluate("async () => { camera.src = await navigator.mediaDevices.getUserMedia({ audio: true }) }")
    frame.wait_for_selector("#status:not(.bad)", state="attached")


def test_what_could_be_better_is_a_note(tools, artefacts):
    frame = studio(tools)
    tools.evaluate("window.told = []; camera.addEventListener('status', ({ detail }) => told.push(detail))")
    tools.evaluate("""async () => {
      const ftar = await (await fetch('/files/default.ftar')).arrayBuffer()
      camera.renderer.createAvatar = async () => ({ ftar, preview: null, warnings: [{ code: 'soft', message: 'Not sharp.' }] })
      camera.model.obey({ type: 'create', photo: new Blob(['photo']) })
    }""")
    frame.wait_for_selector("#status.note")
    frame.wait_for_selector("[aria-label='Face 1'][aria-checked=true]")
    assert frame.inner_text("#status") and not frame.is_visible("#status.bad")
    assert tools.evaluate("[told.at(-1).code, told.at(-1).isNote]") == ["soft", True]
    tools.screenshot(path=artefacts / "studio-note.png")
    frame.click("[aria-label='Default face']")
    frame.wait_for_selector("#status:not(.note)", state="attached")


def test_what_the_service_says_stays_behind_what_comes_and_goes(page, service, site):
    service.info["is_expired"] = True
    frame = open_studio(page, site)
    frame.wait_for_selector("#status.bad >> text=has ended")
    assert frame.is_visible("[aria-label='Look again']")
    page.evaluate(BAD_PICTURE)
    frame.wait_for_selector("#status.bad >> text=background")
    page.evaluate("camera.model.obey({ type: 'background', kind: 'blur', value: null })")
    frame.wait_for_selector("#status.bad >> text=has ended")
    service.info["is_expired"] = False
    frame.click("[aria-label='Look again']")
    frame.wait_for_selector("#status:not(.bad)", state="attached")


def test_an_engine_that_does_not_start_is_told_and_not_waited_for(tools):
    tools.evaluate("""async () => {
      const { VCAM } = await import('/sdk/vcam.js')
      window.camera = new VCAM(null, { filesUrl: '/nowhere', size: { width: 320, height: 240 } })
      camera.addEventListener('error', (event) => { event.preventDefault(); window.told = event.detail.code })
      camera.mount(document.body)
    }""")
    frame = tools.wait_for_selector("css=iframe").content_frame()
    frame.wait_for_selector("#status.bad:not(:empty)")
    assert tools.evaluate("window.told") == "download-failed"
    assert tools.evaluate("[...camera.model.news.keys()].includes('start')") is False


def test_a_background_that_cannot_be_had_is_told_also_after_the_service_was_asked(page, service, site):
    frame = open_studio(page, site)
    page.evaluate(BAD_PICTURE)
    frame.wait_for_selector("#status.bad >> text=background")
    page.evaluate("camera.model.refresh()")
    page.wait_for_timeout(500)
    assert frame.is_visible("#status.bad >> text=background")


# MARK: The bar

def bar(page):
    """What the bar over the picture says: a share, None for "busy", or hidden."""
    return page.evaluate("""() => {
      const bar = camera.element.shadowRoot.querySelector('progress')
      return bar.hidden ? 'hidden' : bar.hasAttribute('value') ? bar.value : null
    }""")


def test_the_pages_own_bar_stays_until_the_page_takes_it_away(tools):
    frame = studio(tools)
    until(tools, "camera.element.shadowRoot.querySelector('progress').hidden")
    tools.evaluate("camera.showProgress(0.5)")
    frame.click("#tab-mood")
    frame.click("text=Joy")
    until(tools, "camera.renderer.emotion.joy > 0")
    tools.evaluate("camera.renderer.setAvatar(1, '/files/default.ftar')")
    assert bar(tools) == 0.5
    # Beside a face that is being made, too, whose bar is there afterwards.
    tools.evaluate("""() => {
      camera.renderer.createAvatar = (_, { onProgress }) => new Promise((resolve) => { onProgress(0.25); window.finish = resolve })
      return camera.model.obey({ type: 'create', photo: new Blob(['photo']) })
    }""")
    frame.wait_for_selector(".making", state="attached")
    assert bar(tools) == 0.5
    tools.evaluate("camera.showProgress()")
    assert bar(tools) is None
    tools.evaluate("camera.showProgress(null)")
    assert bar(tools) == 0.25
    tools.evaluate("camera.model.maker.dismiss(camera.model.maker.list[0].id)")
    until(tools, "camera.element.shadowRoot.querySelector('progress').hidden")


def test_who_may_use_no_face_does_not_wait_for_one(page, service, site):
    service.session["block"] = "subscription_limit"
    frame = open_studio(page, site)
    frame.wait_for_selector("#status.bad >> text=used up")
    until(page, "camera.element.shadowRoot.querySelector('progress').hidden")
