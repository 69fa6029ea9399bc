"""`flexatar agent`: the voice loop over a real socket, with its own programs and with a fake language model."""
import asyncio
import contextlib
import http.server
import json
import os
import shutil
import subprocess
import threading
import wave

import numpy
import pytest
import websockets

from conftest import PROGRAM, ROOT

pytestmark = pytest.mark.skipif(not shutil.which("flite"), reason="flite is not installed: scripts/setup.sh")


@contextlib.contextmanager
def agent(**environment):
    process = subprocess.Popen([PROGRAM, "agent", "--port", "0"], stderr=subprocess.PIPE, text=True,
                               env={**os.environ, "FLEXATAR_HOME": str(ROOT), **environment})
    try:
        line = process.stderr.readline().strip()
        assert line.startswith("ws://localhost:"), line
        yield line
    finally:
        process.terminate()
        assert process.wait(90) == 0


@pytest.fixture(scope="module")
def url(flexatar):
    with agent() as url:
        yield url


@contextlib.asynccontextmanager
async def talk(url, rate=16_000):
    """A conversation: `say(...)`, `hear(type)`, which gives the next message of that type and the sound before it."""
    async with websockets.connect(url, max_size=None) as socket:
        async def say(**message):
            await socket.send(json.dumps(message))

        async def hear(kind, seconds=180):
            sound = b""
            while True:
                message = await asyncio.wait_for(socket.recv(), seconds)
                if isinstance(message, bytes):
                    sound += message
                elif json.loads(message)["type"] == kind:
                    return {**json.loads(message), "sound": numpy.frombuffer(sound, "<i2")}

        await say(type="hello", rate=rate)
        socket.ready = await hear("ready")
        yield socket, say, hear


def spoken(text, folder):
    """A question as a microphone has it: a pause before and a longer one behind, 16 kHz."""
    path = folder / "question.wav"
    subprocess.run(["flite", "-voice", "slt", "-t", text, "-o", str(path)], check=True)
    with wave.open(str(path)) as file:
        assert file.getframerate() == 16_000
        voice = numpy.frombuffer(file.readframes(file.getnframes()), "<i2")
    rest = numpy.random.default_rng(1).integers(-8, 8, 16_000).astype("<i2")
    return numpy.concatenate([rest, voice, rest, rest])


def test_it_answers_in_writing_with_sound_and_phones(url):
    async def run():
        async with talk(url) as (_, say, hear):
            await say(type="say", text="hello there")
            assert (await hear("transcript"))["text"] == "hello there"
            assert (await hear("transcript"))["text"].startswith("Hello.")
            reply = await hear("reply")
            sound = (await hear("reply_end"))["sound"]
            assert len(sound) == reply["samples"] and abs(sound.astype(int)).max() > 3000
            phones = reply["phones"]
            assert len(phones) > 20 and phones[0]["time"] == 0
            ends = [phone["time"] + phone["duration"] for phone in phones]
            assert all(abs(end - later["time"]) < 1e-6 for end, later in zip(ends, phones[1:]))
            assert ends[-1] == pytest.approx(len(sound) / reply["rate"], abs=0.15)
    asyncio.run(run())


def test_it_hears_a_spoken_question(url, tmp_path):
    if not shutil.which("pocketsphinx_continuous"):
        pytest.skip("pocketsphinx is not installed: scripts/setup.sh")

    async def run():
        async with talk(url) as (socket, _, hear):
            assert socket.ready["hears"]
            question = spoken("what time is it", tmp_path)
            for start in range(0, len(question), 1600):
                await socket.send(question[start:start + 1600].tobytes())
            await hear("user_speaking")
            await hear("thinking")
            assert (await hear("transcript"))["text"] == "what time is it"
            assert (await hear("transcript"))["text"].startswith("It is ")
    asyncio.run(run())


@pytest.mark.parametrize("ends, answer", [("with the voice", "nothing_heard"), ("at the first word", "thinking")])
def test_an_echo_ends_with_its_reply_and_a_question_does_not(url, tmp_path, ends, answer):
    if not shutil.which("pocketsphinx_continuous"):
        pytest.skip("pocketsphinx is not installed: scripts/setup.sh")

    async def run():
        async with talk(url) as (socket, say, hear):
            question = spoken("good morning my friend would you please tell me what time it is", tmp_path)
            end = 20_000 if ends == "at the first word" else len(question) - 32_000
            await say(type="playing")
            for start in range(0, len(question), 1600):
                await socket.send(question[start:start + 1600].tobytes())
                if start <= end < start + 1600:
                    await say(type="played")
            await hear("user_speaking")
            while True:
                message = await asyncio.wait_for(socket.recv(), 180)
                if json.loads(message)["type"] in ("nothing_heard", "thinking"):
                    assert json.loads(message)["type"] == answer
                    return
    asyncio.run(run())


