"""A real `flexatar serve` with a database and a store of its own."""
import contextlib
import json
import os
import subprocess
import urllib.request

from serving import ROOT


class Service:
    """`address`: of its API; `quickstart`: of the quickstart page, where it serves it; `secret`: of the account that its own
    pages are a customer with."""

    def __init__(self, program, folder):
        self.program = program
        self.environment = {**os.environ, "FLEXATAR_HOME": str(ROOT), "DATABASE_URL": str(folder / "service.sqlite"),
                            "OBJECTS_FOLDER": str(folder / "objects")}
        self.address = self.quickstart = self.secret = None

    def account(self, *words):
        """What `flexatar account …` says."""
        return subprocess.run([self.program, "account", *words], check=True, capture_output=True, text=True,
                              env=self.environment).stdout.strip()

    def call(self, name, **body):
        request = urllib.request.Request(f"{self.address}/b2b/{name}", json.dumps(body).encode(),
                                         {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or b"null")

    def user(self, name, **token):
        self.call("buysubscription", authtype="mail", user=name, crt=name, testing=False)
        return self.call("usertoken", authtype="mail", user=name, **token)["token"]


@contextlib.contextmanager
def own_service(program, folder, account="demo", credits=0, quickstart=False, agent=False, **settings):
    """`account`: made, with so many credits; None: none. `agent`: with the local voice agent beside it. `settings`: variables of its
    environment."""
    service = Service(program, folder)
    # Not the one that ./run.sh has left in .env.
    environment = {**service.environment, "FLEXATAR_API_SECRET": "", **settings}
    if account:
        service.secret = service.account("create", account)
        environment = {**environment, "FLEXATAR_API_SECRET": service.secret}
        if credits:
            service.account("credit", account, str(credits))
    pages = [*(["--quickstart", "0"] if quickstart else []), *(["--agent", "0"] if agent else [])]
    server = subprocess.Popen([program, "serve", "--port", "0", *pages], stderr=subprocess.PIPE, text=True, env=environment)
    try:
        for _ in range(2 if quickstart else 1):
            line = server.stderr.readline().strip()
            assert line.startswith("http://localhost:"), line
            if line.endswith("/main"):
                service.address = line.removesuffix("/main")
            else:
                service.quickstart = line.removesuffix("/")
        yield service
    finally:
        server.terminate()
        assert server.wait(90) == 0
