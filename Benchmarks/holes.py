"""Holes of turned people: what the person encloses and no transparent place of the photo's cut-out has come to.

    python Benchmarks/holes.py PHOTOS_DIR [--flexatar flexatar]       # numpy, scipy, pillow, opencv-python-headless 4.11

Of every photo that is accepted, the neutral pose, yaw of +-20 and pitch of +-15 degrees, without a background. Each enclosed
transparent area of a turned picture is followed back into the neutral one by optical flow (DIS, Kroeger et al. 2016);
where nothing within 4 pixels of it is transparent there, the turn has torn it.
"""

import argparse
import shlex
import subprocess
import tempfile
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from scipy.ndimage import binary_fill_holes, grey_erosion, label, map_coordinates

TURNS = {"yaw": (-20, 20), "pitch": (-15, 15)}
NEAR, SEEN = 4, 0.6


def still(command, avatar, out, **angles):
    """Luminance over grey, 0...255, and alpha, 0...1."""
    options = [f"--{name}={value}" for name, value in angles.items()]
    subprocess.run([*command, "still", avatar, "--framing", "photo", "--background", "none", *options, "-o", out], check=True)
    rgba = np.asarray(Image.open(out).convert("RGBA"), np.float32) / 255
    alpha = rgba[..., 3]
    light = rgba[..., :3] @ np.float32([0.299, 0.587, 0.114]) * alpha + 0.5 * (1 - alpha)
    return (255 * light).astype(np.uint8), alpha


def torn(neutral, turned):
    """Pixels of the enclosed areas that the turn has torn."""
    (before, opaque), (after, alpha) = neutral, turned
    solid = alpha > 0.5
    areas, count = label(binary_fill_holes(np.pad(solid, 1))[1:-1, 1:-1] & ~solid)
    if count == 0:
        return 0
    flow = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM).calc(after, before, None)
    places = np.mgrid[: alpha.shape[0], : alpha.shape[1]] + flow[..., ::-1].transpose(2, 0, 1)
    least = grey_erosion(opaque, size=2 * NEAR + 1)
    source = map_coordinates(least, places, order=0, cval=0)
    return sum(int((areas == k).sum()) for k in range(1, count + 1) if source[areas == k].min() > SEEN)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("photos", type=Path, metavar="PHOTOS_DIR")
    parser.add_argument("--flexatar", default="flexatar")
    options = parser.parse_args()
    command = shlex.split(options.flexatar)
    with tempfile.TemporaryDirectory() as folder:
        avatar, out = Path(folder, "a.ftar"), Path(folder, "still.png")
        for photo in sorted(options.photos.glob("*.jpg")):
            made = subprocess.run([*command, "create", photo, "-o", avatar], capture_output=True, text=True)
            if made.returncode == 65:
                continue
            made.check_returncode()
            neutral = still(command, avatar, out)
            found = {f"{name}{angle:+d}": torn(neutral, still(command, avatar, out, **{name: angle}))
                     for name, angles in TURNS.items() for angle in angles}
            print(f"{photo.stem:20} torn {sum(found.values()):4} pixels of {int((neutral[1] > 0.5).sum())}",
                  {pose: count for pose, count in found.items() if count} or "", flush=True)


if __name__ == "__main__":
    main()
