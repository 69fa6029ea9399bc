"""examples/livekit_avatar.py: LiveKit's `VideoGenerator` over the real worker. livekit-agents wants other versions of
packages than the rest of the tests, so that it has an environment of its own, cache/livekit, which ./test.sh makes."""
import subprocess

import pytest

from conftest import ROOT
from face_worker import working


def test_livekits_generator_speaks_with_the_worker(flexatar):
    python = ROOT / "cache/livekit/bin/python"
    if not python.exists():
        pytest.skip("livekit-agents is not installed in cache/livekit: run ./test.sh command")
    if not (ROOT / "dist/files/default.ftar").exists():
        pytest.skip("dist/files/default.ftar is not built: run ./run.sh or ./test.sh")
    with working("--sessions", "1") as (url, _):
        done = subprocess.run([python, ROOT / "Tests/CommandTests/livekit_check.py", url], capture_output=True, text=True,
                              timeout=400)
    assert done.returncode == 0, done.stderr[-3000:]
