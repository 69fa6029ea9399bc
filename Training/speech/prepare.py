"""Collects the training and development material into one folder of flat arrays.

    prepare.py --data ../../../shared/data/speech --out /tmp/speech/data
"""
import argparse
import csv
import json
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly

from features import HOP, RATE
from phones import frame_classes, read_segments
from synthesise import SOUNDS, VOICES, flite, scaled, stretched

SPEEDS = ((17, 20), (14, 15), (1, 1), (16, 15), (17, 15))   # tempo and pitch together
LEFT_OUT = "CC-BY-SA"                                        # share-alike rows (FSDD) must not shape the weights


class Shelf:
    """Recordings one behind the other, with an index."""

    def __init__(self):
        self.samples, self.classes, self.rows, self.at = [], [], [], 0

    def add(self, samples, classes, **row):
        frames = len(samples) // HOP
        samples = samples[:frames * HOP]
        assert classes is None or len(classes) == frames
        self.samples.append(samples)
        self.classes.append(np.zeros(frames, np.int8) if classes is None else classes)
        self.rows.append({**row, "frame": self.at, "frames": frames})
        self.at += frames

    def save(self, out, name):
        np.save(out / f"{name}.samples.npy", np.concatenate(self.samples))
        np.save(out / f"{name}.classes.npy", np.concatenate(self.classes))
        (out / f"{name}.json").write_text(json.dumps(self.rows))
        print(f"{name}: {len(self.rows)} rows, {self.at / 6000:.1f} minutes", flush=True)


def add_speeds(shelf, samples, segments, speeds, **row):
    for top, bottom in speeds:
        played = samples if top == bottom else resample_poly(samples, bottom, top)
        stored = scaled(played)
        shelf.add(stored, frame_classes(segments, len(stored) // HOP, top / bottom), speed=top / bottom, **row)


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--data", type=Path, required=True)
    words.add_argument("--out", type=Path, required=True)
    words.add_argument("--sentences", type=int, default=240, help="how many sentences flite reads")
    words.add_argument("--held", type=int, default=150, help="how many recordings are slowed down")
    words.add_argument("--seed", type=int, default=1)
    args = words.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(args.seed)
    manifest = list(csv.DictReader(open(args.data / "manifest.tsv"), delimiter="\t", quoting=csv.QUOTE_NONE))

    dev, train = Shelf(), Shelf()
    for row in manifest:
        if row["split"] not in ("dev", "train", "train_vocoded") or LEFT_OUT in row["licence"]:
            continue
        base = args.data / row["split"] / row["speaker"] / row["clip"]
        samples, rate = soundfile.read(f"{base}.flac")
        assert rate == RATE
        segments = read_segments(Path(f"{base}.phones.tsv"))
        if row["split"] == "dev":
            stored = (np.clip(samples, -1, 1) * 32767).astype(np.int16)
            dev.add(stored, frame_classes(segments, len(stored) // HOP), speaker=row["speaker"], clip=row["clip"])
        else:
            add_speeds(train, samples, segments, SPEEDS, speaker=row["speaker"], clip=row["clip"], kind=row["split"])
    print("recordings read", flush=True)

    texts = [row["transcript"].replace("<unk>", "") for row in manifest
             if row["split"] == "train" and row["transcript"] and LEFT_OUT not in row["licence"]]
    for number in range(args.sentences):
        said = texts[rng.integers(len(texts))].split()
        length = min(len(said), 24)
        start = rng.integers(0, len(said) - length + 1)
        voice = VOICES[number % len(VOICES)]
        pitch = rng.uniform(150, 235) if voice == "slt" else rng.uniform(80, 150)
        samples, segments = flite(" ".join(said[start:start + length]), voice, rng.uniform(0.8, 1.2), pitch)
        add_speeds(train, samples, segments, ((1, 1),), speaker=f"flite-{voice}", clip=str(number), kind="flite")

    # Held sounds, as in singing, calling and hesitating: nobody reads like that.
    spoken = [row for row in manifest if row["split"] == "train" and LEFT_OUT not in row["licence"]]
    rng = np.random.default_rng(args.seed + 1)
    for row in rng.permutation(spoken)[:args.held]:
        base = args.data / row["split"] / row["speaker"] / row["clip"]
        samples, _ = soundfile.read(f"{base}.flac")
        start = rng.integers(0, max(1, len(samples) - 4 * RATE))
        factor = rng.uniform(2, 4.5)
        stored = scaled(stretched(samples[start:start + 4 * RATE], factor))
        segments = [(a - start / RATE, b - start / RATE, c) for a, b, c in read_segments(Path(f"{base}.phones.tsv"))]
        train.add(stored, frame_classes(segments, len(stored) // HOP, 1 / factor), speed=1,
                  speaker=row["speaker"], clip=row["clip"], kind="held")
    train.save(args.out, "train")
    dev.save(args.out, "dev")

    sounds = Shelf()
    for number in range(150):
        make = SOUNDS[number % len(SOUNDS)]
        stored = scaled(make(rng, 8.0))
        sounds.add(stored, None, kind=make.__name__)
    sounds.save(args.out, "sounds")


if __name__ == "__main__":
    main()
