"""The mouth that is drawn against the sound that is heard, from pixels and samples: microphone, file and script."""
import base64
import json

import numpy
import pytest
from scipy.ndimage import minimum_filter1d

from conftest import opened, read_wave
from measuring import bytes_of, find, floats, lag, mouth, resampled
from neighbours import Neighbours, bar

pytestmark = pytest.mark.alone

STEP = 0.002  # seconds
SECONDS = 6.5  # of a recording
SPEECH = 4  # after a second of rest
WIDTH, HEIGHT = 160, 120
# Mouth early positive: seconds.
LATEST, EARLIEST = bar((-0.020, 0.045), (-0.1, 0.15))

# Frames of the video track carry the moment they were drawn for, on their worker's clock.
RECORD = """async ({ kind, sound, script, seconds, width, height }) => {
    const renderer = await tools.open({ width: 2 * width, height: 2 * height })
    canvas.style.width = '80px'
    renderer.still = true
    renderer.mood = 0
    let source, begin
    const context = await (async () => {
        if (kind === 'microphone') {
            source = await tools.SDK.FtarRenderer.openMicrophone(
                { echoCancellation: false, noiseSuppression: false, autoGainControl: false })
            renderer.connectMediaStream(source)
            return tools.SoundInput.shared
        }
        const bytes = Uint8Array.from(atob(sound), (letter) => letter.charCodeAt(0))
        if (kind === 'file') {
            source = new Audio(URL.createObjectURL(new Blob([bytes], { type: 'audio/wav' })))
            renderer.connectMediaStream(source)
            begin = () => source.play()
            return tools.SoundInput.shared
        }
        const context = new AudioContext()
        const buffer = await context.decodeAudioData(bytes.buffer)
        const out = new MediaStreamAudioDestinationNode(context)
        const node = new AudioBufferSourceNode(context, { buffer })
        node.connect(out)
        source = out.stream
        begin = async () => {
            const start = context.currentTime + 0.3
            node.start(start)
            await renderer.speakScript(script, { at: performance.now() + 1000 * (start - context.currentTime) })
        }
        renderer.connectMediaStream(source)
        return context
    })()
    const shared = tools.SoundInput.shared
    await shared.audioWorklet.addModule('/test/record-worklet.js')
    const recorder = new AudioWorkletNode(shared, 'record', { numberOfInputs: 2, numberOfOutputs: 1 })
    const heard = { blocks: [], clock: [] }
    recorder.port.onmessage = ({ data }) => {
        heard.clock.push([data.time + 2048 / shared.sampleRate, performance.now() / 1000])
        heard.blocks.push(data.channels[0])
    }
    const delayed = renderer.connectMediaStream(source)
    shared.createMediaStreamSource(delayed).connect(recorder, 0, 0)
    recorder.connect(shared.destination)
    const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
    const reader = new MediaStreamTrackProcessor({ track: renderer.mediaStream.getVideoTracks()[0] }).readable.getReader()
    const times = [], frames = []
    await begin?.()
    for (const end = performance.now() + 1000 * seconds; performance.now() < end;) {
        const { value } = await reader.read()
        times.push(value.timestamp / 1e6)
        copy.drawImage(value, 0, 0, width, height)
        value.close()
        const { data } = copy.getImageData(0, 0, width, height)
        frames.push(Uint8Array.from({ length: width * height }, (_, at) => data[4 * at + 1]))
    }
    const join = (parts, Type) => {
        const whole = new Type(parts.reduce((sum, part) => sum + part.length, 0))
        parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0)
        return tools.base64(new Uint8Array(whole.buffer))
    }
    return {
        times, frames: join(frames, Uint8Array), rate: shared.sampleRate,
        sound: join(heard.blocks, Float32Array), clock: heard.clock, errors, stats: renderer.stats,
    }
}"""


@pytest.fixture(scope="module")
def bursts(voice, tmp_path_factory):
    """A second of rest, then hisses and pauses of uneven lengths: a sound that moves no mouth by itself, with the script
    that opens it in each hiss."""
    _, rate = read_wave(voice)
    chance = numpy.random.default_rng(1)
    samples, script = numpy.zeros(int(SECONDS * rate)), []
    time = 1.0
    while time < 1 + SPEECH:
        length = chance.uniform(0.18, 0.4)
        at, count = int(time * rate), int(length * rate)
        samples[at: at + count] = 0.1 * chance.standard_normal(count)
        script += [{"time": time, "duration": length, "viseme": "aa"}]
        pause = chance.uniform(0.2, 0.4)
        script += [{"time": time + length, "duration": pause, "viseme": "sil"}]
        time += length + pause
    return write(tmp_path_factory.mktemp("bursts") / "bursts.wav", samples, rate), script


