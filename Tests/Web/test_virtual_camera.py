"""A camera and a microphone that a page finds among its devices, as the standard has devices."""
import numpy
import pytest

from conftest import opened, until, watch

pytestmark = pytest.mark.alone

# The avatar starts when a page chooses it, and is counted.
INSTALL = """async (options) => {
    const { installVirtualCamera } = await import('/sdk/virtual-camera.js')
    globalThis.changes = 0
    navigator.mediaDevices.addEventListener('devicechange', () => changes++)
    globalThis.starts = []
    globalThis.closes = 0
    globalThis.virtual = installVirtualCamera(async (request) => {
        starts.push(request)
        const renderer = await tools.open({ width: 320, height: 240 })
        const voice = await tools.SDK.FtarRenderer.openMicrophone()
        renderer.connectMediaStream(voice)
        globalThis.microphone = voice.getAudioTracks()[0]
        renderer.close = () => {
            closes++
            microphone.stop()
            renderer.destroy()
        }
        return renderer
    }, { label: 'Ada', ...options })
    globalThis.list = async () => (await navigator.mediaDevices.enumerateDevices()).map((device) => device.toJSON())
    globalThis.take = (constraints) => navigator.mediaDevices.getUserMedia(constraints)
    globalThis.refusal = (constraints) => take(constraints).then(
        () => null, (error) => ({ name: error.name, constraint: error.constraint }))
}"""
FAKE = ["--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required"]


@pytest.fixture
def page(tools):
    tools.evaluate(INSTALL, {})
    return tools


def test_a_page_finds_a_camera_and_a_microphone_of_one_group(page):
    devices = page.evaluate("list()")
    camera = next(d for d in devices if d["label"] == "Ada")
    microphone = next(d for d in devices if d["label"] == "Ada (voice)")
    assert (camera["kind"], microphone["kind"]) == ("videoinput", "audioinput")
    assert camera["groupId"] == microphone["groupId"] != ""
    assert len({d["deviceId"] + d["kind"] for d in devices}) == len(devices)
    assert page.evaluate("""async () => {
        const [device] = (await navigator.mediaDevices.enumerateDevices()).filter(({ label }) => label === 'Ada')
        return [device instanceof MediaDeviceInfo, device.getCapabilities().facingMode, changes]
    }""") == [True, ["user"], 1]
    assert page.evaluate("starts") == []


def test_devices_stay_nameless_until_the_page_may_know_them(launch, site):
    """Without a fake permission dialogue: nobody has allowed anything."""
    with launch("--use-fake-device-for-media-stream") as browser, opened(browser, f"{site}/test/blank.html") as page:
        page.evaluate(INSTALL, {})
        before = page.evaluate("list()")
        assert all(d["label"] == d["deviceId"] == d["groupId"] == "" for d in before)
        assert len([d for d in before if d["kind"] == "videoinput"]) == 1
        page.context.grant_permissions(["camera", "microphone"])
        after = page.evaluate("list()")
    assert {"Ada", "Ada (voice)"} <= {d["label"] for d in after}


