"""The description of the API holds: schemathesis makes requests of it, right and wrong ones, and checks the answers."""
import subprocess
import sys

import pytest

from service import Service, needs_site

ANNA = {"authtype": "mail", "user": "anna"}


@pytest.mark.parametrize("paths, needs_token, timely", [
    ("^/b2b/", False, False),
    ("^/(info|session|log|health|ready|list|poll.*)$", True, True),
    ("^/(make|{id})$", True, False),
])
def test_the_server_does_what_the_description_says(tmp_path, paths, needs_token, timely):
    pytest.importorskip("schemathesis")
    needs_site()
    # A request may fit the description and yet come at the wrong time: bought already, a key used before.
    excluded = [] if timely else ["--exclude-checks", "positive_data_acceptance"]
    with Service(str(tmp_path / "s.sqlite")) as service:
        credential = service.account("shop", credit="100000")
        if needs_token:
            service.b2b(credential, "buysubscription", {**ANNA, "crt": "1"})
            credential = service.b2b(credential, "usertoken", ANNA).json["token"]
        done = subprocess.run(
            [sys.executable, "-m", "schemathesis.cli", "run", f"http://127.0.0.1:{service.port}/openapi.json",
             "--header", f"Authorization: Bearer {credential}", "--include-path-regex", paths, "--max-examples", "15",
             "--seed", "1", "--phases", "examples,coverage,fuzzing", "--checks", "all", "--no-color",
             *excluded],
            capture_output=True, text=True, timeout=170, cwd=tmp_path)
        assert done.returncode == 0, done.stdout[-6000:]
