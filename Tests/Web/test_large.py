"""A large picture, shown at its full size: how many distinct ones are drawn a second."""
import pytest

from neighbours import Neighbours, bar
from serving import ROOT, serving

pytestmark = pytest.mark.alone

# The middle of every picture, read without waiting for it: what is drawn meanwhile is not held up, as it is by reading all.
PROBE = """
  drawNow() {
    this.engine.exports.draw(this.canvas.width, this.canvas.height)
    const gl = this.context
    this.seen ??= { under: [], last: null, channel: new BroadcastChannel('drawn') }
    const buffer = gl.createBuffer()
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer)
    gl.bufferData(gl.PIXEL_PACK_BUFFER, 256 * 256 * 4, gl.STREAM_READ)
    gl.readPixels((this.canvas.width - 256) / 2, (this.canvas.height - 256) / 2, 256, 256, gl.RGBA, gl.UNSIGNED_BYTE, 0)
    this.seen.under.push(buffer)
    if (this.seen.under.length > 2) {
      const oldest = this.seen.under.shift()
      const bytes = new Uint8Array(256 * 256 * 4)
      gl.bindBuffer(gl.PIXEL_PACK_BUFFER, oldest)
      gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, bytes)
      gl.deleteBuffer(oldest)
      const { last } = this.seen
      this.seen.channel.postMessage(last === null || bytes.some((value, at) => value !== last[at]))
      this.seen.last = bytes
    }
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null)
  }

  drawUnseen() {"""
COUNT = """async (seconds) => {
    const renderer = await tools.open({ width: 1280, height: 720 })
    Object.assign(canvas.style, { width: '1280px', height: '720px' })
    renderer.connectMediaStream(await tools.SDK.FtarRenderer.openMicrophone(
      { echoCancellation: false, noiseSuppression: false, autoGainControl: false }))
    await new Promise((resolve) => setTimeout(resolve, 4000))
    const counted = { drawn: 0, distinct: 0 }
    new BroadcastChannel('drawn').onmessage = ({ data }) => {
        counted.drawn++
        counted.distinct += Number(data)
    }
    const began = performance.now()
    await new Promise((resolve) => setTimeout(resolve, 1000 * seconds))
    const took = (performance.now() - began) / 1000
    return { drawn: counted.drawn / took, distinct: counted.distinct / took, stats: renderer.stats, errors }
}"""


def test_distinct_pictures_at_1280x720(launch_with_voice):
    probed = (ROOT / "web/sdk/stage-view.js").read_text().replace("\n  drawNow() {", PROBE)
    assert "drawUnseen" in probed
    with (serving(instead={"stage-view.js": probed.encode()}) as url, launch_with_voice() as browser, Neighbours() as neighbours,
          browser.new_context(viewport={"width": 1300, "height": 800}, permissions=["microphone"]) as context):
        page = context.new_page()
        page.goto(f"{url}/test/blank.html")
        page.wait_for_selector("[data-tools]", state="attached")
        seen = page.evaluate(COUNT, 8)
    print(f"1280x720: {seen['distinct']:.1f} distinct of {seen['drawn']:.1f} pictures a second, {neighbours}")
    assert seen["errors"] == []
    assert seen["distinct"] >= 0.95 * seen["drawn"] > 0
    assert seen["distinct"] >= bar(20, neighbours.rate(13))
