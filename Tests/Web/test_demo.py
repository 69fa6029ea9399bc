"""The demo page as a visitor meets it, in every state, with pictures of each for human eyes."""
import pytest
from PIL import Image

from conftest import until, watch
from serving import ROOT

SIZES = {"desktop": {"width": 1280, "height": 860}, "phone": {"width": 390, "height": 844}}


def open_page(browser, site, size="desktop", scheme="light"):
    context = browser.new_context(viewport=SIZES[size], color_scheme=scheme, permissions=["microphone"])
    page = context.new_page()
    page.troubles = watch(page)
    page.goto(f"{site}/main")
    return page


@pytest.fixture
def visit(browser, site):
    """visit(size, scheme) opens the page; it is closed whatever happens, so that it does not go on drawing."""
    pages = []

    def visiting(*arguments):
        pages.append(open_page(browser, site, *arguments))
        return pages[-1]
    yield visiting
    troubles = [trouble for page in pages for trouble in page.troubles]
    for page in pages:
        page.context.close()
    assert troubles == []


def shown(page):
    page.wait_for_selector("#veil.gone", state="attached")
    until(page, "document.getElementById('status').textContent.includes('a second')")
    page.wait_for_timeout(500)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_page_opens_with_a_living_face(visit, artefacts, size, scheme):
    page = visit(size, scheme)
    shown(page)
    page.screenshot(path=artefacts / f"demo-{size}-{scheme}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    frames = page.evaluate("renderer.stats.frames")
    until(page, f"renderer.stats.frames > {frames + 3}")


def test_microphone_and_stop(visit, artefacts):
    page = visit()
    shown(page)
    page.click("#microphone")
    page.wait_for_selector("#microphone[aria-pressed=true]")
    page.wait_for_timeout(2500)
    until(page, "/voice \\d+ ms behind/.test(document.getElementById('status').innerText)")
    page.screenshot(path=artefacts / "demo-speaking.png")
    page.click("#stop")
    assert page.get_attribute("#microphone", "aria-pressed") == "false"
    assert page.is_disabled("#stop")


def test_an_audio_file_plays_and_ends(visit, voice, tmp_path):
    import subprocess
    short = tmp_path / "short.wav"
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(voice), "-t", "2", str(short)], check=True)
    page = visit()
    shown(page)
    page.set_input_files("#sound", short)
    until(page, "document.getElementById('voiceHint').textContent.includes('short.wav')")
    assert page.is_enabled("#stop")
    until(page, "document.getElementById('stop').disabled")


def test_a_file_that_is_no_sound_is_said_to_be_none(visit, tmp_path):
    bad = tmp_path / "bad.wav"
    bad.write_bytes(b"this is no sound")
    page = visit()
    shown(page)
    page.set_input_files("#sound", bad)
    page.wait_for_selector("#voiceHint.bad")
    assert "not a sound" in page.inner_text("#voiceHint")


def test_a_photo_becomes_a_face_that_stays_and_can_be_deleted(visit, artefacts, tmp_path):
    portrait = ROOT / "cache/portrait.png"
    if not portrait.exists():
        pytest.skip("cache/portrait.png is not there")
    photo = tmp_path / "me.png"
    Image.open(portrait).convert("RGB").resize((1000, 1000), Image.LANCZOS).save(photo)
    page = visit()
    shown(page)
    page.set_input_files("#photo", photo)
    page.wait_for_selector(".face.making[aria-valuenow]")
    page.wait_for_timeout(400)
    page.screenshot(path=artefacts / "demo-making.png")
    until(page, "document.getElementById('faceHint').textContent.startsWith('Made on this device')"
                           " || document.querySelectorAll('.remove').length === 1")
    page.wait_for_timeout(800)
    page.screenshot(path=artefacts / "demo-made.png")
    assert page.locator(".face[role=radio]").count() == 2
    page.reload()
    shown(page)
    assert page.locator(".face[role=radio]").count() == 2
    assert page.locator(".face[aria-checked=true] + .remove").count() == 1
    page.on("dialog", lambda dialog: dialog.accept())
    page.hover(".faceBox:has(.remove)")
    page.click(".remove")
    until(page, "document.querySelectorAll('.face[role=radio]').length === 1")


def test_a_refused_photo_says_how_to_mend_it(visit, artefacts, tmp_path):
    wall = tmp_path / "wall.jpg"
    Image.new("RGB", (900, 900), "#b0a090").save(wall)
    page = visit()
    shown(page)
    page.set_input_files("#photo", wall)
    page.wait_for_selector("#faceHint.bad")
    page.screenshot(path=artefacts / "demo-refused.png")
    assert "face" in page.inner_text("#faceHint")
    assert page.locator(".face.making").count() == 0


def test_of_several_people_the_visitor_chooses_one(visit, artefacts, tmp_path):
    portrait = ROOT / "cache/portrait.png"
    if not portrait.exists():
        pytest.skip("cache/portrait.png is not there")
    one = Image.open(portrait).convert("RGB").crop((100, 0, 356, 320)).resize((800, 1000), Image.LANCZOS)
    pair = Image.new("RGB", (1600, 1000))
    pair.paste(one, (0, 0))
    pair.paste(one.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (800, 0))
    pair.save(tmp_path / "us.jpg", quality=92)
    page = visit()
    shown(page)
    page.set_input_files("#photo", tmp_path / "us.jpg")
    page.wait_for_selector("[aria-label='Person 2']")
    page.screenshot(path=artefacts / "demo-people.png", full_page=True)
    assert page.locator("#faceHint button").count() == 2 and page.locator("#faceHint.bad").count() == 0
    page.click("[aria-label='Person 2']")
    until(page, "document.querySelectorAll('.face[role=radio]').length === 2")
    assert page.locator("#faceHint button").count() == 0


def test_backgrounds_and_moods(visit, artefacts, tmp_path):
    page = visit()
    shown(page)
    for index, name in [(1, "blur"), (2, "transparent"), (4, "dusk"), (7, "plain")]:
        page.locator(".swatch").nth(index).click()
        page.wait_for_timeout(700)
        page.screenshot(path=artefacts / f"demo-background-{name}.png")
    page.locator("#moods button", has_text="Joy").click()
    page.locator("#motions button", has_text="Lively").click()
    page.wait_for_timeout(1200)
    page.screenshot(path=artefacts / "demo-joy.png")
    assert page.get_attribute("#moods button:has-text('Joy')", "aria-checked") == "true"


def test_without_webgl2_the_page_says_so(launch, site, artefacts):
    with launch(drawing=False) as browser:
        page = open_page(browser, site)
        page.wait_for_selector("#veil.bad")
        page.wait_for_timeout(600)
        page.screenshot(path=artefacts / "demo-no-webgl.png")
        assert "WebGL2" in page.inner_text("#veil")
