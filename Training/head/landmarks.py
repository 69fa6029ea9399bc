"""MediaPipe's 468 landmarks on our mesh, how the surface follows them, and how people differ."""

import numpy as np
import scipy.sparse as sparse
import scipy.sparse.linalg as linear
from scipy.spatial import cKDTree

import ict

OUTER_UPPER = [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291]
OUTER_LOWER = [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291]
INNER_UPPER = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308]
INNER_LOWER = [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308]
EYE_RIGHT_UPPER = [33, 246, 161, 160, 159, 158, 157, 173, 133]
EYE_RIGHT_LOWER = [33, 7, 163, 144, 145, 153, 154, 155, 133]
EYE_LEFT_UPPER = [362, 398, 384, 385, 386, 387, 388, 466, 263]
EYE_LEFT_LOWER = [362, 382, 381, 380, 374, 373, 390, 249, 263]
SMOOTHNESS, ANCHOR = 200.0, 0.05
# Biharmonic interpolation goes on in a straight line outside the landmarks, so that the throat would exaggerate what the
# chin does. Away from the landmarks the surface is therefore (also) a membrane, which levels out.
MEMBRANE_NEAR, MEMBRANE_FAR = 0.1, 8.0
MODES, WARP = 24, 12


def correspond(kit, correspondence, positions, triangles, lines):
    """(468, 3) vertices and weights. Lip and lid landmarks lie on our contours `lines` (list of (landmarks, vertices)),
    as far along them as on the kit's; the others at the nearest point of the skin."""
    points = np.einsum("nk,nkd->nd", correspondence["bar"], kit.vertices[correspondence["idx"]])
    corners = positions[triangles]
    near = cKDTree(corners.mean(1)).query(points, 30)[1]
    best = np.full(len(points), np.inf)
    ids, weights = np.zeros((len(points), 3), int), np.zeros((len(points), 3))
    for j in range(near.shape[1]):
        w, d = ict._closest(points, corners[near[:, j]])
        better = d < best - 1e-15
        best[better], weights[better], ids[better] = d[better], w[better], triangles[near[better, j]]
    for landmarks, vertices in lines:
        p = positions[vertices]
        s = np.r_[0, np.cumsum(np.linalg.norm(np.diff(p, axis=0), axis=1))]
        q = points[landmarks]
        # Project on the line, keep the order, pin the ends.
        at = []
        for x in q:
            e = p[1:] - p[:-1]
            t = np.clip(((x - p[:-1]) * e).sum(1) / (e * e).sum(1), 0, 1)
            k = ((p[:-1] + t[:, None] * e - x) ** 2).sum(1).argmin()
            at.append(s[k] + t[k] * (s[k + 1] - s[k]))
        at[0], at[-1] = 0, s[-1]
        at = np.maximum.accumulate(at)
        for landmark, a in zip(landmarks, at):
            k = min(len(s) - 2, int(np.searchsorted(s, a, "right")) - 1)
            t = np.clip((a - s[k]) / (s[k + 1] - s[k]), 0, 1)
            ids[landmark] = [vertices[k], vertices[k + 1], vertices[k + 1]]
            weights[landmark] = [1 - t, t, 0]
            if t in (0, 1):
                ids[landmark] = vertices[k] if t == 0 else vertices[k + 1]
                weights[landmark] = [1, 0, 0]
    return ids, weights


def warp(positions, triangles, ids, weights):
    """(n, 468): displacement of each vertex per displacement of each landmark, by biharmonic interpolation."""
    n = len(positions)
    i, j, x = [], [], []
    for a, b, c in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        u = positions[triangles[:, a]] - positions[triangles[:, c]]
        v = positions[triangles[:, b]] - positions[triangles[:, c]]
        cot = np.clip((u * v).sum(1) / (np.linalg.norm(np.cross(u, v), axis=1) + 1e-9), 0.02, 20) / 2
        i += [triangles[:, a], triangles[:, b]]
        j += [triangles[:, b], triangles[:, a]]
        x += [cot, cot]
    i, j, x = np.concatenate(i), np.concatenate(j), np.concatenate(x)
    laplacian = lambda x: (lambda w: sparse.diags(np.asarray(w.sum(1)).ravel()) - w)(
        sparse.csr_matrix((x, (i, j)), shape=(n, n))
    )
    laplace = laplacian(x)
    points = np.einsum("nk,nkd->nd", weights, positions[ids])
    away = np.clip((cKDTree(points).query(positions)[0] - 0.7) / 1.3, 0, 1)
    away = away * away * (3 - 2 * away)
    membrane = laplacian(x * (MEMBRANE_NEAR + (MEMBRANE_FAR - MEMBRANE_NEAR) * 0.5 * (away[i] + away[j])))
    area = np.zeros(n)
    size = (
        np.linalg.norm(
            np.cross(
                positions[triangles[:, 1]] - positions[triangles[:, 0]],
                positions[triangles[:, 2]] - positions[triangles[:, 0]],
            ),
            axis=1,
        )
        / 6
    )
    for k in range(3):
        np.add.at(area, triangles[:, k], size)
    c = sparse.csr_matrix((weights.ravel(), (np.repeat(np.arange(468), 3), ids.ravel())), shape=(468, n))
    anchor = np.where((positions[:, 1] < -12) | (positions[:, 2] < -1), ANCHOR, 0.0) + 1e-5
    m = (
        laplace.T @ sparse.diags(1 / np.maximum(area, 1e-4)) @ laplace
        + membrane
        + SMOOTHNESS * (c.T @ c)
        + sparse.diags(anchor)
    )
    return linear.splu(m.tocsc()).solve((SMOOTHNESS * c.T).toarray()), c


def truncate(w, count=WARP):
    """The `count` largest weights of each row, and the rest of the row's sum in equal parts on them: landmarks
    (ascending) and weights."""
    which = np.sort(np.argsort(-np.abs(w), axis=1, kind="stable")[:, :count], axis=1)
    kept = np.take_along_axis(w, which, 1)
    return which, kept + (w.sum(1, keepdims=True) - kept.sum(1, keepdims=True)) / count


def identity(kit, rows, modes=MODES):
    """Modes of the soft vertices (modes, n, 3) and, per mode, the affine motions of mouth, left and right eyeball."""
    soft = np.stack([ict.evaluate(rows, kit.identity[k].astype(float)) for k in range(modes)])
    groups = (slice(*(ict.UPPER_TEETH[0], ict.LOWER_TEETH[1])), slice(21451, 23021), slice(23021, 24591))
    rigid = np.zeros((modes, 3, 4, 3))
    for g, part in enumerate(groups):
        v = kit.vertices[part]
        mean = v.mean(0)
        a = np.c_[v - mean, np.ones(len(v))]
        pinv = np.linalg.pinv(a)
        for k in range(modes):
            m = pinv @ kit.identity[k, part].astype(float)
            if g > 0:  # an eyeball stays a sphere
                m[:3] = np.eye(3) * np.trace(m[:3]) / 3
            rigid[k, g, :3] = m[:3]
            rigid[k, g, 3] = m[3] - mean @ m[:3]
    return soft, rigid