@pytest.mark.parametrize("messages, code", [
    (["nonsense"], "bad-message"), (['{"type":"say","text":"hi"}'], "bad-message"), ([b"\0\0"], "bad-message"),
    (['{"type":"hello","rate":5}'], "bad-rate"), (['{"type":"hello"}', '{"type":"hello"}'], "bad-message"),
    (['{"type":"hello"}', b"\0"], "bad-sound"), (['{"type":"hello"}', '{"type":"say","text":" "}'], "bad-text"),
    (['{"type":"hello"}', json.dumps({"type": "say", "text": "a" * 301})], "bad-text"),
])
def test_what_is_wrong_is_named(url, messages, code):
    async def run():
        async with websockets.connect(url) as socket:
            for message in messages:
                await socket.send(message)
            while True:
                said = json.loads(await asyncio.wait_for(socket.recv(), 60))
                if said["type"] == "error":
                    break
            assert said["code"] == code and said["message"].endswith(".")
            with pytest.raises(websockets.ConnectionClosed):
                await asyncio.wait_for(socket.recv(), 60)
    asyncio.run(run())


def test_one_address_has_few_conversations_and_gets_them_back(url):
    async def run():
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(4):
                await stack.enter_async_context(talk(url))
            async with websockets.connect(url) as socket:
                assert json.loads(await asyncio.wait_for(socket.recv(), 60))["code"] == "busy"
        # Once all have left, there is a place again, if not in the same moment.
        for _ in range(60):
            async with websockets.connect(url) as socket:
                await socket.send(json.dumps({"type": "hello", "rate": 16_000}))
                if json.loads(await asyncio.wait_for(socket.recv(), 60))["type"] == "ready":
                    return
            await asyncio.sleep(0.5)
        raise AssertionError("a place that was not given back")
    asyncio.run(run())


def test_a_language_model_may_answer(flexatar):
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append((self.path, self.headers["Authorization"], body))
            if len(asked) == 2:
                self.send_error(500)
                return
            answer = json.dumps({"choices": [{"message": {"role": "assistant", "content": "Blue is a fine colour."}}]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    async def run(url):
        async with talk(url) as (_, say, hear):
            await say(type="say", text="what is your favourite colour")
            await hear("transcript")
            assert (await hear("transcript"))["text"] == "Blue is a fine colour."
            await hear("reply_end")
            await say(type="say", text="why")
            assert (await hear("error"))["code"] == "no-answer"
            await say(type="say", text="and now")
            await hear("reply_end")

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with agent(FLEXATAR_AGENT_URL=f"http://127.0.0.1:{server.server_port}/v1", FLEXATAR_AGENT_MODEL="m",
                   FLEXATAR_AGENT_KEY="k") as url:
            asyncio.run(run(url))
    finally:
        server.shutdown()
        server.server_close()
    path, key, body = asked[1]
    assert (path, key, body["model"]) == ("/v1/chat/completions", "Bearer k", "m")
    assert [(message["role"], message["content"]) for message in body["messages"][1:]] == [
        ("user", "what is your favourite colour"), ("assistant", "Blue is a fine colour."), ("user", "why")]


def test_what_is_missing_on_the_machine_is_said(flexatar, tmp_path):
    """A machine without a recogniser, and one without a voice."""
    (tmp_path / "flite").symlink_to(shutil.which("flite"))

    async def run(url):
        async with talk(url) as (socket, _, _):
            assert not socket.ready["hears"] and "pocketsphinx" in socket.ready["note"]
    with agent(PATH=str(tmp_path)) as url:
        asyncio.run(run(url))
    flexatar("agent", "--port", "0", PATH="/nowhere").failed("flite")
    flexatar("agent", "--port", "0", FLEXATAR_AGENT_URL="ftp://x").failed("FLEXATAR_AGENT_URL")
    flexatar("agent", "--port", "0", FLEXATAR_AGENT_URL="http://x").failed("FLEXATAR_AGENT_MODEL")
