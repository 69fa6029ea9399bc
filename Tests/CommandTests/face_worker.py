"""A small client of `flexatar avatar-worker`, as docs/agents.md describes its messages."""
import asyncio
import contextlib
import json
import os
import struct
import subprocess
import time

import websockets

from conftest import PROGRAM, ROOT

HEADER = struct.Struct("<BBHIQII")


class Frame:
    """A tick: when it came, its sound and its picture."""

    def __init__(self, data):
        self.arrived = time.monotonic()
        self.version, self.flags, _, samples, self.microseconds, self.first, self.end = HEADER.unpack_from(data)
        self.sound = data[HEADER.size:HEADER.size + 2 * samples]
        self.picture = data[HEADER.size + 2 * samples:]

    @property
    def spoken(self):
        return self.end - self.first


class Client:
    """A session; `events` and `frames` fill as they come, each event with the spoken samples that came before it."""

    def __init__(self, socket, keeps):
        self.socket, self.keeps = socket, keeps
        self.events, self.frames = [], []
        self.count = self.pictures = self.spoken = 0
        self.reader = asyncio.create_task(self.read())

    async def read(self):
        with contextlib.suppress(websockets.ConnectionClosed):
            async for message in self.socket:
                if isinstance(message, str):
                    self.events.append({**json.loads(message), "arrived": time.monotonic(), "spoken": self.spoken})
                    continue
                frame = Frame(message)
                self.count += 1
                self.spoken += frame.spoken
                self.pictures += frame.flags & 1
                if self.keeps:
                    self.frames.append(frame)

    async def say(self, **message):
        await self.socket.send(json.dumps(message))

    async def push(self, samples):
        await self.socket.send(samples.astype("<i2").tobytes())

    def named(self, kind):
        return [event for event in self.events if event["type"] == kind]

    async def until(self, true, seconds=90):
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, self.events[-5:]
            await asyncio.sleep(0.005)


@contextlib.asynccontextmanager
async def session(url, keeps=True, **hello):
    async with websockets.connect(url, max_size=None, compression=None) as socket:
        client = Client(socket, keeps)
        # Where there is no place the worker says so and closes before it has heard anything.
        with contextlib.suppress(websockets.ConnectionClosed):
            await client.say(type="hello", **hello)
        await client.until(lambda: client.named("ready") or client.named("error"))
        yield client
        client.reader.cancel()


@contextlib.contextmanager
def working(*arguments):
    """The worker's address and process."""
    worker = subprocess.Popen([PROGRAM, "avatar-worker", "--port", "0", *arguments], stderr=subprocess.PIPE, text=True,
                              env={**os.environ, "FLEXATAR_HOME": str(ROOT)})
    try:
        line = worker.stderr.readline().strip()
        assert line.startswith("ws://localhost:"), line
        yield line, worker
    finally:
        worker.kill()
        worker.wait()


def memory(process):
    """Bytes of main memory that a process has."""
    with open(f"/proc/{process.pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))
