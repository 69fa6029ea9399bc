"""`flexatar create`: good photos of every kind become avatars, others are refused with a reason."""
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image


def create(flexatar, photo, folder, *more):
    out = folder / "out.ftar"
    done = flexatar("create", photo, "-o", out, *more)
    assert out.exists() == (done.code == 0)
    assert [p.name for p in folder.iterdir() if p.name.startswith(".")] == []
    return done, out


def test_answers_what_programs_need(flexatar, face, tmp_path):
    done, out = create(flexatar, face, tmp_path, "--json", "--preview", tmp_path / "preview.jpg")
    assert done.code == 0, done.err
    answer = done.json
    assert set(answer) == {"seconds", "bytes", "landmarks", "warnings"}
    assert answer["bytes"] == out.stat().st_size <= 500_000
    # 2.5 seconds on two cores to themselves (`flexatar bench`); machines that test are slow and busy.
    assert 0 < answer["seconds"] < 25
    points = np.array(answer["landmarks"])
    assert points.shape == (478, 2)
    assert (points > 0).all() and (points < [800, 1000]).all()
    # The eyes above the mouth, the subject's right eye to the left.
    assert points[468, 0] < points[473, 0] and points[468, 1] < points[13, 1]
    for warning in answer["warnings"]:
        assert set(warning) == {"code", "message"}
    assert Image.open(tmp_path / "preview.jpg").size == (240, 320)


def test_says_nothing_on_the_output_without_json(flexatar, face, tmp_path):
    done, _ = create(flexatar, face, tmp_path)
    assert done.code == 0 and done.out == ""
    assert "\x1b" not in done.err and "\r" not in done.err


def test_the_same_photo_gives_the_same_avatar(flexatar, face, avatar, tmp_path):
    _, out = create(flexatar, face, tmp_path)
    assert out.read_bytes() == avatar.read_bytes()


# Landmarks may differ a little: other codecs, other pixels.
def points(done):
    assert done.code == 0, done.err
    return np.array(done.json["landmarks"])


@pytest.fixture(scope="module")
def expected(flexatar, face, tmp_path_factory):
    return points(create(flexatar, face, tmp_path_factory.mktemp("expected"), "--json")[0])


def eye_distance(landmarks):
    return np.linalg.norm(landmarks[33] - landmarks[263])


@pytest.mark.parametrize("kind", [
    "jpg", "webp", "tiff", "heic", "avif", "cmyk.jpg", "16bit.png", "palette.png", "animated.webp", "alpha.png",
])
def test_takes_photos_of_every_kind(kind, flexatar, face, expected, tmp_path):
    photo = tmp_path / f"photo.{kind}"
    picture = Image.open(face)
    if kind == "heic":
        import pillow_heif
        pillow_heif.from_pillow(picture).save(photo, quality=90)
    elif kind == "cmyk.jpg":
        picture.convert("CMYK").save(photo, quality=92)
    elif kind == "16bit.png":
        photo.write_bytes(png16(np.asarray(picture).astype(np.uint16) * 257))
    elif kind == "palette.png":
        picture.quantize(256).save(photo)
    elif kind == "animated.webp":
        picture.save(photo, save_all=True, append_images=[Image.new("RGB", picture.size)], duration=100, quality=90)
    elif kind == "alpha.png":
        picture.putalpha(Image.new("L", picture.size, 255))
        picture.save(photo)
    else:
        picture.save(photo, quality=92)
    found = points(create(flexatar, photo, tmp_path, "--json")[0])
    error = np.linalg.norm(found - expected, axis=1).mean() / eye_distance(expected)
    assert error < (0.03 if kind == "cmyk.jpg" else 0.015)


