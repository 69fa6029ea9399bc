"""What `flexatar retarget` recovers of known poses, and how a still face trembles.

    python Benchmarks/retarget.py FLEXATAR AVATAR.ftar [PHOTO...]      (numpy; ffmpeg)

Ten seconds of the avatar with every channel moved in its turn are drawn (minutes), watched, and compared. Each PHOTO is
filmed for five seconds with a camera's noise and watched.
"""
import json
import math
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

FPS = 25


def bump(t, first, last):
    """Up and down again between two times."""
    return 0.5 - 0.5 * math.cos(2 * math.pi * (t - first) / (last - first)) if first < t < last else 0


def acted(t):
    """Head in degrees; gaze and shapes."""
    head = {"yaw": 14 * (bump(t, 1.2, 2.2) - bump(t, 2.2, 3.2)), "pitch": 9 * (bump(t, 3, 3.8) - bump(t, 3.8, 4.6)),
            "roll": 10 * (bump(t, 4.4, 5) - bump(t, 5, 5.6))}
    both = bump(t, 6.2, 6.5)
    face = {"jawOpen": 0.6 * bump(t, 5.4, 6.2) + 0.35 * bump(t, 1.4, 2), "eyeBlinkLeft": both + bump(t, 6.7, 7.1),
            "eyeBlinkRight": both + bump(t, 7.3, 7.7), "gazeX": 0.7 * (bump(t, 7.6, 8.1) - bump(t, 8.1, 8.6)),
            "gazeY": 0.5 * (bump(t, 8.5, 9) - bump(t, 9, 9.5)), "mouthSmileLeft": 0.7 * bump(t, 9.2, 9.8),
            "mouthSmileRight": 0.7 * bump(t, 9.2, 9.8), "browInnerUp": 0.8 * bump(t, 6, 6.6),
            "browOuterUpLeft": 0.7 * bump(t, 7, 7.5), "mouthPucker": 0.7 * bump(t, 8, 8.6)}
    return head, face


def draw(flexatar, avatar, folder):
    for k in range(10 * FPS):
        head, face = acted(k / FPS)
        gaze = face["gazeY"]
        lids = {f"eyeLook{'Up' if gaze > 0 else 'Down'}{side}": abs(gaze) for side in ("Left", "Right")}
        options = [word for name, value in head.items() for word in (f"--{name}", f"{value:.4f}")]
        options += [word for name, value in {**face, **lids}.items() if value for word in ("--set", f"{name}={value:.4f}")]
        subprocess.run([flexatar, "still", avatar, *options, "--framing", "portrait", "--size", "512x512", "-o",
                        folder / f"{k:04}.png"], check=True)
    film = folder / "film.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-framerate", str(FPS), "-i", folder / "%04d.png", "-pix_fmt", "yuv420p",
                    "-crf", "16", film], check=True)
    return film


def watched(flexatar, film, folder):
    """Channel by channel, one value a picture."""
    out = folder / "out.jsonl"
    subprocess.run([flexatar, "retarget", film, "-o", out], check=True)
    frames = [json.loads(line) for line in out.read_text().splitlines()[1:]]
    names = ["yaw", "pitch", "roll", "gazeX", "gazeY", *frames[0]["b"]]
    return {name: np.array([frame.get(name, frame["b"].get(name)) for frame in frames]) for name in names}


def main(flexatar, avatar, *photos):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        seen = watched(flexatar, draw(flexatar, avatar, folder), folder)
        print(f"{'channel':16} correlation  slope  error (rms)  late (frames)")
        moments = [acted(k / FPS) for k in range(10 * FPS)]
        for channel in [*moments[0][0], *moments[0][1]]:
            truth = np.array([{**head, **face}[channel] for head, face in moments])
            found = seen[channel]
            late = max(range(5), key=lambda d: np.corrcoef(truth[: len(truth) - d], found[d:])[0, 1])
            print(f"{channel:16} {np.corrcoef(truth, found)[0, 1]:11.3f} {truth @ found / (truth @ truth):6.2f} "
                  f"{np.sqrt(np.mean((truth - found) ** 2)):12.3f} {late:14}")
        for photo in photos:
            film = folder / "still.mp4"
            subprocess.run(["ffmpeg", "-v", "error", "-y", "-loop", "1", "-framerate", "30", "-i", photo, "-vf",
                            "scale=640:640:force_original_aspect_ratio=increase,crop=640:480:(iw-640)/2:0,"
                            "noise=alls=6:allf=t", "-t", "5", "-pix_fmt", "yuv420p", "-crf", "20", film], check=True)
            rest = {channel: values[45:].std() for channel, values in watched(flexatar, film, folder).items()}
            shapes = max(value for channel, value in rest.items() if channel not in ("yaw", "pitch", "roll"))
            print(f"{photo}: at rest yaw {rest['yaw']:.2f}, pitch {rest['pitch']:.2f}, roll {rest['roll']:.2f} degrees; "
                  f"of the rest the worst {shapes:.3f}, blink {rest['eyeBlinkLeft']:.3f}, jaw {rest['jawOpen']:.3f}")


main(*sys.argv[1:])
