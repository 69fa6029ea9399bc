"""`flexatar still`: sizes, transparency, backgrounds, poses, and sentences for what is wrong."""
import zlib

import numpy as np
import pytest
from PIL import Image


def still(flexatar, avatar, tmp_path, *arguments):
    out = tmp_path / "still.png"
    done = flexatar("still", avatar, *arguments, "-o", out)
    assert done.code == 0, done.err
    return Image.open(out)


def pixels(picture):
    return np.asarray(picture.convert("RGB")).astype(float)


def test_is_the_photo_in_the_photos_own_frame(flexatar, avatar, face, tmp_path):
    picture = still(flexatar, avatar, tmp_path, "--framing", "photo", "--expression", "photo", "--background", "photo")
    assert picture.size == (800, 1000) and picture.mode == "RGB"
    error = pixels(picture) - pixels(Image.open(face))
    assert 10 * np.log10(255**2 / (error[200:800, 200:600] ** 2).mean()) > 30


def test_is_a_square_portrait_unless_told_otherwise(flexatar, avatar, tmp_path):
    for framing in ("close", "portrait", "shoulders"):
        assert still(flexatar, avatar, tmp_path, "--framing", framing).size == (512, 512)
    assert still(flexatar, avatar, tmp_path, "--framing", "portrait", "--size", "320x240").size == (320, 240)
    assert still(flexatar, avatar, tmp_path, "--size", "5000x100").size == (5000, 100)


def test_has_the_size_of_a_large_photo(flexatar, face, tmp_path):
    Image.open(face).resize((3520, 4400), Image.LANCZOS).save(tmp_path / "large.jpg")
    assert flexatar("create", tmp_path / "large.jpg", "-o", tmp_path / "large.ftar").code == 0
    picture = still(flexatar, tmp_path / "large.ftar", tmp_path, "--expression", "photo")
    assert picture.size == (3520, 4400)
    error = pixels(picture.resize((800, 1000), Image.BOX)) - pixels(Image.open(face))
    assert 10 * np.log10(255**2 / (error[200:800, 200:600] ** 2).mean()) > 28


@pytest.mark.parametrize("degrees", [-30, 30])
def test_a_tilted_head_is_its_photo_and_its_eyes_shut(degrees, flexatar, portrait, tmp_path):
    upright = Image.open(portrait).convert("RGB").crop((60, 0, 396, 420)).resize((800, 1000), Image.LANCZOS)
    tilted = upright.rotate(degrees, Image.BICUBIC, fillcolor=(120, 120, 120))
    tilted.save(tmp_path / "tilted.png")
    done = flexatar("create", tmp_path / "tilted.png", "-o", tmp_path / "tilted.ftar", "--json")
    assert done.code == 0, done.err
    points = np.array(done.json["landmarks"])
    eyes = points[263] - points[33]
    assert abs(np.degrees(np.arctan2(eyes[1], eyes[0])) + degrees) < 8
    picture = pixels(still(flexatar, tmp_path / "tilted.ftar", tmp_path, "--expression", "photo"))
    x, y = points[:468].mean(axis=0).astype(int)
    face = np.s_[y - 60:y + 60, x - 60:x + 60]
    assert 10 * np.log10(255**2 / ((picture - pixels(tilted))[face] ** 2).mean()) > 33
    open_eyes, shut = (pixels(still(flexatar, tmp_path / "tilted.ftar", tmp_path, *more))
                       for more in ((), ("--set", "eyeBlinkLeft=1")))
    moved = abs(open_eyes - shut).max(axis=2) > 30
    places = np.argwhere(moved)[:, ::-1]
    assert len(places) > 100 and np.linalg.norm(places.mean(axis=0) - points[[263, 362]].mean(axis=0)) < 0.2 * np.linalg.norm(eyes)


