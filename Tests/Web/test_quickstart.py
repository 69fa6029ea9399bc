"""The quickstart page: a customer's server with the secret, a browser that uploads, polls, fetches and plays."""
import urllib.error
import urllib.request

import pytest
from PIL import Image

from own_service import own_service
from serving import ROOT


@pytest.fixture(scope="module")
def quickstart(program, tmp_path_factory):
    """The page's address and the account's secret."""
    if not (ROOT / "dist/files/default.ftar").exists():
        pytest.skip("dist/files is not built: run ./run.sh or ./test.sh")
    with own_service(program, tmp_path_factory.mktemp("quickstart"), credits=1, quickstart=True) as service:
        yield service.quickstart, service.secret


@pytest.fixture(scope="module")
def face(tmp_path_factory):
    """The default portrait cut and enlarged, so that it passes the gate."""
    if not (ROOT / "cache/portrait.png").exists():
        pytest.skip("cache/portrait.png is not there; run scripts/fetch-models.sh")
    path = tmp_path_factory.mktemp("face") / "face.png"
    Image.open(ROOT / "cache/portrait.png").convert("RGB").crop((100, 0, 356, 320)).resize((800, 1000), Image.LANCZOS).save(path)
    return path


def test_a_photo_becomes_an_avatar_that_speaks(browser, quickstart, face, artefacts):
    address, secret = quickstart
    with browser.new_context(viewport={"width": 700, "height": 900}, accept_downloads=True) as context:
        page = context.new_page()
        wrong, sent = [], []
        page.on("console", lambda message: message.type == "error" and not message.text.startswith("Failed to load resource") and wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: sent.append(request.url + str(request.headers) + (request.post_data or "")
                                                       if request.method != "POST" or "/objects" not in request.url else ""))
        page.goto(address)
        page.set_input_files("#photo", {"name": "a.txt", "mimeType": "image/png", "buffer": b"no picture"})
        page.wait_for_selector("#problem:not(:empty)")
        assert page.locator("#problem").inner_text().startswith("The file is not a picture")
        page.screenshot(path=artefacts / "quickstart-refused.png")
        page.set_input_files("#photo", face)
        page.wait_for_selector("#result:not([hidden])")
        assert page.locator("#status").inner_text().startswith("Ready")
        assert page.locator("#problem").inner_text() == ""
        with page.expect_download() as download:
            page.click("#download")
        with open(download.value.path(), "rb") as file:
            assert file.read(4) == (ROOT / "dist/files/default.ftar").read_bytes()[:4]
        page.click("#play")
        page.wait_for_timeout(2500)
        page.screenshot(path=artefacts / "quickstart.png")
        # One avatar for 0.50 is paid, another is not: a sentence, not a dead page.
        page.set_input_files("#photo", [])
        page.set_input_files("#photo", face)
        page.wait_for_selector("#status:has-text('Ready')")
        page.set_input_files("#photo", [])
        page.set_input_files("#photo", face)
        page.wait_for_selector("#problem:has-text('balance')")
        assert not any("fxs_" in text for text in sent) and "fxs_" not in page.content()
        assert wrong == []


def test_one_address_cannot_fill_the_queue(program, tmp_path):
    with own_service(program, tmp_path, credits=50, quickstart=True) as service:
        def order():
            cookie = urllib.request.urlopen(service.quickstart).headers["Set-Cookie"].split(";")[0]
            return urllib.request.urlopen(
                urllib.request.Request(f"{service.quickstart}/order", method="POST", headers={"Cookie": cookie}))
        for _ in range(20):
            assert order().status == 200
        with pytest.raises(urllib.error.HTTPError) as refused:
            order()
        assert refused.value.code == 429 and 0 < int(refused.value.headers["Retry-After"]) <= 60


def test_the_services_own_limit_says_when_to_come_back(program, tmp_path, monkeypatch):
    monkeypatch.setenv("FLEXATAR_RATE", "5")
    with own_service(program, tmp_path, credits=50, quickstart=True) as service:
        cookie = urllib.request.urlopen(service.quickstart).headers["Set-Cookie"].split(";")[0]
        asked = urllib.request.Request(f"{service.quickstart}/avatar/job_1/ftar", headers={"Cookie": cookie})
        for _ in range(300):
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(asked)
            if refused.value.code == 429:
                break
        assert refused.value.code == 429 and 0 < int(refused.value.headers["Retry-After"]) <= 60


def test_others_cannot_spend_the_customers_money(quickstart):
    address, _ = quickstart
    for cookie in ({}, {"Cookie": "visit=x"}):
        for method, path in (("POST", "/order"), ("GET", "/avatar/job_1/ftar")):
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(urllib.request.Request(address + path, method=method, headers=cookie))
            assert refused.value.code == 403
    headers = urllib.request.urlopen(address).headers
    assert "HttpOnly" in headers["Set-Cookie"] and "SameSite=Strict" in headers["Set-Cookie"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
