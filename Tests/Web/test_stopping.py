"""What is stopped while a microphone or a camera is being opened lets go of it when the browser hands it over."""
import pytest

from conftest import until

# From now on the browser hands a device over when `allow()` is called.
ASK = """() => {
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
    const waiting = []
    globalThis.given = []
    navigator.mediaDevices.getUserMedia = (constraints) => new Promise((resolve) => waiting.push(async () => {
        const stream = await real(constraints)
        given.push(...stream.getTracks())
        resolve(stream)
    }))
    globalThis.asked = () => waiting.length
    globalThis.allow = async () => {
        for (const give of waiting.splice(0)) await give()
        await new Promise((resolve) => setTimeout(resolve, 300))
        return given.map(({ readyState }) => readyState)
    }
}"""


@pytest.fixture
def asking(tools):
    tools.evaluate(ASK)
    return tools


AGENT = """async (options) => {
    const { AvatarAgent } = await import('/sdk/agent.js')
    const renderer = globalThis.renderer ?? await tools.open({ width: 160, height: 120 })
    const hum = new MediaStreamAudioDestinationNode(new AudioContext()).stream
    globalThis.opened = 0
    globalThis.agent = new AvatarAgent({ renderer, connect: async () => { opened++; return { sound: hum, close() {} } }, ...options })
}"""


def test_an_agent_that_is_ended_during_the_permission_closes_the_microphone(asking):
    asking.evaluate(AGENT, {})
    asking.evaluate("() => { globalThis.failed = tools.failure(() => agent.start()) }")
    until(asking, "asked() === 1")
    assert asking.evaluate("(agent.destroy(), allow())") == ["ended"]
    assert [asking.evaluate("failed.then(({ code }) => code)"), asking.evaluate("opened")] == ["agent-lost", 0]


def test_an_agent_that_is_stopped_before_its_renderer_is_ready_does_not_connect(asking):
    for microphone in (True, False):
        asking.evaluate(AGENT, {"microphone": microphone})
        error = asking.evaluate("""async () => {
            const failed = tools.failure(() => agent.start())
            agent.stop()
            return Promise.race([failed, new Promise((resolve) => setTimeout(resolve, 2000, { code: 'went on' }))])
        }""")
        assert error["code"] == "agent-lost" and asking.evaluate("[asked(), opened, agent.state]") == [0, 0, "idle"]


def test_a_stopped_wait_for_a_livekit_agent_ends(tools):
    tools.evaluate(AGENT, {})
    error = tools.evaluate("""async () => {
        const { AvatarAgent } = await import('/sdk/agent.js')
        const { livekitAgent } = await import('/sdk/agent-livekit.js')
        const room = { on() { this.joined = true }, off() {}, remoteParticipants: new Map(), localParticipant: { identity: 'me' } }
        const waiting = new AvatarAgent({ renderer, connect: livekitAgent(room), microphone: false })
        const failed = tools.failure(() => waiting.start())
        while (!room.joined) await new Promise((resolve) => setTimeout(resolve, 20))
        waiting.stop()
        return Promise.race([failed, new Promise((resolve) => setTimeout(resolve, 2000, 'still waiting'))])
    }""")
    assert error != "still waiting" and error["code"] == "agent-lost"


def test_a_recording_that_is_ended_during_the_permission_closes_the_microphone(asking):
    asking.evaluate("""async () => {
        const { SoundRecorder } = await import('/sdk/sound-recorder.js')
        const recorder = new SoundRecorder()
        globalThis.failed = tools.failure(() => recorder.open())
        recorder.close()
    }""")
    assert asking.evaluate("allow()") == ["ended"]
    assert asking.evaluate("failed.then(({ name }) => name)") == "AbortError"


@pytest.mark.parametrize("page, button", [("/main", "microphone"), ("/main", "camera"), ("/demo/camera.html", "microphone")])
def test_of_a_double_click_one_device_stays_open(browser, served, page, button):
    with browser.new_context() as context:
        visited = context.new_page()
        visited.goto(f"{served}{page}")
        visited.evaluate(ASK)
        visited.evaluate("(id) => { for (const _ of [1, 2]) document.getElementById(id).click() }", button)
        until(visited, "asked() === 2")
        assert sorted(visited.evaluate("allow()")) == ["ended", "live"]
        visited.click(f"#{button}")
        until(visited, "given.every(({ readyState }) => readyState === 'ended')")


def test_of_two_clicks_on_the_agents_page_the_later_talk_stays(browser, served):
    with browser.new_context(bypass_csp=True) as context:
        visited = context.new_page()
        visited.route("**/agent/local", lambda route: route.fulfill(json={"port": 9}))
        # An agent that never answers.
        visited.route_web_socket("**", lambda socket: None)
        visited.goto(f"{served}/agent")
        visited.evaluate(ASK)
        visited.evaluate("() => { for (const _ of [1, 2]) document.getElementById('talk').click() }")
        until(visited, "asked() > 0")
        visited.wait_for_timeout(500)
        assert visited.evaluate("allow()") == ["live"]
        assert visited.evaluate("document.getElementById('error').hidden")
        assert visited.evaluate("(agent.stop(), given[0].readyState)") == "ended"