def test_the_chosen_camera_and_microphone_are_the_avatars(page):
    result = page.evaluate("""async () => {
        const stream = await take({
            video: { deviceId: { exact: virtual.deviceId }, width: 480, height: { ideal: 360 }, frameRate: { max: 30 } },
            audio: { deviceId: virtual.microphoneId, echoCancellation: false },
        })
        globalThis.stream = stream
        const [video] = stream.getVideoTracks(), [audio] = stream.getAudioTracks()
        const { width, height, deviceId, groupId, facingMode } = video.getSettings()
        return {
            kinds: stream.getTracks().map(({ kind, label, readyState }) => [kind, label, readyState]),
            settings: { width, height, deviceId, groupId, facingMode }, capabilities: video.getCapabilities(),
            constraints: video.getConstraints(), size: renderer.size, audioId: audio.getSettings().deviceId,
            ids: [virtual.deviceId, virtual.microphoneId, virtual.groupId], isInUse: virtual.isInUse, starts,
        }
    }""")
    camera, microphone, group = result["ids"]
    assert result["kinds"] == [["audio", "Ada (voice)", "live"], ["video", "Ada", "live"]]
    assert result["settings"] == {
        "width": 480, "height": 360, "deviceId": camera, "groupId": group, "facingMode": "user"}
    assert result["capabilities"]["width"]["max"] == 1920 and result["capabilities"]["deviceId"] == [camera]
    assert result["constraints"]["deviceId"] == {"exact": camera}
    assert result["size"] == {"width": 480, "height": 360} and result["audioId"] == microphone
    assert result["isInUse"] and len(result["starts"]) == 1
    assert result["starts"][0]["audio"] == {"deviceId": microphone, "echoCancellation": False}
    assert page.evaluate("""async () => {
        const reader = new MediaStreamTrackProcessor({ track: stream.getVideoTracks()[0] }).readable.getReader()
        const seen = new Set()
        for (let frame = 0; frame < 40; frame++) {
            const { value } = await reader.read()
            seen.add(`${value.displayWidth}x${value.displayHeight}`)
            value.close()
        }
        return [...seen].at(-1)
    }""") == "480x360"


def test_the_picture_is_as_large_and_as_frequent_as_the_most_demanding_track_asks(page):
    shapes = page.evaluate("""async () => {
        const id = { exact: virtual.deviceId }
        const ask = async (width, height, frameRate) =>
            (await take({ video: { deviceId: id, width, height, frameRate } })).getVideoTracks()[0]
        const shape = (track) => {
            const { width, height, frameRate } = track.getSettings()
            return [width, height, frameRate]
        }
        const first = await ask(160, 120, 20)
        const alone = [shape(first), renderer.frameRate]
        const second = await ask(480, 360, 15)
        const both = [shape(first), shape(second), { ...renderer.size }, renderer.frameRate]
        second.stop()
        return { alone, both, after: { ...renderer.size }, starts: starts.length }
    }""")
    assert shapes["alone"] == [[160, 120, 20], 20]
    assert shapes["both"] == [[480, 360, 20], [480, 360, 20], {"width": 480, "height": 360}, 20]
    assert shapes["after"] == {"width": 160, "height": 120} and shapes["starts"] == 1


def test_constraints_that_cannot_be_met_are_refused_before_anything_starts(page):
    refused = page.evaluate("""async () => {
        const deviceId = { exact: virtual.deviceId }
        return [
            await refusal({ video: { deviceId, width: { min: 5000 } } }),
            await refusal({ video: { deviceId, facingMode: { exact: 'environment' } } }),
            await refusal({ video: { deviceId: { exact: 'nobody' } } }),
            starts.length,
        ]
    }""")
    assert refused == [
        {"name": "OverconstrainedError", "constraint": "width"},
        {"name": "OverconstrainedError", "constraint": "facingMode"},
        {"name": "OverconstrainedError", "constraint": "deviceId"}, 0]


def test_what_does_not_name_it_goes_to_the_real_devices(page):
    labels = page.evaluate("""async () => {
        const stream = await take({ video: true, audio: true })
        const mixed = await take({ video: { deviceId: virtual.deviceId }, audio: true })
        const labels = [stream, mixed].map((each) => each.getTracks().map(({ label }) => label))
        for (const track of [...stream.getTracks(), ...mixed.getTracks()]) track.stop()
        return labels
    }""")
    real, mixed = labels
    assert all("fake" in label.lower() for label in real)
    assert "fake" in mixed[0].lower() and mixed[1] == "Ada"


