"""Contact sheets of the built rig, to be looked at: python Training/head/render.py --out SHEETS

Reads Models/rig.bin itself (so it also checks the format), needs moderngl (EGL) and opencv."""

import argparse
import pathlib
import struct
import zlib

import cv2
import numpy as np

from raster import Raster
from shapes import NAMES

PARTS = "face head mouthSocket gums upperTeeth lowerTeeth tongue eyeLeft eyeRight".split()
COLOURS = dict(
    face=(0.86, 0.68, 0.58),
    head=(0.80, 0.64, 0.56),
    mouthSocket=(0.45, 0.16, 0.16),
    gums=(0.74, 0.36, 0.36),
    upperTeeth=(0.96, 0.93, 0.87),
    lowerTeeth=(0.96, 0.93, 0.87),
    tongue=(0.80, 0.42, 0.42),
)
LIPS = (0.74, 0.40, 0.38)


def unpack(data, count, at=0):
    """`count` LEB128 numbers from `at` on, and where they end."""
    out = []
    for _ in range(count):
        value, shift = 0, 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        out.append(value)
    return np.array(out, int), at


class Rig:
    """Models/rig.bin, decoded."""

    def __init__(self, path):
        data = pathlib.Path(path).read_bytes()
        magic, version, count, size, crc = struct.unpack("<4sHHII", data[:16])
        assert magic == b"FXRG" and version == 1 and size == len(data) and crc == zlib.crc32(data[16:])
        sections, at = {}, 16
        for _ in range(count):
            tag, length = struct.unpack("<4sI", data[at : at + 8])
            sections[tag.decode()] = data[at + 8 : at + 8 + length]
            at += 8 + length + -length % 4
        counts = struct.unpack("<18I", sections["PART"])
        self.vertices, self.triangle_ranges, v, t = {}, {}, 0, 0
        for name, nv, nt in zip(PARTS, counts[::2], counts[1::2]):
            self.vertices[name], self.triangle_ranges[name] = slice(v, v + nv), slice(t, t + nt)
            v, t = v + nv, t + nt
        zigzag = unpack(sections["TRIS"], 3 * t)[0]
        self.triangles = np.cumsum((zigzag >> 1) ^ -(zigzag & 1)).reshape(-1, 3)
        scale = struct.unpack("<f", sections["NEUT"][:4])[0]
        self.neutral = np.frombuffer(sections["NEUT"][4:], "<i2").reshape(3, -1).T * float(scale)
        self.mirror = np.frombuffer(sections["MIRR"], "<u2").astype(int)
        self.shapes = self._shapes(sections["SHAP"])
        self.contours, at = [], 0
        data = np.frombuffer(sections["CONT"], "<u2").astype(int)
        while at < len(data):
            self.contours.append(data[at + 1 : at + 1 + data[at]])
            at += 1 + data[at]
        skin = self.vertices["head"].stop
        self.fields, at = [], 0
        while at < len(sections["FIEL"]):
            top = struct.unpack("<f", sections["FIEL"][at : at + 4])[0]
            self.fields.append(np.frombuffer(sections["FIEL"], np.uint8, skin, at + 4) * float(top))
            at += 4 + skin
        eyes = struct.unpack("<10f", sections["EYES"])
        self.eyes = [(np.array(eyes[:3]), eyes[3], eyes[4]), (np.array(eyes[5:8]), eyes[8], eyes[9])]

    def _shapes(self, data):
        out, at = {}, 0
        for name in NAMES:
            delta = np.zeros_like(self.neutral)
            if data[at] == 0:
                delta = out[NAMES[data[at + 1]]][self.mirror] * [-1, 1, 1]
                at += 2
            else:
                width, count, scale = struct.unpack("<BHf", data[at : at + 7])
                at += 7
                gaps, at = unpack(data, count, at)
                ids = np.cumsum(gaps + 1) - 1
                values = np.frombuffer(data, np.int8 if width == 1 else "<i2", 3 * count, at).reshape(3, -1).T
                at += 3 * count * width
                delta[ids] = values * float(scale)
            out[name] = delta
        assert at == len(data)
        return out

    def posed(self, weights):
        return self.neutral + sum((w * self.shapes[n] for n, w in weights.items()), np.zeros_like(self.neutral))

    def parts(self, positions, names=PARTS, plain=False):
        out = []
        for name in names:
            t = self.triangles[self.triangle_ranges[name]]
            colour = np.tile(np.array(COLOURS.get(name, (0.95, 0.95, 0.94))), (len(positions), 1))
            if name == "face" and not plain:
                red = np.zeros(len(positions))
                red[: len(self.fields[3])] = np.clip(1 - self.fields[3] / 0.06, 0, 1)
                colour = colour * (1 - red[:, None]) + np.array(LIPS) * red[:, None]
            if name.startswith("eye"):
                centre, radius, iris = self.eyes[name == "eyeRight"]
                d = np.linalg.norm(self.neutral[:, :2] - centre[:2], axis=1)
                colour[d < iris * 1.005] = (0.32, 0.42, 0.50)
                colour[d < iris * 0.36] = (0.05, 0.05, 0.05)
            out.append((positions, t, colour))
        return out


