"""Constrained triangulation of a flat region, and flips that make it Delaunay in space."""

import numpy as np
from scipy.spatial import Delaunay


def _area(p, a, b, c):
    return (p[b, 0] - p[a, 0]) * (p[c, 1] - p[a, 1]) - (p[b, 1] - p[a, 1]) * (p[c, 0] - p[a, 0])


class Triangulation:
    """Triangles as a dictionary from directed edge to opposite vertex."""

    def __init__(self, points, edges):
        """Delaunay triangles of `points` (n, 2) with all `edges` (pairs) among their edges."""
        self.p = np.asarray(points, float)
        self.fixed = {(min(a, b), max(a, b)) for a, b in edges}
        self.opposite = {}
        for a, b, c in Delaunay(self.p).simplices:
            if _area(self.p, a, b, c) < 0:
                b, c = c, b
            self._add(a, b, c)
        for a, b in sorted(self.fixed):
            self._force(a, b)

    def _add(self, a, b, c):
        self.opposite[a, b], self.opposite[b, c], self.opposite[c, a] = c, a, b

    def _flip(self, a, b):
        c, d = self.opposite[a, b], self.opposite[b, a]
        del self.opposite[a, b], self.opposite[b, a]
        self._add(c, a, d)
        self._add(d, b, c)
        return c, d

    def _crossing(self, a, b):
        """The edges that cross the segment a-b (none has a or b as an end)."""
        p = self.p
        side = lambda i, j, k: _area(p, i, j, k)
        return [
            (c, d)
            for (c, d) in self.opposite
            if c < d
            and (d, c) in self.opposite
            and not {c, d} & {a, b}
            and side(a, b, c) * side(a, b, d) < 0
            and side(c, d, a) * side(c, d, b) < 0
        ]

    def _force(self, a, b):
        if (a, b) in self.opposite or (b, a) in self.opposite:
            return
        queue = self._crossing(a, b)
        for _ in range(10_000):
            if not queue:
                return
            c, d = queue.pop(0)
            e, f = self.opposite[c, d], self.opposite[d, c]
            if _area(self.p, e, c, f) > 0 and _area(self.p, f, d, e) > 0:
                self._flip(c, d)
                if not {e, f} & {a, b} and _area(self.p, a, b, e) * _area(self.p, a, b, f) < 0:
                    queue.append((min(e, f), max(e, f)))
            else:
                queue.append((c, d))
        raise ValueError("a constraint cannot be inserted")

    def keep(self, inside):
        """Drops the triangles whose centroid is not `inside` (a function of (n, 2) points)."""
        t = self.triangles()
        bad = t[~inside(self.p[t].mean(1))]
        for a, b, c in bad:
            for edge in ((a, b), (b, c), (c, a)):
                del self.opposite[edge]

    def triangles(self):
        return np.array([(a, b, c) for (a, b), c in self.opposite.items() if a < b and a < c])

    def improve(self, q, passes=30):
        """Flips free edges until the triangles are Delaunay for the positions `q` (n, 3) in space."""

        def angle(k, a, b):
            u, v = q[a] - q[k], q[b] - q[k]
            return np.arctan2(np.linalg.norm(np.cross(u, v)), u @ v)

        for _ in range(passes):
            flips = 0
            for a, b in sorted(e for e in self.opposite if e[0] < e[1]):
                if (a, b) in self.fixed or (a, b) not in self.opposite or (b, a) not in self.opposite:
                    continue
                c, d = self.opposite[a, b], self.opposite[b, a]
                if (c, d) in self.opposite or (d, c) in self.opposite:
                    continue
                if angle(c, a, b) + angle(d, a, b) <= np.pi + 1e-6:
                    continue
                eps = 1e-4 * max(abs(_area(self.p, a, b, c)), abs(_area(self.p, b, a, d)))
                if _area(self.p, c, a, d) > eps and _area(self.p, d, b, c) > eps:
                    before = self._unit(q, a, b, c) @ self._unit(q, b, a, d)
                    after = self._unit(q, c, a, d) @ self._unit(q, d, b, c)
                    if after < min(0.3, before - 0.2):
                        continue
                    self._flip(a, b)
                    flips += 1
            if not flips:
                return

    @staticmethod
    def _unit(q, a, b, c):
        n = np.cross(q[b] - q[a], q[c] - q[a])
        return n / max(np.linalg.norm(n), 1e-30)
