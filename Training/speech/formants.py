"""Voices made of pulses and resonances, which no speaker resembles: of 80 to 500 Hz, from tracts of men to small children,
soft and pressed, hoarse and clear. The mouth must move to them as to any other voice.

A word is one syllable or a few, each an onset (none, a glide, a hiss or a gap), a vowel that may move on to another, and
now and then a glide; between words nobody speaks. A source in the manner of Klatt (pulses with an open phase and a tilt,
noise of breath) drives three or four resonances in a row, which go from target to target.
"""
import numpy as np
from scipy.signal import lfilter, sosfilt

from features import HOP, RATE
from phones import UNSCORED, class_of

# Resonances of men, Hz: Peterson & Barney, J. Acoustical Society of America 24 (1952); glides: Klatt, ibid. 67 (1980).
VOWELS = {"IY": (270, 2290, 3010), "IH": (390, 1990, 2550), "EH": (530, 1840, 2480), "AE": (660, 1720, 2410),
          "AH": (640, 1190, 2390), "AA": (730, 1090, 2440), "AO": (570, 840, 2410), "UH": (440, 1020, 2240),
          "UW": (300, 870, 2240), "ER": (490, 1350, 1690)}
GLIDES = {"W": (290, 610, 2150), "Y": (260, 2070, 3020), "R": (310, 1060, 1380), "L": (310, 1050, 2880)}
HISSES = {"S": (4500, 7200), "SH": (2200, 4500)}
BLOCK = 160                                      # samples between which the resonances stand still
CHANTS = 0.5                                     # share of the voices that say one word again and again
EDGE = 3                                         # frames beside a pause that nobody is asked about


