"""Training material made here: voices of flite with their phone times, and sounds during which nobody speaks.

    synthesise.py --data SPEECH --out WORK/flite    # VOICE-NUMBER.flac with its .phones.tsv: of the training texts
"""
import argparse
import csv
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import lfilter

from features import RATE
from music import ensembles, pads, signals, tunes
from phones import UNSCORED, class_of, symbol

VOICES = ("slt", "rms", "awb")   # the three whose printed phone times match their wave


def flite(text, voice, stretch, pitch):
    """(samples, segments) of a sentence; `stretch` > 1 speaks slower, `pitch` in Hz is the mean."""
    with tempfile.TemporaryDirectory() as folder:
        wave = Path(folder) / "voice.wav"
        printed = subprocess.run(
            ["flite", "-voice", voice, "--setf", f"duration_stretch={stretch:.3f}", "--setf",
             f"int_f0_target_mean={pitch:.1f}", "-psdur", "-t", text, str(wave)],
            capture_output=True, text=True, check=True).stdout
        samples, rate = soundfile.read(wave)
    assert rate == RATE
    segments, at = [], 0.0
    for item in printed.split():
        phone, _, end = item.rpartition(":")
        if not phone:
            continue
        end = float(end)
        viseme = 0 if phone == "pau" else class_of(phone)
        if segments and segments[-1][2] == viseme:
            segments[-1] = (segments[-1][0], end, viseme)
        else:
            segments.append((at, end, viseme))
        at = end
    assert abs(at - len(samples) / RATE) < 0.03, (voice, at, len(samples) / RATE)
    assert all(viseme != UNSCORED for _, _, viseme in segments), printed
    return samples, segments


def stretched(samples, factor):
    """The same voice at the same pitch, `factor` times as slow: 30 ms pieces laid where they continue best (WSOLA)."""
    piece, step, reach = 480, 240, 128
    window = np.hanning(piece + 1)[:piece]
    count = int(len(samples) * factor) // step
    padded = np.pad(samples, (reach, piece + step + 2 * reach))
    out = np.zeros(count * step + piece)
    follow = None
    for k in range(count):
        at = int(k * step / factor)              # in `padded` the search begins `reach` before this sample
        if follow is None:
            best = at + reach
        else:
            field = padded[at:at + 2 * reach + piece]
            wanted = padded[follow:follow + piece]
            energy = np.convolve(field ** 2, np.ones(piece), "valid")
            best = at + int(np.argmax(np.correlate(field, wanted, "valid") / np.sqrt(energy + 1e-6)))
        out[k * step:k * step + piece] += window * padded[best:best + piece]
        follow = best + step
    return out[:int(len(samples) * factor)]


def coloured_noise(rng, seconds):
    """Noise of a random slope (white to brown) with random resonances and slow swells."""
    n = int(seconds * RATE)
    spectrum = np.fft.rfft(rng.standard_normal(n))
    hz = np.fft.rfftfreq(n, 1 / RATE)
    shape = (hz + 60.0) ** -rng.uniform(0, 1.1)
    for _ in range(rng.integers(0, 4)):
        shape *= 1 + rng.uniform(0, 4) * np.exp(-0.5 * ((hz - rng.uniform(80, 6000)) / rng.uniform(40, 900)) ** 2)
    noise = np.fft.irfft(spectrum * shape, n)
    if rng.random() < 0.5:
        knots = np.exp(rng.normal(0, 0.7, max(2, int(seconds * rng.uniform(0.3, 3)))))
        noise *= np.interp(np.linspace(0, len(knots) - 1, n), np.arange(len(knots)), knots)
    return noise


def hum(rng, seconds):
    """Mains and fans: a few steady harmonics over noise."""
    t = np.arange(int(seconds * RATE)) / RATE
    base = rng.choice([50, 60, rng.uniform(70, 240)])
    tones = sum(rng.uniform(0, 1) / k * np.sin(2 * np.pi * (base * k * t + rng.random())) for k in range(1, 12))
    return tones + 0.3 * coloured_noise(rng, seconds)


def clicks(rng, seconds):
    """Keys, mouse, knocks: short decaying bursts."""
    n = int(seconds * RATE)
    out = 0.01 * rng.standard_normal(n)
    for _ in range(int(seconds * rng.uniform(1, 8))):
        length = int(RATE * rng.uniform(0.005, 0.09))
        burst = rng.standard_normal(length) * np.exp(-6 * np.arange(length) / length)
        burst = lfilter([1], [1, -rng.uniform(-0.5, 0.95)], burst)
        at = rng.integers(0, n - length)
        out[at:at + length] += burst / (np.abs(burst).max() + 1e-9) * rng.uniform(0.2, 1)
    return out


