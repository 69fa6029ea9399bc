"""Distances and weights per skin vertex (see RigFields in Sources/Head)."""

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra


def to_polyline(points, line, closed=False):
    """Distance in space from each point to a polyline."""
    a, b = (line, np.roll(line, -1, 0)) if closed else (line[:-1], line[1:])
    best = np.full(len(points), np.inf)
    for s, e in zip(a, b):
        d = e - s
        t = np.clip((points - s) @ d / max(d @ d, 1e-12), 0, 1)
        best = np.minimum(best, np.linalg.norm(points - s - t[:, None] * d, axis=1))
    return best


def make(positions, triangles, skin, face, contours, rings):
    """The fields in the order of RigFields: list of (name, values, maximum)."""
    p = positions[:skin]
    t = triangles[(triangles < skin).all(1)]
    edges = np.concatenate([t[:, [0, 1]], t[:, [1, 2]], t[:, [2, 0]]])
    graph = csr_matrix(
        (np.linalg.norm(p[edges[:, 0]] - p[edges[:, 1]], axis=1), (edges[:, 0], edges[:, 1])), shape=(skin, skin)
    )
    along = lambda ids: dijkstra(graph, False, indices=np.unique(ids), min_only=True)
    edge = np.zeros(skin)
    edge[:face] = to_polyline(p[:face], positions[contours["faceOutline"]], True)
    edge[contours["faceOutline"]] = 0
    contact = np.r_[contours["upperLipInner"], contours["lowerLipInner"]]
    outer = np.r_[contours["upperLipOuter"], contours["lowerLipOuter"]]
    ring = lambda names: np.unique(np.concatenate([rings[n + side] for n in names for side in ("", "Mirror")]))
    inner = np.zeros(skin)
    contact_distance = along(contact)
    inside = ring(["inner1", "inner2", "hole"])
    inner[inside] = contact_distance[inside]
    red = ring(["inner1", "inner2", "hole", "contact", "red1", "red2", "outer"])
    lip = along(outer)
    lip[red] = 0
    # Upper and lower lip: rings run from the upper midline over the corner to the lower one.
    upper, lower = np.zeros(skin), np.zeros(skin)
    for name in ("hole", "inner2", "inner1", "contact", "red1", "red2", "outer"):
        for ids in (rings[name], rings[name + "Mirror"]):
            n = (len(ids) - 1) // 2
            upper[ids[:n]], lower[ids[n + 1 :]] = 1, 1
            upper[ids[n]] = lower[ids[n]] = 0.5
    rims = [positions[contours[lid + side]] for lid in ("upperLid", "lowerLid") for side in ("Left", "Right")]
    eye = np.min([to_polyline(p, r) for r in rims], axis=0)
    limited = lambda v, m: np.minimum(np.where(np.isfinite(v), v, m), m)
    return [
        ("edgeDistance", limited(edge, 4), 4.0),
        ("innerDepth", limited(inner, 1.5), 1.5),
        ("contactDistance", limited(contact_distance, 4), 4.0),
        ("lipDistance", limited(lip, 4), 4.0),
        ("upperLip", upper, 1.0),
        ("lowerLip", lower, 1.0),
        ("eyeDistance", limited(eye, 4), 4.0),
    ]
