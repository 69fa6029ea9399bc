"""A page that knows nothing of avatars in a call with itself over two peer connections, our camera and voice in it."""
import contextlib

from conftest import CHROMIUM, DRAWING
from plain_browser import plain_browser


@contextlib.contextmanager
def calling(site, clip, settle):
    """The browser, in which another tab can be put before the call's, and the page, `settle` seconds after the call began:
    the far end's buffers find their length. The microphone plays `clip`."""
    with plain_browser(CHROMIUM, *DRAWING, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
                       f"--use-file-for-fake-audio-capture={clip}", "--autoplay-policy=no-user-gesture-required") as browser:
        page = browser.open(f"{site}/test/with-camera.html")
        page.to_front()
        page.until("document.documentElement?.dataset.tools === 'yes'")
        page.evaluate("""(async () => {
            globalThis.stream = await stranger.choose('Ada', 'Ada (voice)', { width: 320, height: 240 })
            Object.assign(globalThis, await stranger.call(stream))
        })()""")
        page.evaluate(f"new Promise((resolve) => setTimeout(resolve, {1000 * settle}))", seconds=settle + 120)
        yield browser, page
