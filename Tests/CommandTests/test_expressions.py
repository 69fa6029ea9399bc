"""Expressions and gaze, read back by the landmark network from what is drawn: each does what its name says, on its own side."""
import numpy as np
import pytest

# Landmarks of MediaPipe's face mesh, of the subject's right and left.
CORNERS, INNER_CORNERS, IRISES = (33, 263), (133, 362), (468, 473)
UPPER_LIDS, LOWER_LIDS = (159, 386), (145, 374)
MOUTH, LIPS, BROWS, NOSE = (61, 291), (13, 14), (105, 334), 1


@pytest.fixture(scope="module")
def seen(flexatar, avatar, tmp_path_factory):
    """seen(name=value, ...) gives 478 landmarks of the drawn face in eye distances, x to the picture's right and y up, level."""
    folder = tmp_path_factory.mktemp("seen")
    known = {}

    def look(**settings):
        key = tuple(sorted(settings.items()))
        if key not in known:
            sets = [word for name, value in key for word in ("--set", f"{name}={value}")]
            done = flexatar("still", avatar, *sets, "--framing", "portrait", "--size", "800x800", "-o", folder / "still.png")
            assert done.code == 0, done.err
            done = flexatar("create", folder / "still.png", "-o", folder / "again.ftar", "--json")
            assert done.code == 0, done.err
            points = np.array(done.json["landmarks"]) * [1, -1]
            right, left = points[CORNERS[0]], points[CORNERS[1]]
            along = (left - right) / np.linalg.norm(left - right)
            axes = np.array([along, [-along[1], along[0]]])
            known[key] = (points - (right + left) / 2) @ axes.T / np.linalg.norm(left - right)
        return known[key]
    return look


def irises(points):
    """Where each iris is from the middle between its eye's corners, in widths of the eye."""
    places = []
    for outer, inner, iris in zip(CORNERS, INNER_CORNERS, IRISES):
        width = np.linalg.norm(points[outer] - points[inner])
        places.append((points[iris] - (points[outer] + points[inner]) / 2) / width)
    return np.array(places)


def lid_gaps(points):
    return np.array([np.linalg.norm(points[upper] - points[lower]) for upper, lower in zip(UPPER_LIDS, LOWER_LIDS)])


@pytest.mark.parametrize("axis, name, way", [(0, "gazeX", 0.2), (1, "gazeY", 0.08)])
def test_the_gaze_goes_25_degrees_each_way(axis, name, way, seen):
    """A ball of 12 mm in an eye 30 mm wide takes its iris 0.17 widths to either side; upwards the network hardly believes it."""
    places = np.array([irises(seen(**settings)) for settings in ({name: -1}, {}, {name: 1})])[..., axis]
    print(name, np.round(places.T, 3).tolist())
    assert (np.diff(places, axis=0) > 0.02).all(), "to both sides, both eyes"
    assert (places[-1] - places[0] > way).all()
    # Both eyes look at the same.
    assert abs((places[:, 0] - places[1, 0]) - (places[:, 1] - places[1, 1])).max() < 0.08


def test_lids_follow_the_gaze(seen):
    down, level, up = (lid_gaps(seen(**settings)) for settings in ({"gazeY": -1}, {}, {"gazeY": 1}))
    print("lids", down, level, up)
    assert (down < 0.8 * level).all() and (up > 1.2 * down).all()


def corners(points):
    """How high the corners of the mouth are over its middle."""
    return points[list(MOUTH), 1] - points[list(LIPS), 1].mean()


def mouth_width(points):
    return np.linalg.norm(points[MOUTH[0]] - points[MOUTH[1]])


def test_a_smile_is_wider_and_its_corners_rise(seen):
    rest, smile = seen(), seen(mouthSmileLeft=1, mouthSmileRight=1)
    print("smile", mouth_width(smile) / mouth_width(rest), corners(smile) - corners(rest))
    assert mouth_width(smile) > 1.05 * mouth_width(rest)
    assert (corners(smile) - corners(rest) > 0.01).all()


def test_puckered_lips_are_narrower(seen):
    assert mouth_width(seen(mouthPucker=1)) < 0.92 * mouth_width(seen())


def test_the_jaw_opens_the_lips_bit_by_bit(seen):
    gaps = [np.linalg.norm(points[LIPS[0]] - points[LIPS[1]]) for points in (seen(), *(seen(jawOpen=value) for value in (0.25, 0.5, 0.75, 1)))]
    print("jaw", np.round(gaps, 3))
    # Beyond what this person's mouth bears it opens no further.
    assert (np.diff(gaps)[:3] > 0.01).all() and gaps[4] >= gaps[3] - 0.004 and gaps[4] - gaps[0] > 0.12


@pytest.mark.parametrize("side, other", [(0, 1), (1, 0)], ids=["right", "left"])
def test_each_side_moves_alone(side, other, seen):
    name = ("Right", "Left")[side]
    rest = seen()
    smile = corners(seen(**{f"mouthSmile{name}": 1})) - corners(rest)
    assert smile[side] > 0.01 and smile[other] < 0.5 * smile[side]
    brows = list(BROWS)
    raised = (seen(**{f"browOuterUp{name}": 1}) - rest)[brows, 1]
    assert raised[side] > 0.015 and abs(raised[other]) < 0.4 * raised[side]


def test_brows_rise(seen):
    brows = list(BROWS)
    raised = (seen(browInnerUp=1, browOuterUpLeft=1, browOuterUpRight=1) - seen())[brows, 1]
    assert (raised > 0.02).all()