def test_shut_eyes_of_a_large_photo_are_those_of_a_small_one(flexatar, face, tmp_path):
    Image.open(face).resize((2400, 3000), Image.LANCZOS).save(tmp_path / "large.jpg", quality=95)
    Image.open(face).resize((1600, 2000), Image.LANCZOS).save(tmp_path / "small.jpg", quality=95)
    drawn = []
    for name in ("large", "small"):
        assert flexatar("create", tmp_path / f"{name}.jpg", "-o", tmp_path / f"{name}.ftar").code == 0
        drawn.append([pixels(still(flexatar, tmp_path / f"{name}.ftar", tmp_path, "--framing", "close", "--size", "256x256", *more))
                      for more in ((), ("--set", "eyeBlinkLeft=1", "--set", "eyeBlinkRight=1"))])
    (large, large_shut), (small, small_shut) = drawn
    moved = abs(small_shut - small).max(axis=2) > 24
    assert moved.sum() > 200
    assert abs(large_shut - small_shut)[moved].mean() < 0.35 * abs(small_shut - small)[moved].mean()


def test_the_nose_stays_the_photos_as_a_smile_is_taken_back(flexatar, avatar, face, tmp_path):
    """Nothing is drawn out over the rims of the nostrils."""
    done = flexatar("create", face, "-o", tmp_path / "again.ftar", "--json")
    assert done.code == 0, done.err
    points = np.array(done.json["landmarks"])
    # Between the wings, from the tip to below the nostrils.
    left, right = sorted((points[[98, 327]] * 0.75 + points[[327, 98]] * 0.25)[:, 0].astype(int))
    top, bottom = points[1, 1].astype(int) - 6, points[2, 1].astype(int)
    whole, neutral = (pixels(still(flexatar, avatar, tmp_path, "--framing", "photo", "--expression", kind))
                      for kind in ("photo", "neutral"))
    moved = abs(whole - neutral).max(axis=2)
    assert np.percentile(moved[top:bottom, left:right], 99) < 25
    assert moved[bottom:].max() > 100


def test_a_half_shut_eye_has_no_second_lower_lid(flexatar, avatar, face, tmp_path):
    """The line in which lids meet lies below the open eye: it is seen when they meet."""
    done = flexatar("create", face, "-o", tmp_path / "again.ftar", "--json")
    assert done.code == 0, done.err
    points = np.array(done.json["landmarks"]).round().astype(int)

    def below(blink):
        picture = pixels(still(flexatar, avatar, tmp_path, "--framing", "photo", "--set", f"eyeBlinkLeft={blink}",
                               "--set", f"eyeBlinkRight={blink}")).mean(axis=2)
        return np.array([picture[y + 3:y + 22, x - 2:x + 3].mean(axis=1) for x, y in points[[144, 145, 153, 380, 374, 373]]])

    open_eyes, half, shut = below(0), below(0.5), below(1)
    line = (open_eyes - shut).max(axis=1)
    assert line.min() > 60
    assert ((open_eyes - half).max(axis=1) < 0.35 * line).all()


def test_shows_the_photos_surroundings_out_of_focus(flexatar, avatar, tmp_path):
    sharp, soft = (pixels(still(flexatar, avatar, tmp_path, "--background", kind)) for kind in ("photo", "blur"))
    person = np.asarray(still(flexatar, avatar, tmp_path, "--background", "none"))[..., 3]
    behind, before = person[:, 1:] < 1, person[:, 1:] > 254
    assert abs(sharp - soft)[:, 1:][before].mean() < 1
    def grain(picture):
        return abs(np.diff(picture, axis=1))[behind].mean()
    assert grain(soft) < 0.5 * grain(sharp)
    assert abs(sharp[:, 1:][behind].mean(axis=0) - soft[:, 1:][behind].mean(axis=0)).max() < 8


def test_is_straight_alpha_without_a_background(flexatar, avatar, tmp_path):
    clear = still(flexatar, avatar, tmp_path, "--background", "none")
    assert clear.mode == "RGBA"
    rgba = np.asarray(clear).astype(float)
    alpha = rgba[..., 3:] / 255
    assert alpha.min() == 0 and alpha.max() == 1
    assert alpha[450:550, 350:450].min() == 1
    # Straight: laid over a colour it is what --background makes of it.
    orange = pixels(still(flexatar, avatar, tmp_path, "--background", "#ff8000"))
    laid = rgba[..., :3] * alpha + np.array([255, 128, 0]) * (1 - alpha)
    assert np.abs(laid - orange).mean() < 1
    assert (np.abs(orange[5, 5] - [255, 128, 0]) <= 1).all()


