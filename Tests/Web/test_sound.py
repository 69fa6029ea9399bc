"""Odd sounds: the face goes on, and speaks again afterwards."""
import base64
import io
import wave

import numpy
import pytest

from conftest import read_wave, until
from measuring import mouth_motion, watched

pytestmark = pytest.mark.alone

# Plays a sound file through an <audio> element; frames go on being drawn.
PLAY = """async ({ sound, type }) => {
    const renderer = globalThis.renderer ?? await tools.open({ width: 240, height: 240 })
    renderer.animation = 'silent'
    const bytes = Uint8Array.from(atob(sound), (c) => c.charCodeAt(0))
    const element = new Audio(URL.createObjectURL(new Blob([bytes], { type: 'audio/wav' })))
    renderer.connectMediaStream(element)
    const over = new Promise((resolve) => { element.onended = element.onerror = resolve })
    element.play().catch(() => {})
    globalThis.over = over
}"""
# Plays floats as they are, out of range or not numbers, from a graph of its own.
PLAY_FLOATS = """async ({ rate, fill }) => {
    const renderer = globalThis.renderer ?? await tools.open({ width: 240, height: 240 })
    renderer.animation = 'silent'
    const context = new AudioContext({ sampleRate: rate })
    const buffer = context.createBuffer(1, rate * 2, rate)
    const samples = buffer.getChannelData(0)
    for (let at = 0; at < samples.length; at++) samples[at] = fill === 'NaN' ? NaN : fill * Math.sin(at * 0.05)
    const source = new AudioBufferSourceNode(context, { buffer })
    const out = context.createMediaStreamDestination()
    source.connect(out)
    renderer.connectMediaStream(out.stream)
    source.start()
    await new Promise((resolve) => { source.onended = resolve })
    await context.close()
}"""


@pytest.fixture(scope="module")
def speech(voice):
    """Three seconds of speech, 48 kHz."""
    samples, rate = read_wave(voice)
    return samples[int(2.2 * rate): int(5.2 * rate)]


def file(samples, rate, channels=1):
    out = io.BytesIO()
    with wave.open(out, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes((numpy.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return base64.b64encode(out.getvalue()).decode()


def at_rate(samples, rate):
    return numpy.interp(numpy.arange(int(3 * rate)) / rate, numpy.arange(len(samples)) / 48000, samples)


def play(page, sound, seconds=3.2):
    page.evaluate(PLAY, {"sound": sound})
    return watched(page, seconds)


def went_on(page):
    """No error, and frames are still drawn."""
    before = page.evaluate("renderer.stats.frames")
    until(page, f"renderer.stats.frames > {before + 3}")
    assert page.evaluate("errors") == []


@pytest.mark.parametrize("rate, channels", [(8000, 1), (44100, 2), (192000, 1)])
def test_speech_moves_the_mouth_at_any_rate(tools, speech, rate, channels):
    frames = play(tools, file(numpy.repeat(at_rate(speech, rate), channels), rate, channels))
    print(f"{rate} Hz, {channels} channels: mouth {mouth_motion(frames)}")
    assert mouth_motion(frames) >= 25
    went_on(tools)


@pytest.mark.parametrize("kind", ["no sample", "one sample", "silence"])
def test_where_there_is_no_voice_the_mouth_stays_closed(tools, kind):
    count = {"no sample": 0, "one sample": 1, "silence": 3 * 48000}[kind]
    tools.evaluate(PLAY, {"sound": file(numpy.ones(count) * (kind != "silence"), 48000)})
    tools.wait_for_timeout(1000)
    frames = watched(tools, 1.5)
    assert mouth_motion(frames) < 20
    went_on(tools)


def test_a_clipped_voice_still_speaks(tools, speech):
    frames = play(tools, file(speech * 40, 48000))
    assert mouth_motion(frames) >= 25
    went_on(tools)


@pytest.mark.parametrize("fill, rate", [("NaN", 48000), (1e30, 96000)])
def test_after_samples_that_are_no_sound_the_face_speaks_again(tools, speech, fill, rate):
    tools.evaluate(PLAY_FLOATS, {"fill": fill, "rate": rate})
    went_on(tools)
    frames = play(tools, file(speech, 48000))
    assert mouth_motion(frames) >= 25
    went_on(tools)


def test_a_sound_that_the_browser_has_suspended_goes_on_with_a_gesture(tools):
    """As phones do for a call or behind a lock, long after the first gesture."""
    tools.evaluate("""async () => {
        const renderer = await tools.open({ width: 240, height: 240 })
        renderer.connectMediaStream(new MediaStreamAudioDestinationNode(new AudioContext()).stream)
    }""")
    running = "tools.SoundInput.shared.state === 'running'"
    until(tools, running)
    tools.mouse.click(20, 20)
    for _ in range(2):
        tools.evaluate("tools.SoundInput.shared.suspend()")
        assert not tools.evaluate(running)
        tools.mouse.click(20, 20)
        until(tools, running, seconds=10)
