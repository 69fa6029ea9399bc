"""Every page in every state (states.py) held against axe-core's rules (WCAG 2.2 A and AA): no serious finding, by day on a
desk and by night on a phone, where everything fits, too."""
import importlib.resources
import shutil
import subprocess

import pytest
from playwright.sync_api import Locator, Page

from conftest import SELDOM
from serving import ROOT
from states import ORDINARY, SCRIPTS, SIZES, TOURS, place, visiting

AXE = importlib.resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
# Each frame is looked at by itself.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "iframes": False, "resultTypes": ["violations"]}


def serious(result):
    assert result["passes"], "axe has looked at nothing"
    return [f"{found['id']}: {found['help']}: " + "; ".join(node["html"][:160] for node in found["nodes"][:4])
            for found in result["violations"] if found["impact"] in ("serious", "critical")]


def findings(part):
    """The serious ones, as text, and whether it is too wide: of a page with all its frames, of a frame, or of a part."""
    if isinstance(part, Page):
        return [found for frame in part.frames for found in findings(frame)]
    frame = part.page.main_frame if isinstance(part, Locator) else part
    if not frame.evaluate("'axe' in globalThis"):
        frame.evaluate(AXE)
    wide = frame.evaluate("document.documentElement.scrollWidth > innerWidth")
    result = part.evaluate("(one, rules) => axe.run(one, rules)", RULES) if isinstance(part, Locator) else \
        part.evaluate("(rules) => axe.run(document, rules)", RULES)
    return serious(result) + ["reflow: wider than the window"] * wide


@pytest.fixture(scope="module")
def at(program, tmp_path_factory):
    if not (ROOT / "cache/portrait.png").exists():
        pytest.skip("cache/portrait.png is not there; run scripts/fetch-models.sh")
    with place(program, tmp_path_factory.mktemp("place")) as made:
        yield made


@pytest.fixture
def built(name):
    """What a tour needs besides the site."""
    scripts = SCRIPTS.get(name, [])
    if "build-examples" in scripts and (ROOT / "dist/files/examples/react.js").exists():
        return
    if scripts and not shutil.which("esbuild"):
        pytest.skip("esbuild is not installed: scripts/setup.sh --tests")
    for script in scripts:
        subprocess.run([ROOT / f"scripts/{script}.sh"], check=True, capture_output=True)


@pytest.mark.parametrize("name", TOURS)
def test_a_page_in_all_its_states(browser, playwright, at, built, name):
    desk, phone = SIZES.get(name, ORDINARY)
    found = {}
    with visiting(name, browser, playwright, at, reduced_motion="reduce", bypass_csp=True) as page:
        page.add_init_script(f"{SELDOM}()")
        for state, part in TOURS[name](page, at):
            for scheme, (width, height) in (("light", desk), ("dark", phone or desk)):
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.set_viewport_size({"width": width, "height": height})
                if wrong := findings(part):
                    found[f"{state}, {scheme}, {width} pixels"] = wrong
    assert found == {}
