"""Sounds during which the speaker does not speak, by other means than those of the training: instruments one by one, drums,
a band, keys, breaths, rooms and streets, somebody far away."""
import numpy as np
from scipy.signal import butter, fftconvolve, lfilter, sosfilt

from features import RATE


def envelope(count, attack, release):
    rise, fall = min(count, int(attack * RATE)), min(count, int(release * RATE))
    shape = np.ones(count)
    shape[:rise] *= np.linspace(0, 1, rise, endpoint=False)
    shape[count - fall:] *= np.linspace(1, 0, fall)
    return shape


def resonance(x, hz, width):
    radius = np.exp(-np.pi * width / RATE)
    return lfilter([1 - radius], [1, -2 * radius * np.cos(2 * np.pi * hz / RATE), radius ** 2], x)


def clock(seconds):
    return np.arange(int(seconds * RATE)) / RATE


def piano(rng, hz, seconds):
    t, out = clock(seconds), 0
    for k in range(1, 16):
        partial = hz * k * np.sqrt(1 + 4e-4 * k * k)
        if partial < 7800:
            out = out + np.exp(-t * (1.2 + 0.5 * k)) * np.sin(2 * np.pi * partial * t + rng.uniform(0, 6)) / k ** 1.2
    return out * envelope(len(t), 0.003, 0.05)


def strings(rng, hz, seconds):
    """Three bowed strings with vibrato, through a body."""
    t, out = clock(seconds), 0
    for detune in (-0.004, 0.001, 0.005):
        phase = hz * (1 + detune) * (t + 0.0007 * np.sin(2 * np.pi * 5.3 * t + rng.uniform(0, 6)))
        out = out + 2 * (phase % 1) - 1
    for place, width in ((500, 150), (1100, 250), (2600, 500)):
        out = out + 0.5 * resonance(out, place, width)
    return out * envelope(len(t), 0.15, 0.2)


def guitar(rng, hz, seconds):
    """Karplus and Strong."""
    count, period = int(seconds * RATE), max(2, int(RATE / hz))
    burst, loop = np.zeros(count), np.zeros(period + 2)
    burst[:period] = rng.uniform(-1, 1, period)[:count]
    loop[0], loop[period], loop[period + 1] = 1, -0.4985, -0.4985
    return lfilter([1], loop, burst) * envelope(count, 0.001, 0.05)


def distorted(rng, hz, seconds):
    return np.tanh(6 * (guitar(rng, hz, seconds) + guitar(rng, hz * 1.5, seconds)))


def organ(rng, hz, seconds):
    t = clock(seconds)
    stops = ((0.5, 0.6), (1, 1), (2, 0.7), (3, 0.4), (4, 0.4), (6, 0.2), (8, 0.2))
    tone = sum(a * np.sin(2 * np.pi * hz * k * t) for k, a in stops if hz * k < 7800)
    return tone * (1 + 0.1 * np.sin(2 * np.pi * 6 * t)) * envelope(len(t), 0.02, 0.05)


def flute(rng, hz, seconds):
    t = clock(seconds)
    tone = np.sin(2 * np.pi * hz * t) + 0.3 * np.sin(4 * np.pi * hz * t) + 0.1 * np.sin(6 * np.pi * hz * t)
    return tone * (1 + 0.15 * np.sin(2 * np.pi * 5 * t)) * envelope(len(t), 0.08, 0.08) + 0.05 * rng.standard_normal(len(t))


def brass(rng, hz, seconds):
    t = clock(seconds)
    swell = np.minimum(1, t / 0.08)
    tone = sum(swell ** (1 + 0.3 * k) * np.sin(2 * np.pi * hz * k * t) / k ** 0.8 for k in range(1, 20) if hz * k < 7800)
    return tone * envelope(len(t), 0.01, 0.06)


def synth(rng, hz, seconds):
    """Two saws through a filter that closes."""
    t = clock(seconds)
    saw = 2 * ((hz * t) % 1) + 2 * ((hz * 1.007 * t) % 1) - 2
    cut = 2 * np.sin(np.pi * np.minimum(300 + 4000 * np.exp(-t * rng.uniform(2, 6)), 2500) / RATE)
    low = band = 0.0
    out = np.zeros(len(t))
    for i in range(len(t)):
        low += cut[i] * band
        band += cut[i] * (saw[i] - low - 0.5 * band)
        out[i] = low
    return out * envelope(len(t), 0.005, 0.05)


def accordion(rng, hz, seconds):
    """Two reeds a little apart, narrow pulses, over a moving bellows."""
    t = clock(seconds)
    reeds = sum(((hz * (1 + apart) * t + rng.random()) % 1 < 0.2) - 0.2 for apart in (-0.002, 0.002))
    box = resonance(reeds, 900, 300) + 0.7 * resonance(reeds, 2300, 500) + 0.1 * reeds
    return box * (1 - 0.3 * np.cos(2 * np.pi * t / max(seconds, 0.4))) * envelope(len(t), 0.05, 0.06)


