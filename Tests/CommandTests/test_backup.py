"""`scripts/backup.sh` and `scripts/restore.sh`: a service goes on from its backup, on both databases."""
import contextlib
import os
import subprocess
import threading
import uuid

import pytest

from conftest import ROOT
from service import POSTGRES, STORES, Service, needs_site
from uploads import post, wait

ANNA = {"authtype": "mail", "user": "anna@example.com"}


@contextlib.contextmanager
def database(store, folder):
    """The URL of a database of its own: a whole one, since that is what is backed up."""
    name = "backup_" + uuid.uuid4().hex
    if store == "sqlite":
        yield str(folder / name / "service.sqlite")
        return
    psql = ["psql", "--quiet", POSTGRES, "-c"]
    subprocess.run([*psql, f"CREATE DATABASE {name}"], check=True)
    try:
        yield POSTGRES.replace("/postgres?", f"/{name}?")
    finally:
        subprocess.run([*psql, f"DROP DATABASE {name} WITH (FORCE)"], check=True)


def script(name, folder, url, objects):
    return subprocess.run(
        ["bash", ROOT / f"scripts/{name}.sh", folder], capture_output=True, text=True, timeout=120,
        env={"PATH": os.environ["PATH"], "DATABASE_URL": url, "OBJECTS_FOLDER": str(objects)})


def refused(done, name, *words):
    assert done.returncode == 1, done
    assert done.stderr.startswith(f"{name}: ") and done.stderr.count("\n") == 1, done.stderr
    for word in words:
        assert word in done.stderr, done.stderr


@pytest.mark.parametrize("store", STORES)
def test_a_restored_service_goes_on(store, tmp_path, face):
    needs_site()
    backup, objects = tmp_path / "backup", tmp_path / "new/objects"
    with database(store, tmp_path) as url, database(store, tmp_path) as other:
        with Service(url, "--no-worker") as service:
            secret = service.account("shop")
            assert service.b2b(secret, "buysubscription", {**ANNA, "crt": "1"}).status == 204
            token = service.b2b(secret, "usertoken", ANNA).json["token"]
            session = service.ask("GET", "/session", token).json
            order = service.b2b(secret, "createflexatar", ANNA).json
            assert post(order["link"], face.read_bytes()).status == 204
            done = script("backup", backup, url, service.folder / "objects")
            assert done.returncode == 0, done.stderr
            # What came later is not in it.
            assert service.b2b(secret, "buysubscription", {**ANNA, "user": "bert", "crt": "2"}).status == 204
            refused(script("backup", backup, url, service.folder / "objects"), "backup", "already")
        assert all(path.stat().st_mode & 0o077 == 0 for path in [backup, *backup.rglob("*")])

        done = script("restore", backup, other, objects)
        assert done.returncode == 0, done.stderr
        with Service(other, OBJECTS_FOLDER=str(objects)) as service:
            assert service.b2b(secret, "info").json["balance"] == 90
            listed = service.b2b(secret, "listsubscription").json["list"]
            assert [(entry["user"], entry["crt"]) for entry in listed] == [(ANNA["user"], "1")]
            # The keys came along: the token is good, the address is the one of before, the link of the poll, too.
            assert service.ask("GET", "/session", token).json == session
            poll = f"http://127.0.0.1:{service.port}/" + order["poll"].split("/", 3)[3]
            assert wait(poll) == {"success": True, "id": order["id"]}
            link = service.b2b(secret, f"createflexatar/ftar/{order['id']}").json["link"]
            assert service.ask("GET", "/" + link.split("/", 3)[3]).body[:4] == b"FTAR"

        # Nothing is overwritten.
        refused(script("restore", backup, other, objects), "restore", "not empty")
        refused(script("restore", backup, other, tmp_path / "none"), "restore", "already")


def test_a_backup_that_was_changed_is_refused(tmp_path):
    needs_site()
    service = Service(str(tmp_path / "data/service.sqlite"))
    service.account("shop")
    objects = tmp_path / "objects/avatars"
    objects.mkdir(parents=True)
    (objects / "job_a.ftar").write_bytes(b"a")
    assert script("backup", tmp_path / "backup", service.environment["DATABASE_URL"], objects.parent).returncode == 0
    (tmp_path / "backup/objects/avatars/job_a.ftar").write_bytes(b"b")
    new = tmp_path / "new"
    refused(script("restore", tmp_path / "backup", str(new / "service.sqlite"), new / "objects"), "restore", "damaged")
    assert not new.exists()
    refused(script("restore", tmp_path / "objects", str(new / "service.sqlite"), new / "objects"), "restore", "no backup")
    refused(script("backup", tmp_path / "b", str(tmp_path / "none.sqlite"), objects.parent), "backup", "no database")
    assert not (tmp_path / "b").exists() and not (tmp_path / "b.part").exists()


def test_objects_may_go_and_come_during_a_backup(tmp_path):
    needs_site()
    service = Service(str(tmp_path / "data/service.sqlite"))
    service.account("shop")
    uploads, kept = tmp_path / "objects/uploads", tmp_path / "objects/avatars/kept.ftar"
    uploads.mkdir(parents=True)
    kept.parent.mkdir()
    kept.write_bytes(b"kept")
    stop = threading.Event()

    def churn():
        while not stop.is_set():
            paths = [uploads / f"job_{number}" for number in range(500)]
            for path in paths:
                path.write_bytes(b"a")
            for path in paths:
                path.unlink()

    thread = threading.Thread(target=churn)
    thread.start()
    try:
        for number in range(5):
            done = script("backup", tmp_path / f"b{number}", service.environment["DATABASE_URL"], tmp_path / "objects")
            assert done.returncode == 0, done.stderr
            assert (tmp_path / f"b{number}/objects/avatars/kept.ftar").read_bytes() == b"kept"
    finally:
        stop.set()
        thread.join()
