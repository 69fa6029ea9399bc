"""Takes the screenshots in docs/screens: every page, by day and by night, on a desk and on a phone; the studio also from
the right. Run it after changes of a page, and look at them:

    cache/venv/bin/python Tests/Web/screens.py [NAME]...      # only pages whose name contains one of these
"""
import contextlib
import io
import os
import pathlib
import sys
import tempfile

from PIL import Image
from playwright.sync_api import sync_playwright

from conftest import CHROMIUM, DRAWING, until
from own_service import own_service
from serving import ROOT

TARGET = ROOT / "docs/screens"
KINDS = {"desk": ((1200, 800), "light"), "night": ((1200, 800), "dark"), "phone": ((360, 740), "light"),
         "phone-night": ((360, 740), "dark")}
TABS = ("faces", "mix", "mood", "background", "picture")


def main():
    wanted = sys.argv[1:]
    TARGET.mkdir(exist_ok=True)
    with serving_all() as (service, quickstart, secret), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*DRAWING, "--no-sandbox", "--use-fake-ui-for-media-stream",
                                            "--use-fake-device-for-media-stream"])
        for name, take in screens(service, quickstart, secret).items():
            if wanted and not any(part in name for part in wanted):
                continue
            for kind, (size, scheme) in KINDS.items():
                with browser.new_context(viewport=dict(zip(("width", "height"), size)), color_scheme=scheme,
                                         permissions=["camera", "microphone"]) as context:
                    page = context.new_page()
                    for suffix in take(page):
                        save(page, f"{name}{suffix}-{kind}")
        if not wanted:
            print(f"{len(list(TARGET.glob('*.jpg')))} pictures in {TARGET.relative_to(ROOT)}")


def screens(service, quickstart, secret):
    def plain(address, ready, *clicks, wait=1500):
        def take(page):
            page.goto(address)
            page.wait_for_selector(ready)
            for click in clicks:
                page.click(click)
            page.wait_for_timeout(wait)
            yield ""
        return take

    def main_page(page):
        page.goto(f"{service}/main")
        page.wait_for_selector("#veil.gone", state="attached")
        page.wait_for_timeout(1500)
        yield ""
        page.click("summary")
        page.fill("#newUser", "anna@example.com")
        page.click("text=Buy a subscription")
        page.wait_for_selector("#users tr")
        page.locator("#log").scroll_into_view_if_needed()
        page.wait_for_timeout(500)
        yield "-customers"

    def camera(language, tabs):
        def take(page):
            page.goto(f"{service}/camera?lang={language}")
            frame = page.wait_for_selector("iframe").content_frame()
            frame.wait_for_selector("#faces .face")
            until(page, "camera.renderer.stats.frames > 3")
            page.wait_for_timeout(500)
            for tab in tabs:
                frame.click(f"#tab-{tab}")
                page.wait_for_timeout(400)
                if page.viewport_size["width"] < 500:
                    page.evaluate("scrollTo(0, 1e6)")
                yield f"-{tab}"
        return take

    def films(page):
        page.goto(f"{service}/films")
        frame = page.wait_for_selector("iframe").content_frame()
        frame.wait_for_selector("#faces .face", state="attached")
        until(page, "maker.renderer.stats.frames > 3")
        frame.set_input_files("#sound-file", ROOT / "dist/files/sample.wav")
        frame.wait_for_selector("#play")
        frame.fill("#position", "3")
        page.wait_for_timeout(600)
        if page.viewport_size["width"] < 500:
            page.evaluate("scrollTo(0, 1e6)")
        yield "-sound"
        frame.click("#tab-film")
        page.wait_for_timeout(400)
        yield "-film"

    def agent(page):
        page.goto(f"{service}/agent")
        page.wait_for_timeout(1500)
        page.fill("#words", "what can you do for me today")
        page.keyboard.press("Enter")
        page.wait_for_selector(".lines li:nth-child(2)")
        page.wait_for_timeout(800)
        yield ""

    def console(page):
        page.goto(f"{service}/console")
        page.fill("input", secret)
        page.keyboard.press("Enter")
        page.wait_for_selector(".charts")
        page.wait_for_timeout(300)
        yield ""

    return {
        "main": main_page, "camera": camera("en", TABS), "camera-ar": camera("ar", TABS), "films": films,
        "agent": agent,
        "call": plain(f"{service}/call", "main"), "examples": plain(f"{service}/examples", "main"),
        "docs": plain(f"{service}/docs", "main"), "console": console, "quickstart": plain(quickstart, "#photo"),
    }


def save(page, name):
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.save(TARGET / f"{name}.jpg", quality=72, optimize=True)


@contextlib.contextmanager
def serving_all():
    """The service and the quickstart page, with an account."""
    program = os.environ.get("FLEXATAR") or str(ROOT / ".build/release/flexatar")
    with tempfile.TemporaryDirectory() as folder, own_service(program, pathlib.Path(folder), credits=100, quickstart=True, agent=True) as service:
        yield service.address, service.quickstart, service.secret


if __name__ == "__main__":
    main()
