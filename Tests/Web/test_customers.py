"""The demo as a customer of the service: users, their subscriptions, their virtual camera."""
import json
import sqlite3
import urllib.error
import urllib.request

import pytest

from conftest import until
from own_service import own_service


@pytest.fixture(scope="module")
def demo(program, tmp_path_factory):
    """The address of a service whose demo has an account, and the account's secret."""
    with own_service(program, tmp_path_factory.mktemp("customers")) as service:
        yield service.address, service.secret


def test_buying_listing_using_and_ending_a_subscription(browser, demo, artefacts):
    address, secret = demo
    with browser.new_context(viewport={"width": 1200, "height": 900}, permissions=["microphone"]) as context:
        page = context.new_page()
        page.goto(f"{address}/main")
        page.click("summary")
        page.fill("#newUser", "anna@example.com")
        page.click("text=Buy a subscription")
        page.wait_for_selector("#users tr >> text=anna@example.com")
        page.fill("#newUser", "anna@example.com")
        page.click("text=Buy a subscription")
        page.wait_for_selector("#customersProblem >> text=has a subscription")
        assert "POST /b2b/buysubscription" in page.inner_text("#log")
        page.screenshot(path=artefacts / "customers.png", full_page=True)
        page.click("#users >> text=Virtual camera")
        frame = page.wait_for_selector("iframe").content_frame()
        frame.wait_for_selector("#faces .face")
        until(page, "camera.renderer.slot1 !== null")
        page.click("#microphone")
        until(page, "camera.delay > 0.05")
        page.wait_for_timeout(500)
        page.screenshot(path=artefacts / "camera.png")
        page.click("#silence")
        assert page.inner_text("#hint") == ""
        page.go_back()
        if not page.locator("#customers[open]").count():
            page.click("summary")
        page.click("#users >> text=Films")
        frame = page.wait_for_selector("iframe").content_frame()
        frame.wait_for_selector("#faces .face", state="attached")
        until(page, "maker.renderer.slot1 !== null")
        assert "anna@example.com" in page.inner_text("header")
        page.go_back()
        page.on("dialog", lambda dialog: dialog.accept())
        if not page.locator("#customers[open]").count():
            page.click("summary")
        page.click("#users >> text=Delete")
        page.wait_for_selector("#users tr", state="detached")
        assert secret not in page.content()
        # Another visitor sees none of it.
        page.fill("#newUser", "ben")
        page.click("text=Buy a subscription")
        page.wait_for_selector("#users tr >> text=ben")
        with browser.new_context() as other:
            stranger = other.new_page()
            stranger.goto(f"{address}/main")
            stranger.click("summary")
            stranger.wait_for_selector("#log li")
            assert stranger.locator("#users tr").count() == 0


def test_whoever_has_not_opened_the_page_is_refused(demo):
    address, _ = demo
    cookie = urllib.request.urlopen(f"{address}/main").headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    name, value = cookie.split(";")[0].split("=", 1)
    forged = [None, f"{name}=x", f"{name}={value[:-1]}{'0' if value[-1] != '0' else '1'}", f"{name}=.{value}"]
    for call in ("buy", "list", "token", "delete"):
        for header in forged:
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(urllib.request.Request(
                    f"{address}/customer/{call}", b'{"user":"x"}', {"Cookie": header} if header else {}))
            assert refused.value.code == 403
    good = urllib.request.Request(f"{address}/customer/list", b"{}", {"Cookie": f"{name}={value}"})
    assert json.load(urllib.request.urlopen(good)) == {"list": []}
    # A user of another visitor's kind cannot be asked for: the kind is not the page's to say.
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(
            f"{address}/customer/token", b'{"user":"ben","authtype":"mail"}', {"Cookie": f"{name}={value}"}))
    assert refused.value.code == 404


def visit(address):
    """The cookie of a new visitor."""
    return urllib.request.urlopen(f"{address}/main").headers["Set-Cookie"].split(";")[0]


def test_nobody_fills_the_database(program, tmp_path):
    """Whoever throws the cookie away is another visitor, at the same address."""
    with own_service(program, tmp_path) as service:
        def buy():
            return urllib.request.urlopen(urllib.request.Request(
                f"{service.address}/customer/buy", b'{"user":"x"}', {"Cookie": visit(service.address)}))
        for _ in range(20):
            assert buy().status == 204
        with pytest.raises(urllib.error.HTTPError) as refused:
            buy()
        assert refused.value.code == 429 and 0 < int(refused.value.headers["Retry-After"]) <= 60
        assert json.load(refused.value)["code"] == "rate_limit"


def test_a_visitors_list_is_as_long_as_the_visitors_users(program, tmp_path):
    """Those of all would be too long an answer."""
    with own_service(program, tmp_path) as service:
        service.call("buysubscription", authtype="mail", user="anna", crt="1", testing=True)
        with sqlite3.connect(tmp_path / "service.sqlite") as database:
            columns = [column for _, column, *_ in database.execute("PRAGMA table_info(subscription)")]
            values = {"id": "'sub_' || n", "user_name": "printf('%0250d', n)", "crt": "printf('%0120d', n)"}
            database.execute(f"""WITH number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 3000)
                INSERT INTO subscription ({", ".join(columns)})
                SELECT {", ".join(values.get(name, name) for name in columns)} FROM subscription, number""")
        listing = urllib.request.Request(f"{service.address}/customer/list", b"{}", {"Cookie": visit(service.address)})
        assert json.load(urllib.request.urlopen(listing)) == {"list": []}


def test_without_an_account_the_page_says_so(browser, served):
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{served}/main")
        page.click("summary")
        page.wait_for_selector("#customersProblem >> text=FLEXATAR_API_SECRET")