def test_takes_the_first_picture_of_an_animated_gif(flexatar, face, expected, tmp_path):
    picture = Image.open(face).quantize(256)
    blank = Image.new("RGB", picture.size).quantize(256)
    picture.save(tmp_path / "a.gif", save_all=True, append_images=[blank], duration=100)
    done, out = create(flexatar, tmp_path / "a.gif", tmp_path, "--json")
    found = points(done)
    assert np.linalg.norm(found - expected, axis=1).mean() / eye_distance(expected) < 0.015
    # Where the first picture shows nobody, what follows does not count.
    out.unlink()
    blank.save(tmp_path / "b.gif", save_all=True, append_images=[picture], duration=100)
    create(flexatar, tmp_path / "b.gif", tmp_path)[0].refused("no-face")


def test_takes_a_grey_photo(flexatar, face, expected, tmp_path):
    Image.open(face).convert("L").save(tmp_path / "grey.jpg", quality=92)
    found = points(create(flexatar, tmp_path / "grey.jpg", tmp_path, "--json")[0])
    assert np.linalg.norm(found - expected, axis=1).mean() / eye_distance(expected) < 0.03


STORED = {2: Image.FLIP_LEFT_RIGHT, 3: Image.ROTATE_180, 4: Image.FLIP_TOP_BOTTOM, 5: Image.TRANSPOSE,
          6: Image.ROTATE_90, 7: Image.TRANSVERSE, 8: Image.ROTATE_270}


