"""`flexatar create` with several photos, or a film, of one person: what the portrait does not show comes from the others."""
import struct
import subprocess
import zlib

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

SMILE = ["--set", "mouthSmileLeft=0.9", "--set", "mouthSmileRight=0.9", "--set", "jawOpen=0.25"]
BLINK = ["--set", "eyeBlinkLeft=1", "--set", "eyeBlinkRight=1"]


def still(flexatar, avatar, to, *more):
    done = flexatar("still", avatar, "--framing", "photo", "-o", to, *more)
    assert done.code == 0, done.err
    return to


@pytest.fixture(scope="module")
def photos(flexatar, avatar, tmp_path_factory):
    """The default portrait's avatar as one that shows neither teeth nor lids, smiling and with shut eyes."""
    folder = tmp_path_factory.mktemp("photos")
    return {
        "neutral": still(flexatar, avatar, folder / "neutral.png"),
        "smile": still(flexatar, avatar, folder / "smile.png", *SMILE),
        "blink": still(flexatar, avatar, folder / "blink.png", *BLINK),
    }


def create(flexatar, tmp_path, *photos):
    out = tmp_path / "out.ftar"
    done = flexatar("create", *photos, "-o", out, "--json")
    assert done.code == 0, done.err
    assert out.stat().st_size <= 500_000
    return done.json, out


def points(flexatar, photo, tmp_path):
    return np.array(create(flexatar, tmp_path, photo)[0]["landmarks"])


def test_each_photo_lends_what_it_shows(flexatar, photos, tmp_path):
    answer, out = create(flexatar, tmp_path, photos["neutral"], photos["smile"], photos["blink"])
    lent = {view["photo"]: set(view["for"]) for view in answer["views"]}
    assert lent == {str(photos["smile"]): {"teeth"}, str(photos["blink"]): {"right-lid", "left-lid"}}
    once = out.read_bytes()
    assert create(flexatar, tmp_path, photos["neutral"], photos["smile"], photos["blink"])[1].read_bytes() == once


def test_teeth_are_those_of_the_smile(flexatar, photos, tmp_path):
    # Somebody with a dark gap between the middle teeth.
    landmarks = points(flexatar, photos["neutral"], tmp_path)
    middle = (landmarks[13] + landmarks[14]) / 2
    unit = np.linalg.norm(landmarks[33] - landmarks[263])
    smile = Image.open(photos["smile"]).convert("RGB")
    pixels = np.asarray(smile).astype(int)
    window = np.s_[int(middle[1] - 0.12 * unit):int(middle[1] + 0.2 * unit), int(middle[0] - 0.03 * unit):int(middle[0] + 0.03 * unit)]
    part = np.asarray(smile).copy()
    white = (pixels[window].max(2) - pixels[window].min(2) < 0.35 * pixels[window].max(2)) & (pixels[window].mean(2) > 110)
    part[window][white] = (40, 20, 20)
    gap = tmp_path / "gap.png"
    Image.fromarray(part).save(gap)

    def middle_dark(avatar):
        drawn = np.asarray(Image.open(still(flexatar, avatar, tmp_path / "drawn.png", *SMILE)).convert("L")).astype(float)
        return np.percentile(drawn[window], 8)

    _, out = create(flexatar, tmp_path, photos["neutral"])
    generic = middle_dark(out)
    _, out = create(flexatar, tmp_path, photos["neutral"], photos["smile"])
    own = middle_dark(out)
    answer, out = create(flexatar, tmp_path, photos["neutral"], gap)
    assert answer["views"][0]["for"] == ["teeth"]
    assert middle_dark(out) < min(own, generic) - 25


