"""`AvatarAgent` in Chromium, Firefox and WebKitGTK: who speaks, barge-in in pixels and samples, adapters against the like of their endpoints."""
import re
import time

import numpy
import pytest

import engines
from conftest import PATIENCE, Shared, until
from measuring import bytes_of, floats
from neighbours import STRICT, Neighbours, bar
from serving import serving


@pytest.fixture(scope="module", params=engines.NAMES)
def browsers(request, browser):
    with Shared(lambda: engines.running(request.param, browser)) as shared:
        yield shared


@pytest.fixture
def tools(browsers, request, site):
    """A blank page of the site, which must end without an uncaught error or a breach of the policy."""
    page = browsers.get(request)
    open_blank(page, site)
    yield page
    troubles = page.evaluate("tools.troubles")
    page.open("about:blank")
    assert troubles == []


def open_blank(page, site):
    page.open(f"{site}/test/blank.html")
    until(page, "document.documentElement.dataset.tools === 'yes'")


# An agent that hums (a tone is no voice: the mouth follows only what it is told) and a user who is a tone, too.
OPEN = """async ({ visemes = true, microphone = false } = {}) => {
    const { AvatarAgent } = await import('/sdk/agent.js')
    const { SoundInput } = await import('/sdk/sound-input.js')
    const open = SoundInput.prototype.open
    // What is heard leaves the page's graph by this one's gate.
    SoundInput.prototype.open = function () { return open.call(globalThis.soundInput = this) }
    const canvas = document.createElement('canvas')
    document.body.append(canvas)
    const log = []
    const { FtarRenderer } = await import('/sdk/easy-renderer.js')
    const renderer = new FtarRenderer('/files', canvas, { seed: 7 })
    await renderer.readyPromise
    renderer.size = { width: 320, height: 320 }
    renderer.still = true
    renderer.mood = 0
    await renderer.setAvatar(1, '/files/default.ftar')
    renderer.voiceStream
    const context = SoundInput.shared
    const tone = (gain) => {
        const volume = new GainNode(context, { gain: 0 })
        const out = new MediaStreamAudioDestinationNode(context)
        const oscillator = new OscillatorNode(context, { frequency: 300 })
        oscillator.connect(volume).connect(out)
        oscillator.start()
        return { stream: out.stream, set on(is) { volume.gain.setValueAtTime(is ? gain : 0, context.currentTime) } }
    }
    const voice = tone(0.3), user = tone(0.3)
    let report
    const told = []
    const connect = async (wish) => {
        report = wish.report
        return { sound: voice.stream, interrupt: (position) => told.push(position), close() {} }
    }
    const subtitles = document.createElement('div')
    document.body.append(subtitles)
    const agent = new AvatarAgent({ renderer, connect, subtitles, microphone: microphone ? user.stream : false })
    for (const name of ['state', 'interrupted', 'transcript', 'connected', 'reconnecting', 'ended', 'error']) {
        agent.addEventListener(name, (event) => {
            event.preventDefault()
            const { state, by, position, attempt, code, text } = event.detail ?? {}
            log.push({ name, state, by, position, attempt, code, text, passed: context.currentTime - globalThis.spokeAt })
        })
    }
    await agent.start()
    const speak = () => {
        report.reply()
        voice.on = true
        globalThis.spokeAt = context.currentTime
        if (visemes) report.visemes([{ time: 0, duration: 60, viseme: 'aa' }])
    }
    Object.assign(globalThis, { agent, canvas, renderer, voice, user, log, told, subtitles, speak, context, getReport: () => report })
}"""

RECORD = """async ({ seconds, after, act, atGate }) => {
    let acted
    await tools.SoundInput.shared.audioWorklet.addModule('/test/record-worklet.js')
    setTimeout(() => { acted = performance.now() / 1000; (0, { interrupt: () => agent.interrupt(), user: () => { user.on = true } }[act])() }, 1000 * after)
    const recording = await tools.record({ raw: voice.stream, delayed: atGate ? soundInput.gate : renderer.voiceStream, seconds, width: 120, height: 120 })
    return { recording, acted }
}"""


