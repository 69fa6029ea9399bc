"""A LiveKit avatar whose face is drawn by `flexatar avatar-worker`: no GPU, no browser.

`WorkerVideoGenerator` is a LiveKit `VideoGenerator`; an `AvatarRunner` publishes what it yields in a room:

    generator = WorkerVideoGenerator("ws://127.0.0.1:8090/", sample_rate=24000)
    await generator.connect()
    runner = AvatarRunner(room, audio_recv=DataStreamAudioReceiver(room), video_gen=generator, options=generator.options)
    await runner.start()

Run as a program it joins a room as the avatar of the agent in it (https://docs.livekit.io/agents/):

    pip install livekit-agents numpy
    flexatar avatar-worker &
    LIVEKIT_URL=wss://… LIVEKIT_TOKEN=… python examples/livekit_avatar.py
"""
from __future__ import annotations

import asyncio
import contextlib
import json
import os
import struct
from collections.abc import AsyncIterator

import aiohttp
import numpy
from livekit import rtc
from livekit.agents.voice.avatar import AudioSegmentEnd, AvatarOptions, AvatarRunner, DataStreamAudioReceiver
from livekit.agents.voice.avatar import VideoGenerator

HEADER = struct.Struct("<BBHIQII")
HAS_PICTURE = 1


class WorkerError(Exception):
    """The worker refused or left; `code` is its stable name for the reason."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


class WorkerVideoGenerator(VideoGenerator):
    """Pictures and sound of one session of the worker.

    Yields a picture at every tick, and sound only while the agent speaks: LiveKit counts the sound it is given as what
    has been heard. After the last sample of a segment an `AudioSegmentEnd` follows; none follows a cleared segment, of
    which LiveKit knows by itself.
    """

    def __init__(self, url: str, *, sample_rate: int = 24000, width: int = 512, height: int = 512, fps: float = 25,
                 **hello):
        """`hello`: what else the worker may be told: avatar, framing, background, emotion, seed."""
        self._url = url
        self._hello = dict(type="hello", rate=sample_rate, width=width, height=height, fps=fps, **hello)
        self._session: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._stale = 0
        self._resampler: tuple[int, rtc.AudioResampler] | None = None
        self.options = AvatarOptions(
            video_width=width, video_height=height, video_fps=fps, audio_sample_rate=sample_rate, audio_channels=1)
        #: The worker's own account of every segment: what `playback_finished` said.
        self.finished: list[dict] = []

    async def connect(self) -> None:
        """Opens the session. Raises `WorkerError` where the worker has no place or refuses."""
        self._session = aiohttp.ClientSession()
        self._socket = await self._session.ws_connect(self._url, max_msg_size=0)
        with contextlib.suppress(ConnectionError):  # a worker without a place closes at once, and says so below
            await self._say(**self._hello)
        while True:
            message = await self._socket.receive()
            if message.type != aiohttp.WSMsgType.TEXT:
                raise WorkerError("gone", "The worker closed the connection.")
            said = json.loads(message.data)
            if said["type"] == "error":
                raise WorkerError(said["code"], said["message"])
            if said["type"] == "ready":
                return

    async def push_audio(self, frame: rtc.AudioFrame | AudioSegmentEnd) -> None:
        if isinstance(frame, AudioSegmentEnd):
            await self._send(self._rest())
            await self._say(type="segment_end")
            return
        if frame.num_channels > 1:
            frame = _mono(frame)
        if frame.sample_rate == self._hello["rate"]:
            await self._send([*self._rest(), frame])
            return
        # Agents send whatever rate their voice has.
        if not self._resampler or self._resampler[0] != frame.sample_rate:
            await self._send(self._rest())
            self._resampler = frame.sample_rate, rtc.AudioResampler(frame.sample_rate, self._hello["rate"])
        await self._send(self._resampler[1].push(frame))

    def _rest(self) -> list[rtc.AudioFrame]:
        """What the resampler still has of the sound so far."""
        frames = self._resampler[1].flush() if self._resampler else []
        self._resampler = None
        return frames

    async def _send(self, frames: list[rtc.AudioFrame]) -> None:
        for frame in frames:
            await self._socket.send_bytes(bytes(frame.data))

    async def clear_buffer(self) -> None:
        self._resampler = None
        # Sound that was on its way before the worker heard of this is no longer the agent's.
        self._stale += 1
        await self._say(type="clear_buffer")

    def __aiter__(self) -> AsyncIterator[rtc.VideoFrame | rtc.AudioFrame | AudioSegmentEnd]:
        return self._frames()

    async def aclose(self) -> None:
        if self._socket:
            await self._socket.close()
        if self._session:
            await self._session.close()

    async def _say(self, **message) -> None:
        await self._socket.send_str(json.dumps(message))

    async def _frames(self) -> AsyncIterator[rtc.VideoFrame | rtc.AudioFrame | AudioSegmentEnd]:
        async for message in self._socket:
            if message.type == aiohttp.WSMsgType.BINARY:
                for frame in self._unpack(message.data):
                    yield frame
            elif message.type == aiohttp.WSMsgType.TEXT:
                said = json.loads(message.data)
                if said["type"] == "playback_finished":
                    self.finished.append(said)
                    if not said["interrupted"] and not self._stale:
                        yield AudioSegmentEnd()
                elif said["type"] == "cleared":
                    self._stale -= 1
                elif said["type"] == "error":
                    raise WorkerError(said["code"], said["message"])

    def _unpack(self, data: bytes) -> list[rtc.VideoFrame | rtc.AudioFrame]:
        _, flags, _, samples, _, first, end = HEADER.unpack_from(data)
        frames: list[rtc.VideoFrame | rtc.AudioFrame] = []
        if flags & HAS_PICTURE:
            frames.append(rtc.VideoFrame(
                width=self._hello["width"], height=self._hello["height"], type=rtc.VideoBufferType.RGBA,
                data=data[HEADER.size + 2 * samples:]))
        if end > first and not self._stale:
            spoken = data[HEADER.size + 2 * first:HEADER.size + 2 * end]
            frames.append(rtc.AudioFrame(
                data=spoken, sample_rate=self._hello["rate"], num_channels=1, samples_per_channel=end - first))
        return frames


def _mono(frame: rtc.AudioFrame) -> rtc.AudioFrame:
    samples = numpy.frombuffer(frame.data, numpy.int16).reshape(-1, frame.num_channels).mean(axis=1).astype(numpy.int16)
    return rtc.AudioFrame(
        data=samples.tobytes(), sample_rate=frame.sample_rate, num_channels=1, samples_per_channel=len(samples))


async def main() -> None:
    room = rtc.Room()
    await room.connect(os.environ["LIVEKIT_URL"], os.environ["LIVEKIT_TOKEN"])
    generator = WorkerVideoGenerator(os.environ.get("FLEXATAR_WORKER", "ws://127.0.0.1:8090/"))
    await generator.connect()
    runner = AvatarRunner(
        room, audio_recv=DataStreamAudioReceiver(room), video_gen=generator, options=generator.options)
    try:
        await runner.start()
        await runner.wait_for_complete()
    finally:
        await runner.aclose()
        await generator.aclose()
        await room.disconnect()


if __name__ == "__main__":
    asyncio.run(main())
