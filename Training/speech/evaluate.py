"""Figures on the development and trial speakers, with the definitions of the project's outside scorer.

    evaluate.py --data WORK/material CHECKPOINT [CHECKPOINT ...]
"""
import argparse
from pathlib import Path

import numpy as np
import torch
from scipy.signal import butter, fftconvolve, sosfilt

from decoder import decode
from features import HOP, RATE, features, filterbank
from material import Shelf
from network import load
from scoring import figures
from singing import sung
from synthesise import SOUNDS, stretched


def answer(network, prior, samples, bank):
    """Logits T x 15 of a whole signal, computed as in streaming from a fresh start."""
    padded = np.pad(samples, (0, network.lookahead * HOP))
    with torch.no_grad():
        return network(features(padded, prior, bank))[0, network.lookahead:].cpu().numpy()


def score(network, prior, shelf, change=lambda x: x):
    bank = filterbank().to(next(network.parameters()).device)
    raw, decoded = [], []
    for row in shelf.rows:
        samples, classes = shelf.read(row)
        logits = answer(network, prior, change(samples), bank)
        raw.append((classes, logits.argmax(1)))
        decoded.append((classes, decode(logits).argmax(1)))
    return {"raw": figures(raw), "decoded": figures(decoded)}


def conditions(shelf, rng):
    """Changes of the sound to try."""
    def at(x, noise, decibels):
        return x + noise * np.sqrt(np.mean(x ** 2) / np.mean(noise ** 2)) * 10 ** (-decibels / 20)

    def babble(x):
        rows = rng.choice(len(shelf.rows), 5)
        return at(x, sum(np.resize(shelf.read(shelf.rows[i])[0], len(x)) for i in rows), 10)

    def room(x):
        n = int(0.4 * RATE)
        h = rng.standard_normal(n) * np.exp(-6.9 * np.arange(n) / n)
        h[:80] = 0
        h *= 10 ** (-3 / 20) / np.sqrt((h ** 2).sum())
        h[0] = 1
        return fftconvolve(x, h)[:len(x)]

    line = butter(4, (300, 3400), "bandpass", fs=RATE, output="sos")
    return {"white noise 15 dB": lambda x: at(x, rng.standard_normal(len(x)), 15), "babble 10 dB": babble,
            "room 0.4 s": room, "telephone": lambda x: sosfilt(line, x), "20 dB softer": lambda x: x * 0.1}


def held(network, prior, dev, change=lambda x: x):
    """Share of the frames of slowed-down vowels (three times as long) in which the mouth is open."""
    bank, opened, frames = filterbank(), 0, 0
    for row in dev.rows[::4]:
        samples, classes = dev.read(row, 0, 400)
        answers = decode(answer(network, prior, change(stretched(samples, 3)), bank)).argmax(1)
        vowels = np.repeat(classes, 3)[:len(answers)] >= 9
        opened += (answers[:len(vowels)][vowels[:len(answers)]] != 0).sum()
        frames += vowels[:len(answers)].sum()
    return round(float(opened / frames), 3)


def rest(network, prior, rng):
    """Share of the frames in which the mouth moves although nobody speaks, for each kind of sound and level."""
    bank, out = filterbank(), {}
    for make in dict.fromkeys(SOUNDS):
        for decibels in (-20, -40):
            moved = []
            for _ in range(4):
                sound = make(rng, 8.0)
                sound *= 10 ** (decibels / 20) / np.sqrt(np.mean(sound ** 2))
                moved.append(1 - decode(answer(network, prior, np.clip(sound, -1, 1), bank))[:, 0])
            moved = np.concatenate(moved)
            share = round(float((moved > 0.5).mean()), 3)
            out[f"{make.__name__} {decibels} dBFS"] = [round(float(moved.mean()), 3), share]
    return out


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--data", type=Path, required=True)
    words.add_argument("--long", action="store_true", help="also noise, rooms and sounds without a voice")
    words.add_argument("checkpoints", nargs="+", type=Path)
    args = words.parse_args()
    torch.set_num_threads(1)
    for path in args.checkpoints:
        network, prior = load(path)
        print(path)
        for name in ("dev", "trial"):
            shelf = Shelf(args.data, name)
            for label, value in score(network, prior, shelf).items():
                print(f"  {name}, {label}", value)
            if args.long:
                for label, change in conditions(shelf, np.random.default_rng(7)).items():
                    print(f"  {name}, {label}", score(network, prior, shelf, change)["decoded"])
        if args.long:
            dev, rng = Shelf(args.data, "dev"), np.random.default_rng(9)
            print("  held vowels open the mouth:", held(network, prior, dev))
            print("  sung vowels open the mouth:", held(network, prior, dev, lambda x: sung(rng, x)))
            for label, value in rest(network, prior, np.random.default_rng(8)).items():
                print("  moves (mean weight, share of frames):", label, value)


if __name__ == "__main__":
    main()
