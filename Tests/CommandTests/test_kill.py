"""Servers and workers that are killed at any moment lose nothing, double nothing and leave nothing half done.

    FLEXATAR_KILL_ROUNDS=200 cache/venv/bin/python -m pytest -p no:cacheprovider Tests/CommandTests/test_kill.py
"""
import http.client
import os
import random
import signal
import subprocess
import threading
import time

import pytest

from conftest import PROGRAM
from service import STORES, Service, database, needs_site
from uploads import post, send, until, wait

ROUNDS = int(os.environ.get("FLEXATAR_KILL_ROUNDS", "3"))
GONE = (OSError, http.client.HTTPException)


class Load:
    """A customer that buys and orders without end, and notes what it was answered."""

    def __init__(self, service, secret, photo, name):
        self.service, self.secret, self.photo, self.name = service, secret, photo, name
        self.bought, self.asked, self.ordered, self.uploaded = set(), set(), {}, set()
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        number = 0
        while not self.stop.is_set():
            number += 1
            user = f"{self.name}-{number}"
            try:
                self.asked.add(user)
                if self.service.b2b(self.secret, "buysubscription",
                                    {"authtype": "t", "user": user, "crt": user}).status == 204:
                    self.bought.add(user)
                if len(self.ordered) < 2:
                    made = self.service.b2b(self.secret, "createflexatar", {"authtype": "t", "user": user})
                    if made.status != 200:
                        continue
                    made = self.ordered[user] = made.json
                    if post(made["link"], self.photo).status == 204:
                        self.uploaded.add(user)
            except GONE:
                time.sleep(0.05)
            time.sleep(0.02)


@pytest.mark.parametrize("store", STORES)
def test_what_was_answered_holds(store, face, tmp_path):
    needs_site()
    photo = face.read_bytes()
    chance = random.Random(store)
    with database(store, tmp_path) as url, Service(url, "--no-worker") as service:
        secret = service.account("shop", credit="1000000")
        worker = subprocess.Popen([PROGRAM, "worker"], env=service.environment, stderr=subprocess.DEVNULL)
        try:
            for number in range(ROUNDS):
                before = service.b2b(secret, "info").json["balance"]
                load = Load(service, secret, photo, f"r{number}")
                time.sleep(chance.uniform(0.1, 2.5))
                # The server, the worker, or both.
                victims = chance.choice(["server", "worker", "both"])
                if victims != "server":
                    worker.send_signal(signal.SIGKILL)
                    worker.wait()
                if victims != "worker":
                    service.kill()
                load.stop.set()
                load.thread.join()
                if victims != "worker":
                    service.start()
                if victims != "server":
                    worker = subprocess.Popen([PROGRAM, "worker"], env=service.environment, stderr=subprocess.DEVNULL)
                check(service, secret, load, before)
        finally:
            worker.kill()
            worker.wait()


def check(service, secret, load, before):
    listed = {item["user"] for item in service.b2b(secret, "listsubscription").json["list"]}
    mine = {user for user in listed if user in load.asked}
    # All that was answered is there; what was not answered is there once or not at all, and each has its price.
    assert load.bought <= mine
    assert before - service.b2b(secret, "info").json["balance"] == 10 * len(mine)
    for user, made in load.ordered.items():
        poll = f"http://localhost:{service.port}{made['poll'][made['poll'].index('/poll/'):]}"
        if user in load.uploaded:
            assert wait(poll)["success"] is True
        else:
            # The upload broke off, or its answer did: it can be sent again, unless it was there.
            link = {**made["link"], "url": f"http://localhost:{service.port}/objects"}
            assert post(link, load.photo).status in (204, 403)
            assert wait(poll)["success"] is True
    users = {item["user"]: item for item in service.b2b(secret, "listflexatar").json["list"]}
    assert set(load.ordered) <= set(users)
    for user, made in load.ordered.items():
        file = send("GET", users[user]["ftar"])
        assert len(file.body) == users[user]["card"]["bytes"]
        service.b2b(secret, "delflexatar", {"id": made["id"]})
    until(lambda: not [name for name in service.objects if not name.endswith(".part")])
