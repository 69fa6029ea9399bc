"""A photo becomes an avatar in the page, on the device."""
import base64
import io

import numpy
import pytest
from PIL import Image, ImageFilter

from conftest import opened
from serving import ROOT, serving

PORTRAIT = ROOT / "cache/portrait.png"
pytestmark = pytest.mark.skipif(not PORTRAIT.exists(), reason="cache/portrait.png is not there; run scripts/fetch-models.sh")

CREATE = """async ({ photo, times = 1, ...options }) => {
    const blob = new Blob([Uint8Array.from(atob(photo), (c) => c.charCodeAt(0))])
    const renderer = { filesUrl: '/files', create: (await import('/sdk/creation.js')).createAvatar }
    const seconds = []
    const shares = []
    let made = null
    for (let run = 0; run < times; run++) {
        const began = performance.now()
        const error = await tools.failure(async () => {
            made = await renderer.create('/files', blob, { onProgress: (share) => shares.push(share) })
        })
        if (error) return { error }
        seconds.push((performance.now() - began) / 1000)
    }
    return {
        seconds, shares, warnings: made.warnings, landmarks: made.landmarks,
        ftar: tools.base64(new Uint8Array(made.ftar)), preview: made.preview?.size,
    }
}"""


def base64_of(data):
    return base64.b64encode(data).decode()


def jpeg(image, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92, **options)
    return out.getvalue()


@pytest.fixture(scope="module")
def portrait():
    """The default portrait at 1000x1000, as the figure asks."""
    return Image.open(PORTRAIT).convert("RGB").resize((1000, 1000), Image.LANCZOS)


def test_the_portrait_becomes_an_avatar_in_at_most_six_seconds(tools, portrait, artefacts):
    made = tools.evaluate(CREATE, {"photo": base64_of(jpeg(portrait)), "times": 3})
    assert "error" not in made, made
    ftar = base64.b64decode(made["ftar"])
    (artefacts / "created-in-page.ftar").write_bytes(ftar)
    print(f"creation in the page: first {made['seconds'][0]:.2f} s, then {made['seconds'][1:]} s; {len(ftar)} bytes")
    assert min(made["seconds"][1:]) <= 6
    assert ftar[:4] == b"FTAR" and len(ftar) <= 500_000
    assert len(made["landmarks"]) == 478 and made["preview"] > 1000
    assert made["shares"] == sorted(made["shares"][: len(made["shares"])]) or made["shares"][-1] == 1
    # And it is shown.
    frames = tools.evaluate("""async (ftar) => {
        const renderer = await tools.open({ width: 320, height: 320, avatar: null })
        await renderer.setAvatar(1, Uint8Array.from(atob(ftar), (c) => c.charCodeAt(0)))
        await new Promise((resolve) => setTimeout(resolve, 1200))
        return renderer.stats.frames
    }""", made["ftar"])
    tools.screenshot(path=artefacts / "created-in-page.png")
    assert frames > 2


def test_landmarks_are_in_pixels_of_the_upright_photo(tools, portrait):
    turned = portrait.rotate(-90, expand=True)
    exif = Image.Exif()
    exif[0x0112] = 8  # shown after a quarter turn to the left
    plain = tools.evaluate(CREATE, {"photo": base64_of(jpeg(portrait))})
    rotated = tools.evaluate(CREATE, {"photo": base64_of(jpeg(turned, exif=exif))})
    difference = numpy.abs(numpy.array(plain["landmarks"]) - numpy.array(rotated["landmarks"]))
    assert difference.mean() < 2


def test_a_large_photo_is_reduced_and_its_landmarks_are_not(tools, portrait):
    plain = tools.evaluate(CREATE, {"photo": base64_of(jpeg(portrait))})
    large = tools.evaluate(CREATE, {"photo": base64_of(jpeg(portrait.resize((3000, 3000), Image.BICUBIC)))})
    difference = numpy.abs(numpy.array(plain["landmarks"]) * 3 - numpy.array(large["landmarks"]))
    assert difference.mean() < 6


def damaged(kind, portrait):
    whole = jpeg(portrait)
    noise = numpy.random.default_rng(1).integers(0, 255, (600, 600, 3), dtype=numpy.uint8)
    return {
        "nothing": b"", "text": b"this is not a picture", "cut header": whole[:40],
        "noise": jpeg(Image.fromarray(noise)), "wall": jpeg(Image.new("RGB", (800, 800), "#b0a090")),
        "two": jpeg(side_by_side(portrait)), "small": jpeg(portrait.resize((180, 180))),
        "blurred": jpeg(portrait.filter(ImageFilter.GaussianBlur(22))),
    }[kind]


def side_by_side(portrait):
    both = Image.new("RGB", (1400, 1000))
    both.paste(portrait.crop((100, 0, 800, 1000)), (0, 0))
    both.paste(portrait.crop((100, 0, 800, 1000)), (700, 0))
    return both


@pytest.mark.parametrize("kind, codes", [
    ("nothing", ["unreadable"]), ("text", ["unreadable"]), ("cut header", ["unreadable"]), ("noise", ["no-face"]),
    ("wall", ["no-face"]), ("two", ["many-faces"]), ("small", ["face-too-small"]),
    ("blurred", ["blurred", "no-face"]),
])
def test_a_photo_that_cannot_be_used_is_refused_with_a_sentence(tools, portrait, kind, codes):
    answer = tools.evaluate(CREATE, {"photo": base64_of(damaged(kind, portrait))})
    error = answer.get("error")
    assert error and error["typed"] and error["name"] == "PhotoRefusedError", answer.keys()
    assert error["code"] in codes
    assert len(error["message"]) > 30


def test_a_missing_model_is_named_and_the_page_goes_on(browser, portrait):
    with serving(missing=["selfie_segmentation"]) as url, opened(browser, f"{url}/test/blank.html") as page:
        answer = page.evaluate(CREATE, {"photo": base64_of(jpeg(portrait))})
        page.evaluate("async () => { await tools.open({ width: 160, height: 120 }) }")
    assert answer["error"]["typed"] and answer["error"]["code"] == "model-missing"
    assert "selfie_segmentation" in answer["error"]["message"]
