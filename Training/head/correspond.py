"""MediaPipe's 468 landmarks and the contours of lips and lids on the kit's surface: remakes correspondence.npz.

    python Training/head/correspond.py --kit SHARED/data/ict --canonical canonical_face_model.obj --out correspondence.npz

`--canonical` is MediaPipe's face model (mediapipe/modules/face_geometry/data in its repository, Apache License 2.0).
The canonical face is brought onto the kit's by a similarity and a thin-plate spline through the points that the kit names
(iBUG's 68, from the 17th on, and the chin); a landmark then lies at the nearest point of the kit's front. Landmarks of
lips and lids lie instead as far along the kit's own rims, shortest ways along edges between its named points, as they do
along MediaPipe's.
"""

import argparse
import json
import pathlib

import numpy as np
import scipy.sparse as sparse
from scipy.interpolate import RBFInterpolator
from scipy.sparse.csgraph import dijkstra

import ict
import landmarks as marks

# MediaPipe's landmark for each of iBUG's 68.
IBUG = [
    162, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454, 389, 71, 63, 105, 66, 107, 336, 296,
    334, 293, 301, 168, 197, 5, 4, 75, 97, 2, 326, 305, 33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380, 61,
    39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181, 78, 82, 13, 312, 308, 317, 14, 87,
]  # fmt: skip
CHIN = 8
# The rims: iBUG's points along the kit's, and MediaPipe's landmarks along its own.
RIMS = {
    "c_reu": ([36, 37, 38, 39], marks.EYE_RIGHT_UPPER),
    "c_rel": ([36, 41, 40, 39], marks.EYE_RIGHT_LOWER),
    "c_leu": ([42, 43, 44, 45], marks.EYE_LEFT_UPPER),
    "c_lel": ([42, 47, 46, 45], marks.EYE_LEFT_LOWER),
    "c_lou": ([48, 49, 50, 51, 52, 53, 54], marks.OUTER_UPPER),
    "c_lol": ([48, 59, 58, 57, 56, 55, 54], marks.OUTER_LOWER),
    "c_liu": ([60, 61, 62, 63, 64], marks.INNER_UPPER),
    "c_lil": ([60, 67, 66, 65, 64], marks.INNER_LOWER),
}


def canonical(path):
    """(468, 3) positions of the model, cm."""
    rows = [line.split()[1:4] for line in path.read_text().splitlines() if line.startswith("v ")]
    points = np.array(rows, float)
    if points.shape != (468, 3):
        raise SystemExit(f"{path}: {len(points)} vertices instead of 468")
    return points


def similarity(source, target):
    """Scale, rotation and shift that bring `source` nearest to `target` (Umeyama)."""
    a, b = source - source.mean(0), target - target.mean(0)
    u, s, v = np.linalg.svd(b.T @ a)
    flip = np.diag([1, 1, np.sign(np.linalg.det(u @ v))])
    rotation = u @ flip @ v
    scale = (s * np.diag(flip)).sum() / (a**2).sum()
    return lambda p: scale * (p - source.mean(0)) @ rotation.T + target.mean(0)


def rim(vertices, graph, named):
    """The shortest way along edges through the `named` vertices."""
    path = [named[0]]
    for a, b in zip(named[:-1], named[1:]):
        _, before = dijkstra(graph, indices=a, return_predecessors=True)
        way = [b]
        while way[-1] != a:
            way.append(before[way[-1]])
        path += way[::-1][1:]
    return np.array(path)


def lengths(points):
    """How far along a line each of its points is, 0...1."""
    s = np.r_[0, np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))]
    return s / s[-1]


def correspond(folder, face):
    data = np.load(folder / "ict_facekit.npz")
    named = np.array(json.loads((folder / "vertex_indices.json").read_text())["idx_to_landmark_verts"])
    vertices, triangles = data["neutral"].astype(float), data["triangles"].astype(int)
    front = triangles[triangles.max(1) < ict.NARROW]

    fixed = [CHIN, *range(17, 68)]
    source, target = face[[IBUG[k] for k in fixed]], vertices[named[fixed]]
    move = similarity(source, target)
    bend = RBFInterpolator(move(source), target, kernel="thin_plate_spline")
    points = bend(move(face))

    corners = vertices[front]
    nearest = np.linalg.norm(corners.mean(1)[None] - points[:, None], axis=2).argsort(1)[:, :60]
    best, idx, bar = np.full(468, np.inf), np.zeros((468, 3), int), np.zeros((468, 3))
    for near in nearest.T:
        weights, distance = ict._closest(points, corners[near])
        better = distance < best
        best[better], idx[better], bar[better] = distance[better], front[near[better]], weights[better]

    edges = np.concatenate([front[:, [0, 1]], front[:, [1, 2]], front[:, [2, 0]]])
    graph = sparse.csr_matrix(
        (np.linalg.norm(vertices[edges[:, 0]] - vertices[edges[:, 1]], axis=1), edges.T), shape=(len(vertices),) * 2
    )
    graph = graph.maximum(graph.T)
    out = {}
    for name, (points, landmarks) in RIMS.items():
        line = out[name] = rim(vertices, graph, named[points])
        along = lengths(vertices[line])
        for landmark, s in zip(landmarks, lengths(face[landmarks])):
            k = min(len(line) - 2, int(np.searchsorted(along, s, "right")) - 1)
            t = np.clip((s - along[k]) / (along[k + 1] - along[k]), 0, 1)
            idx[landmark], bar[landmark] = [line[k], line[k + 1], line[k + 1]], [1 - t, t, 0]
    return {"idx": idx.astype(np.uint16), "bar": bar, **{k: v.astype(np.uint16) for k, v in out.items()}}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kit", type=pathlib.Path, required=True)
    parser.add_argument("--canonical", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    np.savez_compressed(arguments.out, **correspond(arguments.kit, canonical(arguments.canonical)))


if __name__ == "__main__":
    main()
