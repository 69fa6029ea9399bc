"""What an operator does: backs up and restores, watches, reads logs, runs containers."""
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
import uuid

import pytest

from conftest import PROGRAM, ROOT
from service import POSTGRES, STORES, Service, needs_site

ANNA = {"authtype": "mail", "user": "anna@example.com"}


@contextlib.contextmanager
def new_database(store, folder):
    """The URL of a database that is not shared with anybody."""
    if store == "sqlite":
        yield str(folder / uuid.uuid4().hex / "service.sqlite")
        return
    name = "test_" + uuid.uuid4().hex
    subprocess.run(["psql", "--quiet", POSTGRES, "-c", f"CREATE DATABASE {name}"], check=True)
    try:
        yield POSTGRES.replace("/postgres?", f"/{name}?")
    finally:
        subprocess.run(["psql", "--quiet", POSTGRES, "-c", f"DROP DATABASE {name} WITH (FORCE)"], check=True)


def script(name, folder, url, objects):
    return subprocess.run([ROOT / "scripts" / name, folder], capture_output=True, text=True, timeout=180,
                          env={"PATH": os.environ["PATH"], "DATABASE_URL": url, "OBJECTS_FOLDER": str(objects)})


def needs(*programs):
    for program in programs:
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed: scripts/setup.sh --tests")


@pytest.mark.parametrize("store", STORES)
def test_a_backup_of_a_running_service_is_restored_elsewhere(store, tmp_path):
    needs_site()
    needs(*(["sqlite3"] if store == "sqlite" else ["pg_dump", "pg_restore"]))
    backup = tmp_path / "backups" / "one"
    with new_database(store, tmp_path) as old, new_database(store, tmp_path) as new:
        with Service(old, "--no-worker") as service:
            secret = service.account("shop", credit="25")
            assert service.b2b(secret, "buysubscription", {**ANNA, "crt": "1"}).status == 204
            token = service.b2b(secret, "usertoken", ANNA).json["token"]
            avatar = service.folder / "objects" / "avatars" / "a.ftar"
            avatar.parent.mkdir(parents=True, exist_ok=True)
            avatar.write_bytes(os.urandom(100_000))
            content = avatar.read_bytes()
            done = script("backup.sh", backup, old, service.folder / "objects")
            assert done.returncode == 0, done.stderr
            assert script("backup.sh", backup, old, service.folder / "objects").stderr == f"backup: {backup} is there already\n"
            # What comes after the backup is not in it.
            assert service.b2b(secret, "buysubscription", {**ANNA, "user": "bert", "crt": "2"}).status == 204
        assert backup.stat().st_mode & 0o077 == 0
        objects = tmp_path / "objects"
        done = script("restore.sh", backup, new, objects)
        assert done.returncode == 0, done.stderr
        with Service(new, "--no-worker", OBJECTS_FOLDER=str(objects)) as service:
            assert service.b2b(secret, "info").json["balance"] == 15
            listed = service.b2b(secret, "listsubscription").json["list"]
            assert [entry["user"] for entry in listed] == ["anna@example.com"]
            assert service.ask("GET", "/info", token).status == 200   # keys are in the backup too
        assert (objects / "avatars" / "a.ftar").read_bytes() == content
        again = script("restore.sh", backup, new, objects)
        assert again.returncode == 1 and "is not empty" in again.stderr
        again = script("restore.sh", backup, new, tmp_path / "others")
        assert again.returncode == 1 and re.search("is there already|has tables already", again.stderr)


def test_a_damaged_backup_is_refused(tmp_path):
    needs_site()
    needs("sqlite3")
    with Service(str(tmp_path / "s.sqlite")) as service:
        service.account("shop")
        assert script("backup.sh", tmp_path / "b", str(tmp_path / "s.sqlite"), service.folder / "objects").returncode == 0
    with open(tmp_path / "b/database.sqlite", "r+b") as file:
        file.seek(5000)
        file.write(b"damage")
    done = script("restore.sh", tmp_path / "b", str(tmp_path / "new.sqlite"), tmp_path / "objects")
    assert done.returncode == 1 and "is damaged" in done.stderr and not (tmp_path / "new.sqlite").exists()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def test_metrics_are_the_operators_and_name_nobody(tmp_path):
    needs_site()
    port = free_port()
    with Service(str(tmp_path / "s.sqlite"), "--no-worker", FLEXATAR_METRICS=f"127.0.0.1:{port}") as service:
        secret = service.account("shop-with-a-name")
        service.b2b(secret, "buysubscription", {**ANNA, "crt": "1"})
        service.b2b(secret, "info")
        service.b2b("fxs_wrong", "info").problem(401, "unauthorized")
        service.ask("GET", "/poll/job_nobody.xyz")
        service.ask("GET", "/nowhere/anna@example.com")
        service.ask("PROPFIND", "/health")
        assert service.ask("GET", "/metrics").status == 404
        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics")
        assert page.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        text = page.read().decode()
    lines = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert lines['flexatar_requests_total{method="POST",route="/b2b/info",status="200"}'] == "1"
    assert lines['flexatar_requests_total{method="POST",route="/b2b/info",status="401"}'] == "1"
    assert lines['flexatar_request_seconds_bucket{route="/b2b/info",le="+Inf"}'] == "2"
    assert lines['flexatar_request_seconds_count{route="/b2b/info"}'] == "2"
    assert lines["flexatar_requests_in_flight"] == "0"
    assert lines['flexatar_ledger_cents{kind="credit"}'] == "10000"
    assert lines['flexatar_ledger_cents{kind="subscription"}'] == "-1000"
    assert int(lines['flexatar_transactions_total{kind="write"}']) >= 1
    assert 'method="other"' in text and "PROPFIND" not in text
    for private in ("anna", "shop", "fxs_", "xyz"):
        assert private not in text