def test_the_last_stop_ends_the_avatar_and_the_real_microphone(page):
    result = page.evaluate("""async () => {
        const stream = await take({ video: { deviceId: virtual.deviceId }, audio: { deviceId: virtual.microphoneId } })
        const copy = stream.clone()
        const [again] = copy.getVideoTracks()
        const twin = again.clone()
        for (const track of stream.getTracks()) track.stop()
        again.stop()
        copy.getAudioTracks()[0].stop()
        const before = [closes, microphone.readyState, virtual.isInUse, twin.label, twin.getSettings().width]
        twin.stop()
        const after = [closes, microphone.readyState, virtual.isInUse]
        const second = await take({ video: { deviceId: virtual.deviceId } })
        return { before, after, starts: starts.length, live: second.getVideoTracks()[0].readyState }
    }""")
    assert result["before"] == [0, "live", True, "Ada", 320]
    assert result["after"] == [1, "ended", False]
    assert result["starts"] == 2 and result["live"] == "live"


def test_constraints_can_be_changed_while_it_runs(page):
    result = page.evaluate("""async () => {
        const [track] = (await take({ video: { deviceId: virtual.deviceId } })).getVideoTracks()
        await track.applyConstraints({ width: 320, height: 180 })
        const { width, height } = track.getSettings()
        const error = await track.applyConstraints({ width: { exact: 9000 } }).catch(({ name, constraint }) => [name, constraint])
        return [width, height, renderer.size, error, track.getConstraints()]
    }""")
    assert result == [320, 180, {"width": 320, "height": 180}, ["OverconstrainedError", "width"], {"width": 320, "height": 180}]


def test_uninstalling_restores_the_page_and_ends_its_tracks(page):
    result = page.evaluate("""async () => {
        const [track] = (await take({ video: { deviceId: virtual.deviceId } })).getVideoTracks()
        let ended = 0
        track.onended = () => ended++
        virtual.uninstall()
        virtual.uninstall()
        return {
            ended, changes, closes, microphone: microphone.readyState, labels: (await list()).map(({ label }) => label),
            native: MediaDevices.prototype.getUserMedia.toString().includes('[native code]'),
            gone: await refusal({ video: { deviceId: { exact: virtual.deviceId } } }),
        }
    }""")
    assert (result["ended"], result["changes"], result["closes"], result["microphone"]) == (1, 2, 1, "ended")
    assert "Ada" not in result["labels"] and result["native"]
    assert result["gone"] == {"name": "OverconstrainedError", "constraint": "deviceId"}


def test_an_unplugged_microphone_ends_the_voice_but_not_the_picture(page):
    states = page.evaluate("""async () => {
        const stream = await take({ video: { deviceId: virtual.deviceId }, audio: { deviceId: virtual.microphoneId } })
        let ended = 0
        stream.getAudioTracks()[0].onended = () => ended++
        microphone.stop()
        microphone.dispatchEvent(new Event('ended'))
        await new Promise((resolve) => setTimeout(resolve, 200))
        return [ended, ...stream.getTracks().map(({ kind, readyState }) => `${kind} ${readyState}`), errors.map(({ code }) => code)]
    }""")
    assert states == [1, "audio ended", "video live", ["microphone-unplugged"]]


def test_an_avatar_that_does_not_start_is_an_error_that_pages_know(tools):
    tools.evaluate("""async () => {
        const { installVirtualCamera } = await import('/sdk/virtual-camera.js')
        const make = (error) => installVirtualCamera(() => { throw error }, { label: error.code ?? 'other' })
        globalThis.refused = make(new tools.SDK.SoundError('microphone-refused', 'no'))
        globalThis.broken = make(new Error('out of order'))
    }""")
    failure = "(id) => navigator.mediaDevices.getUserMedia({ video: { deviceId: id } }).catch(({ name }) => name)"
    assert tools.evaluate(failure, tools.evaluate("refused.deviceId")) == "NotAllowedError"
    assert tools.evaluate(failure, tools.evaluate("broken.deviceId")) == "NotReadableError"


