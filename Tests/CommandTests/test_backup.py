"""`scripts/backup.sh` of a service at work: what is under way goes on elsewhere, what changes meanwhile is no hindrance."""
import os
import subprocess
import threading

from conftest import ROOT
from service import Service, needs_site
from uploads import post, wait

ANNA = {"authtype": "mail", "user": "anna@example.com"}


def script(name, folder, url, objects):
    done = subprocess.run(
        [ROOT / "scripts" / name, folder], capture_output=True, text=True, timeout=180,
        env={"PATH": os.environ["PATH"], "DATABASE_URL": str(url), "OBJECTS_FOLDER": str(objects)})
    assert done.returncode == 0 and done.stderr == "", done.stderr


def test_an_order_under_way_ends_in_the_restored_service(tmp_path, face):
    needs_site()
    with Service(str(tmp_path / "old.sqlite"), "--no-worker") as service:
        secret = service.account("shop")
        assert service.b2b(secret, "buysubscription", {**ANNA, "crt": "1"}).status == 204
        token = service.b2b(secret, "usertoken", ANNA).json["token"]
        session = service.ask("GET", "/session", token).json
        order = service.b2b(secret, "createflexatar", ANNA).json
        assert post(order["link"], face.read_bytes()).status == 204
        script("backup.sh", tmp_path / "backup", tmp_path / "old.sqlite", service.folder / "objects")
    script("restore.sh", tmp_path / "backup", tmp_path / "new.sqlite", tmp_path / "objects")
    with Service(str(tmp_path / "new.sqlite"), OBJECTS_FOLDER=str(tmp_path / "objects")) as service:
        # The keys came along: the token and the poll's address are good, the visitor's address is the one of before.
        assert service.ask("GET", "/session", token).json == session and session["sessions"]["used"] == 1
        ended = wait(f"http://127.0.0.1:{service.port}/" + order["poll"].split("/", 3)[3])
        assert ended["success"] is True and ended["id"] == order["id"]
        link = service.b2b(secret, f"createflexatar/ftar/{order['id']}").json["link"]
        assert len(service.ask("GET", "/" + link.split("/", 3)[3]).body) == ended["card"]["bytes"]


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
            script("backup.sh", tmp_path / f"b{number}", service.environment["DATABASE_URL"], tmp_path / "objects")
            assert (tmp_path / f"b{number}/objects/avatars/kept.ftar").read_bytes() == b"kept"
    finally:
        stop.set()
        thread.join()


def test_the_database_password_is_in_no_process_list(tmp_path):
    """A stand-in for pg_dump writes down what it was called with and told by its environment."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "pg_dump").write_text('#!/bin/sh\necho "$@" >"$OUT"\necho "$PGPASSWORD" >>"$OUT"\nexit 1\n')
    (tools / "pg_dump").chmod(0o755)
    done = subprocess.run(
        [ROOT / "scripts/backup.sh", tmp_path / "backup"], capture_output=True, text=True, timeout=180,
        env={"PATH": f"{tools}:{os.environ['PATH']}", "OUT": str(tmp_path / "called"),
             "DATABASE_URL": "postgres://shop:s%40cret@db.example:5432/flexatar?sslmode=require", "OBJECTS_FOLDER": str(tmp_path)})
    called, told = (tmp_path / "called").read_text().splitlines()
    assert done.returncode == 1 and told == "s@cret"
    assert "cret" not in called and called.endswith("postgres://shop@db.example:5432/flexatar?sslmode=require")
    assert not (tmp_path / "backup.part").exists()