@pytest.mark.parametrize("orientation", [1, *STORED])
def test_turns_photos_upright(orientation, flexatar, face, expected, tmp_path):
    picture = Image.open(face)
    if orientation in STORED:
        picture = picture.transpose(STORED[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture.save(tmp_path / "turned.jpg", quality=92, exif=exif)
    done, out = create(flexatar, tmp_path / "turned.jpg", tmp_path, "--json")
    assert np.linalg.norm(points(done) - expected, axis=1).mean() / eye_distance(expected) < 0.015
    about = flexatar("inspect", out, "--json").json
    assert (about["photoWidth"], about["photoHeight"]) == (800, 1000)


def test_landmarks_are_in_the_pixels_of_the_photo_however_large(flexatar, face, expected, tmp_path):
    Image.open(face).resize((2720, 3400), Image.LANCZOS).save(tmp_path / "large.jpg", quality=90)
    done, out = create(flexatar, tmp_path / "large.jpg", tmp_path, "--json")
    error = np.linalg.norm(points(done) / 3.4 - expected, axis=1).mean() / eye_distance(expected)
    assert error < 0.015
    about = flexatar("inspect", out, "--json").json
    assert (about["photoWidth"], about["photoHeight"]) == (2720, 3400)


def side_by_side(face):
    """The portrait and its mirror image, shoulder to shoulder."""
    one = Image.open(face)
    two = Image.new("RGB", (1600, 1000))
    two.paste(one, (0, 0))
    two.paste(one.transpose(Image.FLIP_LEFT_RIGHT), (800, 0))
    return two


def test_the_chosen_one_of_two_people_is_cut_out_alone(flexatar, face, tmp_path):
    side_by_side(face).save(tmp_path / "two.jpg", quality=92)
    for number, (left, right) in {1: (0, 800), 2: (800, 1600)}.items():
        done, out = create(flexatar, tmp_path / "two.jpg", tmp_path, "--face", str(number), "--json")
        landmarks = points(done)
        assert left < landmarks[:, 0].min() and landmarks[:, 0].max() < right
        flexatar("still", out, "--framing", "photo", "--background", "none", "-o", tmp_path / "still.png")
        alpha = np.asarray(Image.open(tmp_path / "still.png"))[..., 3] > 127
        own = alpha[:, left:right].sum()
        assert own > 0.2 * 800 * 1000
        assert alpha.sum() - own < 0.02 * own


def test_a_chosen_place_is_in_the_pixels_of_the_photo_however_large(flexatar, face, tmp_path):
    side_by_side(face).resize((4800, 3000), Image.LANCZOS).save(tmp_path / "two.jpg", quality=90)
    for index in (1, 2):
        landmarks = points(create(flexatar, tmp_path / "two.jpg", tmp_path, "--face", str(index), "--json")[0])
        x, y = landmarks[1].round().astype(int)
        by_place = points(create(flexatar, tmp_path / "two.jpg", tmp_path, "--face", f"{x},{y}", "--json")[0])
        assert (by_place == landmarks).all()
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    create(flexatar, tmp_path / "two.jpg", nowhere, "--face", "20,2980")[0].refused("no-face")


class TestRefusals:
    def test_of_no_face(self, flexatar, tmp_path):
        y, x = np.mgrid[:600, :600]
        Image.fromarray((128 + 60 * np.sin(x / 37) * np.cos(y / 53)).astype(np.uint8)).save(tmp_path / "hills.png")
        create(flexatar, tmp_path / "hills.png", tmp_path)[0].refused("no-face")

    def test_of_several_faces(self, flexatar, face, tmp_path):
        side_by_side(face).save(tmp_path / "two.jpg")
        create(flexatar, tmp_path / "two.jpg", tmp_path)[0].refused("many-faces")

    def test_of_a_face_that_is_not_there(self, flexatar, face, tmp_path):
        create(flexatar, face, tmp_path, "--face", "2")[0].refused("no-face")
        for nobody in ("0", "1,", "1,2,3", "a,b", "nan,1"):
            assert flexatar("create", face, "--face", nobody, "-o", tmp_path / "none.ftar").code == 64

    def test_of_a_small_face(self, flexatar, face, tmp_path):
        Image.open(face).resize((240, 300)).save(tmp_path / "small.png")
        create(flexatar, tmp_path / "small.png", tmp_path)[0].refused("face-too-small", "no-face")

    def test_of_a_blurred_face(self, flexatar, face, tmp_path):
        from PIL import ImageFilter
        Image.open(face).filter(ImageFilter.GaussianBlur(14)).save(tmp_path / "blurred.png")
        create(flexatar, tmp_path / "blurred.png", tmp_path)[0].refused("blurred", "no-face", "eyes-hidden")

    def test_of_an_empty_file(self, flexatar, tmp_path):
        (tmp_path / "empty.jpg").write_bytes(b"")
        create(flexatar, tmp_path / "empty.jpg", tmp_path)[0].refused("unreadable")

    def test_of_noise_text_and_other_files(self, flexatar, tmp_path):
        for name, content in [("noise.jpg", bytes(np.random.default_rng(1).integers(0, 256, 50_000, np.uint8))),
                              ("text.png", b"not a picture" * 100), ("page.svg", b"<svg xmlns='x'/>"),
                              ("head.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 1000)]:
            (tmp_path / name).write_bytes(content)
            create(flexatar, tmp_path / name, tmp_path)[0].refused("unreadable")

    @pytest.mark.parametrize("ending", ["jpg", "png", "webp", "heic"])
    def test_of_files_cut_short(self, ending, flexatar, face, tmp_path):
        buffer = io.BytesIO()
        if ending == "heic":
            import pillow_heif
            pillow_heif.from_pillow(Image.open(face)).save(buffer, quality=90)
        else:
            Image.open(face).save(buffer, "JPEG" if ending == "jpg" else ending, quality=90)
        whole = buffer.getvalue()
        for share in (0.01, 0.2, 0.6, 0.95):
            cut = tmp_path / f"cut.{ending}"
            cut.write_bytes(whole[: int(len(whole) * share)])
            create(flexatar, cut, tmp_path)[0].refused("unreadable")

    def test_of_headers_that_promise_too_much(self, flexatar, tmp_path):
        (tmp_path / "huge.png").write_bytes(png_header(60_000, 60_000))
        create(flexatar, tmp_path / "huge.png", tmp_path)[0].refused("too-large")

    def test_of_files_that_are_too_long(self, flexatar, face, tmp_path):
        long = tmp_path / "long.png"
        with open(long, "wb") as file:
            file.write(face.read_bytes())
            file.truncate(51_000_000)
        create(flexatar, long, tmp_path)[0].refused("too-large")

    def test_are_what_the_shared_labels_say(self, flexatar, shared, tmp_path):
        labels = [line.split("\t") for line in (shared / "photos/labels.tsv").read_text().splitlines() if line]
        wrong = []
        for name, verdict, *codes in labels:
            done, out = create(flexatar, shared / "photos" / name, tmp_path)
            if done.code == 0:
                out.unlink()
            if (done.code == 0) != (verdict == "accept"):
                wrong.append((name, verdict, done.err.strip() if done.code else ""))
            elif verdict == "reject" and codes:
                if done.err.split(": ")[1] not in codes[0].split("|"):
                    wrong.append((name, codes[0], done.err.strip()))
        # No unusable photo may pass. Good ones and reasons are opinions at the border: one photo in ten may differ.
        assert [name for name, verdict, error in wrong if verdict == "reject" and not error] == []
        assert len(wrong) <= len(labels) // 10, wrong


class TestMistakes:
    def test_a_photo_that_is_not_there(self, flexatar, tmp_path):
        create(flexatar, tmp_path / "none.jpg", tmp_path)[0].failed("none.jpg", "no such file")

    def test_a_folder_for_a_photo(self, flexatar, tmp_path):
        create(flexatar, tmp_path, tmp_path)[0].failed("directory")

    def test_a_place_that_cannot_be_written(self, flexatar, face, tmp_path):
        (tmp_path / "preview.jpg").write_text("the one before")
        (tmp_path / "folder.ftar").mkdir()
        for output, preview, words in (("none/out.ftar", "preview.jpg", "no such file"),
                                       ("folder.ftar", "preview.jpg", "directory"), ("out.ftar", "folder.ftar", "directory")):
            flexatar("create", face, "-o", tmp_path / output, "--preview", tmp_path / preview).failed(words)
        assert (tmp_path / "preview.jpg").read_text() == "the one before"
        assert {path.name for path in tmp_path.iterdir()} == {"preview.jpg", "folder.ftar"}

    def test_missing_models(self, flexatar, face, tmp_path):
        from conftest import ROOT
        (tmp_path / "Models").symlink_to(ROOT / "Models")
        done = flexatar("create", face, "-o", tmp_path / "out.ftar", FLEXATAR_HOME=str(tmp_path))
        done.failed("missing", "setup.sh")
        assert not (tmp_path / "out.ftar").exists()

    def test_a_damaged_model_is_named(self, flexatar, face, tmp_path):
        from conftest import ROOT
        (tmp_path / "Models").symlink_to(ROOT / "Models")
        (tmp_path / "cache/models").mkdir(parents=True)
        for model in (ROOT / "cache/models").glob("*.tflite"):
            whole = model.read_bytes()
            (tmp_path / "cache/models" / model.name).write_bytes(whole[:len(whole) // 2] if "selfie" in model.name else whole)
        done = flexatar("create", face, "-o", tmp_path / "out.ftar", FLEXATAR_HOME=str(tmp_path))
        done.failed("cuts people out", "fetch the models again")
        assert not (tmp_path / "out.ftar").exists()

    def test_the_photo_is_not_written_over(self, flexatar, face, tmp_path):
        photo = tmp_path / "me.jpg"
        photo.write_bytes(face.read_bytes())
        (tmp_path / "link.jpg").symlink_to(photo)
        for arguments in ((photo, "-o", photo), (tmp_path / "link.jpg", "-o", photo), (photo, "-o", f"{tmp_path}/./me.jpg"), (photo, "-o", tmp_path / "a", "--preview", photo),
                          (photo, "-o", tmp_path / "a", "--preview", tmp_path / "a")):
            assert flexatar("create", *arguments).code == 64
        assert photo.read_bytes() == face.read_bytes() and {path.name for path in tmp_path.iterdir()} == {"me.jpg", "link.jpg"}

    def test_a_home_without_data(self, flexatar, face, tmp_path):
        flexatar("create", face, "-o", tmp_path / "out.ftar", FLEXATAR_HOME=str(tmp_path)).failed("FLEXATAR_HOME")


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width, height, depth=8, rows=b"\0" * 1000):
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def png16(pixels):
    """Pillow writes no 16-bit RGB."""
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    return png_header(width, height, 16, rows)