def test_where_there_is_no_camera_the_avatar_is_the_camera(launch, site):
    with launch("--use-fake-device-for-media-stream=device-count=0", *FAKE) as browser, \
            opened(browser, f"{site}/test/blank.html") as page:
        page.evaluate(INSTALL, {})
        label = page.evaluate("take({ video: true }).then((stream) => stream.getTracks()[0].label)")
        state = page.evaluate("navigator.permissions.query({ name: 'camera' }).then(({ state }) => state)")
        refused = page.evaluate("refusal({ video: { deviceId: { exact: 'another' } } })")
    assert label == "Ada" and state == "granted"
    assert refused["name"] in ("NotFoundError", "OverconstrainedError")


def test_as_the_default_it_is_what_a_page_gets_that_asks_for_no_camera(tools):
    tools.evaluate(INSTALL, {"isDefault": True})
    assert tools.evaluate("take({ video: true }).then((stream) => stream.getTracks()[0].label)") == "Ada"
    first = tools.evaluate("list().then((all) => all.find(({ kind }) => kind === 'videoinput').label)")
    assert first == "Ada"


def test_a_camera_with_its_studio_is_a_source_too(tools):
    """What the studio changes, the page that chose the device sees; the voice is the one that speaks."""
    taken = tools.evaluate("""async () => {
        const { VCAM } = await import('/sdk/vcam.js')
        const { installVirtualCamera } = await import('/sdk/virtual-camera.js')
        const camera = new VCAM(null, { filesUrl: '/files', url: '/studio/index.html', size: { width: 320, height: 240 } })
        globalThis.camera = camera
        camera.mount(document.body)
        await camera.readyPromise
        camera.src = await tools.SDK.FtarRenderer.openMicrophone()
        installVirtualCamera(camera, { label: 'Ada' })
        const devices = await navigator.mediaDevices.enumerateDevices()
        const id = (label) => ({ exact: devices.find((device) => device.label === label).deviceId })
        globalThis.stream = await navigator.mediaDevices.getUserMedia({
            video: { deviceId: id('Ada'), width: 480, height: 360, frameRate: 24 }, audio: { deviceId: id('Ada (voice)') } })
        const video = document.createElement('video')
        Object.assign(video, { srcObject: stream, muted: true })
        await video.play()
        const context = new AudioContext()
        const ear = context.createAnalyser()
        context.createMediaStreamSource(stream).connect(ear)
        globalThis.look = () => {
            const copy = new OffscreenCanvas(48, 36).getContext('2d')
            copy.drawImage(video, 0, 0, 48, 36)
            return [...copy.getImageData(0, 0, 48, 36).data]
        }
        let loudest = 0
        for (let wait = 0; wait < 300 && (loudest < 0.05 || video.videoWidth !== 480); wait++) {
            const heard = new Float32Array(ear.fftSize)
            ear.getFloatTimeDomainData(heard)
            loudest = Math.max(loudest, ...heard)
            await new Promise((resolve) => setTimeout(resolve, 50))
        }
        return { size: camera.size, rate: camera.frameRate, shown: [video.videoWidth, video.videoHeight], loudest }
    }""")
    assert taken["size"] == {"width": 480, "height": 360} and taken["rate"] == 24 and taken["shown"] == [480, 360]
    assert taken["loudest"] >= 0.05
    before = numpy.array(tools.evaluate("look()"))
    frame = tools.wait_for_selector("iframe").content_frame()
    frame.click("#tab-picture")
    frame.click("#panel-picture >> text=Round")
    until(tools, "look()[0] < 10 && look()[4 * (18 * 48 + 24)] > 20")
    after = numpy.array(tools.evaluate("look()"))
    assert numpy.abs(after[:3] - before[:3]).max() > 20


def test_the_screen_is_captured_as_before(page):
    assert page.evaluate("MediaDevices.prototype.getDisplayMedia.toString().includes('[native code]')")
