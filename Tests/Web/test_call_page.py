"""The page of a call between two tabs."""
from conftest import until

LISTEN = """() => {
  const devices = navigator.mediaDevices
  const getUserMedia = devices.getUserMedia.bind(devices)
  window.streams = []
  devices.getUserMedia = async (constraints) => {
    const stream = await getUserMedia(constraints)
    streams.push(stream)
    return stream
  }
}"""
HEARD = "streams.at(-1).getAudioTracks().map((track) => track.enabled)"


def test_who_leaves_muted_joins_muted(browser, site):
    with browser.new_context(permissions=["camera", "microphone"]) as context:
        page = context.new_page()
        page.goto(f"{site}/call")
        page.wait_for_selector("#join:not([disabled])")
        page.evaluate(LISTEN)
        page.click("#join")
        page.wait_for_selector("text=Waiting for the other side")
        assert page.evaluate(HEARD) == [True]
        page.click("#mute")
        assert page.evaluate(HEARD) == [False]
        page.click("#join")
        page.wait_for_selector("text=You have left")
        page.click("#join")
        page.wait_for_selector("text=Waiting for the other side")
        until(page, "streams.length === 2")
        assert page.get_attribute("#mute", "aria-pressed") == "true"
        assert page.evaluate(HEARD) == [False]
        page.click("#mute")
        assert page.evaluate(HEARD) == [True]
