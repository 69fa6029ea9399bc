"""The page /agent with OpenAI's Realtime API: its like mints secrets and hands offers on to a page of its own, which hums."""
import contextlib
import http.server
import json
import queue
import threading

import pytest

from conftest import until, watch
from own_service import own_service

KEY = "sk-operators-own"
# The far end of the call.
FAR = """<!doctype html><title>Far</title><script type="module">
  const offer = await (await fetch('/offer')).text()
  const context = new AudioContext()
  const volume = new GainNode(context, { gain: 0 })
  const out = new MediaStreamAudioDestinationNode(context)
  const oscillator = new OscillatorNode(context, { frequency: 300 })
  oscillator.connect(volume).connect(out)
  oscillator.start()
  const peer = new RTCPeerConnection()
  peer.addTrack(out.stream.getTracks()[0], out.stream)
  peer.ondatachannel = ({ channel }) => {
    const tell = (type, event = {}) => channel.send(JSON.stringify({ type, ...event }))
    channel.onmessage = ({ data }) => {
      const { type } = JSON.parse(data)
      if (type === 'response.create') {
        tell('response.created')
        tell('response.output_audio_transcript.done', { transcript: 'Good day.' })
        tell('response.done', { response: { status: 'completed' } })
        volume.gain.value = 0.3
      } else if (type === 'output_audio_buffer.clear') volume.gain.value = 0
    }
  }
  await peer.setRemoteDescription({ type: 'offer', sdp: offer })
  await peer.setLocalDescription()
  await new Promise((resolve) => {
    peer.onicegatheringstatechange = () => peer.iceGatheringState === 'complete' && resolve()
    setTimeout(resolve, 3000)
  })
  await fetch('/answer', { method: 'POST', body: peer.localDescription.sdp })
</script>"""


@contextlib.contextmanager
def openai():
    """The address of its like, and what was asked with which secret."""
    asked, offers, answers = [], queue.Queue(), queue.Queue()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.answer(offers.get(timeout=60) if self.path == "/offer" else FAR, "text/html")

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked.append((self.path, self.headers["Authorization"]))
            if self.path == "/answer":
                answers.put(body)
                self.answer("")
            elif self.path.endswith("/client_secrets"):
                self.answer(json.dumps({"value": "ek_1", "expires_at": 1_900_000_000}))
            else:
                offers.put(body)
                self.answer(answers.get(timeout=60), "application/sdp")

        def do_OPTIONS(self):
            self.answer("")

        def answer(self, text, kind="application/json"):
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text.encode())))
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Access-Control-Allow-Headers", "*, Authorization")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def agent_of(page, address):
    """The agent's page of a user whom the visitor has made."""
    page.goto(f"{address}/main")
    page.evaluate("""() => fetch('/customer/buy', {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ user: 'anna' }) })""")
    page.goto(f"{address}/main")
    page.click("summary")
    page.click("#users >> text=Agent")
    page.select_option("#who", "openai")
    page.wait_for_selector("text=goes to OpenAI")
    assert not page.is_visible("text=Nothing leaves this machine")


def write(page, words):
    page.fill("#words", words)
    page.press("#words", "Enter")


def test_openai_answers_a_user_where_the_service_has_a_key(program, browser, tmp_path, artefacts):
    with openai() as (address, asked), own_service(
            program, tmp_path, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=f"{address}/v1") as service, browser.new_context() as context:
        far = context.new_page()
        far.goto(address)
        page = context.new_page()
        troubles = watch(page)
        agent_of(page, service.address)
        # The first line opens the connection and is not lost before it stands.
        write(page, "good morning")
        until(page, "document.getElementById('state').dataset.state === 'speaking'")
        assert page.evaluate("[...document.querySelectorAll('#lines li')].map((line) => [line.dataset.who, line.textContent])") == [
            ["user", "good morning"], ["agent", "Good day."]]
        page.screenshot(path=artefacts / "agent-openai.png")
        page.click("#quiet")
        until(page, "document.getElementById('state').dataset.state === 'listening'")
        assert [entry for entry in asked if entry[0] != "/answer"] == [
            ("/v1/realtime/client_secrets", f"Bearer {KEY}"), ("/v1/realtime/calls", "Bearer ek_1")]
        assert KEY not in page.content() and page.is_hidden("#error") and troubles == []
        # The other agent is another connection.
        page.select_option("#who", "local")
        assert page.evaluate("document.getElementById('state').dataset.state") == "idle"


def test_without_a_key_or_a_user_the_page_says_so(program, browser, tmp_path):
    with own_service(program, tmp_path, OPENAI_API_KEY="") as service, browser.new_context() as context:
        page = context.new_page()
        troubles = watch(page)
        page.goto(f"{service.address}/agent")
        page.select_option("#who", "openai")
        write(page, "hello")
        page.wait_for_selector("#error >> text=Make one on the demo page")
        agent_of(page, service.address)
        write(page, "hello")
        page.wait_for_selector("#error >> text=OPENAI_API_KEY")
        assert page.is_hidden("#note") and troubles == []
