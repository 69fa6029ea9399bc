"""Batches of the prepared material, varied as voices, rooms, microphones and networks vary them."""
import json
from pathlib import Path

import numpy as np
import torch
from scipy.signal import fftconvolve

from features import BINS, FFT, HOP, RATE, filterbank, log_mel, normalize, spectrum
from phones import VISEMES

WARPS = np.linspace(0.90, 1.10, 9)
SHARE = {"train": 1.0, "train_vocoded": 0.6, "flite": 0.35, "held": 0.2}   # how often a second of each kind is drawn
HZ = np.arange(BINS) * (RATE / FFT)


class Shelf:
    """One of the prepared sets, read through the page cache."""

    def __init__(self, folder, name):
        folder = Path(folder)
        self.samples = np.load(folder / f"{name}.samples.npy", mmap_mode="r")
        self.classes = np.load(folder / f"{name}.classes.npy", mmap_mode="r")
        self.rows = json.loads((folder / f"{name}.json").read_text())

    def read(self, row, start=0, frames=None):
        """(samples -1...1, classes) of a row from frame `start` on."""
        at, end = row["frame"] + start, row["frame"] + row["frames"]
        end = min(end, at + frames) if frames else end
        return self.samples[at * HOP:end * HOP].astype(np.float32) / 32768, np.array(self.classes[at:end])


def certain(classes):
    """Chances frames x 15 of labels; all 0 where a frame is not to be scored."""
    return (classes[:, None] == np.arange(len(VISEMES))).astype(np.float32)


