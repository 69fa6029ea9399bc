"""Three players of films: ffmpeg, GStreamer and Chromium."""
import shutil
import subprocess

import pytest

from conftest import opened
from serving import serving


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def take(path):
    """ffmpeg decodes the film without a word of complaint, GStreamer plays it to its end and can seek in it."""
    assert run("ffmpeg", "-v", "warning", "-i", path, "-f", "null", "-") == ""
    if not shutil.which("gst-launch-1.0"):
        pytest.skip("GStreamer is not installed: scripts/setup.sh --tests")
    assert "Seekable: yes" in run("gst-discoverer-1.0", path)
    run("gst-launch-1.0", "-q", "filesrc", f"location={path}", "!", "decodebin", "name=d", "d.", "!", "queue", "!", "fakesink", "d.",
        "!", "queue", "!", "fakesink")


def played(browser, path):
    """What Chromium says of the film after it has sought to 2.5 s and played on to the end."""
    with serving(instead={path.name: path.read_bytes()}) as url, opened(browser, f"{url}/test/blank.html") as page:
        return page.evaluate("""async ([address, type]) => {
            const film = new Blob([await (await fetch(address)).arrayBuffer()], { type })
            const video = Object.assign(document.createElement('video'), { src: URL.createObjectURL(film) })
            const happened = (name) => new Promise((resolve, reject) => {
                video.addEventListener(name, resolve, { once: true })
                video.addEventListener('error', () => reject(new Error(video.error.message)), { once: true })
            })
            await Promise.all([happened('canplaythrough'), video.load()])
            const { duration } = video
            video.currentTime = 2.5
            await happened('seeked')
            const sought = video.currentTime
            await Promise.all([happened('ended'), video.play()])
            return { duration, sought, width: video.videoWidth, frames: video.getVideoPlaybackQuality().totalVideoFrames }
        }""", [f"{url}/files/{path.name}", f"video/{path.suffix[1:]}"])