def test_logs_as_json_lines(tmp_path):
    needs_site()
    with Service(str(tmp_path / "s.sqlite"), "--no-worker", FLEXATAR_LOG="json") as service:
        secret = service.account("shop")
        service.b2b(secret, "buysubscription", {**ANNA, "crt": "1"})
        token = service.b2b(secret, "usertoken", ANNA).json["token"]
        assert service.ask("POST", "/log", token, {"code": "webgl2-missing"}).status == 204
    lines = [json.loads(line) for line in service.log]
    [line] = [line for line in lines if line["message"] == "browser"]
    assert line["code"] == "webgl2-missing" and line["level"] == "notice" and re.match(r"\d{4}-\d\d-\d\dT", line["time"])
    assert not any(private in "".join(service.log) for private in ("anna", secret, token))


@pytest.mark.parametrize("name, value", [("FLEXATAR_METRICS", "9464"), ("FLEXATAR_METRICS", "host:0"), ("FLEXATAR_LOG", "xml")])
def test_a_wrong_setting_is_named(tmp_path, name, value):
    needs_site()
    done = Service(str(tmp_path / "s.sqlite"), **{name: value}).run("serve", "--port", "0")
    assert done.returncode != 0 and name in done.stderr and len(done.stderr.strip().splitlines()) == 1


def test_the_api_without_the_demo(tmp_path):
    needs_site()
    service = Service(str(tmp_path / "s.sqlite"), "--no-worker", "--api-only")
    process = subprocess.Popen([PROGRAM, "serve", "--port", "0", "--api-only", "--no-worker"],
                               stderr=subprocess.PIPE, text=True, env=service.environment)
    try:
        service.port = int(re.match(r"http://localhost:(\d+)/docs", process.stderr.readline())[1])
        assert service.ask("GET", "/").headers["location"] == "/docs"
        for path, status in {"/docs": 200, "/console": 200, "/pages/docs.js": 200, "/openapi.json": 200, "/ready": 200,
                             "/main": 404, "/sdk/engine.js": 404, "/files/engine.wasm": 404}.items():
            assert service.ask("GET", path).status == status, path
    finally:
        process.kill()
        process.communicate()


def test_an_account_sees_its_own_activity(tmp_path):
    needs_site()
    with Service(str(tmp_path / "s.sqlite"), "--no-worker") as service:
        secret, other = service.account("shop", credit="25"), service.account("other", credit=None)
        service.b2b(secret, "buysubscription", {**ANNA, "crt": "1"})
        token = service.b2b(secret, "usertoken", ANNA).json["token"]
        service.ask("GET", "/session", token)
        order = service.b2b(secret, "createflexatar", ANNA).json
        seen = service.b2b(secret, "activity").json
        assert [(entry["kind"], entry["amount"]) for entry in seen["ledger"]] == [("subscription", -10), ("credit", 25)]
        assert len(seen["days"]) == 30 and seen["days"][-1]["sessions"] == 1 and seen["days"][-1]["spent"] == 10
        assert sum(day["sessions"] for day in seen["days"]) == 1 and sum(day["spent"] for day in seen["days"]) == 10
        assert [(job["id"], job["state"], job["user"]) for job in seen["jobs"]] == [(order["id"], "waiting", ANNA["user"])]
        nothing = service.b2b(other, "activity").json
        assert nothing["ledger"] == [] and nothing["jobs"] == [] and not any(day["sessions"] for day in nothing["days"])


def test_the_dockerfile_is_clean():
    linter = shutil.which("hadolint", path=os.path.dirname(sys.executable))
    if not linter:
        pytest.skip("hadolint is not installed: Tests/CommandTests/requirements.txt")
    done = subprocess.run([linter, "--failure-threshold", "style", ROOT / "Dockerfile"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_image_has_what_it_copies_and_runs_as_nobody():
    lines = (ROOT / "Dockerfile").read_text()
    ignored = (ROOT / ".dockerignore").read_text().split()
    for copied in re.findall(r"^COPY (?!--from)(.+) \S+$", lines, re.M):
        for path in copied.split():
            assert (ROOT / path).exists(), path
            assert any(path.startswith(kept[1:]) for kept in ignored if kept[0] == "!"), path
    assert re.search(r"^USER 10001$", lines, re.M) and "HEALTHCHECK" in lines


def test_the_compose_file_holds_together():
    yaml = pytest.importorskip("yaml")
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    services = compose["services"]
    assert set(services) == {"database", "api-1", "api-2", "worker-1", "worker-2", "proxy"}
    for name, service in services.items():
        for other, wanted in service.get("depends_on", {}).items():
            assert other in services, (name, other)
            assert wanted == {"condition": "service_healthy"}
            # Healthy by its own check, or by the image's.
            assert "healthcheck" in services[other] or services[other].get("image") == "flexatar"
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in compose["volumes"], volume
        assert set(service["networks"]) <= set(compose["networks"])
    assert services["proxy"]["networks"]["inside"]["ipv4_address"] == services["api-1"]["environment"]["FLEXATAR_PROXIES"]
    assert "--no-worker" in services["api-1"]["command"] and services["worker-1"]["command"] == ["worker"]
    assert [port for service in services.values() for port in service.get("ports", [])] == ["127.0.0.1:8081:8081"]


def test_scripts_are_valid_bash():
    for name in ("run-server.sh", "run-docker.sh", "scripts/backup.sh", "scripts/restore.sh", "scripts/settings.sh"):
        assert subprocess.run(["bash", "-n", ROOT / name]).returncode == 0, name
