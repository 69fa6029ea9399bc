"""`flexatar serve`: the demo over real sockets."""
import contextlib
import gzip
import http.client
import signal
import socket
import subprocess
import tempfile
import time

import pytest

from conftest import PROGRAM, ROOT


@contextlib.contextmanager
def serving(*arguments):
    if not (ROOT / "dist/files/default.ftar").exists():
        pytest.skip("dist/files is not built: run ./run.sh or ./test.sh")
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [PROGRAM, "serve", "--port", "0", *arguments], stderr=subprocess.PIPE, text=True,
            env={"FLEXATAR_HOME": str(ROOT), "PATH": "/usr/bin:/bin", "DATABASE_URL": f"{folder}/service.sqlite",
                 "OBJECTS_FOLDER": f"{folder}/objects"})
        try:
            line = server.stderr.readline()
            assert line.startswith("http://localhost:"), line
            yield int(line.split(":")[2].split("/")[0]), server
        finally:
            server.kill()
            server.wait()


@pytest.fixture(scope="module")
def port(flexatar):
    with serving() as (port, _):
        yield port


def ask(port, path, method="GET", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=90)
    connection.putrequest(method, path, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {k.lower(): v for k, v in answer.getheaders()}, body


def test_serves_the_page_the_sdk_and_the_engine(port):
    status, headers, body = ask(port, "/main")
    assert status == 200 and headers["content-type"].startswith("text/html") and b"<canvas" in body
    assert "wasm-unsafe-eval" in headers["content-security-policy"]
    for path, kind, file in [("/sdk/easy-renderer.js", "text/javascript", "web/sdk/easy-renderer.js"),
                             ("/demo/main.css", "text/css", "web/demo/main.css"),
                             ("/files/engine.wasm", "application/wasm", "dist/files/engine.wasm"),
                             ("/files/default.ftar", "application/octet-stream", "dist/files/default.ftar")]:
        status, headers, body = ask(port, path)
        assert status == 200 and headers["content-type"].startswith(kind)
        assert body == (ROOT / file).read_bytes() and int(headers["content-length"]) == len(body)
    assert ask(port, "/")[0] in (302, 307)


def test_answers_not_modified(port):
    _, headers, _ = ask(port, "/files/engine.wasm")
    assert "no-cache" in headers["cache-control"]
    status, again, body = ask(port, "/files/engine.wasm", If_None_Match=headers["etag"])
    assert status == 304 and body == b"" and again["etag"] == headers["etag"]
    assert ask(port, "/files/engine.wasm", If_None_Match='"other"')[0] == 200


def test_answers_head_without_a_body(port):
    status, headers, body = ask(port, "/files/rig.bin", "HEAD")
    assert status == 200 and body == b""
    assert int(headers["content-length"]) == (ROOT / "dist/files/rig.bin").stat().st_size


def test_sends_what_is_compressed(port):
    if not (ROOT / "dist/files/engine.wasm.gz").exists():
        pytest.skip("dist/files is not compressed: run ./run.sh or ./test.sh")
    status, headers, body = ask(port, "/files/engine.wasm", Accept_Encoding="gzip")
    assert status == 200 and headers["content-encoding"] == "gzip" and headers["content-type"] == "application/wasm"
    assert gzip.decompress(body) == (ROOT / "dist/files/engine.wasm").read_bytes()
    assert "accept-encoding" in headers["vary"].lower()
    assert ask(port, "/files/engine.wasm", Accept_Encoding="gzip, br")[1]["content-encoding"] == "br"


@pytest.mark.parametrize("path", [
    "/files/../../README.md", "/files/%2e%2e/%2e%2e/README.md", "/files/..%2f..%2fREADME.md", "/sdk/../../../etc/passwd",
    "/files//etc/passwd", "/files/none.bin", "/files/", "/README.md", "/.git/config", "/files/%00", "/files/%zz"])
def test_gives_nothing_else_away(path, port):
    status, _, body = ask(port, path)
    assert status in (400, 404) and b"root:" not in body and b"Flexatar" not in body


def test_takes_no_other_methods(port):
    assert ask(port, "/main", "POST", Content_Length="0")[0] in (404, 405)


def test_survives_what_is_not_http(port):
    for junk in (b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n\r\n"):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
            wire.settimeout(2)
            wire.sendall(junk)
            wire.recv(1000)
    assert ask(port, "/main")[0] == 200


def test_stops_when_asked(flexatar):
    for number in (signal.SIGINT, signal.SIGTERM):
        with serving() as (port, server):
            assert ask(port, "/main")[0] == 200
            server.send_signal(number)
            assert server.wait(timeout=90) == 0


def test_says_so_when_the_port_is_taken(flexatar, port, tmp_path):
    folders = {"DATABASE_URL": str(tmp_path / "service.sqlite"), "OBJECTS_FOLDER": str(tmp_path / "objects")}
    flexatar("serve", "--port", port, **folders).failed("port", str(port))
    with socket.create_server(("127.0.0.1", 0)) as held:
        free = held.getsockname()[1]
    # The quickstart page's port is named, too.
    flexatar("serve", "--port", free, "--quickstart", port, FLEXATAR_API_SECRET="fxs", **folders).failed("port", str(port))
    flexatar("serve", "--port", free, "--quickstart", port, FLEXATAR_API_SECRET="", **folders).failed("FLEXATAR_API_SECRET")


def test_says_so_when_the_page_is_not_built(flexatar, tmp_path):
    (tmp_path / "Models").symlink_to(ROOT / "Models")
    flexatar("serve", FLEXATAR_HOME=str(tmp_path)).failed("run.sh")