def pair(name, w):
    return {name + "Left": w, name + "Right": w}


VISEMES = {
    "sil": {},
    "PP": {"mouthRollLower": 0.28, "mouthRollUpper": 0.22, **pair("mouthPress", 0.35)},
    "FF": {"jawOpen": 0.08, "mouthRollLower": 0.55, **pair("mouthUpperUp", 0.32), **pair("mouthLowerDown", 0.05)},
    "TH": {"jawOpen": 0.17, "tongueOut": 0.92, **pair("mouthLowerDown", 0.28), **pair("mouthUpperUp", 0.22)},
    "DD": {"jawOpen": 0.17, "tongueUp": 0.25, "tongueOut": 0.6, **pair("mouthLowerDown", 0.26), **pair("mouthUpperUp", 0.22)},
    "kk": {"jawOpen": 0.24, **pair("mouthLowerDown", 0.24), **pair("mouthUpperUp", 0.20), **pair("mouthStretch", 0.1)},
    "CH": {
        "jawOpen": 0.10,
        "mouthFunnel": 0.60,
        "mouthPucker": 0.20,
        **pair("mouthLowerDown", 0.20),
        **pair("mouthUpperUp", 0.22),
    },
    "SS": {
        "jawOpen": 0.05,
        **pair("mouthLowerDown", 0.32),
        **pair("mouthUpperUp", 0.28),
        **pair("mouthStretch", 0.25),
        **pair("mouthSmile", 0.10),
    },
    "nn": {"jawOpen": 0.16, "tongueUp": 0.3, "tongueOut": 0.6, **pair("mouthLowerDown", 0.22), **pair("mouthUpperUp", 0.20)},
    "RR": {
        "jawOpen": 0.14,
        "mouthFunnel": 0.38,
        "mouthPucker": 0.22,
        **pair("mouthLowerDown", 0.12),
        **pair("mouthUpperUp", 0.12),
    },
    "aa": {"jawOpen": 0.50, **pair("mouthLowerDown", 0.45), **pair("mouthUpperUp", 0.20), **pair("mouthStretch", 0.25)},
    "E": {"jawOpen": 0.26, **pair("mouthLowerDown", 0.40), **pair("mouthUpperUp", 0.15), **pair("mouthStretch", 0.40)},
    "ih": {
        "jawOpen": 0.16,
        **pair("mouthLowerDown", 0.30),
        **pair("mouthUpperUp", 0.25),
        **pair("mouthSmile", 0.30),
        **pair("mouthStretch", 0.22),
    },
    "oh": {"jawOpen": 0.34, "mouthFunnel": 0.60, "mouthPucker": 0.20, **pair("mouthLowerDown", 0.12)},
    "ou": {"jawOpen": 0.10, "mouthFunnel": 0.20, "mouthPucker": 0.85},
}
FACE, MOUTH, EYE = ((0, -1, 8), 9.5), ((0, -3.8, 10), 3.6), ((3.1, 3.6, 9), 2.3)


class Small:
    """The renderer's pictures at a smaller size."""

    def __init__(self, raster, size=300):
        self.raster, self.size = raster, size

    def draw(self, *arguments, **options):
        return cv2.resize(self.raster.draw(*arguments, **options), (self.size, self.size), interpolation=cv2.INTER_AREA)


