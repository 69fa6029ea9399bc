"""Lets teachers answer all training material, unvaried; train.py --trust mixes the answers into the labels.

A seventh of the labels are wrong, most of them by a frame or two at a boundary. Every voice is answered by the teachers
that have not heard its speaker, so that none repeats a label that it has learned by heart; each of them hears it with
three lengths of the vocal tract, and their answers are averaged.

    teach.py --data WORK/material FOLD0 FOLD1 ...
"""
import argparse
from pathlib import Path

import numpy as np
import torch

from features import HOP, filterbank, log_mel, normalize, spectrum
from material import FOLDS, Shelf
from network import load, use_kernel

WARPS = (0.96, 1.0, 1.04)


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--data", type=Path, required=True)
    words.add_argument("--batch", type=int, default=64)
    words.add_argument("teachers", nargs="+", type=Path, help="as many for each fold as for the others, in turn")
    args = words.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cuda":
        use_kernel()
    shelf, banks = Shelf(args.data, "train"), [filterbank(warp).to(device) for warp in WARPS]
    answers = 255 * (np.maximum(shelf.classes, 0)[:, None] == np.arange(15)).astype(np.uint8)
    folds, agreed, scored = shelf.folds(), 0, 0
    teachers = [(network.to(device), prior) for network, prior in map(load, args.teachers)]
    for fold in range(FOLDS):
        rows = sorted((row for row, its in zip(shelf.rows, folds) if its == fold), key=lambda row: row["frames"])
        for at in range(0, len(rows), args.batch):
            some = rows[at:at + args.batch]
            samples = np.zeros((len(some), (some[-1]["frames"] + 5) * HOP), np.float32)
            for line, row in zip(samples, some):
                line[:row["frames"] * HOP] = shelf.read(row)[0]
            power = spectrum(torch.from_numpy(samples).to(device)).abs() ** 2
            with torch.no_grad():
                chances = sum(torch.softmax(network(normalize(log_mel(power, bank), prior)), 2)
                              for bank in banks for network, prior in teachers[fold::FOLDS]).cpu().numpy()
            for row, its in zip(some, chances):
                place = slice(row["frame"], row["frame"] + row["frames"])
                its = its[:row["frames"]]
                answers[place] = np.round(its / its.sum(1, keepdims=True) * 255)
                if row["kind"] == "train" and row["plain"]:
                    classes = shelf.classes[place]
                    agreed += ((its.argmax(1) == classes) & (classes >= 0)).sum()
                    scored += (classes >= 0).sum()
    np.save(args.data / "train.answers.npy", answers)
    print(f"teachers agree with {agreed / scored:.3f} of the labels of speakers they do not know")


if __name__ == "__main__":
    main()
