"""A photo becomes an avatar in the page, on the device."""
import base64
import io
import json
import struct
import subprocess
import zlib

import numpy
import pytest
from PIL import Image, ImageFilter

from conftest import blank, opened
from neighbours import bar
from serving import ROOT, serving

PORTRAIT = ROOT / "cache/portrait.png"
pytestmark = pytest.mark.skipif(not PORTRAIT.exists(), reason="cache/portrait.png is not there; run scripts/fetch-models.sh")

CREATE = """async ({ photo, further = [], times = 1 }) => {
    const file = (text) => new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))])
    const blob = file(photo)
    const renderer = { filesUrl: '/files', create: (await import('/sdk/creation.js')).createAvatar }
    const seconds = []
    const shares = []
    let made = null
    for (let run = 0; run < times; run++) {
        const began = performance.now()
        const error = await tools.failure(async () => {
            made = await renderer.create('/files', blob, { further: further.map(file), onProgress: (share) => shares.push(share) })
        })
        if (error) return { error }
        seconds.push((performance.now() - began) / 1000)
    }
    return {
        seconds, shares, warnings: made.warnings, views: made.views, landmarks: made.landmarks,
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
def studio(browser, site):
    """One page for all photos, as a visitor has it who tries several."""
    with blank(browser, site) as page:
        yield page


@pytest.fixture(scope="module")
def portrait():
    """The default portrait at 1000x1000, as the figure asks."""
    return Image.open(PORTRAIT).convert("RGB").resize((1000, 1000), Image.LANCZOS)


def test_the_portrait_becomes_an_avatar_in_seconds(studio, portrait, artefacts):
    made = studio.evaluate(CREATE, {"photo": base64_of(jpeg(portrait)), "times": 3})
    assert "error" not in made, made
    ftar = base64.b64decode(made["ftar"])
    (artefacts / "created-in-page.ftar").write_bytes(ftar)
    print(f"creation in the page: first {made['seconds'][0]:.2f} s, then {made['seconds'][1:]} s; {len(ftar)} bytes")
    assert min(made["seconds"][1:]) <= bar(4, 30)
    assert ftar[:4] == b"FTAR" and len(ftar) <= 500_000
    assert len(made["landmarks"]) == 478 and made["preview"] > 1000
    assert made["shares"][-1] == 1
    assert all(0 <= share <= 1 for share in made["shares"])
    first = made["shares"][: made["shares"].index(1) + 1]
    assert first == sorted(first) and len(first) > 5
    # And it is shown.
    frames = studio.evaluate("""async (ftar) => {
        const renderer = await tools.open({ width: 320, height: 320, avatar: null })
        await renderer.setAvatar(1, Uint8Array.from(atob(ftar), (c) => c.charCodeAt(0)))
        await tools.settled()
        return renderer.stats.frames
    }""", made["ftar"])
    studio.screenshot(path=artefacts / "created-in-page.png")
    studio.evaluate("() => { renderer.destroy(); canvas.remove() }")
    assert frames > 2


def test_landmarks_are_in_pixels_of_the_upright_photo(studio, portrait):
    turned = portrait.rotate(-90, expand=True)
    exif = Image.Exif()
    exif[0x0112] = 8  # shown after a quarter turn to the left
    plain = studio.evaluate(CREATE, {"photo": base64_of(jpeg(portrait))})
    rotated = studio.evaluate(CREATE, {"photo": base64_of(jpeg(turned, exif=exif))})
    difference = numpy.abs(numpy.array(plain["landmarks"]) - numpy.array(rotated["landmarks"]))
    assert difference.mean() < 2


def test_a_large_photo_is_reduced_and_its_landmarks_are_not(studio, portrait):
    plain = studio.evaluate(CREATE, {"photo": base64_of(jpeg(portrait))})
    large = studio.evaluate(CREATE, {"photo": base64_of(jpeg(portrait.resize((3000, 3000), Image.BICUBIC)))})
    difference = numpy.abs(numpy.array(plain["landmarks"]) * 3 - numpy.array(large["landmarks"]))
    assert difference.mean() < 6


@pytest.fixture(scope="module")
def poses(flexatar, tmp_path_factory):
    """Files of the default portrait's avatar, near enough for its lids, at rest, smiling and with shut eyes."""
    folder = tmp_path_factory.mktemp("poses")
    Image.open(PORTRAIT).convert("RGB").crop((100, 0, 356, 320)).resize((800, 1000), Image.LANCZOS).save(folder / "portrait.png")
    flexatar("create", folder / "portrait.png", "-o", folder / "portrait.ftar")
    looks = {"neutral": {}, "smile": {"mouthSmileLeft": 0.9, "mouthSmileRight": 0.9, "jawOpen": 0.25},
             "blink": {"eyeBlinkLeft": 1, "eyeBlinkRight": 1}}
    for name, look in looks.items():
        flexatar("still", folder / "portrait.ftar", "--framing", "photo", "-o", folder / f"{name}.png",
                 *(word for weight in look.items() for word in ("--set", "=".join(map(str, weight)))))
    return {name: folder / f"{name}.png" for name in looks}


