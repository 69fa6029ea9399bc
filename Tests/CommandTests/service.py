"""A running service for tests: the real program on a new database, and a small client."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import uuid
import weakref

import pytest

from conftest import PROGRAM, ROOT

POSTGRES = os.environ.get("FLEXATAR_TEST_POSTGRES")
STORES = ["sqlite"] + (["postgres"] if POSTGRES else [])


@contextlib.contextmanager
def database(store, folder):
    """The URL of an empty database."""
    if store == "sqlite":
        yield str(folder / "data/service.sqlite")
        return
    name = "test_" + uuid.uuid4().hex
    psql = ["psql", "--quiet", POSTGRES, "-c"]
    subprocess.run([*psql, f"CREATE SCHEMA {name}"], check=True)
    try:
        yield f"{POSTGRES}{'&' if '?' in POSTGRES else '?'}options=-csearch_path%3D{name}"
    finally:
        subprocess.run([*psql, f"SET client_min_messages = error; DROP SCHEMA {name} CASCADE"], check=True)


class Answer:
    def __init__(self, answer):
        self.status, self.body = answer.status, answer.read()
        self.headers = {name.lower(): value for name, value in answer.getheaders()}

    @property
    def json(self):
        return json.loads(self.body)

    def problem(self, status, code):
        """Problem details (RFC 9457) with this status and code."""
        assert self.status == status, (self.status, self.body)
        assert self.headers["content-type"] == "application/problem+json"
        assert self.json["code"] == code and self.json["status"] == status
        assert set(self.json) == {"type", "title", "status", "code", "detail"} and self.json["detail"].endswith(".")


class Service:
    """`flexatar serve` on a database of its own; objects and the work's files lie in `folder`."""

    def __init__(self, url, *arguments, **environment):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="flexatar-test-"))
        weakref.finalize(self, shutil.rmtree, self.folder, True)
        (self.folder / "tmp").mkdir()
        self.environment = {
            "PATH": "/usr/bin:/bin", "FLEXATAR_HOME": str(ROOT), "DATABASE_URL": url, "FLEXATAR_RATE": "100000",
            "OBJECTS_FOLDER": str(self.folder / "objects"), "TMPDIR": str(self.folder / "tmp"), **environment}
        self.arguments = arguments
        self.log = []

    @property
    def objects(self):
        """Names of all files in the store."""
        return sorted(str(path.relative_to(self.folder / "objects"))
                      for path in (self.folder / "objects").rglob("*") if path.is_file())

    def run(self, *arguments):
        return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=180, env=self.environment)

    def account(self, name, credit="100"):
        """A new account; its secret."""
        made = self.run("account", "create", name)
        assert made.returncode == 0, made.stderr
        if credit:
            assert self.run("account", "credit", name, credit).returncode == 0
        return made.stdout.strip()

    def __enter__(self):
        self.start()
        return self

    def start(self):
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--port", "0", *self.arguments], stderr=subprocess.PIPE, text=True, env=self.environment)
        line = self.process.stderr.readline()
        found = re.match(r"http://localhost:(\d+)/main", line)
        assert found, line
        self.port = int(found[1])
        self.reader = threading.Thread(target=lambda: self.log.extend(self.process.stderr), daemon=True)
        self.reader.start()

    def __exit__(self, *_):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.reader.join(timeout=5)

    def ask(self, method, path, credential=None, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if credential is not None:
            fields["Authorization"] = f"Bearer {credential}"
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
            fields["Content-Type"] = "application/json"
        try:
            connection.request(method, path, body, fields)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def b2b(self, secret, call, body=None, **headers):
        return self.ask("POST", f"/b2b/{call}", secret, body, **headers)


def needs_site():
    if not PROGRAM.exists():
        pytest.skip(f"{PROGRAM} is not built: swift build -c release --product flexatar")
    if not (ROOT / "dist/files/default.ftar").exists():
        pytest.skip("dist/files is not built: run ./run.sh or ./test.sh")
