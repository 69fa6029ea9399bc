"""Writes rig.bin and rig-fit.bin (docs/head.md describes the format)."""

import struct
import zlib

import numpy as np

VERSION = 1


def container(magic, sections):
    body = b""
    for tag, payload in sections:
        body += tag.encode() + struct.pack("<I", len(payload)) + payload + bytes(-len(payload) % 4)
    header = magic.encode() + struct.pack("<HHII", VERSION, len(sections), 16 + len(body), zlib.crc32(body))
    return header + body


def planar(values, scale, dtype):
    limit = np.iinfo(dtype).max
    q = np.clip(np.rint(values / scale), -limit, limit).astype(dtype)
    return np.ascontiguousarray(q.T).tobytes()


def leb128(numbers):
    out = bytearray()
    for n in map(int, numbers):
        while n >= 128:
            out.append(n & 127 | 128)
            n >>= 7
        out.append(n)
    return bytes(out)


def shape(delta):
    ids = np.flatnonzero(np.abs(delta).max(1) > 0)
    values = delta[ids]
    peak = np.abs(values).max() if len(ids) else 1.0
    # One byte is enough where its step stays below 0.1 mm.
    width = 1 if peak / 127 <= 0.0105 else 2
    scale = np.float32(peak / (127 if width == 1 else 32767))
    dtype = np.int8 if width == 1 else "<i2"
    kept = np.abs(np.rint(values / scale)).max(1) > 0
    ids, values = ids[kept], values[kept]
    gaps = np.diff(np.r_[-1, ids]) - 1
    return struct.pack("<BHf", width, len(ids), scale) + leb128(gaps) + planar(values, scale, np.dtype(dtype))


def player(parts, triangles, neutral, mirror, shapes, contours, fields, eyes):
    """`shapes`: list of either an array or the index of the shape that is mirrored."""
    u16 = lambda a: np.asarray(a).astype("<u2").tobytes()
    flat = triangles.ravel()
    differences = np.diff(np.r_[0, flat])
    differences = (differences << 1) ^ (differences >> 63)  # zigzag: small numbers of either sign become small
    assert differences.max() <= 65535
    scale = np.float32(np.abs(neutral).max() / 32767)
    packed = b"".join(struct.pack("<BB", 0, s) if isinstance(s, int) else shape(s) for s in shapes)
    lines = b"".join(u16([len(c)]) + u16(c) for c in contours)
    columns = b""
    for _, values, top in fields:
        columns += (
            struct.pack("<f", top / 255) + np.clip(np.rint(values / top * 255), 0, 255).astype(np.uint8).tobytes()
        )
    return container(
        "FXRG",
        [
            ("PART", b"".join(struct.pack("<II", v, t) for v, t in parts)),
            ("TRIS", leb128(differences)),
            ("NEUT", struct.pack("<f", scale) + planar(neutral, scale, np.dtype("<i2"))),
            ("MIRR", u16(mirror)),
            ("SHAP", packed),
            ("CONT", lines),
            ("FIEL", columns),
            ("EYES", b"".join(struct.pack("<5f", *c, r, i) for c, r, i in eyes)),
        ],
    )


def fit(player_bytes, ids, weights, modes, rigid, warp_landmarks, warp_weights):
    marks = b""
    for i, w in zip(ids, weights):
        a, b = int(round(w[0] * 65535)), int(round(w[1] * 65535))
        b = min(b, 65535 - a)
        marks += struct.pack("<5H", *i, a, b)
    deltas = b""
    for m in modes:
        scale = np.float32(np.abs(m).max() / 127)
        deltas += struct.pack("<f", scale) + planar(m, scale, np.int8)
    # Columns of the transform (x' = transform * x), then the offset.
    affine = np.concatenate([rigid[:, :, :3], rigid[:, :, 3:]], 2).astype("<f4").tobytes()
    peak = np.maximum(np.abs(warp_weights).max(1), 1e-6)
    quantised = np.rint(warp_weights / peak[:, None] * 127)
    total = quantised.sum(1)
    wanted = warp_weights.sum(1)
    # A common displacement must come out exactly: the scale keeps the sum where it is large enough to.
    scale = np.where(np.abs(total) > 20, wanted / np.where(np.abs(total) > 20, total, 1), peak / 127)
    checksum = struct.unpack("<I", player_bytes[12:16])[0]
    return container(
        "FXRF",
        [
            ("LINK", struct.pack("<I", checksum)),
            ("MARK", marks),
            ("IDEN", struct.pack("<H", len(modes)) + deltas + affine),
            (
                "WARP",
                struct.pack("<H", warp_landmarks.shape[1])
                + leb128(np.diff(warp_landmarks, axis=1, prepend=0).ravel())
                + quantised.astype(np.int8).tobytes()
                + scale.astype("<f4").tobytes(),
            ),
        ],
    )