def pictures(program, avatar):
    """Kind and size of an avatar's pictures; the teeth and lids of other photos make that of the eyes higher."""
    told = subprocess.run([program, "inspect", avatar, "--json"], capture_output=True, text=True, check=True)
    return [(one["image"], one["width"], one["height"]) for one in json.loads(told.stdout)["images"]]


def test_further_photos_lend_what_they_show(studio, poses, program, tmp_path):
    """As they do on the command line; what is no picture, or no face, is left out and told of."""
    wall = base64_of(jpeg(Image.new("RGB", (800, 800), "#b0a090")))
    photo, smile, blink = (base64_of(poses[name].read_bytes()) for name in ("neutral", "smile", "blink"))
    made = studio.evaluate(CREATE, {"photo": photo, "further": [base64_of(b"no picture"), smile, wall, blink]})
    assert "error" not in made, made
    unreadable, smiling, empty, shut = made["views"]
    assert unreadable["refusal"]["code"] == "unreadable" and empty["refusal"]["code"] == "no-face"
    assert unreadable["uses"] == empty["uses"] == [] and len(empty["refusal"]["message"]) > 30
    assert smiling == {"uses": ["teeth"], "refusal": None}
    assert set(shut["uses"]) == {"right-lid", "left-lid"} and shut["refusal"] is None
    out = tmp_path / "native.ftar"
    native = subprocess.run([program, "create", poses["neutral"], poses["smile"], poses["blink"], "-o", out, "--json"],
                            capture_output=True, text=True, check=True)
    assert [set(view["for"]) for view in json.loads(native.stdout)["views"]] == [set(smiling["uses"]), set(shut["uses"])]
    ftar = tmp_path / "page.ftar"
    ftar.write_bytes(base64.b64decode(made["ftar"]))
    assert pictures(program, ftar) == pictures(program, out)
    # And what the page has made is drawn as what the command has made.
    drawn = []
    for avatar in (ftar, out):
        subprocess.run([program, "still", avatar, "--set", "eyeBlinkLeft=1", "--background", "none", "--size", "200x250",
                        "-o", tmp_path / "drawn.png"], check=True)
        drawn.append(numpy.asarray(Image.open(tmp_path / "drawn.png")).astype(float))
    assert abs(drawn[0] - drawn[1]).mean() < 2
    # One that lends nothing, one that is refused before another that lends.
    plain = studio.evaluate(CREATE, {"photo": photo, "further": [photo]})
    assert plain["views"] == [{"uses": [], "refusal": None}]
    refused, smiling = studio.evaluate(CREATE, {"photo": photo, "further": [wall, smile]})["views"]
    assert refused["refusal"]["code"] == "no-face" and smiling == {"uses": ["teeth"], "refusal": None}
    # The next one starts from nothing.
    assert studio.evaluate(CREATE, {"photo": photo})["views"] == []


def test_what_is_given_up_ends_and_what_else_is_made_goes_on(studio, portrait):
    photo = base64_of(jpeg(portrait))
    seen = studio.evaluate("""async (photo) => {
        const { createAvatar } = await import('/sdk/creation.js')
        const blob = new Blob([Uint8Array.from(atob(photo), (c) => c.charCodeAt(0))])
        const create = (signal) => createAvatar('/files', blob, { signal })
        const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()]
        const made = create()
        const given = [create(first.signal), create(second.signal), create(AbortSignal.abort())]
        second.abort(new Error('not this one'))
        first.abort()
        const reasons = (await Promise.allSettled(given)).map(({ reason }) => [reason.name, reason.message])
        const { byteLength } = (await made).ftar
        // The only one ends with its worker; the next one gets another.
        const alone = create(third.signal)
        setTimeout(() => third.abort(), 100)
        await alone.catch(({ name }) => reasons.push([name]))
        return { reasons: reasons.map(([name, message]) => name === 'Error' ? message : name), byteLength, again: (await create()).ftar.byteLength }
    }""", photo)
    assert seen["reasons"] == ["AbortError", "not this one", "AbortError", "AbortError"]
    assert seen["byteLength"] == seen["again"] > 100_000


def test_too_many_further_photos_are_refused(studio, portrait):
    photo = base64_of(jpeg(portrait))
    error = studio.evaluate(CREATE, {"photo": photo, "further": [photo] * 12})["error"]
    assert error["name"] == "TypeError" and "11" in error["message"]