def test_shut_lids_are_those_of_the_blink(flexatar, photos, tmp_path):
    # Somebody who wears eye shadow.
    landmarks = points(flexatar, photos["neutral"], tmp_path)
    blink = Image.open(photos["blink"]).convert("RGB")
    unit = np.linalg.norm(landmarks[33] - landmarks[263])
    shadow = Image.new("L", blink.size)
    draw = ImageDraw.Draw(shadow)
    spots = []
    for upper, lower in ((159, 145), (386, 374)):
        x, y = (landmarks[upper] * 0.6 + landmarks[lower] * 0.4)
        draw.ellipse((x - 0.16 * unit, y - 0.05 * unit, x + 0.16 * unit, y + 0.005 * unit), fill=80)
        spots.append((int(x), int(y)))
    shadow = shadow.filter(ImageFilter.GaussianBlur(float(0.02 * unit)))
    made_up = Image.composite(Image.new("RGB", blink.size, (120, 130, 230)), blink, shadow)
    made_up.save(tmp_path / "made-up.png")
    # With teeth beside them, in a picture of four rows.
    answer, out = create(flexatar, tmp_path, photos["neutral"], tmp_path / "made-up.png", photos["smile"])
    assert answer["views"][1]["for"] == ["teeth"]
    assert set(answer["views"][0]["for"]) == {"right-lid", "left-lid"}
    shut = np.asarray(Image.open(still(flexatar, out, tmp_path / "shut.png", *BLINK)).convert("RGB")).astype(float)
    plain = np.asarray(blink).astype(float)
    for x, y in spots:
        here = np.s_[y - 2:y + 3, x - 3:x + 4]
        blueness = [picture[here][..., 2].mean() - picture[here][..., 0].mean() for picture in (shut, plain)]
        assert blueness[0] > blueness[1] + 20
    # Open eyes stay the portrait's.
    rest = np.asarray(Image.open(still(flexatar, out, tmp_path / "rest.png")).convert("RGB")).astype(float)
    before = np.asarray(Image.open(photos["neutral"]).convert("RGB")).astype(float)
    for x, y in spots:
        assert np.abs(rest[y - 20:y + 20, x - 30:x + 30] - before[y - 20:y + 20, x - 30:x + 30]).mean() < 8


def depth(avatar):
    """Positions of an avatar's vertices with the photo's expression, cm, and where in the file their depth begins."""
    data = avatar.read_bytes()
    at = 16
    while data[at:at + 4] != b"PHOT":
        at += 8 + (struct.unpack("<I", data[at + 4:at + 8])[0] + 3) // 4 * 4
    count = struct.unpack("<I", data[at + 8:at + 12])[0]
    axes = []
    for k in range(3):
        axis = at + 12 + k * (8 + 2 * count)
        low, high = struct.unpack("<ff", data[axis:axis + 8])
        axes.append(np.frombuffer(data, "<u2", count, axis + 8) / 65535 * (high - low) + low)
    return axes, axis


def with_longer_nose(avatar, to, by):
    data = bytearray(avatar.read_bytes())
    (x, y, z), at = depth(avatar)
    tip = np.argmax(np.where(abs(x) < 2, z, -99))
    z = z + by * np.exp(-((x - x[tip]) ** 2 + (y - y[tip]) ** 2) / 1.6 ** 2) * (z > z[tip] - 6)
    low, high = z.min(), z.max()
    data[at:at + 8 + 2 * len(z)] = struct.pack("<ff", low, high) + np.round((z - low) / (high - low) * 65535).astype("<u2").tobytes()
    data[12:16] = struct.pack("<I", zlib.crc32(bytes(data[16:])))
    to.write_bytes(data)
    return tip


def test_photos_from_the_sides_tell_how_long_the_nose_is(flexatar, photos, tmp_path):
    alone = create(flexatar, tmp_path, photos["neutral"])[1].rename(tmp_path / "alone.ftar")
    person = tmp_path / "person.ftar"
    tip = with_longer_nose(alone, person, 0.7)
    sides = [still(flexatar, person, tmp_path / f"{yaw}.png", "--yaw", yaw, "--expression", "photo") for yaw in (-18, 18)]
    answer, out = create(flexatar, tmp_path, photos["neutral"], *sides)
    assert len(answer["views"]) == 2 and all("shape" in view["for"] for view in answer["views"])
    nose = [depth(path)[0][2] for path in (alone, person, out)]
    # Against the whole face, which may come nearer as a whole.
    face = nose[0] > np.percentile(nose[0], 70)
    lengths = [z[tip] - np.median(z[face]) for z in nose]
    assert lengths[1] - lengths[0] > 0.5
    assert lengths[2] - lengths[0] > 0.5 * (lengths[1] - lengths[0])
    # From the front it is the same face.
    rest = [np.asarray(Image.open(still(flexatar, path, tmp_path / "rest.png")).convert("RGB")).astype(float) for path in (alone, out)]
    assert np.abs(rest[0] - rest[1]).mean() < 1


