"""The studio with the service behind it: tokens, faces in the queue, restricted and ended subscriptions, no connection."""
import pytest

from conftest import opened, until
from own_service import own_service
from serving import POLICY, ROOT, serving
from test_studio import cheek_to_cheek, face, keep_faces, studio  # noqa: F401


@pytest.fixture(scope="module")
def service(program, tmp_path_factory):
    with own_service(program, tmp_path_factory.mktemp("studio"), credits=1000) as service:
        yield service


@pytest.fixture
def page(browser, site):
    with opened(browser, f"{site}/test/blank.html") as page:
        yield page


def open_studio(page, service, token, **options):
    return studio(page, token, serviceUrl=service.address, **options)


@pytest.fixture(scope="module")
def site(service):
    """The test pages, which may reach the service, too."""
    with serving(policy=POLICY.replace("connect-src 'self'", f"connect-src 'self' {service.address}")) as address:
        yield address


def test_a_face_made_by_the_service_is_there_on_every_device(page, browser, site, service, face):
    token = service.user("anna")
    frame = open_studio(page, service, token, creation="service")
    frame.set_input_files("#photo", {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": face})
    frame.wait_for_selector("[aria-label='Face 1'][aria-checked=true]")
    assert len(service.call("listflexatar", authtype="mail", user="anna")["list"]) == 1
    # Another device: it is in the gallery, is fetched when chosen, and works there without a connection afterwards.
    with opened(browser, f"{site}/test/blank.html") as other:
        there = open_studio(other, service, token)
        there.click("[aria-label='Face 1']")
        until(other, "camera.renderer.slot1 instanceof ArrayBuffer")
        other.wait_for_timeout(1500)
        other.evaluate("camera.destroy()")
        other.route(f"{service.address}/**", lambda route: route.abort())
        there = open_studio(other, service, token)
        there.wait_for_selector("#status.bad >> text=no connection")
        there.wait_for_selector("[aria-label='Face 1'][aria-checked=true]")
        until(other, "camera.renderer.slot1 instanceof ArrayBuffer")
        other.unroute(f"{service.address}/**")
        other.evaluate("dispatchEvent(new Event('online'))")
        there.wait_for_selector("#status:not(.bad)", state="attached")
        # Deleted here, it is deleted there.
        there.focus("[aria-label='Face 1']")
        other.keyboard.press("Delete")
        there.click("dialog button.main")
        there.wait_for_selector("[aria-label='Face 1']", state="detached")
    assert service.call("listflexatar", authtype="mail", user="anna")["list"] == []
    frame.click("[aria-label='Look again']")
    frame.wait_for_selector("[aria-label='Face 1']", state="detached")


def test_the_service_makes_the_chosen_one_of_two_people(page, service, face):
    frame = open_studio(page, service, service.user("berta"), creation="service")
    frame.set_input_files("#photo", {"name": "us.jpg", "mimeType": "image/jpeg", "buffer": cheek_to_cheek(face)[0]})
    with page.expect_request(f"{service.address}/make") as order:
        frame.click("[aria-label='Person 2']")
    assert 625 < order.value.post_data_json["face"]["x"] < 1250
    frame.wait_for_selector("[aria-label='Face 1'][aria-checked=true]")


def test_a_restricted_token_neither_makes_nor_deletes(page, service):
    frame = open_studio(page, service, service.user("ben", restricted=True))
    until(page, "camera.renderer.slot1 !== null")
    frame.wait_for_selector("text=New face", state="hidden")
    assert not frame.is_visible("text=Take a photo")
    frame.hover("#faces .tile")
    assert not frame.is_visible("#faces .bin")


def test_an_ended_token_is_fetched_again_at_most_twice(page, service):
    """403 leads to a new token; a third refusal to a sentence."""
    service.user("carl")
    ended = service.call("usertoken", authtype="mail", user="carl")["token"]
    service.call("delsubscription", authtype="mail", user="carl")
    frame = open_studio(page, service, ended)
    frame.wait_for_selector("#status.bad >> text=does not know you")
    assert page.evaluate("tokens") == 3 and page.evaluate("troubles") == ["unauthorised"]
    # Faces of the page itself still work.
    until(page, "camera.renderer.slot1 !== null")


def test_a_used_up_subscription_shows_no_face(page, service):
    token = service.user("dora")
    page.route(f"{service.address}/session", lambda route: route.fulfill(
        json={"block": "subscription_limit"}, headers={"Access-Control-Allow-Origin": "*"}))
    frame = open_studio(page, service, token)
    frame.wait_for_selector("#status.bad >> text=used up")
    until(page, "camera.renderer.slot1 === null")
    frame.click("#faces .face")
    page.wait_for_timeout(300)
    assert page.evaluate("camera.renderer.slot1") is None
    # Nor the second one alone.
    page.evaluate("camera.model.select(2, camera.model.faces()[0].id)")
    page.wait_for_timeout(300)
    assert page.evaluate("camera.renderer.slot2") is None


def test_what_the_device_keeps_outlives_a_renewal(page, service):
    """Every purchase is a subscription of its own; the user stays the same."""
    open_studio(page, service, service.user("kai"))
    keep_faces(page, 1, page.evaluate("camera.model.library.user"))
    page.evaluate("camera.destroy()")
    service.call("delsubscription", authtype="mail", user="kai")
    service.call("buysubscription", authtype="mail", user="kai", crt="kai again", testing=False)
    token = service.call("usertoken", authtype="mail", user="kai")["token"]
    assert open_studio(page, service, token).locator("#faces .face").count() == 2
    page.evaluate("camera.destroy()")
    # Another user has a name, and a place, of their own.
    assert open_studio(page, service, service.user("kai2")).locator("#faces .face").count() == 1


def test_what_is_erased_does_not_come_back_by_itself(page, service):
    link = f"{service.address}/{{}}"
    page.route(link.format("list"), lambda route: route.fulfill(headers=ANYBODY, json={"list": [
        {"id": "one", "created": 1, "ftar": link.format("one"), "preview": link.format("picture")}]})
        if route.request.method == "POST" else route.continue_())
    page.route(link.format("picture"), lambda route: route.fulfill(headers=ANYBODY, body=b"a picture"))
    frame = open_studio(page, service, service.user("lina"))
    frame.wait_for_selector("[aria-label='Face 1']")
    frame.click("text=Erase from this device")
    frame.click("dialog button.main")
    frame.wait_for_selector("[aria-label='Face 1']", state="detached")
    page.wait_for_timeout(500)
    assert page.evaluate("camera.model.library.avatars()") == []
    assert page.evaluate("localStorage.getItem('flexatar user')") is None


def test_the_queue_is_waited_for_and_the_limit_is_told(page, service, face):
    token = service.user("emil")
    answers = ["queue_limit", "subscription_limit"]
    page.route(f"{service.address}/make", lambda route: route.fulfill(
        json={"block": answers.pop(0)}, headers={"Access-Control-Allow-Origin": "*"})
        if route.request.method == "POST" else route.continue_())
    frame = open_studio(page, service, token, creation="service")
    frame.set_input_files("#photo", {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": face})
    frame.wait_for_selector(".making .why >> text=Waiting")
    frame.wait_for_selector(".making.failed .why >> text=used up")
    assert answers == []


def test_a_photo_without_a_face_is_not_even_uploaded(page, service):
    from PIL import Image
    import io
    plain = io.BytesIO()
    Image.new("RGB", (800, 800), "#888").save(plain, "JPEG")
    orders = []
    page.on("request", lambda request: request.url.endswith("/make") and orders.append(request.url))
    frame = open_studio(page, service, service.user("frida"), creation="service")
    wall = {"name": "wall.jpg", "mimeType": "image/jpeg", "buffer": plain.getvalue()}
    frame.set_input_files("#photo", wall)
    frame.wait_for_selector(".making.failed .why >> text=No face")
    assert orders == [], "the device knows before anything is uploaded"
    # A site that goes without the models leaves it to the service.
    page.route("**/face_landmark_with_attention.tflite", lambda route: route.fulfill(status=404))
    frame.hover(".making")
    frame.click("[aria-label='Take off the list']")
    frame.wait_for_selector(".making", state="detached")
    frame.set_input_files("#photo", wall)
    frame.wait_for_selector(".making.failed .why >> text=No face")
    assert len(orders) == 1


NO_TOKEN = """async (serviceUrl) => {
  const { VCAM } = await import('/sdk/vcam.js')
  window.troubles = []
  window.camera = new VCAM(async () => { throw new Error('signed out') }, { filesUrl: '/files', serviceUrl })
  camera.addEventListener('error', (event) => { event.preventDefault(); troubles.push(event.detail.code) })
  camera.mount(document.body)
  await camera.readyPromise
}"""
ANYBODY = {"Access-Control-Allow-Origin": "*"}


def test_no_token(page, service):
    page.evaluate(NO_TOKEN, service.address)
    until(page, "troubles.includes('no-token')")
    until(page, "camera.renderer.slot1 !== null")


def test_who_has_no_token_sees_nobodys_faces(page, service):
    token = service.user("gina")
    open_studio(page, service, token)
    user = page.evaluate("camera.model.library.user")
    assert user != ""
    page.evaluate("camera.destroy()")
    keep_faces(page, 1, user)
    assert open_studio(page, service, token).locator("#faces .face").count() == 2
    page.evaluate("camera.destroy()")
    page.evaluate(NO_TOKEN, service.address)
    frame = page.wait_for_selector("css=iframe").content_frame()
    frame.wait_for_selector("#status.bad")
    assert frame.locator("#faces .face").count() == 1
    # Nor may anything be made or deleted by whom nobody knows.
    assert not frame.is_visible("text=New face")


def test_another_user_comes_with_the_connection(page, service):
    """Without a connection it is the last user's faces; once the token tells of another one, it is hers."""
    one, other = service.user("hanna"), service.user("ida")
    open_studio(page, service, one)
    keep_faces(page, 1, page.evaluate("camera.model.library.user"))
    page.evaluate("camera.destroy()")
    page.evaluate("""async ([serviceUrl, token]) => {
      const { ServiceError } = await import('/sdk/errors.js')
      const { VCAM } = await import('/sdk/vcam.js')
      window.isOnline = false
      window.camera = new VCAM(async () => {
        if (!isOnline) throw new ServiceError('offline', 'none')
        return token
      }, { filesUrl: '/files', serviceUrl })
      camera.mount(document.body)
      await camera.readyPromise
    }""", [service.address, other])
    frame = page.wait_for_selector("css=iframe").content_frame()
    frame.wait_for_selector("#faces .face >> nth=1")
    frame.click("[aria-label='Face 1']")
    until(page, "camera.renderer.slot1 instanceof ArrayBuffer")
    page.evaluate("isOnline = true; dispatchEvent(new Event('online'))")
    frame.wait_for_selector("#faces .face >> nth=1", state="detached")
    until(page, "typeof camera.renderer.slot1 === 'string'")


def test_the_last_click_counts(page, service):
    """Also while the face of an earlier one is still on its way."""
    link = f"{service.address}/{{}}"
    waiting = []
    page.route(link.format("list"), lambda route: route.fulfill(headers=ANYBODY, json={"list": [
        {"id": name, "created": made, "ftar": link.format(name), "preview": link.format("none")}
        for made, name in enumerate(["slow", "quick"], 1)]}) if route.request.method == "POST" else route.continue_())
    avatar = (ROOT / "dist/files/default.ftar").read_bytes()
    page.route(link.format("quick"), lambda route: route.fulfill(headers=ANYBODY, body=avatar))
    page.route(link.format("slow"), lambda route: waiting.append(route))
    # The newest is shown to begin with.
    frame = open_studio(page, service, service.user("jana"))
    frame.click("[aria-label='Face 1']")
    for _ in range(100):
        page.wait_for_timeout(50)
        if waiting:
            break
    frame.click("[aria-label='Default face']")
    frame.wait_for_selector("[aria-label='Default face'][aria-checked=true]")
    waiting[0].fulfill(headers=ANYBODY, body=avatar)
    page.wait_for_timeout(700)
    assert frame.get_attribute("[aria-label='Default face']", "aria-checked") == "true"


@pytest.mark.parametrize("path, answer", [("info", {"body": "<h1>Welcome to the airport</h1>", "content_type": "text/html"}),
                                          ("info", {"json": None}), ("list", {"json": {}})])
def test_what_is_no_answer_of_the_service_leaves_the_device_at_work(page, service, path, answer):
    page.route(f"{service.address}/{path}", lambda route: route.fulfill(headers=ANYBODY, **answer)
               if route.request.method in ("GET", "POST") else route.continue_())
    frame = open_studio(page, service, service.user("kim"))
    frame.wait_for_selector("#status.bad")
    until(page, "ready === 1 && camera.renderer.slot1 !== null")
    assert page.evaluate("troubles") == ["service-failed"]


@pytest.mark.parametrize("swallowed", ["token", "info"])
def test_what_never_answers_leaves_the_device_at_work(page, service, swallowed):
    token = service.user("lars")
    page.evaluate("import('/sdk/service-client.js').then(({ ServiceClient }) => { ServiceClient.patience = 1 })")
    if swallowed == "info":
        page.route(f"{service.address}/info", lambda route: None if route.request.method == "GET" else route.continue_())
    page.evaluate("""async ([serviceUrl, token]) => {
      const { VCAM } = await import('/sdk/vcam.js')
      window.camera = new VCAM(() => token ? Promise.resolve(token) : new Promise(() => {}), { filesUrl: '/files', serviceUrl })
      camera.addEventListener('error', (event) => event.preventDefault())
      camera.mount(document.body)
      await camera.readyPromise
    }""", [service.address, None if swallowed == "token" else token])
    frame = page.wait_for_selector("css=iframe").content_frame()
    frame.wait_for_selector("#status.bad >> text=no connection")
    until(page, "camera.renderer.slot1 !== null")