def between(rng, low, high):
    """A number whose logarithm is uniform."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def spoken(rng, most, known, pace):
    """[(phone, seconds)] of a word of `most` syllables at most."""
    phones = []
    for _ in range(rng.integers(1, most + 1)):
        onset = rng.choice(["", "glide", "glide", "hiss", "HH", "GAP"])
        if onset:
            phone = {"glide": tuple(GLIDES), "hiss": tuple(HISSES)}.get(onset, (onset,))
            phones.append((rng.choice(phone), rng.uniform(0.05, 0.12) * pace))
        for _ in range(rng.choice([1, 1, 2])):
            phones.append((rng.choice(known), between(rng, 0.07, 0.3) * pace))
        if rng.random() < 0.3:
            phones.append((rng.choice(tuple(GLIDES)), rng.uniform(0.05, 0.12) * pace))
    return phones


def script(rng, seconds):
    """[(phone, seconds)]; "SIL" between words, "GAP" within them."""
    phones, at, pace = [("SIL", rng.uniform(0, 1.5) if rng.random() < 0.7 else 0.02)], 0.0, between(rng, 0.6, 2)
    most = rng.choice([1, 2, 6])                  # calls, short words, sentences
    known = rng.permutation(tuple(VOWELS))[:rng.choice([1, 2, 10])]    # "la la la" takes one vowel
    chanted, word = rng.random() < CHANTS, []     # one word again and again: the running mean takes its vowels away
    while at < seconds:
        if not (chanted and word):
            word = spoken(rng, most, known, pace)
        phones += [(phone, length * between(rng, 0.9, 1.1)) for phone, length in word] if chanted else word
        phones.append(("SIL", between(rng, 0.04, 0.3 if chanted else 1.5)))
        at = sum(length for _, length in phones)
    return phones


def courses(rng, phones, tract):
    """Resonances (Hz) of every sample: N x 4, smooth from phone to phone. A gap and a hiss have those of what follows."""
    rows, following = [], VOWELS["AH"]
    for phone, _ in reversed(phones):
        following = VOWELS.get(phone) or GLIDES.get(phone) or following
        rows.append((*following, 3400))
    rows = np.array(rows[::-1]) * tract * np.exp(rng.normal(0, 0.04, (len(phones), 4)))
    counts = [int(length * RATE) for _, length in phones]
    steps = np.log(np.repeat(rows, counts, 0))
    width = int(RATE * between(rng, 0.03, 0.25))
    sums = np.cumsum(np.pad(steps, ((width, width), (0, 0)), "edge"), 0)
    return np.exp((sums[width:] - sums[:-width]) / width)[width // 2:][:len(steps)]


def swelling(rng, phones, which, rise, fall):
    """How loud the phones of a kind are at every sample, 0...1."""
    parts = [np.full(int(length * RATE), rng.uniform(0.6, 1) if which(phone) else 0.0) for phone, length in phones]
    loud = np.concatenate(parts)
    up, down = np.exp(-1 / (RATE * rise)), np.exp(-1 / (RATE * fall))
    return np.minimum(lfilter([1 - up], [1, -up], loud), lfilter([1 - down], [1, -down], loud[::-1])[::-1])


def pitches(rng, phones, usual):
    """Hz of every sample: it falls over a word, glides in every syllable, and trembles a little."""
    line, high = [], 0.0
    for phone, length in phones:
        if phone == "SIL":
            high = rng.uniform(0, 4)
        turn = high + rng.uniform(-2.5, 2.5)
        line.append(np.linspace(high, turn, int(length * RATE)))
        high = 0.6 * turn - rng.uniform(0, 1)
    away = np.exp(-1 / (RATE * 0.02))
    semitones = lfilter([1 - away], [1, -away], np.concatenate(line))
    return np.clip(usual * 2 ** (semitones / 12), 60, 600)


def pulses(rng, hz):
    """The flow through the glottis, differentiated: each period opens for a share of it and closes at once."""
    jitter = np.interp(np.arange(len(hz)), np.arange(0, len(hz) + 100, 100),
                       rng.standard_normal(len(hz) // 100 + 2)[:len(np.arange(0, len(hz) + 100, 100))])
    turns = np.cumsum(hz * (1 + between(rng, 1e-3, 0.02) * jitter)) / RATE + rng.random()
    number, place = np.divmod(turns, 1)
    open_share = rng.uniform(0.35, 0.85)
    within = np.minimum(place / open_share, 1)
    flow = (2 * within - 3 * within ** 2) * (place < open_share)
    if rng.random() < 0.4:                       # or bare pulses
        flow = np.diff(number, prepend=number[0]) * RATE / 400
    shimmer = 1 + between(rng, 0.01, 0.15) * rng.standard_normal(int(number[-1]) + 2)
    tilt = rng.uniform(0.3, 0.96)
    return lfilter([1 - tilt], [1, -tilt], flow * shimmer[number.astype(int)])


def resonant(rng, x, hz, count):
    """x through `count` resonances that follow `hz` (N x 4)."""
    widths = np.array([rng.uniform(50, 130), rng.uniform(60, 160), rng.uniform(90, 250), rng.uniform(150, 400)])[:count]
    out, state = np.empty(len(x)), np.zeros((count, 2))
    radius = np.exp(-np.pi * widths / RATE)
    for at in range(0, len(x), BLOCK):
        a1 = -2 * radius * np.cos(2 * np.pi * np.minimum(hz[at, :count], 7400) / RATE)
        a2 = radius ** 2
        one = np.ones(count)
        sections = np.stack([1 + a1 + a2, 0 * one, 0 * one, one, a1, a2], 1)
        out[at:at + BLOCK], state = sosfilt(sections, x[at:at + BLOCK], zi=state)
    return out


def voice(rng, seconds):
    """(samples, class of every frame): a made voice; UNSCORED in gaps and beside pauses."""
    usual = between(rng, 80, 400)
    tract = np.clip((usual / 110) ** 0.25 * np.exp(rng.normal(0, 0.08)), 0.9, 1.5)
    phones = script(rng, seconds)
    hz = courses(rng, phones, tract)
    rise, fall = between(rng, 0.003, 0.03), between(rng, 0.01, 0.05)
    voiced = swelling(rng, phones, lambda phone: phone in VOWELS or phone in GLIDES, rise, fall)
    breathy = swelling(rng, phones, lambda phone: phone == "HH", 0.01, 0.02)
    source = pulses(rng, pitches(rng, phones, usual))
    source /= source.std() + 1e-9
    noise = rng.standard_normal(len(source))
    drive = source * voiced + noise * (between(rng, 0.002, 0.3) * voiced + 0.3 * breathy)
    out = resonant(rng, drive, hz, rng.integers(3, 5))
    if rng.random() < 0.7:                       # what the lips radiate
        out = np.diff(out, prepend=0)
    out /= out.std() + 1e-9
    for phone, (low, high) in HISSES.items():
        loud = swelling(rng, phones, lambda its, phone=phone: its == phone, 0.015, 0.015)
        spectrum = np.fft.rfft(noise)
        at = np.fft.rfftfreq(len(noise), 1 / RATE)
        spectrum *= np.exp(-0.5 * ((at - rng.uniform(low, high)) / rng.uniform(500, 1500)) ** 2)
        hiss = np.fft.irfft(spectrum, len(noise))
        out = out + hiss / hiss.std() * loud * between(rng, 0.1, 0.7)
    edges = np.cumsum([0.0] + [length for _, length in phones])
    times = (np.arange(len(out) // HOP) + 0.5) * HOP / RATE
    number = np.searchsorted(edges, times, "right") - 1
    of_phone = np.array([UNSCORED if phone == "GAP" else class_of(phone) for phone, _ in phones], np.int8)
    classes = of_phone[np.minimum(number, len(phones) - 1)]
    changes = np.flatnonzero(np.diff(classes == 0)) + 1
    for change in changes:
        classes[max(0, change - EDGE):change + EDGE] = UNSCORED
    count = int(seconds * RATE / HOP)
    return out[:count * HOP], classes[:count]
