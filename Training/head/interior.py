"""What lies behind the lips and lids: gums, teeth, a tongue of our own, eyeballs. Each part is one half and its image."""

import fast_simplification
import numpy as np
from scipy.spatial import cKDTree

import ict

# The kit's teeth with x > 0: first and last vertex, front to back.
UPPER = [(18067, 18142), (17991, 18066), (17895, 17990), (17730, 17894), (17607, 17729), (17416, 17606), (17230, 17415)]
LOWER = [(20263, 20348), (20169, 20262), (20079, 20168), (19952, 20078), (19814, 19951), (19602, 19813), (19426, 19601)]
FACES = (110, 100, 100, 80, 70, 60, 50)
WIDEN = 1.10  # the kit's teeth stand apart
JAW = ("jawOpen", "jawForward", "jawLeft", "jawRight")
IRIS_RADIUS = 0.585  # of 11.7 mm, the same for everybody


class Part:
    """Positions, triangles, mirror image of each vertex, displacement for each shape."""

    def __init__(self, positions, triangles, mirror, shapes):
        self.positions, self.triangles, self.mirror, self.shapes = positions, triangles, mirror, shapes


def mirrored(positions, triangles, middle=None):
    """A half (x >= 0) and its image, welded at the vertices `middle` (default where x = 0): positions, triangles, mirror."""
    positions = positions.copy()
    middle = np.abs(positions[:, 0]) < 1e-9 if middle is None else middle
    positions[middle, 0] = 0
    n = len(positions)
    twin = np.arange(n)
    twin[~middle] = n + np.arange((~middle).sum())
    both = np.r_[positions, positions[~middle] * [-1, 1, 1]]
    mirror = np.r_[twin, np.flatnonzero(~middle)]
    return both, np.r_[triangles, twin[triangles][:, ::-1]], mirror


def compact(positions, triangles):
    used = np.unique(triangles)
    number = np.full(len(positions), -1)
    number[used] = np.arange(len(used))
    return positions[used], number[triangles]


def decimate(positions, triangles, faces):
    """At most about `faces` triangles (quadric error), without degenerate or duplicate ones."""
    if len(triangles) <= faces:
        return compact(positions, triangles)
    p, t = fast_simplification.simplify(
        positions.astype(np.float32), triangles.astype(np.int32), target_count=faces, agg=7
    )
    p, t = p.astype(float), t.astype(int)
    area = np.linalg.norm(np.cross(p[t[:, 1]] - p[t[:, 0]], p[t[:, 2]] - p[t[:, 0]]), axis=1)
    t = t[(area > 1e-7) & (t[:, 0] != t[:, 1]) & (t[:, 1] != t[:, 2]) & (t[:, 0] != t[:, 2])]
    t = t[np.unique(np.sort(t, 1), axis=0, return_index=True)[1]]
    return compact(p, t)


def jaw_motion(kit):
    """The lower teeth's motion in each jaw shape as an affine map of position: (4, 3) matrices."""
    v = kit.vertices[slice(*ict.LOWER_TEETH)]
    a = np.c_[v, np.ones(len(v))]
    flip = np.diag([-1.0, 1, 1])
    out = {}
    for n in JAW:
        m = np.linalg.lstsq(a, kit.expression[n][slice(*ict.LOWER_TEETH)], rcond=None)[0]
        if n in ("jawOpen", "jawForward"):  # symmetric: no sideways motion on average
            mirror = np.diag([-1.0, 1, 1, 1]) @ m @ flip
            m = 0.5 * (m + mirror)
        out[n] = m
    out["jawRight"] = np.diag([-1.0, 1, 1, 1]) @ out["jawLeft"] @ flip
    return out


def follow(positions, motion, weight=1.0):
    return {n: weight * (np.c_[positions, np.ones(len(positions))] @ m) for n, m in motion.items()}


# How wide mouths are held open to see what can be seen.
OPENINGS = (
    {"jawOpen": 0.06, "mouthUpperUp": 1, "mouthLowerDown": 1, "mouthStretch": 0.6},
    {"jawOpen": 0.2, "mouthUpperUp": 0.9, "mouthLowerDown": 0.9, "mouthSmile": 0.9},
    {"jawOpen": 0.45, "mouthUpperUp": 0.5, "mouthLowerDown": 0.8, "mouthStretch": 0.8},
    {"jawOpen": 0.7, "mouthUpperUp": 0.3, "mouthLowerDown": 0.6, "mouthStretch": 0.4},
    {"jawOpen": 0.35, "mouthFunnel": 1.0, "mouthUpperUp": 0.4, "mouthLowerDown": 0.4},
)


