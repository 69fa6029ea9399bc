"""See avatar-worker.sh."""
import asyncio
import json
import os
import pathlib
import random
import sys
import time
import wave

import numpy

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests/CommandTests"))
from face_worker import memory, session, working  # noqa: E402

RATE = 16_000


def processor_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pinned(process):
    """Everything that the worker runs, on one core."""
    for thread in os.listdir(f"/proc/{process.pid}/task"):
        os.sched_setaffinity(int(thread), {0})


async def run(url, process, seconds, interruptions):
    with wave.open(str(ROOT / "dist/files/sample.wav")) as file:
        speech = numpy.frombuffer(file.readframes(file.getnframes()), numpy.int16)
    chance = random.Random(1)
    begun = time.monotonic()
    gap = seconds / (interruptions + 1)
    next_interruption = begun + gap
    missed = early = interrupted = segments = 0
    firsts, memories = [], []
    async with session(url, keeps=False, rate=RATE) as client:
        pinned(process)
        processor = processor_seconds(process)
        ready, count, pictures = time.monotonic(), client.count, client.pictures
        while time.monotonic() < begun + seconds:
            length = int(chance.uniform(0.1, 3) * RATE)
            start = chance.randrange(len(speech) - length) if length < len(speech) else 0
            sound, before, pushed = speech[start:start + length], client.spoken, time.monotonic()
            await client.push(sound)
            segments += 1
            cuts = time.monotonic() >= next_interruption
            if cuts:
                next_interruption += gap
                await asyncio.sleep(chance.uniform(0, length / RATE))
                await client.say(type="clear_buffer")
                interrupted += 1
            else:
                await client.say(type="segment_end")
            started = len(client.named("playback_started"))
            try:
                await client.until(lambda: len(client.named("playback_finished")) == 1, 20)
            except AssertionError:
                missed += 1
                client.events.clear()
                continue
            finished = client.named("playback_finished")[0]
            if client.named("playback_started") and started <= 1:
                firsts.append(client.named("playback_started")[0]["arrived"] - pushed)
            if not finished["interrupted"] and finished["spoken"] - before != len(sound):
                early += 1
            client.events.clear()
            if len(memories) < (time.monotonic() - begun) / 10:
                memories.append(memory(process))
            await asyncio.sleep(chance.uniform(0, 0.3))
        passed = time.monotonic() - ready
        third = len(memories) // 3
        return {
            "seconds": round(passed), "segments": segments, "interruptions": interrupted, "missed": missed, "early": early,
            "ticksPerSecond": round((client.count - count) / passed, 2),
            "picturesPerSecond": round((client.pictures - pictures) / passed, 2),
            "coreShare": round((processor_seconds(process) - processor) / passed, 2),
            "firstFrameMilliseconds": {name: round(1000 * float(numpy.percentile(firsts, share)))
                                       for name, share in [("median", 50), ("p95", 95), ("largest", 100)]},
            "megabytes": {"first": round(numpy.median(memories[:max(1, third)]) / 1e6, 1),
                          "last": round(numpy.median(memories[-max(1, third):]) / 1e6, 1),
                          "largest": round(max(memories) / 1e6, 1)},
        }


if __name__ == "__main__":
    with working() as (address, worker):
        print(json.dumps(asyncio.run(run(address, worker, float(sys.argv[1]), int(sys.argv[2])))))
