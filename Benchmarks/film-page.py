"""See film-page.sh."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Tests/Web"))
from playwright.sync_api import sync_playwright  # noqa: E402

from conftest import CHROMIUM, DRAWING  # noqa: E402
from neighbours import Neighbours  # noqa: E402
from serving import ROOT, serving  # noqa: E402

SECONDS = 30
RENDER = """async (options) => {
    const { renderVideo } = await import('/sdk/render-video.js')
    const began = performance.now()
    const film = await renderVideo({ filesUrl: '/files', avatar: '/files/default.ftar', audio: '/files/voice.wav', ...options })
    return { seconds: (performance.now() - began) / 1000, bytes: film.size }
}"""


def main(size, fps, kind):
    width, height = map(int, size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        voice = pathlib.Path(folder) / "voice.wav"
        subprocess.run(["ffmpeg", "-v", "error", "-stream_loop", "-1", "-i", ROOT / "dist/files/sample.wav", "-t", str(SECONDS),
                        "-ar", "48000", voice], check=True)
        with serving(instead={"voice.wav": voice.read_bytes()}) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*DRAWING, "--no-sandbox"])
            page = browser.new_page()
            page.goto(f"{url}/test/blank.html")
            page.wait_for_selector("[data-tools]", state="attached")
            before = used()
            with Neighbours() as neighbours:
                made = page.evaluate(RENDER, {"width": width, "height": height, "fps": fps, "format": kind})
            after = used()
            browser.close()
    spent = {kind: after[kind] - before.get(kind, 0) for kind in after}
    frames = SECONDS * fps
    print(f"{size}, {fps} a second, {kind}: {SECONDS} s of film in {made['seconds']:.1f} s, {SECONDS / made['seconds']:.2f} times real "
          f"time; {made['bytes'] / 1e6:.1f} MB; other programs took {neighbours.share:.0%} of the machine")
    print("processor time a picture: " + ", ".join(
        f"{name} {1000 * seconds / frames:.1f} ms" for name, seconds in sorted(spent.items(), key=lambda item: -item[1]) if seconds > 0.1))
    total = sum(spent.values())
    print(f"alone on {os.cpu_count()} cores it could be {SECONDS * os.cpu_count() / total:.2f} times real time at best")


def used():
    """Processor time of the browser's processes by their kind, seconds."""
    children, tick = {}, os.sysconf("SC_CLK_TCK")
    for folder in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = pathlib.Path(f"/proc/{folder}/stat").read_text().rsplit(")", 1)[1].split()
            name = re.search(r"--type=([a-z-]+)", pathlib.Path(f"/proc/{folder}/cmdline").read_text())
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(
            (int(folder), name[1] if name else "browser", (int(fields[11]) + int(fields[12])) / tick))
    times = {}

    def walk(parent):
        for child, name, seconds in children.get(parent, []):
            times[name] = times.get(name, 0) + seconds
            walk(child)
    walk(os.getpid())
    return times


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