def sheet(tiles, columns, path):
    size = tiles[0][1].shape[0]
    cells = []
    for label, image in tiles:
        image = image[..., ::-1].copy()
        cv2.putText(image, label, (6, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (0, 0, 0), 1, cv2.LINE_AA)
        cells.append(image)
    while len(cells) % columns:
        cells.append(np.full((size, size, 3), 235, np.uint8))
    rows = [np.hstack(cells[i : i + columns]) for i in range(0, len(cells), columns)]
    cv2.imwrite(str(path), np.vstack(rows))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rig", default="Models/rig.bin")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    rig, big = Rig(arguments.rig), Raster(720)
    small = Small(big)
    out = arguments.out
    n = rig.parts(rig.neutral)
    wire = rig.parts(rig.neutral, ["face", "head"], True)
    sheet(
        [
            ("neutral", big.draw(n, centre=(0, -2, 0), half=17)),
            ("yaw 35", big.draw(n, 35, 0, (0, -2, 0), 17)),
            ("wire", big.draw(wire, 20, 0, (0, -2, 0), 15, wire=True)),
            ("face", big.draw(n, 0, 0, *FACE)),
            ("lips", big.draw(wire[:1], 15, 10, *MOUTH, wire=True)),
            ("lids", big.draw(wire[:1], 0, 0, *EYE, wire=True)),
        ],
        3,
        out / "1neutral.png",
    )
    sheet([(k, small.draw(rig.parts(rig.posed({k: 1.0})), 12, 0, *FACE)) for k in NAMES], 9, out / "2shapes.png")
    sheet(
        [
            (k, small.draw(rig.parts(rig.posed(w)), a, p, *MOUTH))
            for a, p in ((0, 0), (25, 0), (0, 14))
            for k, w in VISEMES.items()
        ],
        15,
        out / "3visemes.png",
    )
    blink = lambda w: rig.posed({"eyeBlinkLeft": w})
    tiles = [
        (f"blink {w:.2f} yaw {a}", small.draw(rig.parts(blink(w)), a, p, *EYE))
        for a, p in ((0, 0), (40, 0), (-40, 0), (0, 25), (0, -25))
        for w in (0, 0.25, 0.5, 0.75, 0.9, 1)
    ]
    tiles += [
        (k, small.draw(rig.parts(rig.posed({k: 1.0})), 0, 0, *EYE))
        for k in ("eyeLookDownLeft", "eyeLookUpLeft", "eyeLookInLeft", "eyeLookOutLeft", "eyeSquintLeft", "eyeWideLeft")
    ]
    tiles += [
        ("wire blink", small.draw(rig.parts(blink(w), ["face"], True), 0, p, *EYE, wire=True))
        for w, p in ((0.5, 0), (1, 0), (1, 20))
    ]
    tiles += [
        (
            "look down + blink .5",
            small.draw(rig.parts(rig.posed({"eyeLookDownLeft": 0.7, "eyeBlinkLeft": 0.5})), 0, 0, *EYE),
        )
    ]
    sheet(tiles, 6, out / "4lids.png")
    jaws = [{"jawOpen": w} for w in (0.1, 0.3, 0.6)] + [
        {"jawOpen": 0.3, "tongueOut": 1},
        {"jawOpen": 0.3, "tongueUp": 1},
        {"jawOpen": 0.5},
    ]
    inner = ["gums", "upperTeeth", "lowerTeeth", "tongue"]
    tiles = [
        ("teeth", small.draw(rig.parts(rig.posed(w), inner), a, p, (0, -4, 9), 4))
        for a, p in ((0, 0), (30, 0), (0, 30), (0, -25))
        for w in jaws
    ]
    tiles += [
        (
            "mouth",
            small.draw(
                rig.parts(rig.posed({**w, **pair("mouthLowerDown", 0.3), **pair("mouthUpperUp", 0.3)})), a, 0, *MOUTH
            ),
        )
        for a in (0, 25)
        for w in jaws
    ]
    tiles += [
        (
            "tongue side",
            small.draw(rig.parts(rig.posed(w), ["tongue", "upperTeeth", "lowerTeeth"]), 90, 0, (0, -3.5, 7), 5),
        )
        for w in jaws
    ]
    sheet(tiles, 6, out / "5mouth.png")


if __name__ == "__main__":
    main()
