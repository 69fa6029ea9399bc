"""How the mouth takes loudness: voices of any level, speakers who become softer or louder, mumble or shout, and sounds
during which they do not speak at all. Through `flexatar track`, on the development speakers.

    levels.py SPEECH/dev --flexatar .build/release/flexatar
"""
import argparse
import json
import subprocess
import tempfile
import zlib
from pathlib import Path

import numpy as np
import soundfile

import sounds
from features import RATE
from phones import UNSCORED, frame_classes, read_segments

HOP = RATE // 100
# Shapes of a mouth that is seen to move, each by more than this.
SEEN = ("jawOpen", "mouthFunnel", "mouthPucker", "mouthLowerDownLeft", "mouthUpperUpLeft", "mouthStretchLeft",
        "mouthSmileLeft", "mouthRollLower", "mouthPressLeft")
VISIBLE = 0.06
FIRST_VOWEL = 10


class Track:
    """What `flexatar track` says of a sound."""

    program = "flexatar"

    def __init__(self, sound):
        with tempfile.TemporaryDirectory() as folder:
            wave, out = Path(folder) / "a.wav", Path(folder) / "a.jsonl"
            soundfile.write(wave, np.clip(sound, -1, 1), RATE)
            subprocess.run([self.program, "track", wave, "-o", out], check=True)
            header, *lines = [json.loads(line) for line in out.read_text().splitlines()]
        self.names = header["blendshapes"]
        self.visemes = np.array([line["v"] for line in lines]).argmax(1)
        self.shapes = np.array([line["b"] for line in lines])

    def shape(self, name):
        return self.shapes[:, self.names.index(name)]

    @property
    def moves(self):
        return np.max([self.shape(name) for name in SEEN], axis=0) > VISIBLE


def at(sound, decibels):
    """Speech whose loud part (within 20 dB of its vowels) has this level, dBFS."""
    power = (sound[:len(sound) // HOP * HOP].reshape(-1, HOP) ** 2).mean(1)
    loud = power[power > 0.01 * np.sort(power)[int(0.95 * len(power))]].mean()
    return sound * 10 ** (decibels / 20) / np.sqrt(loud)


def clips(folder, count):
    """One of each speaker: samples, a class a frame."""
    for speaker in sorted(folder.iterdir())[:count]:
        path = sorted(speaker.glob("*.flac"))[0]
        samples, rate = soundfile.read(path)
        assert rate == RATE, path
        labels = frame_classes(read_segments(path.with_suffix(".phones.tsv")), len(samples) // HOP)
        yield samples[:len(labels) * HOP], labels


def level_figures(voices):
    """The share of the first second's vowels in which the mouth is open, and of the right frames of the whole."""
    hiss = np.random.default_rng(1).standard_normal(60 * RATE + 40 * RATE)
    pause, silence = np.zeros(RATE // 5), np.zeros(60 * RATE)
    cases = {f"from {level} dBFS": lambda x, level=level: (x[:0], at(x, level)) for level in (-6, -20, -30, -40, -50)}
    cases |= {f"after a minute of silence, {level} dBFS": lambda x, level=level: (silence, at(x, level)) for level in (-20, -40)}
    for noise, level in ((-60, -20), (-60, -40), (-40, -20)):
        loud = 10 ** (noise / 20)
        cases[f"after a minute of noise of {noise} dBFS and in it, {level} dBFS"] = lambda x, loud=loud, level=level: (
            hiss[:60 * RATE] * loud, at(x, level) + hiss[60 * RATE:][:len(x)] * loud)
    cases["after itself"] = lambda x: (np.r_[at(x, -20), pause], at(x, -20))
    cases["20 dB softer after itself"] = lambda x: (np.r_[at(x, -20), pause], at(x, -40))
    cases["20 dB louder after itself"] = lambda x: (np.r_[at(x, -40), pause], at(x, -20))
    for name, make in cases.items():
        figures = []
        for samples, labels in voices:
            before, sound = make(samples)
            start = len(before) // HOP
            answers = Track(np.r_[before, sound]).visemes[start:start + len(labels)]
            first = slice(np.flatnonzero(labels > 0)[0], np.flatnonzero(labels > 0)[0] + 100)
            vowels = (labels[first] >= FIRST_VOWEL) & (labels[first] != UNSCORED)
            figures.append(((answers[first][vowels] != 0).mean(), (answers == labels)[labels != UNSCORED].mean()))
        print("  {}: {:.2f} open in its first second, {:.2f} right".format(name, *np.nanmean(figures, axis=0)))


def tilted(sound, decibels):
    """Brighter by so many decibels far above 1.1 kHz than far below."""
    hz = np.fft.rfftfreq(len(sound), 1 / RATE)
    return np.fft.irfft(np.fft.rfft(sound) * 10 ** (decibels / 40 * np.tanh(np.log2(np.maximum(hz, 1) / 1100))), len(sound))


def effort_figures(voices):
    """Mean jaw and lower lip in vowels of each manner of speaking, after the same words spoken normally."""
    manners = {"normal": (0, -26), "mumbled": (-6, -38), "shouted": (7, -14), "12 dB softer": (0, -38), "12 dB louder": (0, -14)}
    for name, (tilt, level) in manners.items():
        means = []
        for samples, labels in voices:
            track = Track(np.r_[at(samples, -26), at(tilted(samples, tilt), level)])
            vowels = np.flatnonzero((labels >= FIRST_VOWEL) & (labels != UNSCORED))
            vowels = vowels[vowels > 150] + len(labels)
            means.append((track.shape("jawOpen")[vowels].mean(), track.shape("mouthLowerDownLeft")[vowels].mean()))
        print("  {}: jaw {:.3f}, lower lip {:.3f}".format(name, *np.mean(means, axis=0)))


def rest_figures(voices, seconds):
    """Share of the time in which the mouth is seen to move although the speaker is silent."""
    every = []
    for name, make in sounds.KINDS.items():
        shares = []
        for level in (-20, -40):
            sound = make(np.random.default_rng(zlib.crc32(name.encode()) + 3), seconds)
            shares.append(Track(sound * 10 ** (level / 20) / np.sqrt(np.mean(sound ** 2))).moves.mean())
        print("  {}: {:.3f} at -20 dBFS, {:.3f} at -40 dBFS".format(name, *shares), flush=True)
        every.append(shares)
    print("  all of them: {:.4f} at -20 dBFS, {:.4f} at -40 dBFS".format(*np.mean(every, axis=0)))
    near = np.r_[at(voices[0][0], -20), np.zeros(RATE // 2)]
    rng = np.random.default_rng(5)
    others = np.concatenate([at(sounds.far(rng, samples), 0) for samples, _ in voices[1:6]])
    for level in (-20, -25, -30, -35, -40):
        moves = Track(np.r_[near, others * 10 ** ((level - 20) / 20)]).moves
        print(f"  another voice in the room, {-level} dB under the speaker: {moves[len(near) // HOP + 20:].mean():.3f}")


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("speech", type=Path)
    words.add_argument("--flexatar", default="flexatar")
    words.add_argument("--seconds", type=float, default=20, help="of each sound without a voice")
    args = words.parse_args()
    Track.program = args.flexatar
    voices = list(clips(args.speech, 10))
    print("levels")
    level_figures(voices[:8])
    print("effort")
    effort_figures(voices)
    print("rest")
    rest_figures(voices, args.seconds)


if __name__ == "__main__":
    main()
