"""Same pose, same picture: Chromium's WebGL2 against EGL on this machine."""
import base64
import math
import re

import numpy
import pytest
from PIL import Image, ImageOps
from skimage.metrics import structural_similarity

from conftest import opened
from measuring import bytes_of
from serving import ROOT

SHAPES = re.findall(r"\w+", " ".join(re.findall(r"^  case (.*)$", (ROOT / "Sources/Head/Blendshape.swift").read_text(), re.M)))
BACKGROUNDS = {"photo": {"kind": 0}, "none": {"kind": 1}, "#3c6e91": {"kind": 2, "colour": [0x3C / 255, 0x6E / 255, 0x91 / 255]}}

# In the engine's order.
FRAMINGS = ["photo", "close", "portrait", "shoulders"]
MIX_KINDS = ["morph", "hybrid"]
SIZE = 512

POSES = {
    "neutral": dict(),
    "photo": dict(photoExpression=1),
    "open": dict(jawOpen=0.6, mouthLowerDownLeft=0.4, mouthLowerDownRight=0.4, yaw=8),
    "smile": dict(mouthSmileLeft=0.8, mouthSmileRight=0.8, pitch=-6, roll=4),
    "blink": dict(eyeBlinkLeft=1, eyeBlinkRight=1, yaw=-14, pitch=5),
    "round": dict(mouthPucker=0.8, jawOpen=0.2, browInnerUp=0.7),
}


def floats(settings):
    pose = [0.0] * (len(SHAPES) + 10)
    for name, value in settings.items():
        if name in SHAPES:
            pose[SHAPES.index(name)] = value
        elif name == "photoExpression":
            pose[-1] = value
        else:
            pose[len(SHAPES) + ["yaw", "pitch", "roll"].index(name)] = math.radians(value)
    return pose


@pytest.fixture(scope="module")
def stills(browser, site):
    with opened(browser, f"{site}/test/still.html") as page:
        yield page


@pytest.mark.parametrize("name, framing, background", [
    *((name, framing, "photo") for name in POSES for framing in ("photo", "portrait")),
    ("open", "close", "photo"),
    *((name, "portrait", background) for name in ("neutral", "open") for background in ("none", "#3c6e91")),
])
def test_the_browser_draws_what_egl_draws(stills, flexatar, tmp_path, artefacts, name, framing, background):
    assert len(SHAPES) == 53
    settings = POSES[name]
    native = drawn(flexatar, tmp_path / "still.png", settings, "--framing", framing, "--background", background)
    browser = shown(stills, settings, framing=FRAMINGS.index(framing), background=BACKGROUNDS[background])
    compare(f"{name}-{framing}", native, browser, artefacts, keep=(name, background) == ("open", "photo"))


@pytest.mark.parametrize("kind", MIX_KINDS)
def test_the_browser_mixes_as_egl_does(stills, flexatar, tmp_path, artefacts, kind):
    ImageOps.mirror(Image.open(ROOT / "cache/portrait.png")).save(tmp_path / "mirrored.png")
    flexatar("create", tmp_path / "mirrored.png", "--min-eye-distance", "40", "-o", tmp_path / "second.ftar")
    settings = {"yaw": 6, "jawOpen": 0.2}
    native = drawn(flexatar, tmp_path / "still.png", settings, "--framing", "portrait", "--second",
                   tmp_path / "second.ftar", "--mix", "0.5", "--mix-kind", kind)
    stills.evaluate("second", base64.b64encode((tmp_path / "second.ftar").read_bytes()).decode())
    browser = shown(stills, settings, framing=FRAMINGS.index("portrait"), background=BACKGROUNDS["photo"],
                    mix=[0.5, MIX_KINDS.index(kind)])
    compare(f"mix-{kind}", native, browser, artefacts, keep=True)


def drawn(flexatar, out, settings, *arguments):
    """What the program draws, RGBA, straight alpha."""
    arguments = ["still", ROOT / "dist/files/default.ftar", "--size", f"{SIZE}x{SIZE}", *arguments, "-o", out]
    for key, value in settings.items():
        if key == "photoExpression":
            arguments += ["--expression", "photo"]
        elif key in ("yaw", "pitch", "roll"):
            arguments += [f"--{key}={value}"]
        else:
            arguments += ["--set", f"{key}={value}"]
    flexatar(*arguments)
    return numpy.array(Image.open(out).convert("RGBA"))


def shown(stills, settings, **options):
    """What the page draws, RGBA, premultiplied."""
    text = stills.evaluate("still", {"pose": floats(settings), "width": SIZE, "height": SIZE, **options})
    return bytes_of(text).reshape(SIZE, SIZE, 4)


def compare(name, native, browser, artefacts, keep):
    alpha = native[..., 3:].astype(float) / 255
    # Both over grey: colours under alpha 0 mean nothing; the browser's are premultiplied.
    ours = native[..., :3] * alpha + 128 * (1 - alpha)
    theirs = browser[..., :3] + 128 * (1 - browser[..., 3:].astype(float) / 255)
    match = structural_similarity(ours.mean(axis=2), theirs.mean(axis=2), data_range=255)
    print(f"{name}: SSIM {match:.5f}, mean difference {numpy.abs(ours - theirs).mean():.3f}")
    if match < 0.995 or keep:
        Image.fromarray(numpy.hstack([ours, theirs]).clip(0, 255).astype(numpy.uint8)).save(
            artefacts / f"same-{name}.png")
    assert native[..., :3].std() > 20
    assert match >= 0.995
