"""Numbers that say whether the built rig is sound: python Training/head/check.py [--rig Models/rig.bin]"""

import argparse

import numpy as np

from render import NAMES, PARTS, VISEMES, Rig


def normals(p, t):
    return np.cross(p[t[:, 1]] - p[t[:, 0]], p[t[:, 2]] - p[t[:, 0]])


def folded(rig, positions, part="face"):
    """Triangles of a part whose normal turns by more than 110 degrees or that shrink to nothing."""
    t = rig.triangles[rig.triangle_ranges[part]]
    a, b = normals(rig.neutral, t), normals(positions, t)
    cosine = (a * b).sum(1) / np.maximum(np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1), 1e-12)
    return t[cosine < -0.34]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rig", default="Models/rig.bin")
    rig = Rig(parser.parse_args().rig)
    c = rig.contours
    for name in PARTS:
        t = rig.triangles[rig.triangle_ranges[name]]
        edges = {}
        for tri in t:
            for i in range(3):
                edges[tri[i], tri[(i + 1) % 3]] = edges.get((tri[i], tri[(i + 1) % 3]), 0) + 1
        area = np.linalg.norm(normals(rig.neutral, t), axis=1) / 2
        rim = sum((b, a) not in edges for a, b in edges)
        print(
            f"{name:12} {len(t):5} triangles, open edges {rim:4}, doubled edges {sum(v > 1 for v in edges.values())}, smallest area {area.min():.1e}"
        )
    t = rig.triangles[: rig.triangle_ranges["head"].stop]
    p = rig.neutral
    corner = lambda i, j, k: np.degrees(
        np.arccos(
            np.clip(
                ((p[t[:, j]] - p[t[:, i]]) * (p[t[:, k]] - p[t[:, i]])).sum(1)
                / np.maximum(
                    np.linalg.norm(p[t[:, j]] - p[t[:, i]], axis=1) * np.linalg.norm(p[t[:, k]] - p[t[:, i]], axis=1),
                    1e-12,
                ),
                -1,
                1,
            )
        )
    )
    angle = np.min([corner(0, 1, 2), corner(1, 2, 0), corner(2, 0, 1)], axis=0)
    print("skin: smallest angles, percentiles 0 1 5 25 50:", np.percentile(angle, [0, 1, 5, 25, 50]).round(1))
    print(
        "folded face triangles at weight 1:", {n: len(f) for n in NAMES if len(f := folded(rig, rig.posed({n: 1.0})))}
    )
    print("folded in visemes:", {n: len(f) for n, w in VISEMES.items() if len(f := folded(rig, rig.posed(w)))})
    for label, w in (
        ("blink", {"eyeBlinkLeft": 1}),
        ("blink + look down", {"eyeBlinkLeft": 1, "eyeLookDownLeft": 1}),
        ("look down", {"eyeLookDownLeft": 1}),
        ("look up", {"eyeLookUpLeft": 1}),
        ("squint", {"eyeSquintLeft": 1}),
        ("wide", {"eyeWideLeft": 1}),
        ("cheek squint", {"cheekSquintLeft": 1}),
        ("blink .5", {"eyeBlinkLeft": 0.5}),
    ):
        q = rig.posed(w)
        gap = lambda z, u, l: (z[u] - z[l])[2:-2, 1]
        share = gap(q, c[4], c[5]) / gap(p, c[4], c[5])
        print(
            f"{label:18} opening left: mean {share.mean():+.3f} ({share.min():+.3f}..{share.max():+.3f}), right eye moves {np.abs(q - p)[c[6]].max():.4f}"
        )
    centre, radius, _ = rig.eyes[0]
    skin = np.setdiff1d(np.arange(rig.vertices["face"].stop), c[10])  # the hidden rim of the hole may touch
    worst = {}
    for w in (0, 0.25, 0.5, 0.75, 1):
        for name in (
            "eyeBlinkLeft",
            "eyeLookDownLeft",
            "eyeLookUpLeft",
            "eyeLookInLeft",
            "eyeLookOutLeft",
            "eyeSquintLeft",
            "eyeWideLeft",
        ):
            q = rig.posed({name: w})[skin]
            d = np.linalg.norm(q - centre, axis=1) - radius
            front = q[:, 2] > centre[2] + 0.3 * radius
            worst[name] = min(worst.get(name, 9), d[front].min())
    print("nearest skin to the eyeball, cm:", {k: round(v, 3) for k, v in worst.items()})
    for n, w in VISEMES.items():
        q = rig.posed(w)
        gap = (q[c[2]] - q[c[3]])[1:-1]
        print(f"{n:4} lips: opening {gap[:, 1].max():.3f}, deepest crossing {min(0, gap[:, 1].min()):.3f} cm")
    q = rig.posed({"jawOpen": 1, "mouthClose": 1})
    print("jawOpen + mouthClose: opening", np.abs((q[c[2]] - q[c[3]])[:, 1]).max().round(3))
    for side in ("upperTeeth", "lowerTeeth"):
        print(side, "moved by jawOpen:", np.abs(rig.shapes["jawOpen"][rig.vertices[side]]).max().round(3))


if __name__ == "__main__":
    main()