def test_a_side_that_the_portrait_hides_is_shown_as_another_photo_saw_it(flexatar, avatar, tmp_path):
    # Somebody with paint on the cheek that the portrait is turned away from.
    portrait = still(flexatar, avatar, tmp_path / "portrait.png", "--expression", "photo", "--yaw", 12)
    side = still(flexatar, avatar, tmp_path / "side.png", "--expression", "photo", "--yaw", -17)
    landmarks = points(flexatar, side, tmp_path)
    x, y = (0.8 * landmarks[454] + 0.2 * landmarks[280])[:2]
    unit = np.linalg.norm(landmarks[33] - landmarks[263])
    picture = Image.open(side).convert("RGB")
    ImageDraw.Draw(picture).ellipse((x - 0.08 * unit, y - 0.16 * unit, x + 0.08 * unit, y + 0.16 * unit), fill=(60, 80, 210))
    picture.save(tmp_path / "painted.png")

    def blue(path, *more):
        drawn = np.asarray(Image.open(still(flexatar, path, tmp_path / "drawn.png", "--background", "#808080", *more)).convert("RGB")).astype(int)
        return (drawn[..., 2] > drawn[..., 0] + 30).sum() / unit ** 2

    _, alone = create(flexatar, tmp_path, portrait)
    before = blue(alone, "--yaw", -20)
    answer, out = create(flexatar, tmp_path, portrait, tmp_path / "painted.png")
    assert "texture" in answer["views"][0]["for"]
    print(before, blue(out, "--yaw", -20))
    assert blue(out, "--yaw", -20) > before + 0.01
    # Where the portrait looks, it is the portrait.
    rest = [np.asarray(Image.open(still(flexatar, path, tmp_path / "rest.png")).convert("RGB")).astype(float) for path in (alone, out)]
    assert np.abs(rest[0] - rest[1]).mean() < 1.5


def covered_and_drawn(flexatar, avatar, tmp_path, paint):
    """The mean difference from the bare portrait, where `paint` painted and elsewhere: of a portrait that it painted on,
    and of the avatar made of it and of a bare photo a little from the side."""
    bare = still(flexatar, avatar, tmp_path / "bare.png", "--expression", "photo")
    other = still(flexatar, avatar, tmp_path / "other.png", "--expression", "photo", "--yaw", 6)
    picture = Image.open(bare).convert("RGB")
    # At four times the size, for soft edges.
    layer = Image.new("RGBA", (4 * picture.width, 4 * picture.height))
    paint(ImageDraw.Draw(layer), picture, 4 * points(flexatar, bare, tmp_path))
    layer = layer.resize(picture.size, Image.BOX)
    picture.paste(layer, (0, 0), layer)
    picture.save(tmp_path / "covered.png")
    answer, out = create(flexatar, tmp_path, tmp_path / "covered.png", other)
    assert "texture" in answer["views"][0]["for"]
    drawn = Image.open(still(flexatar, out, tmp_path / "drawn.png", "--expression", "photo")).convert("RGB")
    wanted, covered, drawn = (np.asarray(image).astype(float) for image in (Image.open(bare).convert("RGB"), picture, drawn))
    touched = np.asarray(layer)[..., 3] > 0
    return [np.abs(image - wanted)[part].mean() for image in (covered, drawn) for part in (touched, ~touched)]


def test_a_glint_is_taken_off_the_face(flexatar, avatar, tmp_path):
    def glint(draw, picture, landmarks):
        unit = np.linalg.norm(landmarks[33] - landmarks[263])
        x, y = 0.5 * landmarks[330] + 0.5 * landmarks[347]
        draw.ellipse((x - 0.08 * unit, y - 0.04 * unit, x + 0.08 * unit, y + 0.04 * unit), fill=(255, 255, 255, 255))

    covered, _, drawn, beside = covered_and_drawn(flexatar, avatar, tmp_path, glint)
    assert covered > 50 and drawn < 0.15 * covered and beside < 1.5


