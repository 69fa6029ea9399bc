"""`POST /agent/session`: secrets of a hosted voice agent, minted with a key that stays here. The agent's side is a small
fake of its endpoint."""
import contextlib
import http.server
import json
import os
import subprocess
import threading
import time

import pytest

from conftest import PROGRAM, ROOT
from service import Service, needs_site

KEY = "sk-operators-own"
ANNA = {"authtype": "mail", "user": "anna"}


@contextlib.contextmanager
def endpoint(status=200, body=None, pause=0):
    """The like of `POST /v1/realtime/client_secrets`; gives its address and what was asked."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            content = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.path, self.headers["Authorization"], json.loads(content)))
            time.sleep(pause)
            answer = json.dumps(body or {"value": f"ek_{len(asked)}", "expires_at": 1_900_000_000}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def service(tmp_path, **environment):
    """A service and the token of one of its users."""
    needs_site()
    with Service(str(tmp_path / "s.sqlite"), **environment) as running:
        secret = running.account("shop", credit="1000")
        running.b2b(secret, "buysubscription", {**ANNA, "crt": "1"})
        yield running, running.b2b(secret, "usertoken", ANNA).json["token"]


def ask(running, token):
    return running.ask("POST", "/agent/session", token, {})


def test_a_user_gets_a_secret_and_never_the_key(tmp_path):
    with endpoint() as (base, asked), service(
            tmp_path, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=base, OPENAI_REALTIME_MODEL="m-1") as (running, token):
        answer = ask(running, token)
        assert answer.status == 200 and answer.json == {
            "secret": "ek_1", "expires_at": 1_900_000_000, "calls": f"{base}/realtime/calls", "model": "m-1"}
        assert answer.headers["cache-control"] == "no-store" and answer.headers["access-control-allow-origin"] == "*"
        assert asked == [("/v1/realtime/client_secrets", f"Bearer {KEY}", {
            "expires_after": {"anchor": "created_at", "seconds": 600}, "session": {
                "type": "realtime", "model": "m-1",
                "audio": {"input": {"transcription": {"model": "gpt-4o-mini-transcribe"}}}}})]
        assert KEY.encode() not in answer.body


def test_the_operator_says_who_the_agent_is(tmp_path):
    with endpoint() as (base, asked), service(
            tmp_path, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=base, OPENAI_REALTIME_INSTRUCTIONS="You are Ann.",
            OPENAI_REALTIME_VOICE="marin", OPENAI_REALTIME_TRANSCRIPTION="whisper-1",
            OPENAI_REALTIME_LANGUAGE="de") as (running, token):
        ask(running, token)
        assert asked[0][2]["session"] == {
            "type": "realtime", "model": "gpt-realtime", "instructions": "You are Ann.", "audio": {
                "input": {"transcription": {"model": "whisper-1", "language": "de"}}, "output": {"voice": "marin"}}}


def test_nobody_writes_down_what_the_operator_does_not_want(tmp_path):
    with endpoint() as (base, asked), service(
            tmp_path, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=base, OPENAI_REALTIME_TRANSCRIPTION="none") as (running, token):
        ask(running, token)
        assert asked[0][2]["session"] == {"type": "realtime", "model": "gpt-realtime"}


def test_strangers_get_none_and_nobody_gets_many(tmp_path):
    with endpoint() as (base, asked), service(tmp_path, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=base) as (running, token):
        ask(running, None).problem(401, "unauthorized")
        ask(running, "a.b.c").problem(401, "unauthorized")
        assert asked == []
        answers = [ask(running, token) for _ in range(8)]
        assert [answer.status for answer in answers] == [200] * 6 + [429] * 2
        assert int(answers[-1].headers["retry-after"]) >= 1


@pytest.mark.parametrize("status, body", [(401, {"error": {"message": f"Incorrect API key: {KEY}"}}), (200, {"odd": 1}), (500, {})])
def test_what_the_other_side_says_wrong_is_no_secret_and_gives_nothing_away(tmp_path, status, body):
    with endpoint(status, body) as (base, _), service(tmp_path, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=base) as (running, token):
        answer = ask(running, token)
        answer.problem(502, "agent_refused")
        assert KEY.encode() not in answer.body


def test_an_endpoint_that_is_away_is_told(tmp_path):
    with service(tmp_path, OPENAI_API_KEY=KEY, OPENAI_BASE_URL="http://127.0.0.1:9/v1") as (running, token):
        ask(running, token).problem(502, "agent_unreachable")


def test_without_a_key_there_is_no_agent(tmp_path):
    with service(tmp_path) as (running, token):
        ask(running, token).problem(404, "no_agent")


def test_an_address_that_is_none_is_refused_at_the_start(tmp_path):
    done = subprocess.run([PROGRAM, "serve", "--port", "0"], capture_output=True, text=True, timeout=120, env={
        **os.environ, "FLEXATAR_HOME": str(ROOT), "OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "somewhere",
        "DATABASE_URL": str(tmp_path / "s.sqlite")})
    assert done.returncode == 1 and "OPENAI_BASE_URL" in done.stderr and KEY not in done.stderr
