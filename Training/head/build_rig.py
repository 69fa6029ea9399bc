"""Builds Models/rig.bin and Models/rig-fit.bin: our own head, with shapes carried over from the ICT-FaceKit (MIT).

    python Training/head/build_rig.py --kit ict_facekit.npz --out Models

`--kit` is the packed kit (vertices, triangles, identity and expression shapes), `--correspondence` has MediaPipe's 468
landmarks and the lip and lid contours on it. The result is the same on every run. docs/head.md explains every step.
README.md says what it needs.
"""

import argparse
import os
import pathlib

import numpy as np

import fields
import ict
import interior
import landmarks
import pack
import shapes
from raster import Raster
from remesh import Remesh

LIPS_APART = np.array([0, 0.004, 0])  # cm, of the closed lips


class Build:
    """The whole rig as arrays; vertices part by part in the order of Head.RigPart."""

    def __init__(self, kit, correspondence, mesh=None):
        self.kit = kit
        contours = {k: correspondence[k] for k in correspondence if k.startswith("c_")}
        self.mesh = mesh or Remesh(kit, contours)
        self._skin()
        self._rings()
        self._close_lips()
        self._interior()
        self._shapes()
        self._contours()
        self.fields = fields.make(self.neutral, self.triangles, self.skin, self.face, self.contours, self.rings)
        self._fit(correspondence)

    def _skin(self):
        """Face, head and socket: the half's vertices, then their images, part by part."""
        m = self.mesh
        v, w = m.rows()
        x = self.kit.vertices[:, 0]
        middle = (np.abs(x[v]) * (w > 0)).max(1) < 1e-9
        halves = [m.face_triangles, np.r_[m.side_triangles, m.back_triangles], m.socket_triangles]
        part = np.full(len(v), -1)
        for k, t in reversed(list(enumerate(halves))):
            part[np.unique(t)] = k
        y = m.positions()
        # Neighbours in space get neighbouring numbers, which keeps the gaps between a shape's vertices small.
        key = np.lexsort((y[:, 1], np.rint(np.linalg.norm(y - [1.2, -1, 11], axis=1) / 1.2)))
        number, image, start = np.full(len(v), -1), np.full(len(v), -1), 0
        order_v, order_w, self.counts = [], [], []
        for k in range(3):
            ids = [i for i in key if part[i] == k]
            pairs = [i for i in ids if not middle[i]]
            number[ids] = start + np.arange(len(ids))
            image[ids] = number[ids]
            image[pairs] = start + len(ids) + np.arange(len(pairs))
            order_v += [v[ids], self.kit.mirror[v[pairs]]]
            order_w += [w[ids], w[pairs]]
            self.counts.append(len(ids) + len(pairs))
            start += len(ids) + len(pairs)
        self.number, self.image = number, image
        self.rows = np.concatenate(order_v), np.concatenate(order_w)
        self.face, self.skin, self.soft = np.cumsum(self.counts)
        self.mirror = np.arange(self.soft)
        known = number >= 0
        self.mirror[number[known]], self.mirror[image[known]] = image[known], number[known]
        self.positions = ict.evaluate(self.rows, self.kit.vertices)
        self.positions = 0.5 * (self.positions + self.positions[self.mirror] * [-1, 1, 1])
        self.part_triangles = [np.r_[number[t], image[t][:, ::-1]] for t in halves]

    def _close_lips(self):
        """The kit's lips stand 0.8 mm apart: let them touch (the upper lip does 40 % of it)."""
        n = self.mesh.lip_n
        fade = dict(hole=0.4, inner2=0.75, inner1=1.0, contact=1.0, red1=0.75, red2=0.35, outer=0.08)
        for side in ("", "Mirror"):
            contact = self.positions[self.rings["contact" + side]]
            gap = contact[:n] - contact[:n:-1] - LIPS_APART
            for name, share in fade.items():
                ids = self.rings[name + side]
                off_middle = slice(0 if side == "" else 1, n)
                self.positions[ids[:n][off_middle]] -= 0.4 * share * gap[off_middle]
                self.positions[ids[:n:-1][off_middle]] += 0.6 * share * gap[off_middle]

    def _rings(self):
        self.rings = {}
        for name, ids in self.mesh.mouth.items():
            self.rings[name], self.rings[name + "Mirror"] = self.number[ids], self.image[ids]
        self.eye_rings = {k: list(self.number[ids]) for k, ids in self.mesh.eye.items()}

    def _interior(self):
        motion = interior.jaw_motion(self.kit)
        renderer = Raster(480)
        upper, lower = interior.teeth(self.kit, renderer, motion)
        parts = [interior.gums(self.kit, renderer), upper, lower, interior.tongue(motion)]
        self.lids = shapes.Lids(self.eye_rings, self.positions, len(self.mesh.eye["margin"]) // 2)
        p, t = interior.eyeball(self.lids.centre, self.lids.radius)
        positions, mirror, self.rigid_shapes = [self.positions], [self.mirror], {n: [] for n in shapes.NAMES}
        start = self.soft
        for part in parts:
            positions.append(part.positions)
            mirror.append(part.mirror + start)
            self.part_triangles.append(part.triangles + start)
            self.counts.append(len(part.positions))
            for n in shapes.NAMES:
                self.rigid_shapes[n].append(part.shapes.get(n, np.zeros((len(part.positions), 3))))
            start += len(part.positions)
        n = len(p)
        positions += [p, p * [-1, 1, 1]]
        mirror += [start + n + np.arange(n), start + np.arange(n)]
        self.part_triangles += [t + start, t[:, ::-1] + start + n]
        self.counts += [n, n]
        self.neutral = np.concatenate(positions)
        self.mirror = np.concatenate(mirror)
        assert (self.mirror[self.mirror] == np.arange(len(self.mirror))).all()
        self.triangles = np.concatenate(self.part_triangles)

    def _shapes(self):
        soft = np.concatenate(self.part_triangles[:3])
        own = shapes.skin_shapes(
            self.kit, self.rows, self.positions, self.mirror[: self.soft], soft, self.lids, self.rings
        )
        self.shapes = {}
        for n in shapes.NAMES:
            whole = np.zeros_like(self.neutral)
            if shapes.mirror_of(n):
                whole = self.shapes[shapes.mirror_of(n)][self.mirror] * [-1, 1, 1]
            else:
                whole[: self.soft] = own.get(n, 0)
                rigid = np.concatenate(self.rigid_shapes[n])
                whole[self.soft : self.soft + len(rigid)] = rigid
                if not n.endswith("Left"):
                    whole = 0.5 * (whole + whole[self.mirror] * [-1, 1, 1])
            self.shapes[n] = whole

    def _contours(self):
        number, image, n = self.number, self.image, self.mesh.lip_n

        def lips(ring):
            up = lambda ids, other: [*other[n:0:-1], *ids[: n + 1]]
            ids, other = self.rings[ring], self.rings[ring + "Mirror"]
            low_ids, low_other = ids[::-1], other[::-1]
            return up(ids, other), up(low_ids, low_other)

        uo, lo = lips("outer")
        ui, li = lips("contact")
        left_u, left_l = self.lids.upper, self.lids.lower
        other = lambda ids: [int(self.mirror[i]) for i in ids][::-1]
        loop = lambda half: [*number[half][::-1], *image[half][1:-1]]
        hole = self.eye_rings["hole"]
        first = self.soft + self.counts[3]
        upper = np.arange(first, first + self.counts[4])
        p = self.neutral[upper]
        edge = []
        for x in np.arange(-2.3, 2.31, 0.2):
            near = np.flatnonzero((np.abs(p[:, 0] - x) < 0.11))
            edge.append(int(upper[near[np.argmin(p[near, 1] - 0.02 * p[near, 2])]]))
        edge = sorted(set(edge), key=lambda i: self.neutral[i, 0])
        self.contours = dict(
            upperLipOuter=uo,
            lowerLipOuter=lo,
            upperLipInner=ui,
            lowerLipInner=li,
            upperLidLeft=left_u,
            lowerLidLeft=left_l,
            upperLidRight=other(left_u),
            lowerLidRight=other(left_l),
            faceOutline=loop(self.mesh.outline),
            mouthHole=loop(self.mesh.mouth["hole"]),
            eyeHoleLeft=list(hole[::-1]),
            eyeHoleRight=other(hole)[::-1],
            upperTeethEdge=edge,
        )

    def _fit(self, correspondence):
        c, m = self.contours, landmarks
        # Landmark lists run to the image's right, as the contours do.
        lines = [
            (m.OUTER_UPPER, c["upperLipOuter"]),
            (m.OUTER_LOWER, c["lowerLipOuter"]),
            (m.INNER_UPPER, c["upperLipInner"]),
            (m.INNER_LOWER, c["lowerLipInner"]),
            (m.EYE_RIGHT_UPPER, c["upperLidRight"]),
            (m.EYE_RIGHT_LOWER, c["lowerLidRight"]),
            (m.EYE_LEFT_UPPER, c["upperLidLeft"]),
            (m.EYE_LEFT_LOWER, c["lowerLidLeft"]),
        ]
        lines = [(a, [int(i) for i in b]) for a, b in lines]
        self.landmark_ids, self.landmark_weights = m.correspond(
            self.kit, correspondence, self.positions, np.concatenate(self.part_triangles[:1]), lines
        )
        soft = np.concatenate(self.part_triangles[:3])
        self.warp, _ = m.warp(self.positions, soft, self.landmark_ids, self.landmark_weights)
        self.modes, self.rigid = m.identity(self.kit, self.rows)

    def write(self, folder):
        named = [
            shapes.NAMES.index(shapes.mirror_of(n)) if shapes.mirror_of(n) else self.shapes[n] for n in shapes.NAMES
        ]
        counts = [(v, len(t)) for v, t in zip(self.counts, self.part_triangles)]
        eye = (self.lids.centre, self.lids.radius, interior.IRIS_RADIUS)
        right = (self.lids.centre * [-1, 1, 1],) + eye[1:]
        player = pack.player(
            counts,
            self.triangles,
            self.neutral,
            self.mirror,
            named,
            list(self.contours.values()),
            self.fields,
            [eye, right],
        )
        fit = pack.fit(
            player, self.landmark_ids, self.landmark_weights, self.modes, self.rigid, *landmarks.truncate(self.warp)
        )
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "rig.bin").write_bytes(player)
        (folder / "rig-fit.bin").write_bytes(fit)
        return len(player), len(fit)


def main():
    shared = pathlib.Path(os.environ.get("FLEXATAR_SHARED", "../shared"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kit", type=pathlib.Path, default=shared / "data/ict/ict_facekit.npz")
    own = pathlib.Path(__file__).with_name("correspondence.npz")
    parser.add_argument("--correspondence", type=pathlib.Path, default=own)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("Models"))
    arguments = parser.parse_args()
    stored = np.load(arguments.correspondence)
    correspondence = {k: stored[k] if k == "bar" else stored[k].astype(int) for k in stored}
    build = Build(ict.Kit(arguments.kit), correspondence)
    sizes = build.write(arguments.out)
    print(
        "vertices:",
        dict(zip("face head mouthSocket gums upperTeeth lowerTeeth tongue eyeLeft eyeRight".split(), build.counts)),
    )
    print("triangles:", [len(t) for t in build.part_triangles], "bytes:", sizes)


if __name__ == "__main__":
    main()