@pytest.mark.parametrize("name", ["009", "011", "025"])
def test_a_strand_of_hair_is_taken_off_the_face(flexatar, shared, tmp_path, name):
    avatar = create(flexatar, tmp_path, shared / f"photos/{name}.jpg")[1].rename(tmp_path / "first.ftar")

    def strand(draw, picture, landmarks):
        up = (landmarks[10] - landmarks[152]) / np.linalg.norm(landmarks[10] - landmarks[152])
        unit = np.linalg.norm(landmarks[33] - landmarks[263]) / 9
        forehead = np.array(picture.getpixel(tuple(int(v / 4) for v in landmarks[151])))
        for step in np.arange(0, 4, 0.2):
            root = landmarks[67] + step * unit * up
            hair = picture.getpixel(tuple(int(v / 4) for v in root))
            if np.linalg.norm(hair - forehead) > 110:
                break
        end = 0.75 * landmarks[107] + 0.25 * landmarks[67]
        draw.line([*map(tuple, (root + 0.6 * unit * up, root, end))], fill=(*hair, 255), width=int(0.2 * unit))

    covered, _, drawn, beside = covered_and_drawn(flexatar, avatar, tmp_path, strand)
    assert covered > 20 and drawn < 0.4 * covered and beside < 1.5


def test_photos_that_do_not_help_are_named_with_the_reason(flexatar, photos, face, tmp_path):
    stranger = tmp_path / "stranger.png"
    red, green, blue = Image.open(face).convert("RGB").split()
    Image.merge("RGB", (blue, red, green)).save(stranger)
    wall = tmp_path / "wall.png"
    Image.new("RGB", (400, 400), (90, 120, 150)).save(wall)
    text = tmp_path / "text.jpg"
    text.write_text("no picture")
    answer, out = create(flexatar, tmp_path, photos["neutral"], stranger, wall, photos["smile"], text)
    refused = {warning["photo"]: warning["code"] for warning in answer["warnings"] if "photo" in warning}
    assert refused == {str(stranger): "other-person", str(wall): "no-face", str(text): "unreadable"}
    assert [view["photo"] for view in answer["views"]] == [str(photos["smile"])]
    done = flexatar("create", photos["neutral"], stranger, "-o", out)
    assert done.code == 0 and f"warning: other-person: {stranger}" in done.err


def test_photos_that_lend_nothing_change_nothing(flexatar, photos, tmp_path):
    _, out = create(flexatar, tmp_path, photos["neutral"])
    alone = out.read_bytes()
    answer, out = create(flexatar, tmp_path, photos["neutral"], photos["neutral"])
    assert answer["views"] == [{"photo": str(photos["neutral"]), "for": []}]
    assert out.read_bytes() == alone


def test_the_first_photo_is_the_portrait(flexatar, photos, tmp_path):
    done = flexatar("create", photos["blink"], photos["neutral"], "-o", tmp_path / "out.ftar")
    done.refused("eyes-hidden")
    assert not (tmp_path / "out.ftar").exists()
    flexatar("create", photos["neutral"], tmp_path / "none.png", "-o", tmp_path / "out.ftar").failed("none.png", "no such file")
    assert flexatar("create", *[photos["neutral"]] * 13, "-o", tmp_path / "out.ftar").code == 64


def film(path, *arguments):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, arguments), str(path)], check=True)
    return path


