"""Lets a trained network answer all training material, unvaried; train.py --trust mixes the answers into the labels.

A seventh of the labels are wrong, most of them by a frame or two at a boundary; the answers of a network that has
heard all voices are wrong elsewhere.

    teach.py --data /tmp/speech/data CHECKPOINT
"""
import argparse
from pathlib import Path

import numpy as np
import torch

from evaluate import answer
from features import filterbank
from material import Shelf
from network import load


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--data", type=Path, required=True)
    words.add_argument("checkpoint", type=Path)
    args = words.parse_args()
    torch.set_num_threads(1)
    shelf, bank = Shelf(args.data, "train"), filterbank()
    network, prior = load(args.checkpoint)
    answers = np.zeros((len(shelf.classes), 15), np.uint8)
    agreed = scored = 0
    for row in shelf.rows:
        samples, classes = shelf.read(row)
        if row["kind"] == "held":       # a network that has not heard held vowels takes them for music
            certain = np.maximum(classes, 0)[:, None] == np.arange(15)
            answers[row["frame"]:row["frame"] + row["frames"]] = 255 * certain
            continue
        logits = torch.from_numpy(answer(network, prior, samples, bank))
        chances = torch.softmax(logits, 1).numpy()
        answers[row["frame"]:row["frame"] + row["frames"]] = np.round(chances * 255)
        agreed += ((chances.argmax(1) == classes) & (classes >= 0)).sum()
        scored += (classes >= 0).sum()
    np.save(args.data / "train.answers.npy", answers)
    print(f"agrees with {agreed / scored:.3f} of the labels")


if __name__ == "__main__":
    main()
