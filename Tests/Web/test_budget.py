"""What the page costs: bytes to start, work for a frame. The limits lie in Benchmarks/budget.json; a change of them is a
change to be seen in a review."""
import gzip
import json
import shutil
import subprocess
import time

import numpy
import pytest

from conftest import PATIENCE
from neighbours import bar
from serving import ROOT

pytestmark = pytest.mark.alone

BUDGET = json.loads((ROOT / "Benchmarks/budget.json").read_text())
FILES = ROOT / "dist/files"


def compressed(path):
    data = path.read_bytes()
    if shutil.which("brotli"):
        return len(subprocess.run(["brotli", "-q", "11", "-c"], input=data, capture_output=True, check=True).stdout)
    return len(gzip.compress(data, 9))


@pytest.mark.parametrize("name", BUDGET["files"])
def test_a_file_stays_within_its_budget(name):
    path = FILES / name
    if not path.exists():
        pytest.skip(f"{name} has not been built")
    assert path.stat().st_size <= BUDGET["files"][name]


def test_the_page_starts_with_few_bytes(browser, served):
    """Everything that the shortest page downloads until it talks, compressed."""
    names = set()
    with browser.new_context(permissions=["microphone"]) as context:
        page = context.new_page()
        page.on("response", lambda response: names.add(response.url.removeprefix(served)))
        page.goto(f"{served}/demo/minimal.html")
        end = time.monotonic() + PATIENCE
        while not {"/files/default.ftar", "/studio/backgrounds/studio.jpg"} <= names:
            assert time.monotonic() < end, names
            page.wait_for_timeout(100)
        page.wait_for_timeout(1000)
    names.discard("/favicon.ico")
    # The browser does not tell of what an audio worklet loads.
    names.add("/sdk/tap-worklet.js")
    folders = {"sdk": ROOT / "web/sdk", "demo": ROOT / "web/demo", "studio": ROOT / "web/studio", "files": FILES}
    total = 0
    for name in sorted(names):
        folder, rest = name[1:].split("/", 1)
        path = folders[folder] / rest
        size = compressed(path)
        total += size
        print(f"{name:40} {path.stat().st_size:9} {size:9}")
    print(f"start-up download: {total} bytes compressed in {len(names)} requests")
    assert {"/files/engine.wasm", "/files/rig.bin", "/files/speech.bin", "/sdk/easy-renderer.js"} <= names
    assert total <= BUDGET["startUpBytesCompressed"]


def test_a_frame_costs_little_and_allocates_nothing(tmp_path):
    rate = 48000
    t = numpy.arange(12 * rate) / rate
    voiced = 0.1 * sum(numpy.sin(2 * numpy.pi * 130 * k * t) / k for k in range(1, 20)) * (numpy.sin(2 * numpy.pi * 2 * t) > 0)
    sound = tmp_path / "sound.f32"
    voiced.astype("<f4").tofile(sound)
    out = subprocess.run(["node", "Tests/Web/run-engine.mjs", "dist/files", str(sound)], cwd=ROOT,
                         capture_output=True, text=True, check=True)
    cost = json.loads(out.stdout)
    print(f"engine in node, a frame at 30/s: {cost['frameMedianMs']:.3f} ms; memory {cost['memoryBytes'] / 1e6:.1f} MB")
    assert cost["frameMedianMs"] <= bar(1, 3) * BUDGET["frameMilliseconds"]
    assert cost["allocations"] == 0 and cost["growths"] == 0