class TestFilms:
    def test_portrait_teeth_and_lids_come_from_its_pictures(self, flexatar, photos, tmp_path):
        # A second each: blink, smile, at rest, blink again.
        listing = tmp_path / "list.txt"
        order = ["blink", "smile", "neutral", "blink"]
        listing.write_text("".join(f"file '{photos[name]}'\nduration 1\n" for name in order) + f"file '{photos['blink']}'\n")
        clip = film(tmp_path / "clip.mp4", "-f", "concat", "-safe", "0", "-i", listing, "-vf", "fps=12,scale=800:-2",
                    "-pix_fmt", "yuv420p", "-crf", "16")
        answer, out = create(flexatar, tmp_path, clip)
        lent = [use for view in answer["views"] for use in view["for"]]
        assert sorted(lent) == ["left-lid", "right-lid", "teeth"]
        # The portrait is the picture at rest, with its own pixels.
        about = flexatar("inspect", out, "--json").json
        assert about["photoWidth"] == 800
        rest = np.asarray(Image.open(still(flexatar, out, tmp_path / "rest.png")).convert("RGB")).astype(float)
        before = np.asarray(Image.open(photos["neutral"]).convert("RGB").resize(rest.shape[1::-1])).astype(float)
        assert np.abs(rest - before).mean() < 4

    def test_a_blink_of_one_picture_is_found(self, flexatar, photos, tmp_path):
        """Twelve seconds of which one picture in 144 has its eyes shut."""
        pattern = tmp_path / "pictures"
        pattern.mkdir()
        for number in range(144):
            (pattern / f"{number:03}.png").symlink_to(photos["blink" if number == 61 else "neutral"])
        clip = film(tmp_path / "clip.mp4", "-framerate", "12", "-i", pattern / "%03d.png", "-vf", "scale=800:-2",
                    "-pix_fmt", "yuv420p", "-crf", "16")
        answer, _ = create(flexatar, tmp_path, clip)
        assert sorted(use for view in answer["views"] for use in view["for"]) == ["left-lid", "right-lid"]

    def test_sides_that_somebody_turns_tell_the_depth(self, flexatar, photos, tmp_path):
        alone = create(flexatar, tmp_path, photos["neutral"])[1]
        person = tmp_path / "person.ftar"
        with_longer_nose(alone, person, 0.7)
        sides = [still(flexatar, person, tmp_path / f"{yaw}.png", "--yaw", yaw, "--expression", "photo") for yaw in (-18, 18)]
        listing = tmp_path / "list.txt"
        order = [photos["neutral"], *sides, photos["neutral"]]
        listing.write_text("".join(f"file '{photo}'\nduration 0.5\n" for photo in order) + f"file '{order[-1]}'\n")
        clip = film(tmp_path / "clip.mp4", "-f", "concat", "-safe", "0", "-i", listing, "-vf", "fps=12,scale=800:-2",
                    "-pix_fmt", "yuv420p", "-crf", "16")
        lent = [view["for"] for view in create(flexatar, tmp_path, clip)[0]["views"]]
        assert len(lent) == 2 and all("shape" in uses for uses in lent)

    def test_without_a_face_is_refused(self, flexatar, tmp_path):
        clip = film(tmp_path / "none.mp4", "-f", "lavfi", "-i", "testsrc=s=320x240:r=10:d=1")
        flexatar("create", clip, "-o", tmp_path / "out.ftar").refused("no-face")
        chosen = flexatar("create", clip, "--face", 2, "-o", tmp_path / "out.ftar")
        assert chosen.code == 64 and "--face" in chosen.err

    def test_too_short_or_no_film_is_refused(self, flexatar, photos, tmp_path):
        short = film(tmp_path / "short.mp4", "-loop", "1", "-framerate", "25", "-t", "0.2", "-i", photos["neutral"],
                     "-vf", "scale=800:-2", "-pix_fmt", "yuv420p")
        sound = film(tmp_path / "sound.mkv", "-f", "lavfi", "-i", "sine=d=1")
        broken = tmp_path / "broken.mp4"
        broken.write_bytes(b"\0" * 4000)
        for path, code in ((short, "too-short"), (sound, "no-pictures"), (broken, "unreadable")):
            done = flexatar("create", path, "-o", tmp_path / "out.ftar")
            assert done.code == 65 and done.err.startswith(f"error: {code}: "), done.err
        assert not (tmp_path / "out.ftar").exists()

    def test_is_taken_alone(self, flexatar, photos, tmp_path):
        done = flexatar("create", photos["neutral"], tmp_path / "a.mp4", "-o", tmp_path / "out.ftar")
        assert done.code == 64 and "alone" in done.err
