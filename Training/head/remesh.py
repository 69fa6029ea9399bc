"""Our own topology: rings round lips and lids, graded samples elsewhere, one half of the head and its mirror image.

Every vertex is a row (three ICT vertices and weights), so that every shape of the kit carries over by interpolation.
"""

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial import cKDTree

import ict
from triangulate import Triangulation

# Intervals along half a lip and along a lid; levels of the rings (cm outwards, fractions inwards).
LIP_INTERVALS, LID_INTERVALS = 18, 18
LIP_INSIDE = (0.3, 0.62, 1.0)  # contact line -> mouth hole
LIP_RED = (0.28, 0.62, 1.0)  # contact line -> outer contour
LIP_OUTSIDE = (0.14, 0.34, 0.62, 0.95)
LID_INSIDE = (0.4, 1.0)  # lash line -> eye hole
LID_OUTSIDE = (0.08, 0.18, 0.32, 0.5, 0.74, 1.04)
NOSE = np.array(
    [
        [0.0, 1.2, 13.0],
        [0.9, 0.6, 11.6],
        [1.6, 0.3, 11.0],
        [0.7, -0.2, 11.9],
        [0.0, -0.4, 12.2],
        [1.75, 0.9, 11.0],
        [0.0, 2.2, 12.6],
    ]
)


def arc(p):
    return np.r_[0, np.cumsum(np.linalg.norm(np.diff(p, axis=0), axis=1))]


def resample(p, fractions, by=None):
    """Points of the polyline `p` at fractions of the length of `by` (default `p` itself)."""
    s = arc(p if by is None else by)
    return np.stack([np.interp(fractions, s / s[-1], p[:, k]) for k in range(p.shape[1])], 1)


def smooth(p, sigma, n=400, by=None):
    """The polyline, resampled and smoothed along its length (`sigma` a fraction of it); its ends stay."""
    f = np.linspace(0, 1, n)
    q = resample(p, f, by)
    line = q[0] + f[:, None] * (q[-1] - q[0])
    return (
        line
        + gaussian_filter1d(np.r_[-(q - line)[:0:-1], q - line, -(q - line)[-2::-1]], sigma * n, axis=0)[
            n - 1 : 2 * n - 1
        ]
    )


def round_curve(points, centre, stretch, sigma, n=1440):
    """The closed flat curve through `points`, as radius over angle about `centre` (x divided by `stretch`), smoothed by
    `sigma` radians. Starts at the angle -pi and runs counter-clockwise."""
    d = (points - centre) / [stretch, 1]
    angle, radius = np.arctan2(d[:, 1], d[:, 0]), np.hypot(d[:, 0], d[:, 1])
    order = np.argsort(angle)
    angle, radius = angle[order], radius[order]
    t = np.linspace(-np.pi, np.pi, n, endpoint=False)
    r = np.interp(t, np.r_[angle - 2 * np.pi, angle, angle + 2 * np.pi], np.tile(radius, 3))
    r = gaussian_filter1d(r, sigma / (2 * np.pi) * n, mode="wrap")
    return centre + np.stack([stretch * r * np.cos(t), r * np.sin(t)], 1)


