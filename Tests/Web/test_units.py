"""The SDK's arithmetic, in node."""
import shutil
import subprocess

import pytest

from serving import ROOT


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
def test_sound_and_picture_are_kept_together_by_arithmetic_that_holds():
    run = subprocess.run(["node", "--test", "Tests/Web/"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-4000:]


def typescript():
    """The major version of the compiler; older ones than 5.2 do not know OffscreenCanvas."""
    if not shutil.which("tsc"):
        return 0
    return int(subprocess.run(["tsc", "--version"], capture_output=True, text=True).stdout.split()[-1].split(".")[0])


@pytest.mark.skipif(typescript() < 5, reason="TypeScript 5 is not installed")
def test_the_types_agree():
    run = subprocess.run(["tsc", "-p", "web/tsconfig.json"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-4000:]
