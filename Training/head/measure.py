"""How well the rig fits real photos: python Training/head/measure.py PHOTO... (needs mediapipe)

Fits Models/rig-fit.bin to MediaPipe's landmarks as docs/head.md describes and prints the error before and after the warp
(mean distance in the picture, in % of the outer-eye distance)."""

import argparse
import os
import struct

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import cv2
import numpy as np

from render import Rig, unpack
from shapes import NAMES

OVAL = [
    10,
    338,
    297,
    332,
    284,
    251,
    389,
    356,
    454,
    323,
    361,
    288,
    397,
    365,
    379,
    378,
    400,
    377,
    152,
    148,
    176,
    149,
    150,
    136,
    172,
    58,
    132,
    93,
    234,
    127,
    162,
    21,
    54,
    103,
    67,
    109,
]
FREE = [
    n
    for n in NAMES
    if n.startswith(("mouth", "jaw"))
    and n not in ("mouthLeft", "mouthRight", "mouthClose", "jawForward", "jawLeft", "jawRight")
]
FREE += [n for n in NAMES if n.startswith(("cheekSquint", "brow"))]


class Fit:
    """Models/rig-fit.bin, decoded."""

    def __init__(self, path, rig):
        data, sections, at = open(path, "rb").read(), {}, 16
        while at < len(data):
            tag, length = struct.unpack("<4sI", data[at : at + 8])
            sections[tag.decode()] = data[at + 8 : at + 8 + length]
            at += 8 + length + -length % 4
        soft = rig.vertices["mouthSocket"].stop
        marks = np.frombuffer(sections["MARK"], "<u2").reshape(468, 5).astype(float)
        self.ids, w = marks[:, :3].astype(int), marks[:, 3:] / 65535
        self.weights = np.c_[w, 1 - w.sum(1)]
        count = struct.unpack("<H", sections["IDEN"][:2])[0]
        self.modes, at = [], 2
        for _ in range(count):
            scale = struct.unpack("<f", sections["IDEN"][at : at + 4])[0]
            self.modes.append(
                np.frombuffer(sections["IDEN"], np.int8, 3 * soft, at + 4).reshape(3, -1).T * float(scale)
            )
            at += 4 + 3 * soft
        k = struct.unpack("<H", sections["WARP"][:2])[0]
        size = soft * k
        gaps, at = unpack(sections["WARP"], size, 2)
        self.warp_ids = np.cumsum(gaps.reshape(soft, k), axis=1)
        q = np.frombuffer(sections["WARP"], np.int8, size, at).reshape(soft, k)
        self.warp = q * np.frombuffer(sections["WARP"], "<f4", soft, at + size)[:, None].astype(float)

    def sample(self, values):
        return np.einsum("kj,...kjd->...kd", self.weights, values[..., self.ids, :])

    def displace(self, r):
        return np.einsum("nk,nkd->nd", self.warp, r[self.warp_ids])


def pose(y, p, w):
    w = w / w.sum()
    my, mp = w @ y, w @ p
    y, p = y - my, p - mp
    u, d, vt = np.linalg.svd((p * w[:, None]).T @ y)
    s = np.diag([1, 1, np.sign(np.linalg.det(u @ vt))])
    r = u @ s @ vt
    scale = (d * np.diag(s)).sum() / (w[:, None] * y * y).sum()
    return scale, r, mp - scale * r @ my


def solve(p, rig, fit, modes, iterations=6, sweeps=60):
    soft = rig.vertices["mouthSocket"].stop
    base = fit.sample(rig.neutral[:soft])
    shapes = np.stack(modes + [rig.shapes[n][:soft] for n in FREE])
    basis = fit.sample(shapes)
    k = len(modes)
    low, high = np.r_[np.full(k, -2.5), np.zeros(len(FREE))], np.r_[np.full(k, 2.5), np.ones(len(FREE))]
    penalty = 0.0625 * np.r_[np.ones(k), np.full(len(FREE), 3.0)]
    w = np.ones(468)
    w[OVAL] = 0.25
    x = np.zeros(len(basis))
    for _ in range(iterations):
        s, r, t = pose(base + np.tensordot(x, basis, 1), p, w)
        b = (p - t) @ r / s - base
        metric = r.T @ np.diag([1, 1, 0.0625]) @ r
        am = basis @ metric * w[None, :, None]
        h = np.einsum("kli,mli->km", am, basis) + np.diag(penalty)
        g = np.einsum("kli,li->k", am, b)
        for _ in range(sweeps):
            for i in range(len(x)):
                x[i] = min(high[i], max(low[i], x[i] + (g[i] - h[i] @ x) / h[i, i]))
    s, r, t = pose(base + np.tensordot(x, basis, 1), p, w)
    vertices = s * (rig.neutral[:soft] + np.tensordot(x, shapes, 1)) @ r.T + t
    return vertices, s, x


def main():
    import mediapipe

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photos", nargs="+")
    parser.add_argument("--models", default="Models")
    arguments = parser.parse_args()
    rig = Rig(arguments.models + "/rig.bin")
    fit = Fit(arguments.models + "/rig-fit.bin", rig)
    mesh = mediapipe.solutions.face_mesh.FaceMesh(static_image_mode=True, refine_landmarks=True, max_num_faces=1)
    print("photo                 | fit NME %, modes 0 12 24 | after warp")
    rows = []
    for path in arguments.photos:
        image = cv2.imread(path)
        found = mesh.process(image[..., ::-1]).multi_face_landmarks
        if not found:
            continue
        h, width = image.shape[:2]
        l = np.array([(q.x * width, -q.y * h, -q.z * width) for q in found[0].landmark])[:468]
        eyes = np.linalg.norm(l[33, :2] - l[263, :2])
        # The fit's weights suppose a scale of about 50 pixels per cm, as in the crop.
        factor = 450 / eyes
        l = l * factor
        error = lambda v: 100 * np.linalg.norm((fit.sample(v) - l)[:, :2], axis=1).mean() / 450
        row = []
        for count in (0, 12, len(fit.modes)):
            vertices, s, x = solve(l, rig, fit, fit.modes[:count])
            row.append(error(vertices))
        r = l - fit.sample(vertices)
        r[:, 2] = np.clip(0.5 * r[:, 2], -0.6 * s, 0.6 * s)
        row.append(error(vertices + fit.displace(r)))
        rows.append(row)
        print(f"{os.path.basename(path)[:22]:22}| {row[0]:.2f} {row[1]:.2f} {row[2]:.2f} | {row[3]:.2f}")
    print("mean", np.mean(rows, 0).round(3))


if __name__ == "__main__":
    main()