def test_takes_a_picture_as_background(flexatar, avatar, tmp_path):
    Image.new("RGB", (64, 48), (10, 200, 30)).save(tmp_path / "green.webp", lossless=True)
    green = pixels(still(flexatar, avatar, tmp_path, "--background", tmp_path / "green.webp"))
    assert (np.abs(green[5, 5] - [10, 200, 30]) <= 2).all()


def change(flexatar, avatar, tmp_path, *arguments):
    """Mean change of each pixel from the face at rest."""
    rest = pixels(still(flexatar, avatar, tmp_path))
    return np.abs(pixels(still(flexatar, avatar, tmp_path, *arguments)) - rest).mean(axis=2)


@pytest.mark.parametrize("setting", [
    "jawOpen=1", "eyeBlinkLeft=1", "viseme_aa=1", "emotion_joy=0.8", "gazeX=1", "gazeY=-1", "tongueUp=1", "jawOpen=-0"])
def test_moves_what_is_set(setting, flexatar, avatar, tmp_path):
    moved = change(flexatar, avatar, tmp_path, "--set", setting)
    if setting in ("jawOpen=-0", "tongueUp=1"):  # a closed mouth hides the tongue
        assert moved.mean() < 0.5
    else:
        assert moved.max() > 20 and moved[:60].max() < 4


def test_left_is_the_subjects_left(flexatar, avatar, tmp_path):
    moved = change(flexatar, avatar, tmp_path, "--set", "eyeBlinkLeft=1")
    assert moved[:, 400:].sum() > 10 * moved[:, :400].sum()


def test_settings_add_up(flexatar, avatar, tmp_path):
    half = ["--set", "jawOpen=0.25", "--set", "jawOpen=0.25"]
    assert (pixels(still(flexatar, avatar, tmp_path, *half))
            == pixels(still(flexatar, avatar, tmp_path, "--set", "jawOpen=0.5"))).all()


@pytest.mark.parametrize("turn", [("--yaw", 15), ("--yaw", -15), ("--pitch", 10), ("--pitch", -10), ("--roll", 8)])
def test_turns_the_head(turn, flexatar, avatar, tmp_path):
    assert change(flexatar, avatar, tmp_path, *turn).mean() > 0.5


def test_mixes_two_avatars(flexatar, avatar, other, tmp_path):
    def portrait(*arguments):
        return pixels(still(flexatar, avatar, tmp_path, "--framing", "portrait", "--background", "#808080", *arguments))

    first = portrait()
    second = pixels(still(flexatar, other, tmp_path, "--framing", "portrait", "--background", "#808080"))
    assert (portrait("--second", other, "--mix", 0) == first).all()
    assert np.abs(portrait("--second", other, "--mix", 1) - second).mean() < 0.5
    half = portrait("--second", other)
    assert (half == portrait("--second", other, "--mix", 0.5)).all()
    # Between the two: nearer to each than they are to one another, and its colours are the middle of theirs.
    face = np.s_[180:330, 180:330]
    apart = np.abs(first - second)[face].mean()
    assert apart > 30
    assert np.abs(half - first)[face].mean() < 0.8 * apart
    assert np.abs(half - second)[face].mean() < 0.8 * apart
    middle = (first[face].mean(axis=(0, 1)) + second[face].mean(axis=(0, 1))) / 2
    assert np.abs(half[face].mean(axis=(0, 1)) - middle).max() < 8


@pytest.mark.parametrize("arguments", [
    ["--set", "nonsense=1"], ["--set", "jawOpen"], ["--set", "jawOpen=nan"], ["--set", "jawOpen=1e9"],
    ["--size", "0x100"], ["--size", "100"], ["--size", "99999x99999"], ["--background", "#12345"], ["--mix", "0.5"],
    ["--yaw", "nan"], ["--yaw", "1000"], ["--framing", "sideways"], ["--expression", "odd"]])