def cello(rng, hz, seconds):
    """One bowed string that slides into its tone, trembles after a while and rasps."""
    t = clock(seconds)
    slide = 2 ** (-rng.uniform(0, 2) / 12 * np.exp(-t / 0.03))
    trembling = 1 + 0.007 * np.clip(4 * (t - 0.15), 0, 1) * np.sin(2 * np.pi * 5.7 * t)
    bow = 2 * (np.cumsum(hz / 2 * slide * trembling) / RATE % 1) - 1 + 0.08 * rng.standard_normal(len(t))
    body = sum(resonance(bow, place, width) for place, width in ((220, 60), (430, 90), (950, 200), (2100, 400)))
    return body * envelope(len(t), 0.1, 0.12)


def choir(rng, hz, seconds):
    """A synthesiser's choir: six saws that wander, through the resonances of an open mouth."""
    t, out = clock(seconds), 0
    for _ in range(6):
        wander = 1 + 0.004 * np.sin(2 * np.pi * rng.uniform(0.2, 6) * t + rng.uniform(0, 6))
        out = out + 2 * ((np.cumsum(hz * wander) / RATE + rng.random()) % 1) - 1
    return sum(resonance(out, place, width) for place, width in ((720, 90), (1150, 110), (2600, 160))) * envelope(len(t), 0.3, 0.3)


def bell(rng, hz, seconds):
    t = clock(seconds)
    return np.sin(2 * np.pi * hz * t + 4 * np.exp(-2 * t) * np.sin(2 * np.pi * 1.4 * hz * t)) * np.exp(-2.5 * t)


def whistle(rng, hz, seconds):
    """Somebody whistles: a tone that slides and wavers, and air."""
    t = clock(seconds)
    wavering = np.cumsum(lfilter([0.002], [1, -0.998], rng.standard_normal(len(t))))
    tone = np.sin(2 * np.pi * np.cumsum(2 * hz * 2 ** (-0.1 * np.exp(-t / 0.04))) / RATE + 0.003 * wavering)
    return (tone + 0.1 * resonance(rng.standard_normal(len(t)), min(2 * hz, 7000), 400)) * envelope(len(t), 0.05, 0.08)


INSTRUMENTS = (piano, strings, guitar, distorted, organ, flute, brass, synth)
# Not looked at before the network was chosen.
NEW = (accordion, cello, choir, bell, whistle)


def pitch(note):
    return 440 * 2 ** ((note - 69) / 12)


