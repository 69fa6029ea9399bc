"""The expression shapes of the skin and the socket, out of the kit's, with its faults mended."""

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

import ict

# The order of Head.Blendshape.
NAMES = """browDownLeft browDownRight browInnerUp browOuterUpLeft browOuterUpRight cheekPuff cheekSquintLeft cheekSquintRight
eyeBlinkLeft eyeBlinkRight eyeLookDownLeft eyeLookDownRight eyeLookInLeft eyeLookInRight eyeLookOutLeft eyeLookOutRight
eyeLookUpLeft eyeLookUpRight eyeSquintLeft eyeSquintRight eyeWideLeft eyeWideRight jawForward jawLeft jawOpen jawRight
mouthClose mouthDimpleLeft mouthDimpleRight mouthFrownLeft mouthFrownRight mouthFunnel mouthLeft mouthLowerDownLeft
mouthLowerDownRight mouthPressLeft mouthPressRight mouthPucker mouthRight mouthRollLower mouthRollUpper mouthShrugLower
mouthShrugUpper mouthSmileLeft mouthSmileRight mouthStretchLeft mouthStretchRight mouthUpperUpLeft mouthUpperUpRight
noseSneerLeft noseSneerRight tongueOut tongueUp""".split()
NOISE = 0.003  # cm: smaller displacements are the kit's strays
UPPER_SHARE = 0.85  # of a blink is the upper lid's
OVERLAP = np.array([0, -0.012, 0.012])  # of the upper lid's rim over the lower one's, closed


def source(name):
    """The kit's shapes that add up to one of ours."""
    if name in ("browInnerUp", "cheekPuff"):
        return [name + "_L", name + "_R"]
    if name.endswith("Left") and name not in ("jawLeft", "mouthLeft"):
        return [name[:-4] + "_L"]
    return [name]


def mirror_of(name):
    """The shape whose mirror image this one is, or None."""
    return name[:-5] + "Left" if name.endswith("Right") else None


class Lids:
    """The rings round the subject's left eye (x > 0) and its eyeball."""

    def __init__(self, rings, positions, intervals):
        """`rings`: name -> vertices in order, inner corner first, upper lid first."""
        self.rings, self.n = rings, intervals
        self.upper = rings["margin"][: intervals + 1]
        self.lower = [rings["margin"][0]] + rings["margin"][: intervals - 1 : -1]
        self.order = ["hole", "inside", "margin"] + sorted(k for k in rings if k.startswith("out"))
        self.centre, self.radius = self._fit(positions)

    def _fit(self, p):
        """The sphere that touches the lids' inner rims from behind and fills the opening up to the corners."""
        rim = p[self.rings["inside"]]
        a = np.c_[2 * rim, np.ones(len(rim))]
        x = np.linalg.lstsq(a, (rim**2).sum(1), rcond=None)[0]
        self.free_fit = (x[:3], np.sqrt(x[3] + (x[:3] ** 2).sum()))
        radius = 1.40
        centre = x[:3].copy()
        for _ in range(400):  # least squares with the given radius
            d = rim - centre
            l = np.linalg.norm(d, axis=1, keepdims=True)
            centre = centre + (d * (1 - radius / l)).mean(0) * 1.2
        rims = p[self.rings["inside"] + self.rings["margin"]]
        # Back until every rim stands off by at least 0.06 cm.
        for _ in range(200):
            gap = np.linalg.norm(rims - centre, axis=1) - radius
            if gap.min() >= 0.06:
                break
            centre[2] -= 0.005
        return centre, radius

    def push_out(self, positions, moved, standoff=0.085):
        """Lifts the lids' skin so that it bulges over the eyeball instead of cutting through it."""
        out = moved.copy()
        ids = [i for k in self.order if k not in ("hole",) for i in self.rings[k]]
        d = moved[ids] - self.centre
        length = np.linalg.norm(d, axis=1)
        rest = np.linalg.norm(positions[ids] - self.centre, axis=1)
        wanted = self.radius + np.minimum(standoff, np.maximum(rest - self.radius, 0.05))
        low = length < wanted
        # Only skin in front of the eyeball: what turns in behind the rim stays.
        low &= d[:, 2] > 0.35 * self.radius
        out[np.array(ids)[low]] = self.centre + d[low] * (wanted[low] / length[low])[:, None]
        return out

    def close(self, positions, delta):
        """The blink: the kit's motion, then the rims meet, the upper lid doing most of it."""
        target = positions + delta
        upper = target[self.upper]
        lower = target[self.lower]
        rest = positions[self.upper] - positions[self.lower]
        # Where they meet is a share of the neutral opening, whatever the kit's own motion was.
        meet = positions[self.lower] + (1 - UPPER_SHARE) * rest
        meet[1:-1] = gaussian_filter1d(meet, 1.2, axis=0, mode="nearest")[1:-1]
        d = meet - self.centre
        reach = 0.5 * (
            np.linalg.norm(positions[self.upper] - self.centre, axis=1)
            + np.linalg.norm(positions[self.lower] - self.centre, axis=1)
        )
        meet = self.centre + d * (reach / np.linalg.norm(d, axis=1))[:, None]
        open_ = np.linalg.norm(rest, axis=1)
        weight = np.clip(open_ / (0.25 * open_.max()), 0, 1)[:, None]
        move_upper = meet + OVERLAP * weight - upper
        move_lower = meet - lower
        n = self.n
        ring = np.zeros((2 * n, 3))
        ring[: n + 1] = move_upper
        ring[n + 1 :] = move_lower[1:-1][::-1]
        ring[0] = ring[n] = 0
        fade = {
            "hole": 0.55,
            "inside": 1.0,
            "margin": 1.0,
            "out0": 0.94,
            "out1": 0.82,
            "out2": 0.60,
            "out3": 0.32,
            "out4": 0.10,
            "out5": 0.0,
        }
        out = delta.copy()
        for name, ids in self.rings.items():
            out[ids] += fade[name] * ring
        return out


