"""Sung voices from spoken ones: the mouth must move to them, although their pitch keeps still as an instrument's does.

A linear-prediction vocoder (order 18, 30 ms windows): the vocal tract is the voice's own, the pulses are new, on the notes
of a scale with vibrato.
"""
import numpy as np
from scipy.linalg import solve_toeplitz
from scipy.signal import lfilter

from features import HOP, RATE

ORDER, WINDOW, TAIL = 18, 480, 320
LOWEST, HIGHEST = RATE // 400, RATE // 70            # periods of a voice
SCALE = np.array([0, 2, 4, 5, 7, 9, 11, 12])


def analysed(samples):
    """Of every 10 ms: the predictor (ORDER + 1), the power of what it leaves, how voiced it is 0...1, its period."""
    flat = np.pad(lfilter([1, -0.97], [1], samples), WINDOW)
    plain = np.pad(samples, WINDOW)
    frames = []
    for at in range(WINDOW, len(plain) - WINDOW, HOP):
        piece = flat[at - WINDOW // 2 + HOP // 2:][:WINDOW] * np.hanning(WINDOW)
        power = np.correlate(piece, piece, "full")[WINDOW - 1:WINDOW + ORDER]
        power[0] = power[0] * 1.0001 + 1e-9
        row = np.r_[1, -solve_toeplitz(power[:-1], power[1:])]
        piece = plain[at - WINDOW // 2 + HOP // 2:][:WINDOW] * np.hanning(WINDOW)
        like = np.fft.irfft(np.abs(np.fft.rfft(piece, 2 * WINDOW)) ** 2)[:HIGHEST + 1]
        like = like / (like[0] + 1e-9) / (1 - np.arange(HIGHEST + 1) / WINDOW)
        period = LOWEST + int(like[LOWEST:].argmax())
        frames.append((row, max(float(row @ power), 0) / WINDOW, float(np.clip(2.5 * like[period] - 1, 0, 1)), period))
    return frames


def melody(rng, count, root):
    """The pitch (Hz) of `count` samples: a note for 0.25 to 1.2 s, then a short glide to the next, vibrato on long ones."""
    notes, place = [], 3
    while sum(map(len, notes)) < count:
        place = int(np.clip(place + rng.integers(-2, 3), 0, len(SCALE) - 1))
        t = np.arange(int(RATE * rng.uniform(0.25, 1.2))) / RATE
        vibrato = rng.uniform(0, 0.6) * np.clip(3 * (t - 0.2), 0, 1) * np.sin(2 * np.pi * rng.uniform(4.5, 6.5) * t)
        notes.append(root + SCALE[place] + vibrato)
    away = np.exp(-1 / (RATE * rng.uniform(0.01, 0.04)))
    steps = np.concatenate(notes)[:count]
    return 440 * 2 ** ((lfilter([1 - away], [1, -away], steps, zi=[away * steps[0]])[0] - 69) / 12)


def sung(rng, samples):
    """The same words at the same times, sung."""
    frames = analysed(samples)
    voiced = [period for _, _, share, period in frames if share > 0.6]
    usual = RATE / np.median(voiced) if voiced else 150
    hz = melody(rng, len(samples) + WINDOW, 69 + 12 * np.log2(usual / 440) + rng.uniform(-2, 5))
    turns = np.cumsum(hz * (1 + 0.004 * rng.standard_normal(len(hz)))) / RATE
    pulses = np.diff(np.floor(turns), prepend=0) * np.sqrt(RATE / hz) * (1 + 0.05 * rng.standard_normal(len(hz)))
    noise = rng.standard_normal(len(hz))
    window, out = np.hanning(2 * HOP + 1)[:-1], np.zeros(len(samples) + WINDOW + TAIL + HOP)
    for number, (row, power, share, _) in enumerate(frames):
        at = number * HOP
        drive = (share * pulses[at:at + 2 * HOP] + (1 - 0.9 * share) * noise[at:at + 2 * HOP]) * window
        out[at:at + 2 * HOP + TAIL] += lfilter([np.sqrt(power)], row, np.pad(drive, (0, TAIL)))
    out = lfilter([1], [1, -0.97], out)[HOP // 2:][:len(samples)]
    return out * np.sqrt(np.mean(samples ** 2) / (np.mean(out ** 2) + 1e-12))
