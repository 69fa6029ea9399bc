"""How long a page takes from navigation to the first frame with a face, in Chromium over loopback: cold (nothing cached)
and warm; in a window that has opened, as somebody has who follows a link, and in one that is only opening. Run by the
tests' Python, on an idle machine:

    cache/venv/bin/python Benchmarks/first-frame.py [ROUNDS]
"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests/Web"))
from conftest import CHROMIUM, DRAWING  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

# Until the canvas itself shows somebody: after the face has come and the veil is gone, by its own pixels.
FIRST = """() => new Promise((resolve) => {
  const look = () => {
    if (document.querySelector('#veil.gone')) {
      const copy = new OffscreenCanvas(8, 8).getContext('2d', { willReadFrequently: true })
      copy.drawImage(document.querySelector('#canvas'), 0, 0, 8, 8)
      const [red, green, blue, alpha] = copy.getImageData(4, 4, 1, 1).data
      if (alpha > 0 && red + green + blue > 60) return resolve(performance.now() / 1000)
    }
    requestAnimationFrame(look)
  }
  look()
})"""
BARS = {"cold": 2.0, "warm": 1.0}
# Milliseconds between a window and its navigation: a new window's own interface (Chromium's pages for its address bar)
# takes a third of a second of two processors.
WINDOWS = {"open window": 1500, "opening window": 0}


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    program = os.environ.get("FLEXATAR") or str(ROOT / ".build/release/flexatar")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = subprocess.Popen(
            [program, "serve", "--port", "0", "--no-worker"], stderr=subprocess.PIPE, text=True,
            env={**os.environ, "FLEXATAR_HOME": str(ROOT), "DATABASE_URL": f"{folder}/s.sqlite", "OBJECTS_FOLDER": f"{folder}/o"})
        address = server.stderr.readline().strip()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*DRAWING, "--no-sandbox"])
        seconds = {(window, kind): [] for window in WINDOWS for kind in BARS}
        try:
            for window in list(WINDOWS) * rounds:
                with browser.new_context() as context:
                    for kind in BARS:
                        page = context.new_page()
                        page.wait_for_timeout(WINDOWS[window])
                        page.goto(address, wait_until="commit")
                        seconds[window, kind].append(page.evaluate(FIRST))
                        page.close()
        finally:
            server.terminate()
            server.wait()
        for (window, kind), values in seconds.items():
            bar, median, worst = BARS[kind], statistics.median(values), max(values)
            print(f"first frame, {window}, {kind}: median {median:.2f} s, worst of {rounds} {worst:.2f} s (bar {bar:.0f} s: {median / bar:.0%})")


if __name__ == "__main__":
    main()
