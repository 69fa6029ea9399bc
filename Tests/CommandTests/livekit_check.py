"""Drives examples/livekit_avatar.py against a running worker with one place, as LiveKit's own runner does. Run by
test_livekit_avatar.py in an environment of its own, which has livekit-agents:

    python livekit_check.py ws://localhost:8090/
"""
import asyncio
import pathlib
import sys
import time

import numpy
from livekit import rtc
from livekit.agents.voice.avatar import AudioSegmentEnd, VideoGenerator

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "examples"))
import livekit_avatar as example  # noqa: E402

RATE = 24_000


def audio(seconds, rate=RATE, channels=1):
    samples = (8000 * numpy.sin(numpy.arange(int(seconds * rate)) * 0.05)).astype(numpy.int16)
    return [rtc.AudioFrame(data=part.repeat(channels).tobytes(), sample_rate=rate, num_channels=channels,
                           samples_per_channel=len(part))
            for part in numpy.array_split(samples, max(1, len(samples) // 480))]


class Runner:
    """Takes what the generator yields and counts as LiveKit's `AvatarRunner` does."""

    def __init__(self, generator):
        self.generator, self.heard, self.ends, self.pictures, self.size = generator, 0.0, [], 0, None
        self.task = asyncio.create_task(self.run())

    async def run(self):
        async for frame in self.generator:
            if isinstance(frame, AudioSegmentEnd):
                self.ends.append(self.heard)
                self.heard = 0.0
            elif isinstance(frame, rtc.AudioFrame):
                self.heard += frame.duration
            else:
                self.pictures += 1
                self.size = (frame.width, frame.height)

    async def until(self, true, seconds=90):
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end and not self.task.done()
            await asyncio.sleep(0.01)


def near(value, wanted, tolerance=0.002):
    assert abs(value - wanted) <= tolerance, (value, wanted)


async def segments_are_heard_whole_and_end_once(url):
    generator = example.WorkerVideoGenerator(url, sample_rate=RATE, width=128, height=128)
    assert isinstance(generator, VideoGenerator)
    await generator.connect()
    runner = Runner(generator)
    await runner.until(lambda: runner.pictures > 5)
    assert runner.heard == 0 and runner.size == (128, 128), "idle life is silent"
    for index, seconds in enumerate([0.5, 0.3, 0.7]):
        for frame in audio(seconds):
            await generator.push_audio(frame)
        await generator.push_audio(AudioSegmentEnd())
        await runner.until(lambda: len(runner.ends) == index + 1)
        near(runner.ends[index], seconds)

    # An interruption: no end of its own, and nothing of the old reply in the next one.
    for frame in audio(5):
        await generator.push_audio(frame)
    await runner.until(lambda: runner.heard > 0.5)
    await generator.clear_buffer()
    await runner.until(lambda: generator.finished[-1]["interrupted"])
    near(generator.finished[-1]["position"], runner.heard, 0.5)
    runner.heard = 0.0
    for frame in audio(0.4):
        await generator.push_audio(frame)
    await generator.push_audio(AudioSegmentEnd())
    await runner.until(lambda: len(runner.ends) == 4)
    near(runner.ends[-1], 0.4)
    assert len(generator.finished) == 5

    # Voices of other rates and of two channels.
    for index, (rate, channels) in enumerate([(48_000, 2), (22_050, 1), (RATE, 2)]):
        for frame in audio(0.5, rate, channels):
            await generator.push_audio(frame)
        await generator.push_audio(AudioSegmentEnd())
        await runner.until(lambda: len(runner.ends) == 5 + index)
        near(runner.ends[-1], 0.5, 0.01)
    await generator.aclose()


async def a_worker_without_a_place_is_an_error(url):
    first = example.WorkerVideoGenerator(url, width=128, height=128)
    await first.connect()
    second = example.WorkerVideoGenerator(url)
    try:
        await second.connect()
    except example.WorkerError as error:
        assert error.code == "busy", error.code
    else:
        raise AssertionError("two sessions in one place")
    await second.aclose()
    await first.aclose()


async def main(url):
    await segments_are_heard_whole_and_end_once(url)
    await asyncio.sleep(0.5)
    await a_worker_without_a_place_is_an_error(url)

if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
