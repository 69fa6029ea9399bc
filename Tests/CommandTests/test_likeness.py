"""Avatars of real photos: they show the photo again, and turning them uncovers no holes."""
import json

import numpy as np
import pytest
from PIL import Image, ImageDraw
from scipy.ndimage import binary_fill_holes
from scipy.spatial import ConvexHull
from skimage.metrics import structural_similarity

PHOTOS = ["portrait", "001.jpg", "014.jpg", "016.jpg"]


class Made:
    def __init__(self, photo, avatar, landmarks):
        self.photo, self.avatar, self.landmarks = photo, avatar, landmarks


@pytest.fixture(scope="module", params=PHOTOS)
def made(request, flexatar, portrait, tmp_path_factory):
    """One photo's avatar; the shared ones where they are."""
    photo = portrait
    if request.param != "portrait":
        photo = request.getfixturevalue("shared") / "photos" / request.param
    avatar = tmp_path_factory.mktemp("likeness") / "made.ftar"
    done = flexatar("create", photo, "-o", avatar, "--json", "--min-eye-distance", 40)
    assert done.code == 0, done.err
    return Made(photo, avatar, np.array(done.json["landmarks"]))


def still(flexatar, made, tmp_path, *arguments):
    done = flexatar("still", made.avatar, "-o", tmp_path / "still.png", *arguments)
    assert done.code == 0, done.err
    return np.asarray(Image.open(tmp_path / "still.png")).astype(float)


def hull(points, shape):
    """Which pixels lie inside the face: in the convex hull of the 468 points that are not irises."""
    corners = points[:468][ConvexHull(points[:468]).vertices]
    mask = Image.new("1", (shape[1], shape[0]))
    ImageDraw.Draw(mask).polygon([tuple(p) for p in corners], fill=1)
    return np.asarray(mask)


def test_the_face_is_the_photo_again(flexatar, made, tmp_path):
    picture = still(flexatar, made, tmp_path, "--expression", "photo")
    photo = np.asarray(Image.open(made.photo).convert("RGB")).astype(float)
    assert picture.shape == photo.shape
    face = hull(made.landmarks, photo.shape)
    error = ((picture - photo)[face] ** 2).mean()
    psnr = 10 * np.log10(255**2 / error)
    grey = [image @ [0.299, 0.587, 0.114] for image in (picture, photo)]
    _, likeness = structural_similarity(
        *grey, data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, full=True)
    ssim = likeness[face].mean()
    print(f"{made.photo.name}: PSNR {psnr:.2f} dB, SSIM {ssim:.4f}")
    assert psnr >= 33 and ssim >= 0.97


def test_landmarks_of_the_re_render_are_the_photos(flexatar, made, tmp_path):
    still(flexatar, made, tmp_path, "--expression", "photo")
    done = flexatar("create", tmp_path / "still.png", "-o", tmp_path / "again.ftar", "--json", "--min-eye-distance", 40)
    assert done.code == 0, done.err
    away = np.linalg.norm(np.array(done.json["landmarks"]) - made.landmarks, axis=1).mean()
    share = away / np.linalg.norm(made.landmarks[33] - made.landmarks[263])
    print(f"{made.photo.name}: landmarks {100 * share:.2f} % of the outer eyes' distance away")
    assert share <= 0.01


def test_the_wall_beside_the_collar_is_no_person(flexatar, portrait, tmp_path):
    avatar = tmp_path / "made.ftar"
    flexatar("create", portrait, "-o", avatar, "--min-eye-distance", 40)
    done = flexatar("still", avatar, "--background", "none", "-o", tmp_path / "still.png")
    assert done.code == 0, done.err
    # Right of the collar's ring, in the portrait's own pixels.
    alpha = np.asarray(Image.open(tmp_path / "still.png").convert("RGBA").resize((512, 512)))[185:205, 300:312, 3]
    assert alpha.max() < 8, alpha.max()


def test_no_edge_shows_under_the_brow_of_a_shut_eye(flexatar, made, tmp_path):
    """A bowed head's brow hangs over its lids (014): what the lids change ends before it, softly."""
    open_eyes, shut = (still(flexatar, made, tmp_path, "--framing", "photo", *more).mean(axis=2)
                       for more in ((), ("--set", "eyeBlinkLeft=1", "--set", "eyeBlinkRight=1")))
    change = shut - open_eyes
    for outer, inner in (33, 133), (263, 362):
        a, b = made.landmarks[[outer, inner], :2]
        (x, y), width = (a + b) / 2, np.linalg.norm(a - b)
        part = change[int(y - 0.75 * width):int(y - 0.18 * width), int(x - 0.8 * width):int(x + 0.8 * width)]
        steps = np.maximum(abs(np.diff(part, axis=0))[:, 1:], abs(np.diff(part, axis=1))[1:])
        assert abs(part).max() > 10
        assert np.percentile(steps, 99.5) * width < 5000


def holes(alpha):
    """Transparent pixels that the person encloses."""
    solid = alpha > 127
    return int((binary_fill_holes(solid) & ~solid).sum())


def test_turning_uncovers_no_holes(flexatar, made, tmp_path):
    rest = holes(still(flexatar, made, tmp_path, "--background", "none")[..., 3])
    found = {}
    for turn in [("--yaw", 20), ("--yaw", -20), ("--pitch", 15), ("--pitch", -15), ("--roll", 20), ("--roll", -20)]:
        alpha = still(flexatar, made, tmp_path, "--background", "none", *turn)[..., 3]
        found[turn] = max(0, holes(alpha) - rest) / (alpha > 127).sum()
    print(made.photo.name, rest, json.dumps({f"{k[0]} {k[1]}": round(float(v), 5) for k, v in found.items()}))
    # Pixels between strands of hair come and go; a hole would be hundreds of them.
    assert max(found.values()) < 1e-4
