"""See call.sh. The page is the tests' own: two peer connections on loopback, hidden behind another tab after a third of
the time."""
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

import numpy

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests/Web"))

from calling import calling  # noqa: E402
from conftest import read_wave, real_speech, synthesised  # noqa: E402
from far_end import STEP, FarEnd  # noqa: E402
from neighbours import Neighbours  # noqa: E402
from serving import serving  # noqa: E402
from test_offset import asked  # noqa: E402

REST, SPEECH = 1, 4  # seconds
LISTEN = 24  # seconds of every window
WINDOW = 30  # seconds: two windows a minute, so that the drift is known to 2 ms
BARS = {"drift, ms": 5, "drift as sent, ms": 5, "hidden against front, ms": 20, "leak, MB": 5, "dropped, %": 1}
RECEIVED = """(async () => {
    const all = [...(await there.getStats()).values(), ...(await here.getStats()).values()]
    const far = all.find((one) => one.type === 'inbound-rtp' && one.kind === 'video')
    const near = all.find((one) => one.type === 'outbound-rtp' && one.kind === 'video')
    const heard = all.find((one) => one.type === 'inbound-rtp' && one.kind === 'audio')
    const waits = ({ jitterBufferDelay, jitterBufferEmittedCount }) => [jitterBufferDelay, jitterBufferEmittedCount]
    return { apart: heard.estimatedPlayoutTimestamp - far.estimatedPlayoutTimestamp || 0, waits: { sound: waits(heard), picture: waits(far) },
             received: far.framesReceived, decoded: far.framesDecoded, dropped: far.framesDropped, lost: far.packetsLost,
             sent: near.framesSent, drawn: avatar.stats.frames }
})()"""


def program():
    return str(ROOT / ".build/release/flexatar")


def flexatar(*arguments):
    subprocess.run([program(), *map(str, arguments)], check=True, capture_output=True)


def clip(folder):
    """A second of rest and four of speech, and the mouth that belongs to it."""
    source = real_speech() or synthesised(folder / "flite.wav")
    path = folder / "clip.wav"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-t", str(SPEECH), "-i", str(source), "-af",
                    f"highpass=f=60,loudnorm=I=-20,aresample=48000,aformat=channel_layouts=mono,adelay={1000 * REST},"
                    f"apad=whole_dur={REST + SPEECH}", "-t", str(REST + SPEECH), "-c:a", "pcm_s16le", str(path)], check=True)
    return path, asked(flexatar, path, [], folder)[: int((REST + SPEECH) / STEP)]


def memory(page):
    """Megabytes that the page's own thread holds after a collection: script, and buffers behind it. The browser is told that
    memory is scarce, so that what it keeps to be fast goes, too."""
    page.send("Memory.simulatePressureNotification", level="moderate")
    page.send("HeapProfiler.collectGarbage")
    usage = page.send("Runtime.getHeapUsage")
    return (usage["usedSize"] + usage.get("backingStorageSize", 0)) / 1e6


class Resident(threading.Thread):
    """The least that the browser's page processes hold meanwhile, megabytes: what stays after collections of garbage, which
    comes and goes by 15 MB. Engine and graphics memory of the page are in it, files are not."""

    def __init__(self, browser):
        super().__init__(daemon=True)
        self.pages = [one["id"] for one in browser.send("SystemInfo.getProcessInfo")["processInfo"] if one["type"] == "renderer"]
        self.least = self.now()
        self.over = threading.Event()

    def now(self):
        status = [pathlib.Path(f"/proc/{page}/status").read_text() for page in self.pages]
        return sum(int(text.split("RssAnon:")[1].split()[0]) for text in status) / 1e3

    def run(self):
        while not self.over.wait(0.5):
            self.least = min(self.least, self.now())

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()


def run(minutes, folder, site):
    path, wanted = clip(folder)
    samples, rate = read_wave(path)
    rows = []
    with calling(site, path, settle=10) as (browser, page):
        began = time.monotonic()
        first = page.evaluate(RECEIVED)
        before = first["waits"]
        for window in range(60 * minutes // WINDOW):
            if window == 20 * minutes // WINDOW:
                browser.open("about:blank").to_front()
            with Neighbours() as neighbours, Resident(browser) as resident:
                recorded = page.evaluate(f"stranger.record(remote, {{ seconds: {LISTEN} }})", seconds=LISTEN + 60)
            far = FarEnd(recorded, samples, rate, wanted, REST)
            held, whole = memory(page), resident.least
            last = page.evaluate(RECEIVED)
            waited = {kind: 1000 * (last["waits"][kind][0] - before[kind][0]) / max(1, last["waits"][kind][1] - before[kind][1])
                      for kind in before}
            before, hidden = last["waits"], page.evaluate("document.hidden")
            minute = window * WINDOW / 60
            rows.append((minute, far.early * 1000, far.fit, held, whole, hidden, far.early * 1000 - waited["sound"] + waited["picture"]))
            print(f"{minute:4.1f} min  {'hidden' if hidden else 'front '}  {far}  script {held:.1f} MB, processes {whole:.0f} MB  "
                  f"far end's buffers: sound {waited['sound']:.0f} ms, picture {waited['picture']:.0f} ms, by its own clocks {last['apart']:+.0f} ms apart  "
                  f"others {neighbours.share:.0%}", flush=True)
            time.sleep(max(0, began + WINDOW * (window + 1) - time.monotonic()))
        count = {name: last[name] - first[name] for name in last if name not in ("waits", "apart")}
    return numpy.array(rows), count


def growth(minutes, megabytes):
    """Of a straight line through the values, over the whole time."""
    return float(numpy.polyfit(minutes, megabytes, 1)[0] * (minutes[-1] - minutes[0])) if len(minutes) > 2 else 0.0


def main():
    minutes = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder, serving() as site:
        rows, count = run(minutes, pathlib.Path(folder), site)
    good = rows[rows[:, 2] >= 0.7]
    third = max(1, len(good) // 3)
    # The processes' caches fill in the beginning, and when the tab goes behind.
    settled = rows[:, 0] >= minutes / 2
    hidden = good[:, 5] > 0

    def drift(column):
        """While it is hidden; the first third is in front, where frames follow the display."""
        return abs(numpy.median(good[-third:, column]) - numpy.median(good[third: 2 * third, column]))

    figures = {
        "hidden against front, ms": abs(numpy.median(good[hidden, 1]) - numpy.median(good[~hidden, 1])),
        "drift, ms": drift(1),
        # Without what the far end's own buffers of sound and picture hold back, as its statistics say.
        "drift as sent, ms": drift(6),
        "leak, MB": max(growth(rows[:, 0], rows[:, 3]), growth(rows[settled, 0], rows[settled, 4])),
        "dropped, %": 100 * count["dropped"] / max(1, count["received"]),
    }
    print(json.dumps({"minutes": minutes, "frames": count}))
    ends = numpy.percentile(good[:, 1], [5, 50, 95])
    print("mouth before its sound at the far end, ms: " + ", ".join(f"{v:+.0f}" for v in ends) + " (5, 50, 95 % of the windows)   "
          f"bar -20..+45   {'met' if -20 <= ends[0] and ends[2] <= 45 else 'MISSED'}")
    for name, value in figures.items():
        print(f"{name:24s} {value:6.2f}   bar {BARS[name]}   {'met' if value < BARS[name] else 'MISSED'}")


if __name__ == "__main__":
    main()
