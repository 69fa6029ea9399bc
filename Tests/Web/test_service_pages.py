"""The pages of the service itself: the API's description for people, and the customers' console."""
import json
import re
import subprocess
import time
import urllib.request

import pytest

from own_service import own_service

SIZES = {"desk": {"width": 1200, "height": 900}, "phone": {"width": 375, "height": 700}}
USED = [{"authtype": "mail", "user": "anna@example.com", "crt": "order-1"},
        {"authtype": "mail", "user": "<b>bert</b>", "crt": "order-2", "testing": True}]


@pytest.fixture(scope="module")
def service(program, tmp_path_factory):
    """The address of a service and the secrets of two accounts, one that was used and one that was not."""
    with own_service(program, tmp_path_factory.mktemp("pages"), account=None) as service:
        address = service.address
        secrets = [service.account("create", name) for name in ("shop", "new")]
        service.account("credit", "shop", "25.50", "--reference", "invoice 7")
        service.account("webhook", "shop", "https://127.0.0.1/flexatar")
        ask = lambda path, key, body: urllib.request.urlopen(urllib.request.Request(
            address + path, json.dumps(body).encode() if body is not None else None, {"Authorization": f"Bearer {key}"})).read()
        for purchase in USED:
            ask("/b2b/buysubscription", secrets[0], purchase)
            token = json.loads(ask("/b2b/usertoken", secrets[0], purchase))["token"]
            ask("/session", token, None)
        ask("/b2b/createflexatar", secrets[0], USED[0])
        # One that fails: its webhook is told, or would be if it were there.
        link = json.loads(ask("/b2b/createflexatar", secrets[0], {}))["link"]
        form = [word for name, value in link["fields"].items() for word in ("-F", f"{name}={value}")]
        subprocess.run(["curl", "-sSf", *form, "-F", f"file=@{__file__}", link["url"]], check=True)
        deadline = time.monotonic() + 90
        while not any(one["attempts"] for one in json.loads(ask("/b2b/listdelivery", secrets[0], {}))["list"]):
            assert time.monotonic() < deadline, "no message is sent"
            time.sleep(0.1)
        yield address, *secrets


def visit(browser, address, **options):
    """A page, and what went wrong on it: the policy's refusals are among it."""
    page = browser.new_context(**options).new_page()
    wrong = []
    page.on("console", lambda message: message.type == "error" and wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(address)
    return page, wrong


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("size, scheme", [("desk", "light"), ("phone", "dark")])
def test_the_description_of_the_api_can_be_read(browser, service, artefacts, size, scheme):
    page, wrong = visit(browser, service[0] + "/docs", viewport=SIZES[size], color_scheme=scheme)
    page.wait_for_selector("article")
    operations = json.loads(urllib.request.urlopen(service[0] + "/openapi.json").read())["paths"]
    assert page.locator("article").count() == sum(len(methods) for methods in operations.values())
    assert page.locator("nav a").count() == page.locator("article").count()
    purchase = page.locator("#buySubscription")
    command = purchase.locator("pre").inner_text()
    assert command.startswith(f"curl -X POST '{service[0]}/b2b/buysubscription'") and "$SECRET" in command
    assert "low_balance" in purchase.inner_text() and "Client request token" in purchase.inner_text()
    assert fits(page)
    page.screenshot(path=artefacts / f"docs-{size}.png")
    assert wrong == []
    page.context.close()


def test_the_descriptions_commands_work(browser, service):
    page, _ = visit(browser, service[0] + "/docs")
    page.wait_for_selector("article")
    for call in ("accountInfo", "accountActivity", "listSubscriptions", "userToken"):
        done = subprocess.run(["bash", "-c", page.locator(f"#{call} pre").inner_text() + " -sf"], capture_output=True, text=True,
                              env={"PATH": "/usr/bin:/bin", "SECRET": service[1]})
        assert done.returncode == 0 and json.loads(done.stdout), (call, done)
    page.context.close()


@pytest.mark.parametrize("size, scheme", [("desk", "light"), ("phone", "dark")])
def test_the_console_shows_an_account(browser, service, artefacts, size, scheme):
    page, wrong = visit(browser, service[0] + "/console", viewport=SIZES[size], color_scheme=scheme, locale="en-GB")
    page.screenshot(path=artefacts / f"console-enter-{size}.png")
    page.keyboard.type(service[1])   # the field has the focus
    page.keyboard.press("Enter")
    page.wait_for_selector("#board:not([hidden])")
    text = page.locator("#board").inner_text()
    for expected in ("€15.50", "anna@example.com", "<b>bert</b>", "order-1", "invoice 7", "Payment", "-€10.00", "waiting",
                     "Refund", "avatar.failed", "again"):
        assert expected in text, expected
    chart = page.get_by_role("img", name=re.compile("Sessions in 30 days: 2, at most 2 a day"))
    assert chart.locator("rect").count() == 30
    assert fits(page)
    page.screenshot(path=artefacts / f"console-{size}.png", full_page=True)
    kept = page.evaluate("JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}, location.href])")
    assert "fxs_" not in kept and page.locator("#secret").input_value() == ""
    page.get_by_role("button", name="Sign out").click()
    assert page.locator("#board").inner_text() == "" and page.locator("#enter").is_visible()
    page.reload()
    assert page.locator("#board").is_hidden()
    assert wrong == []
    page.context.close()


def test_the_console_of_a_new_account_and_of_nobody(browser, service, artefacts):
    page, _ = visit(browser, service[0] + "/console")
    page.fill("#secret", "fxs_wrong")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector("text=This is not a secret that works here.")
    assert page.locator("#enter").is_visible()
    page.fill("#secret", service[2])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector("text=No avatar was ordered yet.")
    assert page.locator("text=Nobody has a subscription yet.").is_visible()
    page.screenshot(path=artefacts / "console-new.png")
    page.context.close()


def test_nobody_lays_the_console_under_another_page(service):
    policy = urllib.request.urlopen(service[0] + "/console").headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy and "unsafe-inline" not in policy