# How the lips' neighbourhood follows a change of the contact line.
LIP_FADE = dict(
    hole=0.6,
    inner2=0.85,
    inner1=1.0,
    contact=1.0,
    red1=0.95,
    red2=0.85,
    outer=0.65,
    out0=0.5,
    out1=0.32,
    out2=0.15,
    out3=0.05,
)


def round_mouth(positions, delta, rings, pose, share):
    """Adds to `delta` what turns the diamond of an opening (`pose`, displaced positions) into an oval, by `share`."""
    out = delta.copy()
    n = (len(rings["contact"]) - 1) // 2
    for side in ("", "Mirror"):
        line = pose[rings["contact" + side]]
        corner = line[n]
        for half in (slice(0, n + 1), slice(2 * n, n - 1, -1)):
            p = line[half]
            x = np.abs(p[:, 0]) / max(abs(corner[0]), 1e-6)
            depth = p[0, 1] - corner[1]
            oval = corner[1] + depth * np.maximum(0, 1 - np.clip(x, 0, 1) ** 2.2) ** 0.55
            change = share * (oval - p[:, 1])
            change[-1] = 0
            for name, fade in LIP_FADE.items():
                ids = rings[name + side][half]
                start = 1 if side else 0  # the midline belongs to both sides
                out[ids[start:-1], 1] += fade * change[start:-1]
    return out


# Shapes in which closed lips stay closed: the gap (cm) at weight 1. The kit's lips cross or part in them.
HELD = dict(
    mouthSmileLeft=0.0,
    mouthFrownLeft=0.0,
    mouthDimpleLeft=0.0,
    mouthStretchLeft=0.0,
    mouthPressLeft=-0.03,
    mouthLeft=0.0,
    mouthPucker=0.0,
    cheekPuff=0.0,
    jawForward=0.0,
)
# Shapes that may cross the lips (one is drawn in behind the other) but must not part them.
NOT_PARTED = ("mouthRollLower", "mouthRollUpper")


def hold_lips(delta, rings, gap):
    """Adds to `delta` what removes `gap`, the displacement (n + 1, 3) per side between facing points of the contact line:
    40 % of it from above."""
    out = delta.copy()
    n = (len(rings["contact"]) - 1) // 2
    for side in ("", "Mirror"):
        start = 1 if side else 0
        for half, share in ((slice(0, n + 1), -0.4), (slice(2 * n, n - 1, -1), 0.6)):
            for name, fade in LIP_FADE.items():
                ids = rings[name + side][half]
                out[ids[start:-1]] += fade * share * gap[side][start:-1]
    return out


def lip_gap(pose, rings):
    n = (len(rings["contact"]) - 1) // 2
    line = {side: pose[rings["contact" + side]] for side in ("", "Mirror")}
    return {side: p[: n + 1] - p[2 * n : n - 1 : -1] for side, p in line.items()}


def skin_shapes(kit, rows, positions, mirror, triangles, lids, rings):
    """Every shape that is not the mirror image of another one: name -> displacement of each soft vertex."""
    out = {}
    for name in NAMES:
        if mirror_of(name) or name.startswith("tongue"):
            continue
        delta = sum(ict.evaluate(rows, kit.expression[k]) for k in source(name))
        if name == "jawOpen":
            delta = round_mouth(positions, delta, rings, positions + delta, 0.5)
            jaw = delta
        if name == "mouthFunnel":
            delta = round_mouth(positions, delta, rings, positions + delta + 0.45 * jaw, 0.75)
        if name in HELD:
            gap = lip_gap(positions + delta, rings)
            vertical = {k: (g - [0, HELD[name], 0]) * [0, 1, 0] for k, g in gap.items()}
            delta = hold_lips(delta, rings, vertical)
        if name in NOT_PARTED:
            gap = lip_gap(positions + delta, rings)
            delta = hold_lips(delta, rings, {k: np.maximum(g, 0) * [0, 1, 0] for k, g in gap.items()})
        if name == "mouthClose":  # the lips meet however far the jaw is open
            delta = hold_lips(delta, rings, lip_gap(positions + delta + jaw, rings))
        if name == "eyeBlinkLeft":
            delta = lids.close(positions, delta)
        if name.startswith("eye"):
            delta = lids.push_out(positions, positions + delta) - positions
        if not name.endswith("Left"):
            delta = 0.5 * (delta + delta[mirror] * [-1, 1, 1])
        if name.startswith("eye"):  # the other eye stays as it is
            delta = delta * np.clip((positions[:, :1] + 1.2) / 1.0, 0, 1)
        out[name] = clean(delta, triangles)
    return out


def clean(delta, triangles):
    """Without noise: tiny displacements, and islands of fewer than six vertices."""
    delta = delta.copy()
    moving = np.linalg.norm(delta, axis=1) > NOISE
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    edges = edges[moving[edges].all(1)]
    n = len(delta)
    label = connected_components(csr_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(n, n)), False)[1]
    size = np.bincount(label, minlength=label.max() + 1)
    delta[~moving | (size[label] < 6)] = 0
    return delta