def mouth_and_sound(page, act):
    """Seconds from `act`, two seconds into a reply, until the sound is gone and until the mouth is closed; and those that two
    frames take where the machine is slow."""
    page.evaluate("speak()")
    until(page, "agent.state === 'speaking'")
    page.wait_for_timeout(1200)
    # WebKitGTK brings a stream to whoever records it 44-61 ms late; of its sound the graph's own end is taken.
    answer = page.evaluate(RECORD, {"seconds": 2.2, "after": 0.8, "act": act, "atGate": page.name == "webkit"})
    recording, acted = answer["recording"], answer["acted"]
    delayed = floats(recording["delayed"])
    rate = recording["rate"]
    block = rate // 200
    level = numpy.sqrt((delayed[:len(delayed) // block * block].reshape(-1, block) ** 2).mean(axis=1))
    last = numpy.flatnonzero(level > 0.05 * level.max()).max()
    sound = recording["soundStart"] + (last + 1) * block / rate - acted

    frames = bytes_of(recording["frames"]).reshape(-1, 120, 120).astype(float)
    shown = numpy.array(recording["times"])
    opened = frames[shown < acted - 0.1].mean(axis=0)
    closed = frames[shown > acted + 0.7].mean(axis=0)
    region = abs(opened - closed) > 0.3 * abs(opened - closed).max()
    openness = abs(frames[:, region] - closed[region]).mean(axis=1) / abs(opened - closed)[region].mean()
    assert openness[shown < acted].min() > bar(0.7, 0.5), "open before"
    return sound, shown[openness > 0.15].max() - acted, bar(0, 2 / max(5, page.evaluate("renderer.stats.fps")))


# Seconds that a busy machine may take on top.
LATE = bar(0, 0.2)


def recorded(page, seconds):
    """What the stream shows and what is heard for some seconds. (A canvas on which the page draws when the display is too
    slow, as WebKitGTK's on a crowded machine, is empty when the display asks for it.)"""
    answer = page.evaluate("""async (seconds) => {
        const video = (globalThis.watching ??= Object.assign(document.createElement('video'), {
            muted: true, playsInline: true, srcObject: renderer.mediaStream }))
        document.body.append(video)
        await video.play()
        return tools.record({ raw: voice.stream, delayed: renderer.voiceStream, seconds, width: 120, height: 120, picture: video })
    }""", seconds)
    return bytes_of(answer["frames"]).reshape(-1, 120, 120).astype(float), abs(floats(answer["delayed"]))


def test_an_interrupted_mouth_closes_and_its_sound_is_dropped(tools):
    """In every browser, however slow; how soon is measured below."""
    tools.evaluate(OPEN, {})
    rest = numpy.median(recorded(tools, 1)[0], axis=0)

    def opened(frames):
        """Of each picture, how far lips, teeth and what is between them are from rest, 0...255."""
        return numpy.sort(abs(frames - rest).reshape(len(frames), -1), axis=1)[:, -50:].mean(axis=1)

    tools.evaluate("speak()")
    until(tools, "agent.state === 'speaking'")
    most, loudest, end = 0, 0, time.monotonic() + PATIENCE
    while most < 20 or loudest < 0.2:
        assert time.monotonic() < end, f"the mouth never opened ({most:.1f}) or nothing was heard ({loudest:.2f})"
        frames, sound = recorded(tools, 1)
        # A crowded machine may bring none of a second's sound.
        most, loudest = opened(frames).max(), sound.max(initial=0)
    # The agent goes on.
    tools.evaluate("agent.interrupt()")
    tools.wait_for_timeout(1500)
    frames, sound = recorded(tools, 1)
    assert opened(frames).max() < 0.3 * most and sound.max(initial=0) < 0.01
    assert tools.evaluate("[agent.state, told.length, log.filter(({ name }) => name === 'interrupted').length]") == ["listening", 1, 1]


def need_quiet(page):
    """Leaves a test of milliseconds out where they say nothing."""
    if page.name != "chromium" and not STRICT:
        pytest.skip(f"how soon, in {page.name}, is measured on an idle machine: FLEXATAR_STRICT=1")


@pytest.mark.alone
def test_interrupt_closes_the_mouth_and_drops_the_sound_within_100_milliseconds(tools):
    need_quiet(tools)
    tools.evaluate(OPEN, {})
    with Neighbours() as neighbours:
        sound, mouth, frames = mouth_and_sound(tools, "interrupt")
    print(f"interrupt: sound gone after {1000 * sound:.0f} ms, mouth closed after {1000 * mouth:.0f} ms, "
          f"{neighbours}")
    assert sound <= 0.1 + LATE and mouth <= 0.1 + LATE + frames
    # All of the reply but the sound that was on its way was heard; the agent goes on and is not.
    [event] = tools.evaluate("log.filter(({ name }) => name === 'interrupted')")
    assert event["by"] == "call" and tools.evaluate("told.length") == 1
    assert abs(event["position"] - (event["passed"] - 0.1)) < 0.06 + LATE
    assert tools.evaluate("agent.state") == "listening"


@pytest.mark.alone
def test_the_users_voice_interrupts(tools):
    need_quiet(tools)
    tools.evaluate(OPEN, {"microphone": True})
    tools.wait_for_timeout(500)
    with Neighbours() as neighbours:
        sound, mouth, frames = mouth_and_sound(tools, "user")
    print(f"the user's voice: sound gone after {1000 * sound:.0f} ms, mouth closed after {1000 * mouth:.0f} ms, "
          f"{neighbours}")
    [event] = tools.evaluate("log.filter(({ name }) => name === 'interrupted')")
    assert event["by"] == "voice"
    # The mouth is about 95 ms behind the voice; when audio blocks and pictures meet badly, two pictures more.
    assert sound <= 0.1 + LATE and mouth <= 0.13 + LATE + frames


def test_a_user_who_speaks_already_interrupts_an_agent_that_begins(tools):
    tools.evaluate(OPEN, {"microphone": True})
    tools.wait_for_timeout(500)
    tools.evaluate("{ user.on = true }")
    tools.wait_for_timeout(1500)
    tools.evaluate("speak()")
    until(tools, "log.some(({ name }) => name === 'interrupted')")
    # The agent goes on, and so does the user: once is enough.
    tools.wait_for_timeout(1000)
    assert tools.evaluate("log.filter(({ name }) => name === 'interrupted').map(({ by }) => by)") == ["voice"]
    assert tools.evaluate("[agent.state, told.length]") == ["listening", 1]


def test_an_agent_that_thinks_can_be_interrupted(tools):
    tools.evaluate(OPEN, {})
    tools.evaluate("getReport().thinking()")
    assert tools.evaluate("agent.state") == "thinking"
    assert tools.evaluate("agent.interrupt()") == 0
    assert tools.evaluate("[agent.state, told, log.filter(({ name }) => name === 'interrupted').map(({ by, position }) => [by, position])]") == [
        "listening", [0], [["call", 0]]]
    # Its own ear needs no telling.
    tools.evaluate("{ getReport().thinking(); getReport().bargeIn() }")
    assert tools.evaluate("[agent.state, told.length]") == ["thinking", 1]


def test_an_answer_that_is_on_its_way_can_be_interrupted(tools):
    """As of an agent that greets: it begins a reply that nobody has waited for."""
    tools.evaluate(OPEN, {})
    seen = tools.evaluate("""() => {
        getReport().reply()
        const seen = [agent.state, agent.interrupt(), told.length]
        voice.on = true
        return seen
    }""")
    assert seen == ["listening", 0, 1]
    tools.wait_for_timeout(1000)
    assert tools.evaluate("agent.state") == "listening"
    tools.evaluate("getReport().reply()")
    until(tools, "agent.state === 'speaking'")


def test_who_speaks_is_told(tools):
    tools.evaluate(OPEN, {"microphone": True})
    states = "log.filter(({ name }) => name === 'state').map(({ state }) => state).join(' ')"
    assert tools.evaluate(states) == "listening"
    tools.wait_for_timeout(300)
    tools.evaluate("{ user.on = true }")
    tools.wait_for_timeout(1500)
    tools.evaluate("{ user.on = false }")
    until(tools, "agent.state === 'thinking'")
    tools.evaluate("speak()")
    until(tools, "agent.state === 'speaking'")
    tools.evaluate("{ voice.on = false }")
    until(tools, "agent.state === 'listening'")
    tools.evaluate("agent.stop()")
    # The tone of a slow browser breaks off now and then, as if the user paused.
    assert re.fullmatch("(listening thinking )+speaking listening idle", tools.evaluate(states))


def test_what_an_interrupted_agent_goes_on_saying_is_not_heard_until_it_pauses(tools):
    tools.evaluate(OPEN, {})
    tools.evaluate("speak()")
    until(tools, "agent.state === 'speaking'")
    tools.evaluate("agent.interrupt()")
    tools.wait_for_timeout(1000)
    assert tools.evaluate("agent.state") == "listening"
    tools.evaluate("{ voice.on = false }")
    # A pause by the audio clock, which may stand still.
    began = tools.evaluate("context.currentTime")
    until(tools, f"context.currentTime > {began} + 1.5")
    tools.evaluate("{ voice.on = true }")
    until(tools, "agent.state === 'speaking'")


def test_a_sound_that_cannot_be_followed_is_told(tools):
    """The agent connected and never spoke."""
    with serving(missing=["meter-worklet"]) as url:
        open_blank(tools, url)
        error = tools.evaluate(f"tools.failure({OPEN})")
    assert (error["name"], error["code"]) == ("SoundError", "no-sound") and "meter-worklet.js" in error["message"]


def test_subtitles_show_what_is_said_as_text_and_go(tools):
    tools.evaluate(OPEN, {})
    tools.evaluate("getReport().transcript({ who: 'agent', text: '<b>Hel', isFinal: false })")
    tools.evaluate("getReport().transcript({ who: 'agent', text: '<b>Hello</b>', isFinal: true })")
    tools.evaluate("getReport().transcript({ who: 'user', text: 'hi', isFinal: true })")
    assert tools.evaluate("[...subtitles.children].map((line) => [line.dataset.who, line.textContent])") == [
        ["agent", "<b>Hello</b>"], ["user", "hi"]]
    assert tools.evaluate("subtitles.getAttribute('aria-live')") == "polite"
    until(tools, "subtitles.children.length === 0")
    assert tools.evaluate("log.filter(({ name }) => name === 'transcript').length") == 3


def test_a_lost_connection_comes_back_or_is_told(tools):
    tools.evaluate(OPEN, {})
    tools.evaluate("""async () => {
        const { AgentError } = await import('/sdk/agent.js')
        getReport().lost(new AgentError('agent-lost', 'Gone.'))
    }""")
    until(tools, "log.filter(({ name }) => name === 'connected').length === 2")
    assert tools.evaluate("agent.state") == "listening"
    names = tools.evaluate("log.map(({ name, state }) => state ?? name)")
    assert names == ["listening", "connected", "idle", "reconnecting", "listening", "connected"]

    answer = tools.evaluate("""async () => {
        const { AvatarAgent, AgentError } = await import('/sdk/agent.js')
        agent.destroy()
        let report, opened = 0
        const connect = async (wish) => {
            if (opened++) throw new AgentError('agent-unreachable', 'Nobody there.')
            report = wish.report
            return { sound: voice.stream, close() {} }
        }
        const other = new AvatarAgent({ renderer, connect, microphone: false, tries: 2 })
        await other.start()
        const failed = new Promise((resolve) => other.addEventListener('error', (event) => {
            event.preventDefault()
            resolve(event.detail.code)
        }))
        report.lost(new AgentError('agent-lost', 'Gone.'))
        return [await failed, opened, other.state]
    }""")
    assert answer == ["agent-unreachable", 3, "idle"]


def test_an_agent_whose_microphone_is_unplugged_does_not_listen(tools):
    if tools.name == "firefox":
        pytest.skip("Firefox keeps what a page dispatches on a track from its listeners")
    tools.evaluate(OPEN, {})
    seen = tools.evaluate("""async () => {
        const { AvatarAgent } = await import('/sdk/agent.js')
        agent.destroy()
        const [track] = user.stream.getAudioTracks()
        // As a device's.
        track.getSettings = () => ({ deviceId: 'usb' })
        const unplug = () => track.dispatchEvent(new Event('ended'))
        const log = []
        const talk = (connect) => {
            const one = new AvatarAgent({ renderer, connect, microphone: user.stream })
            for (const name of ['state', 'error']) {
                one.addEventListener(name, (event) => {
                    event.preventDefault()
                    log.push(event.detail.state ?? `${event.detail.name} ${event.detail.code}`)
                })
            }
            return one
        }
        const other = talk(async () => ({ sound: voice.stream, close: () => log.push('closed') }))
        await other.start()
        unplug()
        unplug()
        const first = [...log]
        // It can be begun anew.
        await other.start()
        const again = other.state
        other.destroy()
        // Whoever waits for the beginning hears it there alone.
        log.length = 0
        const waiting = talk(({ signal }) => new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(new Error('given up')))
            setTimeout(unplug)
        }))
        const failure = await tools.failure(() => waiting.start())
        return { first, again, failure, rest: [...log, waiting.state] }
    }""")
    assert sorted(seen["first"][:3]) == ["closed", "idle", "listening"]
    assert seen["first"][0] == "listening" and seen["first"][3:] == ["SoundError microphone-unplugged"]
    assert seen["again"] == "listening"
    assert (seen["failure"]["name"], seen["failure"]["code"]) == ("SoundError", "microphone-unplugged")
    assert seen["rest"] == ["idle"]


PEERS = """async () => {
    const { AvatarAgent } = await import('/sdk/agent.js')
    const [near, far] = [new RTCPeerConnection(), new RTCPeerConnection()]
    near.onicecandidate = ({ candidate }) => candidate && far.addIceCandidate(candidate)
    far.onicecandidate = ({ candidate }) => candidate && near.addIceCandidate(candidate)
    for (const track of voice.stream.getTracks()) far.addTrack(track, voice.stream)
    agent.destroy()
    const log = []
    const other = new AvatarAgent({ renderer, connect: near, microphone: false })
    other.addEventListener('error', (event) => { event.preventDefault(); log.push(event.detail.code) })
    const started = other.start()
    const negotiate = async () => {
        await far.setLocalDescription()
        await near.setRemoteDescription(far.localDescription)
        await near.setLocalDescription()
        await far.setRemoteDescription(near.localDescription)
    }
    await negotiate()
    await started
    Object.assign(globalThis, { other, near, far, negotiate, otherLog: log })
}"""


def has_webrtc(page):
    return page.evaluate("typeof RTCPeerConnection") == "function"


def need_webrtc(page):
    """Leaves the test out in a browser that has no WebRTC; that this is told is tested below."""
    if not has_webrtc(page):
        pytest.skip(f"{page.name} has no WebRTC")


def test_a_browser_without_webrtc_is_told_and_takes_streams(tools):
    """All agent tests above fail in WebKitGTK where the SDK takes WebRTC for granted."""
    tools.evaluate("{ delete globalThis.RTCPeerConnection }")
    tools.evaluate(OPEN, {})
    tools.evaluate(ENDPOINT)
    for adapter in ["offerAgent('/whep/x')", "openaiAgent({ session: '/agent/session', token: 't' })"]:
        error = tools.evaluate("""async () => {
            const { AvatarAgent } = await import('/sdk/agent.js')
            const { offerAgent } = await import('/sdk/agent-offer.js')
            const { openaiAgent } = await import('/sdk/agent-openai.js')
            return tools.failure(() => new AvatarAgent({ renderer, connect: ADAPTER, microphone: false }).start())
        }""".replace("ADAPTER", adapter))
        assert (error["name"], error["code"], error["typed"]) == ("UnsupportedError", "unsupported", True)
    assert tools.evaluate("requests") == [], "a secret was minted for nothing"
    tools.evaluate("""async () => {
        const { AvatarAgent } = await import('/sdk/agent.js')
        agent.destroy()
        globalThis.other = new AvatarAgent({ renderer, connect: voice.stream, microphone: false })
        await other.start()
        voice.on = true
    }""")
    until(tools, "other.state === 'speaking'")


def test_a_peer_speaks_and_one_that_vanishes_is_told(tools):
    need_webrtc(tools)
    tools.evaluate(OPEN, {})
    tools.evaluate(PEERS)
    tools.evaluate("{ voice.on = true }")
    until(tools, "other.state === 'speaking'")
    tools.evaluate("far.close()")
    # It was noticed after 9 s in Chromium, after 14 in Firefox.
    until(tools, "otherLog.length === 1", seconds=8)
    assert tools.evaluate("[otherLog[0], other.state]") == ["agent-lost", "idle"]
    error = tools.evaluate("""async () => {
        const { AvatarAgent } = await import('/sdk/agent.js')
        const closed = new RTCPeerConnection()
        closed.close()
        return tools.failure(() => new AvatarAgent({ renderer, connect: closed, microphone: false }).start())
    }""")
    assert error["code"] == "agent-lost"


def test_a_stream_that_ends_ends_the_talk(tools):
    tools.evaluate(OPEN, {})
    if has_webrtc(tools):
        tools.evaluate(PEERS)
    # Only the other end can end a track so that it says so; Firefox keeps what a page dispatches on one from its listeners.
    answer = tools.evaluate("""async () => {
        const { AvatarAgent } = await import('/sdk/agent.js')
        globalThis.other?.destroy()
        agent.destroy()
        const track = globalThis.near?.getReceivers()[0].track ?? voice.stream.getTracks()[0]
        const listener = new AvatarAgent({ renderer, connect: new MediaStream([track]), microphone: false })
        await listener.start()
        const ended = new Promise((resolve) => listener.addEventListener('ended', () => resolve(listener.state)))
        if (globalThis.far) {
            far.getTransceivers()[0].stop()
            await negotiate()
        } else {
            track.dispatchEvent(new Event('ended'))
        }
        return ended
    }""")
    assert answer == "idle"


# The like of an endpoint: answers an offer with a peer that hums. Requests are kept.
ENDPOINT = """() => {
    const requests = [], said = []
    let channel
    globalThis.fetch = async (url, { method = 'GET', headers = {}, body } = {}) => {
        requests.push({ url: String(url), method, authorization: headers.Authorization ?? null, type: headers['Content-Type'] })
        if (String(url).endsWith('/refuses')) return new Response('{"detail": "No more today."}', { status: 403 })
        if (String(url).endsWith('/agent/session')) {
            return new Response(JSON.stringify({ secret: 'ek_1', expires_at: 1, calls: '/calls', model: 'm' }))
        }
        if (method === 'DELETE') return new Response(null, { status: 204 })
        if (String(url).endsWith('/nonsense')) {
            const response = new Response('no description', { status: 201, headers: { Location: '/resource/2' } })
            Object.defineProperty(response, 'url', { value: new URL(url, location.href).href })
            return response
        }
        const isJSON = headers['Content-Type'] === 'application/json'
        const far = new RTCPeerConnection()
        far.ondatachannel = (event) => {
            channel = event.channel
            channel.onmessage = ({ data }) => said.push(JSON.parse(data))
        }
        for (const track of voice.stream.getTracks()) far.addTrack(track, voice.stream)
        await far.setRemoteDescription({ type: 'offer', sdp: isJSON ? JSON.parse(body).sdp : body })
        await far.setLocalDescription()
        await new Promise((resolve) => {
            far.onicegatheringstatechange = () => far.iceGatheringState === 'complete' && resolve()
            setTimeout(resolve, 1000)
        })
        const { sdp } = far.localDescription
        const response = new Response(isJSON ? JSON.stringify({ type: 'answer', sdp }) : sdp, {
            status: 201, headers: { Location: '/resource/1' } })
        Object.defineProperty(response, 'url', { value: new URL(url, location.href).href })
        return response
    }
    Object.assign(globalThis, { requests, said, emit: (event) => channel.send(JSON.stringify(event)), ready: () => channel?.readyState === 'open' })
}"""

START = """async ([module, name, ...values]) => {
    const { AvatarAgent } = await import('/sdk/agent.js')
    const adapter = (await import(module))[name](...values)
    agent.destroy()
    const other = new AvatarAgent({ renderer, connect: adapter, microphone: user.stream, subtitles, bargeIn: true })
    const otherLog = []
    for (const name of ['state', 'interrupted', 'transcript', 'error']) {
        other.addEventListener(name, (event) => {
            event.preventDefault()
            const { state, by, position, code, text, who } = event.detail
            otherLog.push({ name, state, by, position, code, text, who })
        })
    }
    Object.assign(globalThis, { other, otherLog })
    await other.start()
}"""


def test_whip_and_whep_are_spoken(tools):
    need_webrtc(tools)
    tools.evaluate(OPEN, {})
    tools.evaluate(ENDPOINT)
    for format, kind in [("sdp", "application/sdp"), ("json", "application/json")]:
        tools.evaluate(START, ["/sdk/agent-offer.js", "offerAgent", "/whep/x", {"token": "t", "format": format}])
        tools.evaluate("{ voice.on = true }")
        until(tools, "other.state === 'speaking'")
        tools.evaluate("{ voice.on = false }")
        assert tools.evaluate("requests.at(-1)") == {
            "url": "/whep/x", "method": "POST", "authorization": "Bearer t", "type": kind}
        tools.evaluate("other.destroy()")
        last = tools.evaluate("requests.at(-1)")
        assert last["method"] == "DELETE" and last["url"].endswith("/resource/1")
    error = tools.evaluate("""async () => {
        const { AvatarAgent } = await import('/sdk/agent.js')
        const { offerAgent } = await import('/sdk/agent-offer.js')
        return tools.failure(() => new AvatarAgent({ renderer, connect: offerAgent('/refuses'), microphone: false }).start())
    }""")
    assert (error["name"], error["code"], error["message"]) == (
        "AgentError", "agent-refused", "The agent refuses: No more today.")
    # What was opened at the other end is closed there, also where nothing comes of it.
    tools.evaluate("""async () => {
        const { AvatarAgent } = await import('/sdk/agent.js')
        const { offerAgent } = await import('/sdk/agent-offer.js')
        await new AvatarAgent({ renderer, connect: offerAgent('/nonsense'), microphone: false }).start().catch(() => {})
    }""")
    last = tools.evaluate("requests.at(-1)")
    assert last["method"] == "DELETE" and last["url"].endswith("/resource/2")


def test_openai_realtime_is_spoken(tools):
    need_webrtc(tools)
    tools.evaluate(OPEN, {})
    tools.evaluate(ENDPOINT)
    tools.evaluate(START, ["/sdk/agent-openai.js", "openaiAgent", {"session": "/agent/session", "token": "user-token"}])
    until(tools, "ready()")
    assert tools.evaluate("requests.map(({ url, authorization }) => [url, authorization])") == [
        ["/agent/session", "Bearer user-token"], ["/calls", "Bearer ek_1"]]
    tools.evaluate("""async () => {
        emit({ type: 'input_audio_buffer.speech_stopped' })
        emit({ type: 'conversation.item.input_audio_transcription.completed', transcript: 'hello' })
        emit({ type: 'response.created' })
        emit({ type: 'response.output_item.added', item: { type: 'message', id: 'item_1' } })
        emit({ type: 'response.output_item.added', item: { type: 'function_call', id: 'call_1' } })
        emit({ type: 'error', error: { type: 'invalid_request_error', message: 'Audio content of 3700ms is already shorter.' } })
        emit({ type: 'response.output_audio_transcript.delta', delta: 'Good ' })
        emit({ type: 'response.output_audio_transcript.delta', delta: 'day' })
        globalThis.begun = context.currentTime
        voice.on = true
    }""")
    until(tools, "other.state === 'speaking'")
    heard = tools.evaluate("context.currentTime - begun")
    tools.wait_for_timeout(1000)
    tools.evaluate("{ emit({ type: 'input_audio_buffer.speech_started' }); globalThis.cutAt = context.currentTime - begun }")
    until(tools, "said.length >= 3")
    assert tools.evaluate("said.map(({ type }) => type)") == [
        "response.cancel", "output_audio_buffer.clear", "conversation.item.truncate"]
    cut = tools.evaluate("said[2]")
    spoken = tools.evaluate("cutAt")
    # Of the voice the beginning is on its way for a tenth of a second.
    assert cut["item_id"] == "item_1" and spoken - heard - 0.4 < cut["audio_end_ms"] / 1000 < spoken + 1
    log = tools.evaluate("otherLog")
    assert [entry["by"] for entry in log if entry["name"] == "interrupted"] == ["agent"]
    assert [(entry["who"], entry["text"]) for entry in log if entry["name"] == "transcript"] == [
        ("user", "hello"), ("agent", "Good "), ("agent", "Good day"), ("agent", "Good day …")]
    # There is one response at a time: the next is asked for when the cancelled one is done.
    tools.evaluate("other.say('And you?')")
    until(tools, "said.length >= 4")
    assert tools.evaluate("said[3].item.content[0].text") == "And you?"
    tools.evaluate("{ emit({ type: 'response.done', response: { status: 'cancelled' } }) }")
    until(tools, "said.length >= 5")
    assert tools.evaluate("said[4].type") == "response.create" and tools.evaluate("other.state") == "thinking"
    tools.evaluate("{ emit({ type: 'response.created' }) }")
    tools.evaluate("{ other.interrupt() }")
    until(tools, "said.some(({ type }, index) => index > 4 && type === 'output_audio_buffer.clear')")
    assert tools.evaluate("other.state") == "listening"
    # A session that has expired is opened anew.
    tools.evaluate("{ emit({ type: 'error', error: { code: 'session_expired', message: 'Your session hit the maximum duration.' } }) }")
    until(tools, "requests.length === 4 && other.state !== 'idle'")


# The like of `flexatar agent`: `hear` says something, `sent` is what it is told.
LOCAL = """async () => {
    globalThis.sent = []
    globalThis.WebSocket = class {
        static OPEN = 1
        readyState = 1
        bufferedAmount = 0
        constructor() {
            globalThis.socket = this
            setTimeout(() => {
                this.onopen()
                hear({ type: 'ready', hears: true })
            })
        }
        send(data) { if (typeof data === 'string') sent.push(JSON.parse(data)) }
        close() {}
    }
    globalThis.hear = (message) => socket.onmessage({ data: message instanceof ArrayBuffer ? message : JSON.stringify(message) })
    globalThis.answer = (seconds) => {
        const samples = Int16Array.from({ length: seconds * 16000 }, (_, at) => 9000 * Math.sin(at / 8))
        hear({ type: 'reply', rate: 16000, samples: samples.length, phones: [] })
        hear(samples.buffer)
        hear({ type: 'reply_end' })
    }
    const { AvatarAgent } = await import('/sdk/agent.js')
    const { localAgent } = await import('/sdk/agent-local.js')
    agent.destroy()
    globalThis.other = new AvatarAgent({ renderer, connect: localAgent('ws://localhost:1/'), microphone: false })
    await other.start()
}"""


def test_the_local_agent_is_told_how_much_was_heard(tools):
    tools.evaluate(OPEN, {})
    tools.evaluate(LOCAL)
    tools.evaluate("answer(20)")
    until(tools, "other.position > 0.5")
    position = tools.evaluate("other.interrupt()")
    assert position > 0.5 and tools.evaluate("sent.at(-1)") == {"type": "interrupted", "position": position}
    # Of an answer that was only thought of nothing is said: it is not the one before that was cut.
    tools.evaluate("hear({ type: 'thinking' })")
    tools.evaluate("other.interrupt()")
    assert tools.evaluate("sent.at(-1)") == {"type": "interrupted"}


def test_a_livekit_agent_is_heard_in_its_room(tools):
    tools.evaluate(OPEN, {})
    tools.evaluate("""() => {
        // As much of livekit-client's Room as the adapter uses.
        class Room extends EventTarget {
            remoteParticipants = new Map()
            localParticipant = { identity: 'me' }
            handlers = {}
            on(name, handler) { this.handlers[name] = handler }
            off(name) { delete this.handlers[name] }
            registerTextStreamHandler(topic, handler) { this.text = handler }
            unregisterTextStreamHandler() { this.text = null }
        }
        globalThis.room = new Room()
    }""")
    tools.evaluate("""async () => {
        const { AvatarAgent } = await import('/sdk/agent.js')
        const { livekitAgent } = await import('/sdk/agent-livekit.js')
        agent.destroy()
        globalThis.calls = []
        const interrupt = (position, identity) => calls.push([position > 0, identity])
        globalThis.other = new AvatarAgent({ renderer, connect: livekitAgent(room, { interrupt }), microphone: false, subtitles })
        globalThis.codes = []
        other.addEventListener('error', (event) => { event.preventDefault(); codes.push(event.detail.code) })
        const started = other.start()
        await new Promise((resolve) => setTimeout(resolve, 100))
        const bot = globalThis.bot = { identity: 'agent-1', attributes: {}, trackPublications: new Map() }
        room.handlers.trackSubscribed({ kind: 'audio', mediaStreamTrack: voice.stream.getAudioTracks()[0] }, {}, bot)
        await started
    }""")
    tools.evaluate("room.handlers.participantAttributesChanged({ 'lk.agent.state': 'thinking' }, bot)")
    assert tools.evaluate("other.state") == "thinking"
    tools.evaluate("{ voice.on = true }")
    until(tools, "other.state === 'speaking'")
    tools.evaluate("room.text(Object.assign((async function* () { yield 'Good '; yield 'day' })(), { info: {} }), { identity: 'agent-1' })")
    until(tools, "subtitles.textContent === 'Good day'")
    # An agent that is interrupted here and goes on is not heard, however it pauses, until its state changes.
    become = "room.handlers.participantAttributesChanged({ 'lk.agent.state': '%s' }, bot)"
    tools.evaluate(become % "speaking")
    until(tools, "other.position > 0.3")
    tools.evaluate("other.interrupt()")
    assert tools.evaluate("calls") == [[True, "agent-1"]]
    for is_on in ("false", "true"):
        tools.evaluate(f"{{ voice.on = {is_on}; globalThis.since = context.currentTime }}")
        until(tools, "context.currentTime > since + 1.2")
        assert tools.evaluate("other.state") == "listening"
    tools.evaluate(become % "listening")
    tools.evaluate(become % "speaking")
    until(tools, "other.state === 'speaking'")
    # Its connection is the room's: once it has left, nobody else is waited for.
    tools.evaluate("{ other.stop() }")
    assert tools.evaluate("[Object.keys(room.handlers).length, room.text]") == [0, None]


def test_what_cannot_be_an_agent_is_refused(tools):
    tools.evaluate(OPEN, {})
    error = tools.evaluate("""async () => {
        const { AvatarAgent } = await import('/sdk/agent.js')
        return tools.failure(() => new AvatarAgent({ renderer, connect: 'https://example.com' }))
    }""")
    assert (error["typed"], error["code"]) == (True, "bad-agent")
    error = tools.evaluate("tools.failure(() => agent.say('hello'))")
    assert error["code"] == "bad-agent"
    error = tools.evaluate("""async () => {
        const { AvatarAgent } = await import('/sdk/agent.js')
        const { localAgent } = await import('/sdk/agent-local.js')
        return tools.failure(() => new AvatarAgent({ renderer, connect: async () => ({ sound: new MediaStream(), close() {} }), microphone: false }).start())
    }""")
    assert error["code"] == "no-sound"