class Material:
    def __init__(self, folder, rng, strength, seconds, quiet, trust=0.0):
        self.rng, self.strength, self.frames, self.quiet = rng, strength, int(seconds * RATE / HOP), quiet
        self.trust = trust
        self.answers = np.load(Path(folder) / "train.answers.npy", mmap_mode="r") if trust else None
        self.voices, self.sounds = Shelf(folder, "train"), Shelf(folder, "sounds")
        rows = self.voices.rows
        self.plain = [i for i, row in enumerate(rows) if row["speed"] == 1]
        self.variants = {}
        for i, row in enumerate(rows):
            self.variants.setdefault((row["kind"], row["speaker"], row["clip"]), []).append(i)
        weight = np.array([rows[i]["frames"] * SHARE[rows[i]["kind"]] for i in self.plain], float)
        self.chance = weight / weight.sum()
        self.banks = torch.stack([filterbank(w) for w in WARPS])
        self.straight = filterbank()

    def seconds(self):
        return sum(self.voices.rows[i]["frames"] for i in self.plain) / 100

    def happens(self, chance):
        return self.rng.random() < chance * self.strength

    def voice(self, exact=False):
        """(samples, chances) of a stretch of one speaker, `frames` long, silence round it where it is short."""
        rng = self.rng
        row = self.voices.rows[rng.choice(self.plain, p=self.chance)]
        if not exact and rng.random() < 0.5 * self.strength:
            row = self.voices.rows[rng.choice(self.variants[row["kind"], row["speaker"], row["clip"]])]
        spare = row["frames"] - self.frames
        start = rng.integers(0, spare + 1) if spare > 0 else 0
        x, classes = self.voices.read(row, start, self.frames)
        y = certain(classes)
        if self.trust:
            at = row["frame"] + start
            answers = self.answers[at:at + len(y)].astype(np.float32)
            y += np.where(classes[:, None] >= 0, self.trust, 1.0) * (answers / answers.sum(1, keepdims=True) - y)
        if spare < 0:
            before = rng.integers(0, -spare + 1)
            x = np.pad(x, (before * HOP, (-spare - before) * HOP))
            y = np.concatenate([self.rest(before), y, self.rest(-spare - before)])
        return x, y

    @staticmethod
    def rest(frames):
        return certain(np.zeros(frames, np.int8))

    def sound(self):
        row = self.sounds.rows[self.rng.integers(len(self.sounds.rows))]
        start = self.rng.integers(0, max(1, row["frames"] - self.frames))
        x, _ = self.sounds.read(row, start, self.frames)
        return np.pad(x, (0, self.frames * HOP - len(x)))

    def babble(self):
        return sum(self.voice()[0] for _ in range(self.rng.integers(3, 7)))

    def reverberate(self, x):
        rng = self.rng
        length = int(rng.uniform(0.12, 0.5) * RATE)
        room = rng.standard_normal(length).astype(np.float32) * np.exp(-6.9 * np.arange(length) / length)
        room[:int(RATE / 1000 * rng.uniform(2, 15))] = 0
        room *= 10 ** (-rng.uniform(0, 12) / 20) / np.sqrt((room ** 2).sum() + 1e-9)
        room[0] = 1
        return fftconvolve(x, room)[:len(x)].astype(np.float32)

    def example(self):
        """(samples, chances), varied in time."""
        rng = self.rng
        if rng.random() < self.quiet:
            x = self.sound() if rng.random() < 0.85 else np.zeros(self.frames * HOP, np.float32)
            if rng.random() < 0.3:
                x = x + self.sound() * rng.uniform(0, 1)
            x, y = x * 10 ** (rng.uniform(-40, 6) / 20), self.rest(self.frames)
        else:
            x, y = self.voice()
            if self.happens(0.3):
                x = self.reverberate(x)
            if self.happens(0.7):
                noise = self.babble() if rng.random() < 0.25 else self.sound()
                level = np.sqrt(np.mean(x ** 2) / (np.mean(noise ** 2) + 1e-9)) * 10 ** (-rng.uniform(4, 30) / 20)
                x = x + noise * level
        x = x * 10 ** (rng.uniform(-24, 10) / 20)
        if self.happens(0.1):
            x = np.clip(x, -0.15, 0.15)
        if rng.random() < 0.6:
            x = x + rng.standard_normal(len(x)).astype(np.float32) * 10 ** (rng.uniform(-95, -62) / 20)
        return np.clip(x, -1, 1), y

    def channel(self):
        """Gain of a microphone, a loudspeaker or a line at each frequency."""
        gain = np.ones(BINS, np.float32)
        if self.happens(0.7):
            knots = np.linspace(np.log(60), np.log(8060), 7)
            gain *= 10 ** (np.interp(np.log(HZ + 60), knots, self.rng.normal(0, 4.5, 7)) / 20)
        if self.happens(0.15):
            gain *= 1 / (1 + (HZ / self.rng.choice([3400, 4000, 5500])) ** 24)
        if self.happens(0.1):
            gain *= 1 - 1 / (1 + (HZ / self.rng.uniform(120, 320)) ** 6)
        return gain

    def power(self, count):
        """(log power B x T x BANDS, chances B x T x 15)."""
        pairs = [self.example() for _ in range(count)]
        x = torch.from_numpy(np.stack([p[0] for p in pairs]).astype(np.float32))
        gains = torch.from_numpy(np.stack([self.channel() for _ in pairs]).astype(np.float32))
        power = (spectrum(x).abs() * gains[:, None]) ** 2
        banks = [self.banks[self.rng.integers(len(WARPS))] if self.happens(1.0) else self.straight for _ in pairs]
        return log_mel(power, torch.stack(banks)), torch.from_numpy(np.stack([p[1] for p in pairs]).astype(np.float32))

    def batch(self, count, prior):
        """(features B x T x BANDS, chances B x T x 15)."""
        log_power, chances = self.power(count)
        features = normalize(log_power, prior)
        for row in features:
            for _ in range(self.rng.integers(3)):
                width = int(self.rng.integers(1, 6))
                start = int(self.rng.integers(0, row.shape[1] - width))
                row[:, start:start + width] = 0
        return features, chances

    def prior(self, batches=6, count=16):
        """Mean log power of unvaried voices, where the running mean starts."""
        total = torch.zeros(self.banks.shape[2], dtype=torch.float64)
        frames = 0
        for _ in range(batches * count):
            x, y = self.voice(exact=True)
            log_power = log_mel(spectrum(torch.from_numpy(x)[None]).abs() ** 2, self.straight)[0]
            spoken = torch.from_numpy(y[:, 1:].sum(1) > 0.5)
            total += log_power[spoken].double().sum(0)
            frames += int(spoken.sum())
        return (total / frames).float().numpy()
