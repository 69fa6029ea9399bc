"""Draws the demo's background pictures: draw.py OUT (numpy, pillow). The same seed gives the same pictures."""
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

SIDE = 900
y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
noise = np.random.default_rng(1)


def gradient(t, *colours):
    """Colours at equal steps of t, 0...1."""
    steps = np.linspace(0, 1, len(colours))
    return np.stack([np.interp(t, steps, [c[k] for c in colours]) for k in range(3)], -1)


def save(picture, name):
    # A grain under the visible keeps slow gradients from banding.
    picture = picture + noise.normal(0, 1.2, picture.shape)
    Image.fromarray(picture.clip(0, 255).astype(np.uint8)).save(Path(sys.argv[1]) / name, quality=88)


def studio():
    light = np.hypot((x - 0.62) * 0.9, y - 0.36)
    return gradient((light / 0.9).clip(0, 1), (206, 199, 186), (176, 168, 161), (140, 136, 130), (112, 106, 103))


def dusk():
    height = (1 - y) + 0.12 * (x - 0.3)
    return gradient(height.clip(0, 1), (255, 206, 150), (244, 178, 140), (170, 132, 128), (88, 88, 118), (50, 64, 108))


def garden():
    picture = gradient((0.85 * y + 0.15 * x).clip(0, 1), (140, 168, 108), (100, 136, 88), (62, 98, 70), (40, 70, 56))
    for _ in range(60):
        cx, cy = noise.uniform(0, 1, 2)
        radius = noise.uniform(0.015, 0.085)
        colour = np.array([noise.uniform(110, 190), noise.uniform(150, 190), noise.uniform(90, 130)])
        disc = np.clip((radius - np.hypot(x - cx, y - cy)) / (0.25 * radius), 0, 1)[..., None]
        picture = picture + (colour - picture) * disc * noise.uniform(0.2, 0.6) * (1.1 - 0.6 * cy)
    soft = Image.fromarray(picture.clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(5))
    return np.asarray(soft, float)


for draw in (studio, dusk, garden):
    save(draw(), f"{draw.__name__}.jpg")
