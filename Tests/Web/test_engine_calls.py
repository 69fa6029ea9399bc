"""What arrives at the far end of a call in Chromium and Firefox, in front, behind another tab and while the page is busy: decoded
pictures against decoded sound, and how long the picture stands still meanwhile. WebKitGTK has no calls."""
import base64
import json
import subprocess

import numpy
import pytest

from conftest import read_wave
from far_end import HEIGHT, WIDTH, FarEnd
from neighbours import Neighbours, bar
from test_call import REST, STEADY, clip  # noqa: F401
from test_engines import started, engine  # noqa: F401
from serving import ROOT

pytestmark = pytest.mark.alone

SECONDS = 11
RATE = 48_000


@pytest.fixture
def caller(engine, clip):  # noqa: F811
    """A browser in a call whose voice is the clip, over and over."""
    if "calls" not in engine.started["features"]:
        pytest.skip(f"{engine.name} has no WebRTC, and its driver hides no page")
    path = ROOT / "Tests/Web/pages/engines-clip.wav"
    path.write_bytes(clip[0].read_bytes())
    try:
        assert engine.call("(url) => checks.calls(url)", "/test/engines-clip.wav") == 2
        engine.wait_for_timeout(4000)
        yield engine
        engine.call("() => checks.hangsUp()")
    finally:
        path.unlink()


def decoded(path):
    """A recording's pictures and sound, as `FarEnd` takes them."""
    probed = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "frame=best_effort_timestamp_time,width,height",
                             "-of", "json", path], check=True, capture_output=True).stdout
    shown = json.loads(probed)["frames"]
    frames = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-map", "0:v", "-fps_mode", "passthrough", "-vf", f"scale={WIDTH}:{HEIGHT}",
                             "-f", "rawvideo", "-pix_fmt", "gray", "-"], check=True, capture_output=True).stdout
    sound = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-map", "0:a", "-af", "aresample=async=1:first_pts=0", "-ar", str(RATE), "-ac", "1",
                            "-f", "f32le", "-"], check=True, capture_output=True).stdout
    count = min(len(shown), len(frames) // (WIDTH * HEIGHT))
    times = [float(one["best_effort_timestamp_time"]) for one in shown[:count]]
    block = RATE // 100
    ends = numpy.arange(1, len(sound) // 4 // block + 1) * 0.01
    return {
        "frames": base64.b64encode(frames[:count * WIDTH * HEIGHT]), "times": times, "stamps": times, "sound": base64.b64encode(sound),
        "rate": RATE, "clock": [(end, end) for end in ends], "block": block, "size": [shown[0]["width"], shown[0]["height"]],
    }


def listen(engine, clip, what, artefacts, busy_every=0):  # noqa: F811
    path, wanted = clip
    samples, rate = read_wave(path)
    with Neighbours() as neighbours:
        seen = engine.call("(seconds, busy) => checks.arrives(seconds, busy)", SECONDS, busy_every)
    file = artefacts / f"call-{engine.name}-{what}"
    file.write_bytes(base64.b64decode(seen["file"]))
    far = FarEnd(decoded(file), samples, rate, wanted, REST)
    far.neighbours, far.hidden = neighbours, seen["hidden"]
    print(f"{engine.name}, {what}: {far}, {neighbours}")
    return far


def test_voice_and_lips_stay_together_behind_and_busy(caller, clip, artefacts):  # noqa: F811
    """How far apart they are is measured in test_call.py: recorders add tens of milliseconds of their own."""
    front = listen(caller, clip, "front", artefacts)
    busy = listen(caller, clip, "busy", artefacts, busy_every=2000)
    heard = [front, busy]
    # Playwright's Chromium hides no page; test_call.py hides another one.
    if caller.name != "chromium":
        with caller.hidden():
            caller.wait_for_timeout(2000)
            hidden = listen(caller, clip, "hidden", artefacts)
        assert hidden.hidden, "the page was not hidden"
        assert hidden.rate >= bar(15, hidden.neighbours.rate(8))
        heard.append(hidden)
    for far in heard:
        assert far.loudness > 0.05
        assert far.fit >= bar(0.65, 0.4)
        late = bar(0, 2 / max(far.rate, 5))
        assert -0.12 - late <= far.early <= 0.15 and abs(far.early - front.early) <= STEADY + late
    # Half a second of the page's own work cannot be seen where frames are made off its thread; Firefox paints the track's on it.
    least, most = (0.4, bar(0.75, 1.5)) if caller.name == "firefox" else (0, bar(0.25, max(0.45, 3.5 * front.gap)))
    assert least <= busy.gap < most
