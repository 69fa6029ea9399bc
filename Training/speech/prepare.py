"""Collects the training, trial and development material into one folder of flat arrays.

    prepare.py --data SPEECH --flite WORK/flite --out WORK/material

Every recording is stored as it is, at other speeds (tempo and pitch together), at other tempos, slowed down and sung.
`train`, `trial` and `dev` are recordings, `made` voices made of pulses, `sounds` has none.
"""
import argparse
import csv
import json
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly

import formants
from features import HOP, RATE
from phones import frame_classes, read_segments
from singing import sung
from synthesise import SOUNDS, scaled, stretched

SPEEDS = ((17, 20), (9, 10), (19, 20), (20, 19), (10, 9), (20, 17))
TEMPOS = (0.85, 1.2)                # at the same pitch, times as long
HELD = (2.0, 4.5)                   # as in singing, calling and hesitating: nobody reads like that
LEFT_OUT = "CC-BY-SA"               # share-alike rows (FSDD) must not shape the weights
# Our own test speakers, one for every accent that has one to spare: no network hears them, no choice depends on them.
TRIAL = {"libri-533", "libri-2388", "libri-1034", "libri-19", "libri-40", "libri-60", "vctk-p238", "vctk-p255",
         "vctk-p273", "vctk-p301", "vctk-p317", "vctk-p335"}


class Shelf:
    """Recordings one behind the other, with an index."""

    def __init__(self):
        self.samples, self.classes, self.rows, self.at = [], [], [], 0

    def add(self, samples, classes, **row):
        self.samples.append(samples[:len(classes) * HOP])
        self.classes.append(classes)
        self.rows.append({**row, "frame": self.at, "frames": len(classes)})
        self.at += len(classes)

    def save(self, out, name):
        np.save(out / f"{name}.samples.npy", np.concatenate(self.samples))
        np.save(out / f"{name}.classes.npy", np.concatenate(self.classes))
        (out / f"{name}.json").write_text(json.dumps(self.rows))
        print(f"{name}: {len(self.rows)} rows, {self.at / 6000:.1f} minutes", flush=True)


def as_recorded(samples):
    return (np.clip(samples, -1, 1) * 32767).astype(np.int16)


def variants(job):
    """[(samples, classes, description)] of one recording."""
    base, row, seed, simple = job
    samples, rate = soundfile.read(f"{base}.flac")
    assert rate == RATE
    segments = read_segments(Path(f"{base}.phones.tsv"))
    if row["kind"] in ("dev", "trial"):
        return [(as_recorded(samples), frame_classes(segments, len(samples) // HOP), row)]
    made = []

    def add(sound, speed, start=0.0, **more):
        stored = scaled(sound)
        moved = [(a - start, b - start, c) for a, b, c in segments]
        made.append((stored, frame_classes(moved, len(stored) // HOP, speed), {**row, "plain": False, **more}))

    add(samples, 1.0, plain=True)
    for top, bottom in () if simple else SPEEDS:
        add(resample_poly(samples, bottom, top), top / bottom)
    for tempo in () if simple else TEMPOS:
        add(stretched(samples, tempo), 1 / tempo)
    if row["kind"] == "train":
        rng = np.random.default_rng(seed)
        start = rng.integers(0, max(1, len(samples) - 4 * RATE))
        factor = rng.uniform(*HELD)
        slow = stretched(samples[start:start + 4 * RATE], factor)
        add(slow, 1 / factor, start / RATE, kind="held", plain=True)
        add(sung(rng, slow), 1 / factor, start / RATE, kind="sung", plain=True)
    return made


def sound(job):
    number, seed = job
    make = SOUNDS[number % len(SOUNDS)]
    stored = scaled(make(np.random.default_rng(seed), 8.0))
    return stored, np.zeros(len(stored) // HOP, np.int8), {"kind": make.__name__}


def made_voice(seed):
    samples, classes = formants.voice(np.random.default_rng(seed), 8.0)
    return scaled(samples), classes, {"kind": "made", "speaker": f"made-{seed}", "plain": True}


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--data", type=Path, required=True)
    words.add_argument("--flite", type=Path, help="what synthesise.py has made, if it shall be there")
    words.add_argument("--simple", action="store_true", help="no other speeds and tempos")
    words.add_argument("--out", type=Path, required=True)
    words.add_argument("--sounds", type=int, default=3072, help="how many sounds without a voice, 8 s each")
    words.add_argument("--made", type=int, default=800, help="how many made voices, 8 s each")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--jobs", type=int, default=1)
    args = words.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    manifest = csv.DictReader(open(args.data / "manifest.tsv"), delimiter="\t", quoting=csv.QUOTE_NONE)

    jobs = []
    for row in manifest:
        if row["split"] in ("dev", "train", "train_vocoded") and LEFT_OUT not in row["licence"]:
            kind = row["split"]
            if row["speaker"] in TRIAL:
                if kind == "train_vocoded":
                    continue
                kind = "trial"
            jobs.append((args.data / row["split"] / row["speaker"] / row["clip"],
                         {"speaker": row["speaker"], "clip": row["clip"], "kind": kind}, args.seed + len(jobs), args.simple))
    for path in sorted(args.flite.glob("*.flac")) if args.flite else ():
        voice = path.stem.split("-")[0]
        jobs.append((path.with_suffix(""), {"speaker": f"flite-{voice}", "clip": path.stem, "kind": "flite"}, 0, args.simple))

    shelves = {name: Shelf() for name in ("train", "trial", "dev", "made", "sounds")}
    with Pool(args.jobs) as pool:
        for made in pool.imap(variants, jobs, 4):
            for samples, classes, row in made:
                shelves[row["kind"] if row["kind"] in shelves else "train"].add(samples, classes, **row)
        for samples, classes, row in pool.imap(sound, [(n, args.seed + n) for n in range(args.sounds)], 4):
            shelves["sounds"].add(samples, classes, **row)
        for samples, classes, row in pool.imap(made_voice, range(args.seed, args.seed + args.made), 4):
            shelves["made"].add(samples, classes, **row)
    for name, shelf in shelves.items():
        if shelf.rows:
            shelf.save(args.out, name)


if __name__ == "__main__":
    main()