@pytest.fixture(scope="module")
def talk(voice, tmp_path_factory):
    """A second of rest, then speech."""
    samples, rate = read_wave(voice)
    return write(tmp_path_factory.mktemp("talk") / "talk.wav", samples[rate: (2 + SPEECH) * rate], rate), []


def write(path, samples, rate):
    import wave
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((numpy.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def asked(flexatar, sound, script, folder):
    """The mouth's opening every `STEP` of the sound, as the command line has it."""
    phones = folder / "script.tsv"
    phones.write_text("".join(f"{e['time']}\t{e['time'] + e['duration']}\t{e['viseme']}\n" for e in script))
    out = folder / "track.jsonl"
    flexatar("track", sound, *(["--phones", phones] if script else []), "-o", out)
    header, *lines = [json.loads(line) for line in out.read_text().splitlines()]
    names = header["blendshapes"]
    parts = {"jawOpen": 1, "mouthLowerDownLeft": 0.5, "mouthUpperUpLeft": 0.5, "mouthFunnel": 0.25}
    opening = sum(weight * numpy.array([line["b"][names.index(name)] for line in lines]) for name, weight in parts.items())
    times = numpy.array([line["t"] for line in lines])
    return numpy.interp(numpy.arange(0, 1 + SPEECH, STEP), times, opening)


def measure(kind, sound, script, launch_with_voice, site):
    """What the page showed and said: times and opening of the mouth on the sound's clock, statistics."""
    samples, rate = read_wave(sound)
    with launch_with_voice() as browser, opened(browser, f"{site}/test/blank.html") as page:
        recorded = page.evaluate(RECORD, {
            "kind": kind, "sound": base64.b64encode(sound.read_bytes()).decode(), "script": script,
            "seconds": SECONDS + (kind == "microphone"), "width": WIDTH, "height": HEIGHT})
        origin = page.workers[0].evaluate("performance.timeOrigin") - page.evaluate("performance.timeOrigin")
    assert recorded["errors"] == []
    frames = bytes_of(recorded["frames"]).reshape(-1, HEIGHT, WIDTH)
    heard = resampled(floats(recorded["sound"]), recorded["rate"], rate)
    ends, arrivals = numpy.transpose(recorded["clock"])
    begin = ends[0] - 2048 / recorded["rate"] + find(samples[: (1 + SPEECH) * rate], heard, rate) / rate
    # A busy machine's audio clock stands still now and then: what was earliest within a second tells where it is.
    late = minimum_filter1d(arrivals - ends, int(recorded["rate"] / 2048))
    times = numpy.array(recorded["times"]) + origin / 1000
    times = times - numpy.interp(times, arrivals, late) - begin
    return times, mouth(frames, (times > 0.2) & (times < 0.9)), recorded["stats"]


@pytest.mark.parametrize("kind", ["microphone", "file", "script"])
def test_the_mouth_is_in_step_with_the_sound(kind, request, launch_with_voice, site, flexatar, tmp_path):
    sound, script = request.getfixturevalue("bursts" if kind == "script" else "talk")
    wanted = asked(flexatar, sound, script, tmp_path)
    with Neighbours() as neighbours:
        times, opening, stats = measure(kind, sound, script, launch_with_voice, site)
    seen = numpy.interp(numpy.arange(0, 1 + SPEECH, STEP), times, opening)
    behind, fit = lag(wanted, seen, int(0.5 / STEP))
    early, rate = -behind * STEP, len(times) / (times[-1] - times[0])
    print(f"{kind}: mouth {early * 1000:+.0f} ms before its sound (correlation {fit:.2f}), {rate:.0f} frames a second, delay "
          f"{stats['delay']:.0f} ms, {neighbours}")
    assert fit >= bar(0.8, 0.6)
    # Where others take the worker's turns, a picture may come two later: one waits, one is being drawn.
    assert LATEST - bar(0, 2 / max(rate, 5)) <= early <= EARLIEST
