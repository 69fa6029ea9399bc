"""Two servers and two workers on one PostgreSQL, as many machines would run them; one of each is killed under load."""
import contextlib
import http.client
import itertools
import subprocess
import threading
import time

import pytest

from conftest import PROGRAM
from service import POSTGRES, Service, database, needs_site
from uploads import post, send, until

AVATARS = 6
GONE = (OSError, http.client.HTTPException)


class Customer:
    """Calls both servers by turns, as a load balancer would; what breaks off is asked again, of the other one."""

    def __init__(self, nodes, secret, photo, name):
        self.nodes, self.secret, self.photo, self.name = itertools.cycle(nodes), secret, photo, name
        self.refused, self.broken, self.calls, self.made = [], 0, 0, []
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def call(self, path, body, **headers):
        for _ in range(4):
            try:
                self.calls += 1
                return next(self.nodes).b2b(self.secret, path, body, **headers)
            except GONE:
                self.broken += 1
        raise AssertionError("no server answers")

    def run(self):
        for number in itertools.count():
            if self.stop.is_set():
                return
            user = {"authtype": "t", "user": f"{self.name}-{number}"}
            bought = self.call("buysubscription", {**user, "crt": user["user"]})
            if bought.status != 204:
                self.refused.append(bought.body)
            if number < AVATARS // 2:
                ordered = self.call("createflexatar", user, Idempotency_Key=user["user"])
                if ordered.status != 200:
                    self.refused.append(ordered.body)
                    continue
                self.made.append(ordered.json)
                self.upload(ordered.json["link"])
            time.sleep(0.02)

    def upload(self, link):
        for _ in range(4):
            with contextlib.suppress(*GONE):
                # 403: it was there already, only its answer was lost.
                answer = post({**link, "url": f"http://127.0.0.1:{next(self.nodes).port}/objects"}, self.photo)
                if answer.status not in (204, 403):
                    self.refused.append(answer.body)
                return


def test_a_server_and_a_worker_that_die_cost_only_what_they_were_answering(face, tmp_path):
    needs_site()
    if not POSTGRES:
        pytest.skip("FLEXATAR_TEST_POSTGRES names no server")
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(database("postgres", tmp_path))
        first = stack.enter_context(Service(url, "--no-worker"))
        second = stack.enter_context(
            Service(url, "--no-worker", OBJECTS_FOLDER=first.environment["OBJECTS_FOLDER"]))
        workers = [
            subprocess.Popen([PROGRAM, "worker"], env=first.environment, stderr=subprocess.DEVNULL) for _ in range(2)]
        for worker in workers:
            stack.callback(worker.wait)
            stack.callback(worker.kill)
        secret = first.account("shop", credit="100000")
        photo = face.read_bytes()
        customers = [Customer([first, second], secret, photo, f"c{number}") for number in range(2)]
        try:
            until(lambda: all(len(customer.made) >= 2 for customer in customers))
            first.kill()
            # Nobody waits for it yet: its number is still taken when the other one looks, and what it held goes back
            # before its lease has ended.
            workers[0].kill()
            until(lambda: all(len(customer.made) == AVATARS // 2 for customer in customers))
            time.sleep(0.5)
        finally:
            for customer in customers:
                customer.stop.set()
                customer.thread.join()
        for customer in customers:
            assert customer.refused == []
            assert customer.broken <= customer.calls / 2, "the other server answered everything"
            for made in customer.made:
                poll = f"http://127.0.0.1:{second.port}/poll/{made['poll'].rsplit('/', 1)[1]}"
                until(lambda: send("GET", poll).status == 200)
                assert send("GET", poll).json["success"] is True
        users = [item["user"] for item in second.b2b(secret, "listsubscription").json["list"]]
        assert len(users) == len(set(users))
        assert 100_000 - second.b2b(secret, "info").json["balance"] == 10 * len(users)
        assert len(second.b2b(secret, "listflexatar").json["list"]) == AVATARS