def seen(kit, renderer, parts):
    """Which triangles of `parts` (lists of ICT triangles) can be seen between the lips, and their neighbours."""
    skin = kit.triangles[kit.largest < ict.NARROW]
    visible = np.zeros(sum(len(t) for t in parts), bool)
    for opening in OPENINGS:
        p = kit.vertices.copy()
        for name, weight in opening.items():
            for key in [name] if name in kit.expression else [name + "_L", name + "_R"]:
                delta = weight * kit.expression[key]
                keep = slice(*ict.UPPER_TEETH)
                delta[keep] = 0
                if not name.startswith("jaw"):
                    delta[ict.GUMS[0] :] = 0
                p += delta
        for yaw in (-38, -19, 0, 19, 38):
            for pitch in (-30, -12, 6, 24):
                picture = [(p, t, 1) for t in parts] + [(p, skin, 1)]
                image = renderer.draw(picture, yaw, pitch, (0, -4.4, 10), 3.4, ids=True)
                found, count = np.unique(image[image >= 0], return_counts=True)
                found = found[(count > 1) & (found < len(visible))]
                visible[found] = True
    corners = np.concatenate(parts)
    near = np.isin(corners, np.unique(corners[visible]))
    return near.any(1)


def teeth(kit, renderer, motion):
    """Upper and lower teeth."""
    in_range = lambda a, b: kit.triangles[(kit.triangles.min(1) >= a) & (kit.triangles.max(1) <= b)]
    gums = kit.triangles[(kit.largest >= ict.GUMS[0]) & (kit.largest < ict.GUMS[1])]
    singles = [in_range(a, b) for a, b in UPPER + LOWER]
    others = kit.triangles[(kit.largest >= ict.UPPER_TEETH[0]) & (kit.largest < ict.LOWER_TEETH[1])]
    visible = seen(kit, renderer, singles + [gums, others[kit.vertices[others][:, :, 0].mean(1) < 0]])
    halves = {0: ([], []), 1: ([], [])}
    start = 0
    for k, t in enumerate(singles):
        keep = t[visible[start : start + len(t)] & _crown(kit.vertices[t], k < len(UPPER))]
        start += len(t)
        p = kit.vertices.copy()
        ids = np.unique(t)
        centre = 0.5 * (p[ids].min(0) + p[ids].max(0))
        p[ids] = centre + (p[ids] - centre) * [WIDEN, 1, WIDEN]
        p[ids] = _square(p[ids], _along_arch(kit, k), k < len(UPPER))
        p, t = decimate(*compact(p, keep), FACES[k % len(FACES)])
        # The front teeth may touch the midline but not cross it.
        p[:, 0] = np.maximum(p[:, 0], 0.004)
        positions, triangles = halves[k // len(UPPER)]
        triangles.append(t + sum(map(len, positions)))
        positions.append(p)
    out = []
    for which in (0, 1):
        p, t, m = mirrored(
            np.concatenate(halves[which][0]),
            np.concatenate(halves[which][1]),
            np.zeros(sum(map(len, halves[which][0])), bool),
        )
        out.append(Part(p, t, m, follow(p, motion) if which else {}))
    return out


def _along_arch(kit, k):
    """Unit vector along the row of teeth at tooth `k`, from its neighbours."""
    row, i = (UPPER, k) if k < len(UPPER) else (LOWER, k - len(UPPER))
    middle = [kit.vertices[a : b + 1].mean(0) for a, b in row]
    before = middle[i - 1] if i > 0 else middle[0] * [-1, 1, 1]
    d = middle[min(i + 1, len(row) - 1)] - before
    d[1] = 0
    return d / np.linalg.norm(d)


def _square(p, along, upper):
    """A tooth as wide at its neck as where it is widest. The kit's taper: with the lip near the gums, and where a photo's
    teeth are longer than the kit's, gums would show between them in triangles."""
    lateral = (p - p.mean(0)) @ along
    height = p[:, 1] if upper else -p[:, 1]
    near = lambda y: np.abs(height - y) < 0.12 * np.ptp(height)
    levels = np.array([y for y in np.linspace(height.min(), height.max(), 13) if near(y).any()])
    width = np.array([np.abs(lateral[near(y)]).max() for y in levels])
    widest = width.argmax()
    factor = np.clip(0.98 * width[widest] / width, 1, 1.8)
    factor[: widest + 1] = 1
    return p + ((np.interp(height, levels, factor) - 1) * lateral)[:, None] * along


def _crown(corners, upper):
    """Which triangles are not part of a root, which would stick out of the gums."""
    y = corners[:, :, 1]
    return (y.mean(1) < -2.0) & (y.max(1) < -1.6) if upper else (y.mean(1) > -4.75) & (y.min(1) > -5.1)


def gums(kit, renderer):
    """Gums, palate and floor of the mouth without the kit's tongue."""
    a, b = ict.GUMS
    t = kit.triangles[(kit.largest >= a) & (kit.largest < b)]
    v = kit.vertices
    centre = v[t].mean(1)
    t = t[centre[:, 0] > 0]
    others = kit.triangles[(kit.largest >= ict.UPPER_TEETH[0]) & (kit.largest < ict.LOWER_TEETH[1])]
    p, t = compact(v, t[seen(kit, renderer, [t, others])[: len(t)]])
    p, t = decimate(p, t, 640)
    # Decimation pulls the seam off the midline: the open rim near it is put back.
    edges = {(a, b) for tri in t for a, b in ((tri[0], tri[1]), (tri[1], tri[2]), (tri[2], tri[0]))}
    rim = np.zeros(len(p), bool)
    rim[[a for a, b in edges if (b, a) not in edges]] = True
    p, t, m = mirrored(p, t, rim & (p[:, 0] < 0.3))
    p, t, m = _tidy(p, t, m)
    distance, near = cKDTree(v[a:b]).query(p, 4)
    weight = 1 / (distance + 1e-4) ** 2
    weight /= weight.sum(1, keepdims=True)
    shapes = {n: np.einsum("nk,nkd->nd", weight, kit.expression[n][a:b][near]) for n in JAW}
    # The kit's tongue is welded to the gums: it becomes the floor of the mouth, and ours lies on it.
    arch = np.interp(p[:, 2], [3, 5, 7, 8.5, 9.3, 9.6], [1.9, 1.75, 1.5, 1.2, 0.8, 0.3])
    inside = _step(1.15, 0.75, np.abs(p[:, 0]) / arch) * _step(9.7, 9.2, p[:, 2]) * _step(2.2, 3.4, p[:, 2])
    inside *= shapes["jawOpen"][:, 1] < -0.3
    floor = np.interp(p[:, 2], [2, 5, 9.5], [-4.2, -4.1, -4.35])
    p[:, 1] += inside * np.minimum(0, floor - p[:, 1])
    # What of the gums stands between the teeth goes behind them: see `_square`.
    upper = (p[:, 1] > -3.3) * _step(-2.35, -2.65, p[:, 1])
    lower = (p[:, 1] < -3.7) * _step(-4.5, -4.2, p[:, 1])
    outwards = np.c_[p[:, 0], np.zeros(len(p)), p[:, 2] - 4]
    p -= 0.2 * (np.maximum(upper, lower) * (1 - inside))[:, None] * outwards / np.linalg.norm(outwards, axis=1)[:, None]
    return Part(p, t, m, shapes)


def _tidy(p, t, m):
    """Drops vertices that no triangle uses."""
    used = np.unique(t)
    used = np.unique(np.r_[used, m[used]])
    number = np.full(len(p), -1)
    number[used] = np.arange(len(used))
    return p[used], number[t], number[m[used]]


def tongue(motion, rows=15, half=5):
    """A tongue of our own: a closed strip from the root to the tip, with a groove, and its shapes.

    `rows` cross-sections along it; each has `half` vertices on either side of the midline, above and below."""
    s = np.linspace(0, 1, rows)
    # Centre line of the upper surface, half width and thickness from root (s = 0) to tip.
    z = np.interp(s, [0, 0.3, 0.6, 0.85, 1], [2.6, 4.9, 7.2, 8.9, 9.62])
    y = np.interp(s, [0, 0.2, 0.45, 0.7, 0.88, 1], [-3.9, -3.25, -3.05, -3.3, -3.62, -3.86])
    width = np.interp(s, [0, 0.2, 0.5, 0.75, 0.9, 0.97, 1], [1.5, 1.62, 1.55, 1.32, 1.02, 0.66, 0.36])
    thick = np.interp(s, [0, 0.4, 0.75, 0.92, 1], [1.3, 1.2, 0.85, 0.5, 0.2])
    smooth = lambda v: np.convolve(np.pad(v, 1, mode="edge"), [0.25, 0.5, 0.25], "valid")
    y, width, thick = smooth(y), np.r_[width[:1], smooth(width)[1:-1], width[-1:]], smooth(thick)
    angle = np.linspace(0, np.pi, 2 * half + 1)  # 0: midline above; pi: midline below
    positions, along = [], []
    for i in range(rows):
        for a in angle:
            x = width[i] * np.sin(a) ** 0.75 if 0 < a < np.pi else 0.0
            drop = thick[i] * 0.5 * (1 - np.cos(a))
            groove = -0.09 * np.exp(-((x / 0.30) ** 2)) * np.sin(np.pi * min(1.0, 1.15 * s[i])) * (a < 1.6)
            dome = 0.12 * (1 - (x / width[i]) ** 2) * (a < 1.6)
            positions.append((x, y[i] - drop + groove + dome, z[i]))
            along.append(s[i])
    n = 2 * half + 1
    p, along = np.array(positions), np.array(along)
    t = []
    for i in range(rows - 1):
        for j in range(n - 1):
            a, b, c, d = i * n + j, i * n + j + 1, (i + 1) * n + j, (i + 1) * n + j + 1
            t += [(a, c, b), (b, c, d)]
    # The tip: a fan about its centre.
    last = (rows - 1) * n
    tip = len(p)
    p = np.r_[p, [[0, p[last:, 1].mean(), z[-1] + 0.14]]]
    along = np.r_[along, 1.0]
    t += [(last + j, tip, last + j + 1) for j in range(n - 1)]
    t = np.array(t)
    normal = np.cross(p[t[:, 1]] - p[t[:, 0]], p[t[:, 2]] - p[t[:, 0]])
    if (normal * (p[t].mean(1) - [0, -3.9, 6])).sum() < 0:
        t = t[:, ::-1]
    both, t, m = mirrored(p, t)
    n_half = len(p)
    where = np.r_[along, along[np.flatnonzero(m[:n_half] != np.arange(n_half))]]
    follow_jaw = (0.55 + 0.45 * np.clip(where / 0.6, 0, 1))[:, None]
    shapes = {name: d * follow_jaw for name, d in follow(both, motion).items()}
    front = _step(0.35, 1.0, where)[:, None]
    tipness = _step(0.55, 1.0, where)[:, None]
    # Out: the front half slides forward between the teeth, flattens and spreads a little.
    rest_y = np.interp(where, s, y)[:, None]
    out = front * np.array([0.0, 0.15, 1.72]) + tipness * np.array([0.0, 0.55, 0.15])
    out = out + tipness * np.c_[0.10 * both[:, 0], 0.35 * (rest_y[:, 0] - 0.12 - both[:, 1]), np.zeros(len(both))]
    shapes["tongueOut"] = out
    # Up: the tip rises to the ridge behind the upper incisors, the blade arches after it.
    up = tipness * np.array([0.0, 1.05, 0.10]) + front * np.array([0.0, 0.30, 0.05])
    up = up + tipness * np.c_[0.06 * both[:, 0], 0.30 * (rest_y[:, 0] - 0.15 - both[:, 1]), np.zeros(len(both))]
    shapes["tongueUp"] = up
    return Part(both, t, m, shapes)


def _step(a, b, x):
    t = np.clip((x - a) / (b - a), 0, 1)
    return t * t * (3 - 2 * t)


def eyeball(centre, radius, segments=28):
    """The front of a sphere: pole, pupil, iris, limbus, white, to 84 degrees from the pole."""
    limbus = np.arcsin(IRIS_RADIUS / radius)
    angles = np.r_[0.34, 0.67, 0.93, 1.0, 1.08] * limbus
    angles = np.r_[angles, np.linspace(angles[-1], np.radians(84), 7)[1:]]
    turn = np.arange(segments) * 2 * np.pi / segments
    p = [np.array([[0, 0, 1.0]])]
    for a in angles:
        p.append(np.stack([np.sin(a) * np.cos(turn), np.sin(a) * np.sin(turn), np.full(segments, np.cos(a))], 1))
    p = np.concatenate(p) * radius
    t = [(0, 1 + j, 1 + (j + 1) % segments) for j in range(segments)]
    for i in range(len(angles) - 1):
        for j in range(segments):
            a, b = 1 + i * segments + j, 1 + i * segments + (j + 1) % segments
            t += [(a, a + segments, b), (b, a + segments, b + segments)]
    return p + centre, np.array(t)
