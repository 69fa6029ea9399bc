"""Music and signals for the training, during which nobody speaks: instruments drawn at random that play chords, tunes or
both, and what telephones, doors and sirens make.

An instrument is a few wave tables from dull to bright, between which its envelope and a slow swing lead: its tones swell,
open and close as bowed, blown, sung and filtered ones do.
"""
import numpy as np
from scipy.signal import fftconvolve, lfilter

from features import RATE

TABLE, TABLES, TOP_HZ = 2048, 9, 7800.0
SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 4, 7, 9), (0, 3, 5, 7, 10), tuple(range(12)))
CHORDS = ((0, 4, 7), (0, 3, 7), (0, 7, 12), (0, 4, 7, 11), (0, 3, 7, 10), (0, 5, 7), (0, 4, 7, 12, 16), (0, 3, 8, 12))


def between(rng, low, high):
    """A number whose logarithm is uniform."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def hertz(note):
    return 440 * 2 ** ((note - 69) / 12)


def placed(out, start, tone):
    """Adds a tone to a piece from `start` (s) on, as far as the piece goes."""
    at = int(start * RATE)
    tone = tone[:max(0, len(out) - at)]
    out[at:at + len(tone)] += tone


class Instrument:
    """What the tones of one instrument have in common; drawn once."""

    def __init__(self, rng, attack):
        """`attack`: the range of its tones' rise, s."""
        self.rng = rng
        self.attack, self.release = between(rng, *attack), between(rng, 0.02, 0.8)
        self.decay = between(rng, 0.2, 6) if rng.random() < 0.3 else 0.0                    # a second
        self.slopes = rng.uniform(0.5, 2.5) + np.array([rng.uniform(0, 2), 0])
        self.odd = rng.random() < 0.15
        self.peaks = [(between(rng, 150, 5000), rng.uniform(0.08, 0.5), rng.uniform(0, 8))
                      for _ in range(rng.integers(0, 6))]                                    # Hz, octaves, gain
        if rng.random() < 0.25:                                     # as narrow and high as a mouth's: choirs, talk boxes
            self.peaks = [(hz, between(rng, 0.05, 0.25), between(rng, 4, 40)) for hz, _, _ in self.peaks]
        self.shift = 2 ** rng.uniform(-0.6, 0.6)                    # where the peaks lie while it is bright
        self.cut = between(rng, 500, 9000)
        self.phases = rng.uniform(0, 2 * np.pi, TABLE)
        self.cents = rng.normal(0, between(rng, 0.5, 12), rng.choice([1, 1, 2, 2, 3, 6]))
        self.wander = between(rng, 0.3, 12) * (rng.random() < 0.4)                            # cents, each voice by itself
        self.vibrato = rng.uniform(0, 45) * (rng.random() < 0.6), rng.uniform(3.5, 7.5), rng.uniform(0, 0.5)
        self.tremolo = rng.uniform(0, 0.4) * (rng.random() < 0.3), rng.uniform(2, 9)
        self.swing = rng.uniform(0, 0.5) * (rng.random() < 0.4), between(rng, 0.1, 6)
        self.follow = rng.uniform(0, 1)
        self.breath = between(rng, 3e-3, 0.2) if rng.random() < 0.4 else 0.0
        # A filter that opens and closes, by itself or with the tone: octaves, gain where it cuts, closing (or opening) a second,
        # in octaves or in hertz.
        self.sweep = (rng.uniform(1, 4.5), between(rng, 0.1, 8), between(rng, 0.5, 12) * (rng.random() < 0.8)) \
            if rng.random() < 0.6 else (0, 0, 0)
        self.opens, self.steady = rng.random() < 0.2, rng.random() < 0.5
        self.bend = (rng.uniform(0.02, 0.5), rng.choice([0.5, 1, 2, 3, 3.5])) if rng.random() < 0.15 else None

    def tables(self, hz):
        """A period of the tone each, from dull to bright."""
        count = min(TABLE // 2, max(1, int(TOP_HZ / hz)))
        number = np.arange(1, count + 1)
        made = []
        for bright in np.linspace(0, 1, TABLES):
            slope = self.slopes[0] + bright * (self.slopes[1] - self.slopes[0])
            cut = self.cut * 2 ** (self.sweep[0] * (bright - 1))
            loud = number ** -slope / (1 + (number * hz / cut) ** 4)
            loud = loud * (1 + self.sweep[1] * np.exp(-0.5 * (np.log2(number * hz / cut) / 0.25) ** 2))
            for place, width, gain in self.peaks:
                place = place * self.shift ** bright
                loud = loud * (1 + gain * np.exp(-0.5 * (np.log2(number * hz / place) / width) ** 2))
            if self.odd:
                loud[1::2] *= 0.1
            spectrum = np.zeros(TABLE // 2 + 1, complex)
            spectrum[1:count + 1] = loud * np.exp(1j * self.phases[:count])
            table = np.fft.irfft(spectrum, TABLE)
            made.append(table / (table.std() + 1e-12))
        return np.array(made)

    def tone(self, hz, loud=1.0):
        """A tone of the pitch `hz` at every sample, which dies away towards the end of them."""
        rng, count = self.rng, len(hz)
        t = np.arange(count) / RATE
        left = (count / RATE - t) / min(self.release, 0.5 * count / RATE)
        envelope = np.minimum(t / self.attack, 1) * np.exp(-self.decay * t) * np.minimum(left, 1)
        depth, rate = self.tremolo
        envelope = envelope * (1 + depth * np.sin(2 * np.pi * rate * t))
        depth, rate, after = self.vibrato
        hz = hz * 2 ** (depth / 1200 * np.clip(4 * (t - after), 0, 1) * np.sin(2 * np.pi * rate * t))
        depth, rate = self.swing
        mix = np.clip(self.follow * envelope + (1 - self.follow) * 0.5 + depth * np.sin(2 * np.pi * rate * t), 0, 1)
        octaves, _, closing = self.sweep
        if closing:
            fallen = np.exp(-closing * t)
            if self.steady:
                fallen = np.log2(1 + (2 ** octaves - 1) * fallen) / octaves
            mix *= 1 - fallen if self.opens else fallen
        tables = self.tables(float(hz.max()))
        lower = np.minimum((mix * (TABLES - 1)).astype(np.int64), TABLES - 2)
        mix = mix * (TABLES - 1) - lower
        out = np.zeros(count)
        turns = np.cumsum(hz) / RATE
        for cents in self.cents:
            phase = turns * 2 ** (cents / 1200) + rng.random()
            if self.wander:
                rate = between(rng, 0.2, 6)
                phase = phase + hz * self.wander / 1731 * np.sin(2 * np.pi * (rate * t + rng.random())) / (2 * np.pi * rate)
            if self.bend:
                phase = phase + self.bend[0] * np.sin(2 * np.pi * self.bend[1] * turns) / (2 * np.pi)
            place = (phase * TABLE).astype(np.int64) % TABLE
            out += tables[lower, place] * (1 - mix) + tables[lower + 1, place] * mix
        if self.breath:
            out += self.breath * 3 * lfilter([0.3], [1, -0.7], rng.standard_normal(count)) * len(self.cents)
        return loud * envelope * out / np.sqrt(len(self.cents))


class Bell:
    """Struck bars, bells and strings: partials in no simple order that fade at their own rates."""

    def __init__(self, rng):
        count = rng.integers(1, 9)
        self.ratios = np.sort(np.r_[1, rng.uniform(1.5, 9, count)])
        self.fading = between(rng, 0.5, 12) * self.ratios ** rng.uniform(0, 1)
        self.louds = rng.uniform(0.1, 1, count + 1) / self.ratios ** rng.uniform(0, 1.5)

    def tone(self, hz, loud=1.0):
        t = np.arange(len(hz)) / RATE
        kept = self.ratios * hz[0] < TOP_HZ
        out = sum(a * np.exp(-fade * t) * np.sin(2 * np.pi * ratio * hz[0] * t)
                  for ratio, fade, a in zip(self.ratios[kept], self.fading[kept], self.louds[kept]))
        return loud * out * np.minimum(t / 0.003, 1)


def room(rng, x):
    """Half of the pieces in a hall."""
    if rng.random() < 0.5:
        return x
    count = int(RATE * between(rng, 0.3, 2.5))
    tail = rng.standard_normal(count) * np.exp(-6.9 * np.arange(count) / count)
    tail *= 10 ** (rng.uniform(-12, 3) / 20) / np.sqrt((tail ** 2).sum())
    tail[0] += 1
    return fftconvolve(x, tail)[:len(x)]


def begun(rng):
    """Where a piece begins: most in the middle of it."""
    return rng.uniform(0, 2) if rng.random() < 0.3 else -rng.uniform(0, 1)


def chords(rng, seconds, attack=(0.01, 1.5)):
    """Two to five tones at once, one chord flowing into the next or standing for long."""
    out, instrument = np.zeros(int(seconds * RATE)), Instrument(rng, attack)
    root, beat, over = rng.integers(36, 66), between(rng, 0.3, 4), rng.uniform(0.6, 1.4)
    start = max(0.0, begun(rng))
    while start < seconds:
        base = root + rng.choice([0, 5, 7, 9, 2, 4])
        for interval in CHORDS[rng.integers(len(CHORDS))]:
            hz = np.full(int(RATE * (beat * over + 0.3)), hertz(base + interval))
            placed(out, start + rng.uniform(0, 0.02), instrument.tone(hz, rng.uniform(0.5, 1)))
        start += beat * rng.choice([1, 1, 2])
    return out


def tune(rng, seconds, attack=(0.003, 0.25)):
    """One tone after the other, apart or gliding into each other, now and then over a drone or in two parts."""
    out = np.zeros(int((seconds + 0.01) * RATE))
    instrument = Bell(rng) if rng.random() < 0.1 else Instrument(rng, attack)
    scale, root = SCALES[rng.integers(len(SCALES))], rng.integers(40, 76)
    gliding, beat, part = rng.random() < 0.3, between(rng, 0.12, 0.6), rng.choice([0, 0, 0, 3, 4, 7, 12])
    start, place, pitches = max(0.0, begun(rng)), rng.integers(0, 12), []
    while start < seconds:
        place = int(np.clip(place + rng.integers(-3, 4), -5, 14))
        note = root + 12 * (place // len(scale)) + scale[place % len(scale)]
        length = beat * rng.choice([1, 1, 1, 2, 3, 0.5])
        if gliding:
            pitches.append(np.full(int(length * RATE), hertz(note)))
        elif rng.random() < 0.92:
            for interval in {0, part}:
                hz = np.full(int(RATE * length * rng.uniform(0.6, 1.1)) + 400, hertz(note + interval))
                placed(out, start, instrument.tone(hz, rng.uniform(0.6, 1)))
        start += length
    if gliding:
        away = np.exp(-1 / (RATE * between(rng, 0.004, 0.08)))
        placed(out, max(0, seconds - sum(map(len, pitches)) / RATE), instrument.tone(
            np.exp(lfilter([1 - away], [1, -away], np.log(np.concatenate(pitches)), zi=[away * np.log(pitches[0][0])])[0])))
    if rng.random() < 0.15:
        drone = Instrument(rng, (0.01, 0.5))
        placed(out, 0, 0.5 * drone.tone(np.full(len(out), hertz(root - 12))))
    return out[:int(seconds * RATE)]


def beats(rng, seconds):
    """Drums: a falling tone and bursts of noise on a grid."""
    out, step = np.zeros(int(seconds * RATE)), rng.uniform(0.1, 0.25)
    t = np.arange(int(0.25 * RATE)) / RATE
    chances, fading = rng.uniform(0, 0.9, (3, 8)), rng.uniform(8, 80, 3)
    for number, start in enumerate(np.arange(0, seconds, step)):
        kick, snare, hat = rng.random(3) < chances[:, number % 8]
        noise = rng.standard_normal(len(t))
        placed(out, start, kick * np.sin(2 * np.pi * (55 * t + 2 * (1 - np.exp(-t / 0.03)))) * np.exp(-fading[0] * t)
               + 0.6 * snare * noise * np.exp(-fading[1] * t)
               + 0.4 * hat * np.diff(noise, prepend=0) * np.exp(-fading[2] * t))
    return out


def one(x):
    return x / (x.std() + 1e-9)


def pads(rng, seconds):
    return room(rng, chords(rng, seconds))


def tunes(rng, seconds):
    return room(rng, tune(rng, seconds))


def ensembles(rng, seconds):
    parts = [one(chords(rng, seconds)) * rng.uniform(0.2, 1), one(tune(rng, seconds)) * rng.uniform(0.2, 1)]
    if rng.random() < 0.6:
        parts.append(one(beats(rng, seconds)) * rng.uniform(0.2, 1.2))
    return room(rng, sum(parts))


def signals(rng, seconds):
    """Ring tones, beeps, dial tones, warbles, sirens and chimes."""
    t = np.arange(int(seconds * RATE)) / RATE
    low = between(rng, 300, 2500)
    other = low * rng.uniform(1.02, 1.6)
    wave = (np.sin, lambda x: np.sign(np.sin(x)), lambda x: np.sin(x) + 0.5 * np.sin(3 * x))[rng.integers(3)]
    kind = rng.integers(5)
    if kind == 0:                                                   # two tones in turn
        x = np.where(t * between(rng, 1, 25) % 1 < 0.5, wave(2 * np.pi * low * t), wave(2 * np.pi * other * t))
    elif kind == 1:                                                 # two tones at once
        x = wave(2 * np.pi * low * t) + rng.uniform(0, 1) * wave(2 * np.pi * other * t)
    elif kind == 2:                                                 # a siren, a warble, a sweep
        rate, rise = between(rng, 0.15, 12), rng.random() < 0.5
        swing = t * rate % 1 if rise else 0.5 + 0.5 * np.sin(2 * np.pi * rate * t)
        x = wave(2 * np.pi * np.cumsum(low * (other / low) ** swing) / RATE)
    else:                                                           # a short tune again and again
        count, step = rng.integers(2, 7), between(rng, 0.06, 0.35)
        instrument = Bell(rng) if kind == 3 else Instrument(rng, (0.002, 0.02))
        notes, x = rng.integers(60, 92, count), np.zeros(len(t))
        for number, start in enumerate(np.arange(0, seconds, step)):
            if number % (count + 2) < count:
                hz = np.full(int(RATE * step * (3 if kind == 3 else 0.95)), hertz(notes[number % (count + 2)]))
                placed(x, start, instrument.tone(hz))
    if kind < 3 and rng.random() < 0.7:
        period, share = between(rng, 0.15, 3), rng.uniform(0.3, 0.8)
        edge = max(1, int(0.004 * RATE))
        x = x * np.convolve((t + rng.uniform(0, 3)) % period < share * period, np.ones(edge) / edge, "same")
    return room(rng, x) + 1e-4 * rng.standard_normal(len(t))