def encoded(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def unusual(kind, portrait):
    """The portrait as other programs write it."""
    wall = Image.new("RGB", portrait.size, "#b0a090")
    return {
        "grey": lambda: jpeg(portrait.convert("L")),
        "cmyk": lambda: jpeg(portrait.convert("CMYK")),
        "progressive": lambda: jpeg(portrait, progressive=True),
        "16-bit": lambda: png_of_16_bits(numpy.asarray(portrait)),
        "animated gif": lambda: encoded(portrait, "GIF", save_all=True, append_images=[wall], duration=100),
        "animated webp": lambda: encoded(portrait, "WEBP", save_all=True, append_images=[wall], duration=100, quality=92),
        "transparent": lambda: encoded(portrait.convert("RGBA"), "PNG"),
    }[kind]()


def png_of_16_bits(pixels):
    """Pillow writes no colour pictures of 16 bits."""
    height, width = pixels.shape[:2]
    rows = (pixels.astype(">u2") * 257).astype(">u2").reshape(height, -1)
    raw = b"".join(b"\0" + row.tobytes() for row in rows)

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw, 1)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["grey", "cmyk", "progressive", "16-bit", "animated gif", "animated webp", "transparent"])
def test_an_unusual_picture_file_is_taken(studio, portrait, kind):
    made = studio.evaluate(CREATE, {"photo": base64_of(unusual(kind, portrait))})
    assert "error" not in made, made
    points = numpy.array(made["landmarks"])
    eyes = numpy.linalg.norm(points[33] - points[263])
    assert 110 < eyes < 200, f"the eyes are {eyes:.0f} pixels apart"


def damaged(kind, portrait):
    whole = jpeg(portrait)
    zoo = ROOT / "Tests/PhotoTests/Zoo"
    noise = numpy.random.default_rng(1).integers(0, 255, (600, 600, 3), dtype=numpy.uint8)
    return {
        "nothing": b"", "text": b"this is not a picture", "cut header": whole[:40],
        "60 %": whole[: len(whole) * 6 // 10], "95 %": whole[: len(whole) * 95 // 100],
        "huge": (zoo / "huge-header.png").read_bytes(), "huge jpeg": (zoo / "huge-header.jpg").read_bytes(),
        "long": encoded(Image.new("L", (20_001, 4)), "PNG"), "cut avif": encoded(portrait, "AVIF")[:9000], "heic": (zoo / "plain.heic").read_bytes(),
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
    ("nothing", ["unreadable"]), ("text", ["unreadable"]), ("cut header", ["unreadable"]), ("60 %", ["unreadable"]),
    ("95 %", ["unreadable"]), ("huge", ["too-large"]), ("huge jpeg", ["too-large"]), ("long", ["too-large"]),
    ("heic", ["unreadable"]), ("cut avif", ["unreadable"]), ("noise", ["no-face"]),
    ("wall", ["no-face"]), ("two", ["many-faces"]), ("small", ["face-too-small"]),
    ("blurred", ["blurred", "no-face"]),
])
def test_a_photo_that_cannot_be_used_is_refused_with_a_sentence(studio, portrait, kind, codes):
    answer = studio.evaluate(CREATE, {"photo": base64_of(damaged(kind, portrait))})
    error = answer.get("error")
    assert error and error["typed"] and error["name"] == "PhotoRefusedError", answer.keys()
    assert error["code"] in codes
    assert len(error["message"]) > 30
    if kind == "heic":
        assert "HEIC" in error["message"] and "JPEG" in error["message"] and error["reason"] == "heic"
    if kind == "cut avif":
        assert "damaged" in error["message"]
    if kind.endswith("%"):
        assert "not whole" in error["message"] and error["reason"] == "damaged"


def test_a_file_that_is_gone_is_told(studio):
    """Moved since it was chosen, or only in a cloud."""
    error = studio.evaluate("""() => tools.failure(async () => {
        const photo = new Blob(['x'])
        photo.arrayBuffer = () => Promise.reject(new DOMException('Gone.', 'NotReadableError'))
        await (await import('/sdk/photo.js')).decodePhoto(photo)
    })""")
    assert error["name"] == "PhotoRefusedError" and error["code"] == "unreadable" and "opened" in error["message"]


def test_a_missing_model_is_named_and_the_page_goes_on(browser, portrait):
    with serving(missing=["selfie_segmentation"]) as url, opened(browser, f"{url}/test/blank.html") as page:
        answer = page.evaluate(CREATE, {"photo": base64_of(jpeg(portrait))})
        page.evaluate("async () => { await tools.open({ width: 160, height: 120 }) }")
    assert answer["error"]["typed"] and answer["error"]["code"] == "model-missing"
    assert "selfie_segmentation" in answer["error"]["message"]