def chords(rng, seconds, instrument):
    out = np.zeros(int((seconds + 4) * RATE))
    root, steps = int(rng.integers(45, 57)), ((0, 5, 7, 0), (0, 9, 5, 7), (0, 7, 9, 5), (2, 7, 0, 9))[rng.integers(4)]
    beat = rng.uniform(0.4, 1)
    for number, start in enumerate(np.arange(0, seconds, beat)):
        step = steps[number // 2 % 4]
        for interval in (0, 3 if step in (2, 9) else 4, 7, 12):
            tone = instrument(rng, pitch(root + step + interval), beat * 1.02)
            out[int(start * RATE):][:len(tone)] += tone
    return out[:int(seconds * RATE)]


def melody(rng, seconds, instrument):
    out = np.zeros(int((seconds + 4) * RATE))
    scale, root, place, start = (0, 2, 4, 7, 9, 12, 14, 16), int(rng.integers(55, 67)), 3, 0.0
    while start < seconds:
        length = rng.choice([0.2, 0.25, 0.4, 0.5, 0.8])
        place = int(np.clip(place + rng.integers(-2, 3), 0, 7))
        tone = instrument(rng, pitch(root + scale[place]), length)
        out[int(start * RATE):][:len(tone)] += tone
        start += length
    return out[:int(seconds * RATE)]


def drums(rng, seconds):
    out = np.zeros(int((seconds + 1) * RATE))
    step = 15 / rng.uniform(85, 140)
    kicks = (0, 6, 8, 14) if rng.random() < 0.5 else (0, 4, 8, 12)
    t = clock(0.3)
    for number in range(int(seconds / step)):
        place, hit = number % 16, np.zeros(len(t))
        if place in kicks:
            hit += 1.2 * np.sin(2 * np.pi * (50 * t + 1.8 * (1 - np.exp(-t / 0.03)))) * np.exp(-t / 0.08)
        if place in (4, 12) or rng.random() < 0.08:
            hit += 0.7 * rng.standard_normal(len(t)) * np.exp(-t / 0.07) + 0.4 * np.sin(2 * np.pi * 190 * t) * np.exp(-t / 0.05)
        if place % 2 == 0:
            hat = lfilter([1, -1], [1], rng.standard_normal(len(t)))
            hit += 0.3 * hat * np.exp(-t / (0.1 if place % 8 == 6 else 0.02))
        out[int(number * step * RATE):][:len(t)] += hit
    return out[:int(seconds * RATE)]


def band(rng, seconds):
    parts = chords(rng, seconds, INSTRUMENTS[rng.integers(8)]), melody(rng, seconds, INSTRUMENTS[rng.integers(8)])
    return sum(part / part.std() for part in (*parts, drums(rng, seconds)))


def keys(rng, seconds):
    """A mechanical keyboard, pressed and let go."""
    out, start, t = 2e-3 * rng.standard_normal(int((seconds + 1) * RATE)), 0.2, clock(0.08)
    while start < seconds:
        for later, loud in ((0, 1), (rng.uniform(0.06, 0.13), 0.5)):
            tones = ((rng.uniform(180, 400), 0.02, 0.5), (rng.uniform(900, 1800), 0.008, 0.7), (rng.uniform(2500, 5000), 0.004, 0.8))
            hit = sum(a * np.sin(2 * np.pi * hz * t) * np.exp(-t / decay) for hz, decay, a in tones)
            hit += 0.8 * rng.standard_normal(len(t)) * np.exp(-t / 0.004)
            out[int((start + later) * RATE):][:len(t)] += loud * rng.uniform(0.4, 1) * hit
        start += rng.uniform(0.09, 0.25) if rng.random() < 0.9 else rng.uniform(0.5, 1.5)
    return out[:int(seconds * RATE)]


def breath(rng, seconds):
    """In and out through an open mouth."""
    out, start = 1e-3 * rng.standard_normal(int((seconds + 4) * RATE)), 0.3
    while start < seconds:
        for edges, loud, length in (((300, 3500), 1, rng.uniform(0.5, 1.2)), ((150, 1800), 0.8, rng.uniform(0.6, 1.5))):
            count = int(length * RATE)
            air = sosfilt(butter(2, edges, "bandpass", fs=RATE, output="sos"), rng.standard_normal(count))
            air *= np.sin(np.pi * np.arange(count) / count) ** 1.3
            for hz, width in ((600, 200), (1500, 250), (2600, 350)):
                air = air + 2 * resonance(air, hz, width)
            out[int(start * RATE):][:count] += loud * air
            start += length + rng.uniform(0.1, 0.6)
        start += rng.uniform(0.2, 1)
    return out[:int(seconds * RATE)]


def street(rng, seconds):
    count = int(seconds * RATE)
    noise = np.fft.irfft(np.fft.rfft(rng.standard_normal(count)) / np.sqrt(np.fft.rfftfreq(count, 1 / RATE) + 20), count)
    swells = np.exp(rng.normal(0, 0.9, max(3, int(seconds / 2))))
    return noise * np.interp(np.linspace(0, len(swells) - 1, count), np.arange(len(swells)), swells)


def fan(rng, seconds):
    t, hz = clock(seconds), rng.uniform(90, 180)
    blades = sum(np.sin(2 * np.pi * hz * k * t + 0.3 * np.sin(2 * np.pi * 0.7 * t)) / k for k in range(1, 8))
    return blades + lfilter([1], [1, -0.9], rng.standard_normal(len(t)))


def applause(rng, seconds):
    out, count = np.zeros(int((seconds + 1) * RATE)), int(0.03 * RATE)
    hands = butter(1, (700, 3000), "bandpass", fs=RATE, output="sos")
    for at in rng.integers(int(seconds * RATE), size=int(60 * seconds)):
        out[at:at + count] += sosfilt(hands, rng.standard_normal(count)) * np.exp(-np.arange(count) / (0.006 * RATE)) * rng.uniform(0.2, 1)
    return out[:int(seconds * RATE)]


def ringing(rng, seconds):
    t, (one, two) = clock(seconds), ((440, 480), (800, 1000), (1400, 2100))[rng.integers(3)]
    return (t % 2 < 1) * np.where(t * 10 % 1 < 0.5, np.sin(2 * np.pi * one * t), np.sin(2 * np.pi * two * t))


def white_noise(rng, seconds):
    return rng.standard_normal(int(seconds * RATE))


def far(rng, voice, seconds=0.6, direct=-6):
    """A voice in a room whose sound dies by 60 dB in `seconds`, the direct sound `direct` decibels beside the room's."""
    count = int(seconds * RATE)
    room = rng.standard_normal(count) * np.exp(-6.9 * np.arange(count) / count)
    room[:60] = 0
    room /= np.sqrt((room ** 2).sum())
    room[0] = 10 ** (direct / 20)
    return fftconvolve(voice, room)[:len(voice)]


KINDS = {
    **{f"chords, {make.__name__}": lambda rng, seconds, make=make: chords(rng, seconds, make) for make in INSTRUMENTS + NEW},
    **{f"melody, {make.__name__}": lambda rng, seconds, make=make: melody(rng, seconds, make) for make in INSTRUMENTS + NEW},
    **{make.__name__: make for make in (drums, band, keys, breath, street, fan, applause, ringing, white_noise)},
}