def breaths(rng, seconds):
    """In- and out-breaths: noise through broad resonances, swelling for half a second, with rests between."""
    n = int(seconds * RATE)
    out = 0.004 * rng.standard_normal(n)
    at = 0
    while at < n:
        length = min(int(RATE * rng.uniform(0.25, 1.1)), n - at)
        noise = rng.standard_normal(length)
        for _ in range(rng.integers(1, 4)):
            centre, width = rng.uniform(500, 4500), rng.uniform(300, 1200)
            radius = np.exp(-np.pi * width / RATE)
            noise = lfilter([1 - radius], [1, -2 * radius * np.cos(2 * np.pi * centre / RATE), radius ** 2], noise)
        out[at:at + length] += np.sin(np.pi * np.arange(length) / max(length, 1)) ** rng.uniform(0.7, 2) \
            * noise / (noise.std() + 1e-9) * rng.uniform(0.1, 0.5)
        at += length + int(RATE * rng.uniform(0.2, 1.5))
    return out


def music(rng, seconds):
    """Chords of plucked, bowed and blown tones over a bass, with or without drums."""
    n = int(seconds * RATE)
    out = np.zeros(n)
    beat = rng.uniform(0.25, 0.7)
    root = rng.uniform(36, 60)
    scale = np.array([0, 2, 4, 5, 7, 9, 11, 12, 14, 16])
    decay, vibrato = rng.uniform(0.3, 6), rng.uniform(0, 0.006)
    harmonics = 1 / np.arange(1, rng.integers(4, 14)) ** rng.uniform(0.6, 2)
    drums = rng.random() < 0.5
    for start in np.arange(0, seconds, beat):
        for note in rng.choice(scale, rng.integers(1, 5), replace=False):
            hz = 440 * 2 ** ((root + note + 12 * rng.integers(-1, 3) - 69) / 12)
            length = min(int(RATE * beat * rng.choice([1, 1, 2, 4])), n - int(start * RATE))
            t = np.arange(length) / RATE
            phase = 2 * np.pi * hz * (t + vibrato * np.sin(2 * np.pi * 5.5 * t) / 5.5)
            tone = sum(h * np.sin((k + 1) * phase) for k, h in enumerate(harmonics) if hz * (k + 1) < 7800)
            envelope = np.minimum(t / 0.01, 1) * np.exp(-decay * t) * np.minimum((length / RATE - t) / 0.02, 1)
            out[int(start * RATE):][:length] += tone * envelope * rng.uniform(0.3, 1)
        if drums:
            length = min(int(0.15 * RATE), n - int(start * RATE))
            t = np.arange(length) / RATE
            hit = np.sin(2 * np.pi * 60 * t) if rng.random() < 0.5 else rng.standard_normal(length)
            out[int(start * RATE):][:length] += 2 * hit * np.exp(-t / 0.04)
    return out


# Noise and what swells like a voice twice as often as the others.
SOUNDS = (coloured_noise, hum, clicks, breaths, music, pads, tunes, ensembles, signals, coloured_noise, pads, tunes)


def scaled(samples):
    """To the loudness all material is stored with (RMS 0.06), as 16-bit."""
    samples = samples * (0.06 / (np.sqrt(np.mean(samples ** 2)) + 1e-9))
    return (np.clip(samples, -1, 1) * 32767).astype(np.int16)


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--data", type=Path, required=True)
    words.add_argument("--out", type=Path, required=True)
    words.add_argument("--sentences", type=int, default=240)
    words.add_argument("--seed", type=int, default=1)
    args = words.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(args.seed)
    manifest = csv.DictReader(open(args.data / "manifest.tsv"), delimiter="\t", quoting=csv.QUOTE_NONE)
    texts = [row["transcript"].replace("<unk>", "") for row in manifest
             if row["split"] == "train" and row["transcript"] and "CC-BY-SA" not in row["licence"]]
    for number in range(args.sentences):
        said = texts[rng.integers(len(texts))].split()
        length = min(len(said), 24)
        start = rng.integers(0, len(said) - length + 1)
        voice = VOICES[number % len(VOICES)]
        pitch = rng.uniform(150, 235) if voice == "slt" else rng.uniform(80, 150)
        samples, segments = flite(" ".join(said[start:start + length]), voice, rng.uniform(0.8, 1.2), pitch)
        base = args.out / f"{voice}-{number:03}"
        soundfile.write(f"{base}.flac", scaled(samples), RATE)
        Path(f"{base}.phones.tsv").write_text("".join(f"{a:.4f}\t{b:.4f}\t{symbol(c)}\n" for a, b, c in segments))


if __name__ == "__main__":
    main()