class Remesh:
    """The skin's and the socket's vertices (as rows) and triangles."""

    def __init__(self, kit, contours, seed=7):
        self.kit, self.random = kit, np.random.default_rng(seed)
        self.chart = kit.chart(*ict.FACE, tile=(0, 0))
        self.contours = contours
        self.rows_v, self.rows_w, self.uv, self.edges, self.loops = [], [], [], [], {}
        self._mouth()
        self._eye()
        self._outlines()
        self._fill_face()
        self._head()
        self._socket()

    # -- points --

    def _add(self, rows, surface=None):
        """New vertices for `rows`; their numbers."""
        first = len(self.rows_v)
        for v, w in zip(rows[0], rows[1]):
            w = np.where(w < 1e-7, 0, w)
            self.rows_v.append(v)
            self.rows_w.append(w / w.sum())
            self.uv.append((w[:, None] * np.nan_to_num((surface or self.chart).uv[v])).sum(0) / w.sum())
        return list(range(first, len(self.rows_v)))

    def rows(self):
        return np.array(self.rows_v), np.array(self.rows_w)

    def positions(self, ids=None):
        v, w = self.rows()
        if ids is not None:
            v, w = v[ids], w[ids]
        return ict.evaluate((v, w), self.kit.vertices)

    def _midline(self, surface, uv):
        """Rows on the chart's midline nearest to the given flat points."""
        if not hasattr(surface, "midline"):
            x = self.kit.vertices[:, 0]
            surface.midline = np.array(
                [(a, b) for a, b in surface.boundary().items() if abs(x[a]) < 1e-9 and abs(x[b]) < 1e-9]
            )
        a, b = surface.uv[surface.midline[:, 0]], surface.uv[surface.midline[:, 1]]
        rows = []
        for p in uv:
            t = np.clip(((p - a) * (b - a)).sum(1) / ((b - a) ** 2).sum(1), 0, 1)
            k = ((a + t[:, None] * (b - a) - p) ** 2).sum(1).argmin()
            i, j = surface.midline[k]
            rows.append(([i, j, j], [1 - t[k], t[k], 0]))
        return np.array([r[0] for r in rows]), np.array([r[1] for r in rows])

    def _ring(self, uv, closed, ends_on_midline):
        """Vertices at flat points, joined to a ring (or a line whose ends lie on the midline)."""
        rows = [np.array(a) for a in self.chart.locate(uv)[:2]]
        if ends_on_midline:
            for k in (0, len(uv) - 1):
                m = self._midline(self.chart, uv[k][None])
                rows[0][k], rows[1][k] = m[0][0], m[1][0]
        ids = self._add(rows)
        self._join(ids, closed)
        return ids

    def _join(self, ids, closed=False):
        self.edges += list(zip(ids[:-1], ids[1:])) + ([(ids[-1], ids[0])] if closed else [])

    def _spokes(self, start, end, levels):
        """Flat points on the way from each `start` to its `end`, at fractions of the length in space."""
        f = np.linspace(0, 1, 33)
        out = []
        for a, b in zip(start, end):
            line = a + f[:, None] * (b - a)
            s = arc(ict.evaluate(self.chart.locate(line)[:2], self.kit.vertices))
            out.append(resample(line, np.interp(levels, s / s[-1], f)))
        return np.array(out).transpose(1, 0, 2)

    def _march(self, ids, levels, outside, closed):
        """Rings at distances `levels` (cm) outside the ring `ids`: a front that moves over the surface."""
        p = self.positions(ids)
        rows, rings, travelled, step = None, [], 0.0, 0.02
        centre = p.mean(0)
        for level in levels:
            while travelled < level - 1e-9:
                h = min(step, level - travelled)
                found = self.chart.project(p, outside)
                normal = self.chart.normals[found[2]]
                normal = gaussian_filter1d(normal, 1.0, axis=0, mode="wrap" if closed else "nearest")
                if closed:
                    tangent = np.roll(p, -1, 0) - np.roll(p, 1, 0)
                else:
                    q = np.r_[p[1:2] * [-1, 1, 1], p, p[-2:-1] * [-1, 1, 1]]
                    tangent = q[2:] - q[:-2]
                out = ict._unit(np.cross(tangent, normal))
                out *= np.sign((out * (p - centre)).sum(1).mean())
                p = p + h * out
                # Even spacing along the front, a little at a time.
                if closed:
                    mid = 0.5 * (np.roll(p, -1, 0) + np.roll(p, 1, 0))
                else:
                    q = np.r_[p[1:2] * [-1, 1, 1], p, p[-2:-1] * [-1, 1, 1]]
                    mid = 0.5 * (q[2:] + q[:-2])
                t = ict._unit(tangent)
                p = p + 0.08 * ((mid - p) * t).sum(1, keepdims=True) * t + 0.02 * (mid - p)
                rows = self.chart.project(p, outside)
                p = ict.evaluate(rows, self.kit.vertices)
                travelled += h
            rings.append(ict.evaluate(rows[:2], np.nan_to_num(self.chart.uv)))
        return rings

    def _outside(self, polygon):
        """Mask of the chart's triangles whose centroid lies outside the flat polygon."""
        from matplotlib.path import Path

        return ~Path(polygon).contains_points(self.chart.flat.mean(1))

    # -- mouth --

    def _mouth(self):
        uv, V = self.chart.uv, self.kit.vertices
        half = self._half_loop(self._hole(lambda p: p[1] < 0))
        corner = int(np.argmax(V[half, 0]))
        n = LIP_INTERVALS
        # Denser towards the corner.
        f = np.linspace(0, 1, n + 1)
        f = f + 0.10 * np.sin(np.pi * f)
        lines = []
        for names, sigma in ((("c_liu", "c_lil"), 0.06), (("c_lou", "c_lol"), 0.10)):
            path = np.concatenate([self.contours[k] for k in names])
            path = path[V[path, 0] > -1e-9]
            middle = uv[half[0], 0]
            whole = np.r_[uv[path], uv[path] * [-1, 1] + [2 * middle, 0]]
            curve = round_curve(whole, np.array([middle, uv[half][:, 1].mean()]), 1.0, sigma)
            # From the upper midline clockwise to the lower one; the corner is where the lips are widest.
            curve = curve[len(curve) // 4 : 3 * len(curve) // 4 + 1][::-1]
            xyz = ict.evaluate(self.chart.locate(curve)[:2], V)
            tip = int(np.argmax(xyz[:, 0]))
            lines += [
                resample(curve[: tip + 1], f, by=xyz[: tip + 1]),
                resample(curve[tip:][::-1], f, by=xyz[tip:][::-1]),
            ]
        contact_u, contact_l, outer_u, outer_l = lines
        hole_u = resample(uv[half[: corner + 1]], f, by=V[half[: corner + 1]])
        hole_l = resample(uv[half[corner:]][::-1], f, by=V[half[corner:]][::-1])
        ring = lambda u, l: np.r_[u, l[-2::-1]]
        contact, outer, inner = ring(contact_u, contact_l), ring(outer_u, outer_l), ring(hole_u, hole_l)
        self.lip_n = n
        loops = {"contact": self._ring(contact, False, True)}
        # Corner of the inner rings: two lips meet, so the ring runs round it.
        for name, level, points in zip(
            ("inner1", "inner2", "hole"), LIP_INSIDE, self._spokes(contact, inner, LIP_INSIDE)
        ):
            if name == "hole":
                rows = self._on_loop(half, inner)
                loops[name] = self._add(rows)
                self._join(loops[name])
            else:
                loops[name] = self._ring(points, False, True)
        for name, points in zip(("red1", "red2", "outer"), self._spokes(contact, outer, LIP_RED)):
            loops[name] = self._ring(points, False, True)
        mirrored = np.r_[outer, (outer * [-1, 1] + [2 * outer[0, 0], 0])[::-1]]
        rings = self._march(loops["outer"], LIP_OUTSIDE, self._outside(mirrored), False)
        for k, points in enumerate(rings):
            loops[f"out{k}"] = self._ring(points, False, True)
        self.mouth = loops
        self.mouth_hole_path = half

    def _half_loop(self, loop):
        """The half with x >= 0 of a loop across the midline, from its upper end to its lower one."""
        V = self.kit.vertices
        ends = [k for k in range(len(loop)) if abs(V[loop[k], 0]) < 1e-9]
        top = max(ends, key=lambda k: V[loop[k], 1])
        loop = np.roll(loop, -top)
        if V[loop[1], 0] < 0:
            loop = np.r_[loop[:1], loop[:0:-1]]
        stop = [k for k in range(1, len(loop)) if abs(V[loop[k], 0]) < 1e-9][0]
        return loop[: stop + 1]

    def _on_loop(self, path, flat):
        """Rows on the edges of `path` nearest to the flat points."""
        uv = self.chart.uv
        a, b = np.array(path[:-1]), np.array(path[1:])
        v, w = [], []
        for p in flat:
            e = uv[b] - uv[a]
            t = np.clip(((p - uv[a]) * e).sum(1) / (e * e).sum(1), 0, 1)
            k = ((uv[a] + t[:, None] * e - p) ** 2).sum(1).argmin()
            v.append([a[k], b[k], b[k]])
            w.append([1 - t[k], t[k], 0])
        return np.array(v), np.array(w)

    def _hole(self, where):
        """The chart's closed boundary loop (vertices in order) whose mean position satisfies `where`."""
        whole = self.kit.triangles[self.kit.largest < ict.NARROW]
        edges = {(t[i], t[(i + 1) % 3]) for t in whole for i in range(3)}
        following = {a: b for a, b in edges if (b, a) not in edges}
        while following:
            start = min(following)
            loop = [start]
            while True:
                following_vertex = following.pop(loop[-1])
                if following_vertex == start:
                    break
                loop.append(following_vertex)
            mean = self.kit.vertices[loop].mean(0)
            if len(loop) < 100 and where(mean) and mean[0] > -0.01:
                return np.array(loop)
            if len(loop) > 100:
                self.outline_loop = np.array(loop)
        raise ValueError("no such hole")

    # -- eye (x > 0) --

    def _eye(self):
        uv, V = self.chart.uv, self.kit.vertices
        loop = self._hole(lambda p: p[1] > 0)
        n = LID_INTERVALS
        f = np.linspace(0, 1, n + 1)
        f = f - 0.02 * np.sin(2 * np.pi * f)
        path = np.concatenate([self.contours["c_leu"], self.contours["c_lel"]])
        centre = 0.5 * (uv[path].min(0) + uv[path].max(0))
        curve = round_curve(uv[path], centre, 6.0, 0.05)
        xyz = ict.evaluate(self.chart.locate(curve)[:2], V)
        inner, outer = int(np.argmin(xyz[:, 0])), int(np.argmax(xyz[:, 0]))
        curve, xyz = np.roll(curve, -outer, 0), np.roll(xyz, -outer, 0)
        cut = (inner - outer) % len(curve)
        margin_u = resample(curve[cut::-1], f, by=xyz[cut::-1])
        margin_l = resample(np.r_[curve[cut:], curve[:1]], f, by=np.r_[xyz[cut:], xyz[:1]])
        # Same corners; upper from the inner to the outer corner, lower back.
        inner, outer = int(np.argmin(V[loop, 0])), int(np.argmax(V[loop, 0]))
        path = lambda a, b: [loop[(a + k) % len(loop)] for k in range((b - a) % len(loop) + 1)]
        one, two = path(inner, outer), path(outer, inner)[::-1]
        up, low = (one, two) if V[one, 1].mean() > V[two, 1].mean() else (two, one)
        hole_u, hole_l = resample(uv[up], f, by=V[up]), resample(uv[low], f, by=V[low])
        ring = lambda u, l: np.r_[u, l[-2:0:-1]]
        margin, hole = ring(margin_u, margin_l), ring(hole_u, hole_l)
        loops = {"margin": self._ring(margin, True, False)}
        for name, points in zip(("inside", "hole"), self._spokes(margin, hole, LID_INSIDE)):
            if name == "hole":
                closed = list(loop) + [loop[0]]
                loops[name] = self._add(self._on_loop(closed, hole))
                self._join(loops[name], True)
            else:
                loops[name] = self._ring(points, True, False)
        rings = self._march(loops["margin"], LID_OUTSIDE, self._outside(margin), True)
        for k, points in enumerate(rings):
            loops[f"out{k}"] = self._ring(points, True, False)
        self.eye = loops

    # -- outlines --

    def _outlines(self):
        """The face's outline, the chart's edge and the midline."""
        V, uv = self.kit.vertices, self.chart.uv
        loop = np.array(self.outline_loop)
        on = lambda i: abs(V[i, 0]) < 1e-9
        half = self._half_loop(loop)
        count = int(round(arc(V[half])[-1] / 0.62))
        line = resample(smooth(uv[half], 0.012, by=V[half]), np.linspace(0, 1, count + 1))
        self.outline = self._ring(line, False, True)
        # The edge of the chart towards the head's back.
        following = self.chart.boundary()
        edge = [i for i in following if on(i) and not on(following[i]) and (V[i, 1] > 11 or V[i, 1] < -15)]
        path = [edge[0]]
        while not on(path[-1]) or len(path) == 1:
            path.append(following[path[-1]])
        path = path if V[path[0], 1] > 0 else path[::-1]
        count = int(round(arc(V[path])[-1] / 1.1))
        flat = resample(uv[path], np.linspace(0, 1, count + 1), by=V[path])
        self.chart_edge = self._add(self._on_loop(path, flat))
        self._join(self.chart_edge)
        self.chart_edge_path = path
        # Midline: from the mouth's outermost ring up and down to the edge, through the outline.
        ring = self.mouth[f"out{len(LIP_OUTSIDE) - 1}"]
        column = lambda k: [
            self.mouth[n][k] for n in ("hole", "inner2", "inner1", "contact", "red1", "red2", "outer")
        ] + [self.mouth[f"out{i}"][k] for i in range(len(LIP_OUTSIDE))]
        upper = (
            column(0)
            + self._midline_between(ring[0], self.outline[0])
            + [self.outline[0]]
            + self._midline_between(self.outline[0], self.chart_edge[0])
            + [self.chart_edge[0]]
        )
        lower = (
            column(-1)
            + self._midline_between(ring[-1], self.outline[-1])
            + [self.outline[-1]]
            + self._midline_between(self.outline[-1], self.chart_edge[-1])
            + [self.chart_edge[-1]]
        )
        self._join(upper)
        self._join(lower)
        self.midline_ids = upper + lower
        self.boundary_ids = self.chart_edge[::-1] + upper[::-1][1:] + self.mouth["hole"][1:-1] + lower[:-1]

    def _midline_between(self, a, b):
        """New vertices on the midline between two of its vertices, spaced as `radius` says."""
        p = np.linspace(self.uv[a], self.uv[b], 200)
        rows = self._midline(self.chart, p)
        xyz = ict.evaluate(rows, self.kit.vertices)
        s = arc(xyz)
        r = np.array([self.radius(q) for q in xyz]) * 0.95
        density = np.r_[0, np.cumsum(0.5 * (1 / r[1:] + 1 / r[:-1]) * np.diff(s))]
        count = max(1, int(round(density[-1])))
        where = np.interp(np.linspace(0, density[-1], count + 1)[1:-1], density, np.arange(200))
        return self._add(
            self._midline(self.chart, np.stack([np.interp(where, np.arange(200), p[:, k]) for k in range(2)], 1))
        )

    # -- graded samples --

    def radius(self, p):
        """Wanted spacing (cm) at a point."""
        if not hasattr(self, "_features"):
            ids = self.mouth[f"out{len(LIP_OUTSIDE) - 1}"] + self.eye[f"out{len(LID_OUTSIDE) - 1}"]
            self._features = cKDTree(self.positions(ids))
            self._nose = cKDTree(NOSE)
        d = self._features.query(p)[0]
        r = 0.36 + 0.11 * d
        r = min(r, 0.30 + 0.16 * max(0.0, self._nose.query(p)[0] - 0.5))
        brow = np.linalg.norm((np.asarray(p) - [3.0, 6.0, 10.6]) / [2.8, 1.0, 2.0])
        r = min(r, 0.42 + 0.2 * max(0.0, brow - 1))
        limit = 0.66
        edge = max(0.0, abs(p[0]) - 7.4, p[1] - 9.5, -10.5 - p[1], 3.0 - p[2])
        if edge > 0:
            limit = 0.66 + 0.25 * edge
            r = max(r, 0.6)
        return min(r, limit, 1.7)

    def _fill(self, surface, keep, radius, existing, spread=1.0):
        """Poisson-disc samples of the surface where `keep` (a function of flat points) holds."""
        area = 0.5 * np.linalg.norm(
            np.cross(surface.corners[:, 1] - surface.corners[:, 0], surface.corners[:, 2] - surface.corners[:, 0]),
            axis=1,
        )
        count = 40_000
        t = self.random.choice(len(area), count, p=area / area.sum())
        w = self.random.dirichlet((1, 1, 1), count)
        flat = np.einsum("nk,nkd->nd", w, surface.flat[t])
        ok = keep(flat)
        t, w = t[ok], w[ok]
        xyz = np.einsum("nk,nkd->nd", w, surface.corners[t])
        normal = surface.normals[t]
        r = np.array([radius(p) for p in xyz]) * spread
        fixed = self.positions(existing)
        fixed_normal = surface.normals[surface.project(fixed)[2]]
        near = cKDTree(fixed)
        chosen = []
        grid = {}
        cell = 0.5
        for i in range(len(xyz)):
            blocked = any(fixed_normal[k] @ normal[i] > 0 for k in near.query_ball_point(xyz[i], 0.78 * r[i]))
            if blocked:
                continue
            key = tuple((xyz[i] // cell).astype(int))
            reach = int(np.ceil(r[i] / cell))
            for dx in range(-reach, reach + 1):
                for dy in range(-reach, reach + 1):
                    for dz in range(-reach, reach + 1):
                        for j in grid.get((key[0] + dx, key[1] + dy, key[2] + dz), ()):
                            if normal[j] @ normal[i] > 0 and ((xyz[j] - xyz[i]) ** 2).sum() < min(r[i], r[j]) ** 2:
                                blocked = True
                                break
                        if blocked:
                            break
                    if blocked:
                        break
                if blocked:
                    break
            if not blocked:
                chosen.append(i)
                grid.setdefault(key, []).append(i)
        return self._add((surface.triangles[t[chosen]], w[chosen]), surface)

    def _fill_face(self):
        from matplotlib.path import Path

        flat = lambda ids: np.array([self.uv[i] for i in ids])
        mouth = flat(self.mouth[f"out{len(LIP_OUTSIDE) - 1}"])
        mouth = Path(np.r_[mouth, [[0.0, mouth[-1, 1]], [0.0, mouth[0, 1]]]])
        eye = Path(flat(self.eye[f"out{len(LID_OUTSIDE) - 1}"]))
        keep = lambda p: ~mouth.contains_points(p) & ~eye.contains_points(p)
        existing = list(range(len(self.rows_v)))
        free = self._fill(self.chart, keep, self.radius, existing)
        boundary = Path(flat(self.boundary_ids))
        hole = Path(flat(self.eye["hole"]))
        inside = lambda p: boundary.contains_points(p) & ~hole.contains_points(p)
        for turn in range(9):
            p = np.array(self.uv)
            bowed = p.copy()
            middle = p[self.midline_ids[0], 0]
            v = p[self.midline_ids, 1]
            bowed[self.midline_ids, 0] = middle - 1e-3 * (v - v.min()) * (v.max() - v) / (v.max() - v.min()) ** 2
            mesh = Triangulation(bowed, self.edges)
            mesh.p = p
            mesh.keep(inside)
            xyz = self.positions()
            mesh.improve(xyz)
            triangles = mesh.triangles()
            if turn == 8:
                break
            self._relax(self.chart, free, triangles, xyz)
        # Which side of the outline is the face?
        outline = flat(self.outline)
        path = Path(np.r_[outline, [[0.0, outline[-1, 1]], [0.0, outline[0, 1]]]])
        self.face_triangles = triangles[path.contains_points(p[triangles].mean(1))]
        self.side_triangles = triangles[~path.contains_points(p[triangles].mean(1))]

    def _relax(self, surface, free, triangles, xyz):
        """Moves the free vertices towards the centre of their neighbours, on the surface."""
        n = len(self.rows_v)
        total, count = np.zeros((n, 3)), np.zeros(n)
        for i, j in ((0, 1), (1, 2), (2, 0)):
            for a, b in ((triangles[:, i], triangles[:, j]), (triangles[:, j], triangles[:, i])):
                np.add.at(total, a, xyz[b])
                np.add.at(count, a, 1)
        free = [i for i in free if count[i] > 2]
        target = xyz[free] + 0.5 * (total[free] / count[free, None] - xyz[free])
        rows = surface.project(target)
        # A jump to another sheet (nostril, ear) is refused.
        flat = ict.evaluate(rows[:2], np.nan_to_num(surface.uv))
        reach = np.zeros(n)
        for i, j in ((0, 1), (1, 2), (2, 0)):
            d = np.linalg.norm(np.array(self.uv)[triangles[:, i]] - np.array(self.uv)[triangles[:, j]], axis=1)
            np.maximum.at(reach, triangles[:, i], d)
        for k, i in enumerate(free):
            if np.linalg.norm(flat[k] - self.uv[i]) < 0.8 * reach[i]:
                self.rows_v[i], self.rows_w[i], self.uv[i] = rows[0][k], rows[1][k], flat[k]

    # -- the back of the head --

    def _head(self):
        from matplotlib.path import Path

        kit = self.kit
        surface = kit.chart(*ict.HEAD)
        V, uv = kit.vertices, surface.uv
        on = lambda i: abs(V[i, 0]) < 1e-9
        following = surface.boundary()
        # Neck: the part of the boundary that is neither shared nor on the midline.
        start = [
            i
            for i in following
            if on(i) and not on(following[i]) and V[i, 1] < -13 and following[i] not in set(self.chart_edge_path)
        ]
        neck = [start[0]]
        while not on(neck[-1]) or len(neck) == 1:
            neck.append(following[neck[-1]])
        front, back = (neck[0], neck[-1]) if V[neck[0], 2] > V[neck[-1], 2] else (neck[-1], neck[0])
        neck = neck if neck[0] == front else neck[::-1]
        spacing = 1.8
        along = lambda path: self._add_path(surface, path, spacing)
        walk = lambda a, b: self._walk(following, a, b)
        neck_ids = along(neck)
        low, top = self.chart_edge_path[-1], self.chart_edge_path[0]
        front_ids = along(walk(low, front))
        back_ids = along(walk(top, back))
        # The paths share their end vertices.
        chain = self.chart_edge + front_ids[1:] + neck_ids[1:]
        back_ids = [self.chart_edge[0]] + back_ids[1:-1] + [neck_ids[-1]]
        chain += back_ids[::-1][1:-1]
        self.head_midline = front_ids[1:] + back_ids[1:]
        used = sorted(set(chain))
        local = {}
        for i in used:
            v, w = self.rows_v[i], self.rows_w[i]
            local[i] = (w[:, None] * np.nan_to_num(uv[v])).sum(0)
        boundary = Path(np.array([local[i] for i in chain]))
        radius = lambda p: self.radius(p) if self.radius(p) > 1.2 else max(1.0, self.radius(p))
        head_free = self._fill(surface, lambda p: boundary.contains_points(p), radius, used, 1.15)
        for i in head_free:
            local[i] = np.array(self.uv[i])
        ids = used + head_free
        index = {i: k for k, i in enumerate(ids)}
        edges = [(index[a], index[b]) for a, b in zip(chain, chain[1:] + chain[:1])]
        p = np.array([local[i] for i in ids])
        bowed = p + 1e-4 * (p - p.mean(0)) * np.isin(ids, self.head_midline)[:, None]
        mesh = Triangulation(bowed, edges)
        mesh.p = p
        mesh.keep(lambda q: boundary.contains_points(q))
        mesh.improve(self.positions(ids))
        self.back_triangles = np.array(ids)[mesh.triangles()]

    def _walk(self, following, a, b):
        """The boundary path between two vertices on the midline."""
        V = self.kit.vertices
        back = {j: i for i, j in following.items()}
        for step in (following, back):
            path = [a]
            while path[-1] != b and abs(V[step[path[-1]], 0]) < 1e-9:
                path.append(step[path[-1]])
            if path[-1] == b:
                return path
        raise ValueError("no way along the midline")

    def _add_path(self, surface, path, spacing):
        V = self.kit.vertices
        s = arc(V[path])
        count = max(1, int(round(s[-1] / spacing)))
        v, w = [], []
        for target in np.linspace(0, s[-1], count + 1):
            k = min(len(path) - 2, max(0, int(np.searchsorted(s, target, "right")) - 1))
            t = (target - s[k]) / (s[k + 1] - s[k])
            v.append([path[k], path[k + 1], path[k + 1]])
            w.append([1 - t, t, 0])
        return self._add((np.array(v), np.array(w)), surface)

    # -- the mouth's inside --

    def _socket(self):
        from matplotlib.path import Path

        surface = self.kit.chart(*ict.SOCKET)
        uv = surface.uv
        rim = self.mouth["hole"]
        following = surface.boundary()
        path = self._walk(following, self.mouth_hole_path[0], self.mouth_hole_path[-1])
        middle = self._add_path(surface, path, 0.9)[1:-1]
        chain = rim + middle[::-1]
        local = {i: (self.rows_w[i][:, None] * np.nan_to_num(uv[self.rows_v[i]])).sum(0) for i in chain}
        boundary = Path(np.array([local[i] for i in chain]))
        hole = cKDTree(self.positions(rim))
        radius = lambda p: 0.34 + 0.28 * hole.query(p)[0] if hole.query(p)[0] < 2.5 else 1.04
        free = self._fill(surface, lambda p: boundary.contains_points(p), radius, chain)
        for i in free:
            local[i] = np.array(self.uv[i])
        ids = chain + free
        index = {i: k for k, i in enumerate(ids)}
        edges = [(index[a], index[b]) for a, b in zip(chain, chain[1:] + chain[:1])]
        p = np.array([local[i] for i in ids])
        bowed = p + 1e-4 * (p - p.mean(0)) * np.isin(ids, middle)[:, None]
        mesh = Triangulation(bowed, edges)
        mesh.p = p
        mesh.keep(lambda q: boundary.contains_points(q))
        mesh.improve(self.positions(ids))
        self.socket_triangles = np.array(ids)[mesh.triangles()]
