"""Every page held against axe-core's rules (WCAG 2.2 A and AA): no serious finding, by day and by night."""
import importlib.resources

import pytest

from own_service import own_service
from serving import ROOT
from test_studio import studio

AXE = importlib.resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PAGES = {
    "/examples": ".example:last-child code", "/call": "#join", "/agent": "#talk", "/main": "#faces .face", "/camera": "iframe", "/films": "iframe", "/docs": "main", "/console": "main", "/demo/minimal.html": "canvas",
}


def findings(frame):
    """The serious ones, as text."""
    frame.evaluate(AXE)
    return serious(frame.evaluate("(rules) => axe.run(document, rules)", RULES))


def serious(result):
    assert result["passes"], "axe has looked at nothing"
    return [f"{found['id']}: {found['help']}: " + "; ".join(node["html"][:160] for node in found["nodes"][:4])
            for found in result["violations"] if found["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page(browser, served, path, scheme):
    with browser.new_context(color_scheme=scheme, reduced_motion="reduce", bypass_csp=True) as context:
        page = context.new_page()
        page.goto(served + path)
        page.wait_for_selector(PAGES[path])
        if path == "/main":
            page.click("summary")
        page.wait_for_timeout(700)
        assert findings(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_studio(browser, site, scheme):
    with browser.new_context(color_scheme=scheme, reduced_motion="reduce", bypass_csp=True, permissions=["camera"]) as context:
        page = context.new_page()
        page.goto(f"{site}/test/blank.html")
        frame = studio(page)
        for tab in ("faces", "mix", "mood", "background", "picture"):
            frame.click(f"#tab-{tab}")
            page.wait_for_timeout(300)
            assert findings(frame) == [], tab
        frame.click("#tab-faces")
        frame.click("text=Take a photo")
        frame.wait_for_selector("dialog button.main:not([disabled])")
        assert findings(frame) == [], "camera"
        page.keyboard.press("Escape")
        frame.click("#tab-mix")
        frame.click("text=Keep these settings")
        frame.wait_for_selector("dialog input")
        assert findings(frame) == [], "a preset's name"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_studio_from_the_right(browser, site, scheme):
    with browser.new_context(color_scheme=scheme, reduced_motion="reduce", bypass_csp=True) as context:
        page = context.new_page()
        page.goto(f"{site}/test/blank.html")
        frame = studio(page, query="lang=ar")
        assert findings(frame) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_quickstart_page(program, browser, tmp_path, scheme):
    with own_service(program, tmp_path, quickstart=True) as service, \
            browser.new_context(color_scheme=scheme, reduced_motion="reduce", bypass_csp=True) as context:
        page = context.new_page()
        page.goto(service.quickstart)
        page.wait_for_selector("#photo", state="attached")
        assert findings(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_film_makers_controls(browser, site, scheme):
    with browser.new_context(color_scheme=scheme, reduced_motion="reduce", bypass_csp=True) as context:
        page = context.new_page()
        page.goto(f"{site}/films")
        frame = page.wait_for_selector("iframe").content_frame()
        frame.wait_for_selector("#faces .face", state="attached")
        assert findings(frame) == []
        frame.set_input_files("#sound-file", ROOT / "dist/files/sample.wav")
        frame.wait_for_selector("#play")
        assert findings(frame) == []
        frame.click("#tab-film")
        frame.click("#make")
        frame.wait_for_selector("#cancel")
        assert findings(frame) == []
        frame.click("#cancel")
