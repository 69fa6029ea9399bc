"""A tab that the browser throws away to save memory, and loads again when somebody looks at it."""
import json

import pytest

from conftest import CHROMIUM, DRAWING, patient, until


@pytest.fixture
def tabs(playwright, tmp_path):
    """A browser whose tabs can be discarded: extensions may do what the browser itself does when memory is short."""
    helper = tmp_path / "helper"
    helper.mkdir()
    (helper / "manifest.json").write_text(json.dumps(
        {"manifest_version": 3, "name": "discard", "version": "1", "permissions": ["tabs"], "background": {"service_worker": "worker.js"}}))
    (helper / "worker.js").write_text("")
    context = playwright.chromium.launch_persistent_context(
        tmp_path / "profile", executable_path=CHROMIUM, headless=True, ignore_default_args=["--disable-extensions"],
        args=[*DRAWING, "--no-sandbox", f"--load-extension={helper}", f"--disable-extensions-except={helper}",
              "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
              "--autoplay-policy=no-user-gesture-required"])
    patient(context)
    try:
        worker = context.service_workers[0] if context.service_workers else context.wait_for_event("serviceworker")
        yield context, worker
    finally:
        context.close()


def test_a_discarded_tab_comes_back_with_face_and_settings(tabs, served):
    context, worker = tabs
    page = context.new_page()
    page.goto(f"{served}/camera")
    frame = page.wait_for_selector("iframe").content_frame()
    frame.wait_for_selector("#faces .face")
    frame.click("#tab-mood")
    frame.click("text=Lively")
    until(page, "camera.renderer.headMotion === 'lively' && camera.renderer.stats.frames > 3")
    until(page, "camera.model.library.setting('look').then((look) => look?.motion === 'lively')")
    other = context.new_page()
    other.goto("about:blank")
    discarded = worker.evaluate("""async () => {
        const [{ id }] = await chrome.tabs.query({ url: 'http://localhost/*' })
        globalThis.tab = await chrome.tabs.discard(id)
        return tab.discarded
    }""")
    assert discarded
    with context.expect_page() as again:
        worker.evaluate("() => chrome.tabs.update(tab.id, { active: true })")
    page = again.value
    until(page, "globalThis.camera?.renderer?.stats.frames > 3")
    assert page.evaluate("document.wasDiscarded")
    assert page.evaluate("camera.renderer.slot1") is not None
    until(page, "camera.renderer.headMotion === 'lively'")
    page.click("#microphone")
    until(page, "camera.delay > 0.05")
