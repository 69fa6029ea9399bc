"""The ICT-FaceKit head (MIT), loaded and made exactly mirror symmetric, and surfaces cut out of it.

Vertices are named by their ICT index. A *row* is a point of the surface: three ICT vertices and their weights.
"""

import numpy as np
from scipy.spatial import cKDTree

FACE, HEAD, SOCKET = (0, 9409), (9409, 11248), (11248, 13294)
GUMS, UPPER_TEETH, LOWER_TEETH = (14062, 17039), (17039, 19247), (19247, 21451)
NARROW = 6706  # the first vertices of the face: forehead to throat, without ears
SOFT = 14062  # skin, mouth socket and eye sockets, one connected surface


class Kit:
    """Neutral, identity and expression shapes (float64, cm), symmetric but for the identity modes."""

    def __init__(self, path):
        data = np.load(path)
        self.triangles = data["triangles"].astype(int)
        self.uv_raw, self.uv_triangles = data["uv"].astype(float), data["uv_triangles"]
        self.largest = self.triangles.max(1)
        vertices = data["neutral"].astype(float)
        self.identity = data["identity"].astype(np.float32) * data["identity_scale"][:, None, None]
        names = [str(n) for n in data["expression_names"]]
        shapes = {n: data["expression"][i] * float(data["expression_scale"][i]) for i, n in enumerate(names)}
        self.mirror = np.arange(len(vertices))
        for a, b in (FACE, HEAD, SOCKET, (13294, SOFT), GUMS, UPPER_TEETH, LOWER_TEETH):
            image = cKDTree(vertices[a:b]).query(vertices[a:b] * [-1, 1, 1])[1] + a
            if (image[image - a] == np.arange(a, b)).all():
                self.mirror[a:b] = image
            elif b <= SOCKET[1]:
                raise ValueError("the kit's skin is not symmetric")
        flip = np.array([-1, 1, 1])
        soft = slice(0, SOCKET[1])
        half = lambda a, b: 0.5 * (a + b[self.mirror] * flip)
        self.vertices = vertices.copy()
        self.vertices[soft] = half(vertices, vertices)[soft]
        self.expression = {}
        for n, shape in shapes.items():
            other = n[:-1] + {"L": "R", "R": "L"}[n[-1]] if n[-2:] in ("_L", "_R") else n
            if n in ("jawLeft", "jawRight", "mouthLeft", "mouthRight"):
                other = n.replace("Left", "#").replace("Right", "Left").replace("#", "Right")
            out = shape.copy()
            out[soft] = half(shape, shapes[other])[soft]
            self.expression[n] = out

    def chart(self, low, high, tile=None, side=1):
        """Half (`side` 1: x >= 0) of the surface of the triangles whose largest vertex is in low..<high, with its UV."""
        keep = (self.largest >= low) & (self.largest < high)
        keep &= (self.vertices[self.triangles][:, :, 0] * side).min(1) > -1e-6
        if tile is not None:
            keep &= (np.floor(self.uv_raw[self.uv_triangles].mean(1)) == tile).all(1)
        return Surface(self, self.triangles[keep], self.uv_raw[self.uv_triangles[keep]])


class Surface:
    """A piece of the kit's surface with a bijective flat image."""

    def __init__(self, kit, triangles, corner_uv):
        self.kit, self.triangles = kit, triangles
        self.uv = np.full((len(kit.vertices), 2), np.nan)
        self.uv[triangles.ravel()] = corner_uv.reshape(-1, 2)
        self.corners = kit.vertices[triangles]
        self.flat = self.uv[triangles]
        assert np.abs(self.flat - corner_uv).max() < 1e-6, "the chart is torn"
        area = _cross(self.flat[:, 1] - self.flat[:, 0], self.flat[:, 2] - self.flat[:, 0])
        assert (area > 0).all(), "the chart folds over"
        self.normals = _unit(np.cross(self.corners[:, 1] - self.corners[:, 0], self.corners[:, 2] - self.corners[:, 0]))
        self._flat_tree = cKDTree(self.flat.mean(1))
        self._tree = cKDTree(self.corners.mean(1))

    def locate(self, points):
        """Rows of points of the flat image (the nearest point of the chart where outside)."""
        return self._nearest(self.flat, self._flat_tree, np.asarray(points, float), None)

    def project(self, points, mask=None):
        """Rows of the nearest surface points of 3D `points`, among the triangles of `mask`."""
        return self._nearest(self.corners, self._tree, np.asarray(points, float), mask)

    def _nearest(self, corners, tree, points, mask):
        choice = np.arange(len(corners)) if mask is None else np.flatnonzero(mask)
        if mask is not None:
            tree = cKDTree(corners[choice].mean(1))
        k = min(40, len(choice))
        near = choice[tree.query(points, k)[1].reshape(len(points), k)]
        best, weights = np.full(len(points), np.inf), np.zeros((len(points), 3))
        found = np.zeros(len(points), int)
        for j in range(k):
            w, d = _closest(points, corners[near[:, j]])
            better = d < best - 1e-18
            best[better], weights[better], found[better] = d[better], w[better], near[better, j]
        return self.triangles[found], weights, found

    def boundary(self):
        """Directed boundary edges as a dictionary from vertex to next vertex."""
        edges = {(t[i], t[(i + 1) % 3]) for t in self.triangles for i in range(3)}
        return {a: b for a, b in edges if (b, a) not in edges}


def evaluate(rows, values):
    """Values (per ICT vertex) at the points `rows` = (vertices (n, 3), weights (n, 3))."""
    vertices, weights = rows[0], rows[1]
    return np.einsum("nk,nk...->n...", weights, values[vertices])


def _closest(p, corners):
    """Barycentric weights of the point of each triangle nearest to `p`, and its squared distance."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    ab, ac, ap = b - a, c - a, p - a
    d00, d01, d11 = (ab * ab).sum(1), (ab * ac).sum(1), (ac * ac).sum(1)
    d20, d21 = (ap * ab).sum(1), (ap * ac).sum(1)
    den = d00 * d11 - d01 * d01
    v, w = (d11 * d20 - d01 * d21) / den, (d00 * d21 - d01 * d20) / den
    inside = np.stack([1 - v - w, v, w], 1)
    best = np.full(len(a), np.inf)
    weights = np.zeros((len(a), 3))
    ok = (inside >= 0).all(1)
    q = np.einsum("nk,nkd->nd", inside, corners)
    best[ok], weights[ok] = ((q - p) ** 2).sum(1)[ok], inside[ok]
    for i, j in ((0, 1), (1, 2), (2, 0)):
        s, e = corners[:, i], corners[:, j] - corners[:, i]
        t = np.clip(((p - s) * e).sum(1) / np.maximum((e * e).sum(1), 1e-30), 0, 1)
        d = ((s + t[:, None] * e - p) ** 2).sum(1)
        better = ~ok & (d < best)
        row = np.zeros((len(a), 3))
        row[:, i], row[:, j] = 1 - t, t
        best[better], weights[better] = d[better], row[better]
    return weights, best


def _cross(a, b):
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


def _unit(v):
    return v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-30)