def test_says_how_it_is_used(arguments, flexatar, avatar, tmp_path):
    done = flexatar("still", avatar, *arguments, "-o", tmp_path / "still.png")
    assert done.code == 64 and "Error: " in done.err and "Usage: " in done.err
    assert not (tmp_path / "still.png").exists()


class TestBadAvatars:
    def fails(self, flexatar, tmp_path, content, *words):
        bad = tmp_path / "bad.ftar"
        bad.write_bytes(content)
        for arguments in (["still", bad, "-o", tmp_path / "out.png"], ["inspect", bad],
                          ["still", bad, "--size", "64x64", "-o", tmp_path / "out.png"]):
            flexatar(*arguments).failed("bad.ftar", *words)
        assert not (tmp_path / "out.png").exists()

    def test_empty(self, flexatar, tmp_path):
        self.fails(flexatar, tmp_path, b"")

    def test_not_an_avatar(self, flexatar, face, tmp_path):
        self.fails(flexatar, tmp_path, face.read_bytes(), "not an avatar")

    def test_cut_short(self, flexatar, avatar, tmp_path):
        whole = avatar.read_bytes()
        for share in (0.001, 0.3, 0.99):
            self.fails(flexatar, tmp_path, whole[: int(len(whole) * share)])

    def test_damaged(self, flexatar, avatar, tmp_path):
        damaged = bytearray(avatar.read_bytes())
        damaged[len(damaged) // 2] ^= 0x10
        self.fails(flexatar, tmp_path, bytes(damaged))

    def test_of_another_head(self, flexatar, avatar, tmp_path):
        other = bytearray(avatar.read_bytes())
        at = other.index(b"RIGC") + 8
        other[at] ^= 1
        other[12:16] = zlib.crc32(other[16:]).to_bytes(4, "little")
        self.fails(flexatar, tmp_path, bytes(other), "another version of the head")

    def test_too_large(self, flexatar, avatar, tmp_path):
        self.fails(flexatar, tmp_path, avatar.read_bytes() + bytes(5_000_000))

    def test_not_there(self, flexatar, tmp_path):
        flexatar("still", tmp_path / "none.ftar", "-o", tmp_path / "x.png").failed("none.ftar", "no such file")

    def test_a_background_that_is_no_picture(self, flexatar, avatar, tmp_path):
        (tmp_path / "text.jpg").write_text("no picture")
        flexatar("still", avatar, "--background", tmp_path / "text.jpg", "-o", tmp_path / "x.png").failed("text.jpg")
        flexatar("still", avatar, "--background", tmp_path / "none.jpg", "-o", tmp_path / "x.png").failed("none.jpg")


def test_says_what_it_made_in_json(flexatar, avatar, tmp_path):
    out = tmp_path / "still.png"
    done = flexatar("still", avatar, "--size", "320x240", "-o", out, "--json")
    assert done.code == 0, done.err
    answer = done.json
    assert 0 < answer.pop("seconds") < 60
    assert answer == {"output": str(out), "bytes": out.stat().st_size, "width": 320, "height": 240}
    assert flexatar("still", avatar, "-o", out).out == ""


def test_inspect_tells_what_is_in_a_file(flexatar, avatar, face):
    about = flexatar("inspect", avatar, "--json").json
    assert about["type"] == "avatar" and about["bytes"] == avatar.stat().st_size
    names = {picture["image"] for picture in about["images"]}
    assert {"headColour", "headAlpha", "background", "eyes", "preview"} <= names
    assert flexatar("inspect", face, "--json").json == {"type": "photo", "width": 800, "height": 1000}


def test_help_is_everywhere(flexatar):
    for command in ([], ["create"], ["still"], ["track"], ["video"], ["inspect"], ["bench"], ["serve"]):
        done = flexatar(*command, "--help")
        assert done.code == 0 and "USAGE" in done.out and "OVERVIEW" in done.out
    assert flexatar("--version").out.strip()
    assert flexatar("dance").code == 64


def test_help_calls_values_by_their_names(flexatar):
    text = " ".join(flexatar("video", "--help").out.split())
    assert "(values: silent, calm, lively; default: calm)" in text
    assert "(values: photo, close, portrait, shoulders; default: portrait)" in text
