"""What the tests read out of pixels and samples."""
import base64

import numpy

GRID = 0.01  # seconds


def floats(text):
    return numpy.frombuffer(base64.b64decode(text), dtype=numpy.float32)


def bytes_of(text):
    return numpy.frombuffer(base64.b64decode(text), dtype=numpy.uint8)


def picture(page, width, height):
    """The canvas's pixels, RGBA."""
    return bytes_of(page.evaluate(f"tools.pixels({width}, {height})")).reshape(height, width, 4)


def watched(page, seconds):
    """What the canvas shows for some seconds: small grey pictures."""
    return bytes_of(page.evaluate("""async (seconds) => {
        const copy = new OffscreenCanvas(120, 120).getContext('2d', { willReadFrequently: true })
        let pixels = ''
        const end = performance.now() + seconds * 1000
        while (performance.now() < end) {
            await new Promise(requestAnimationFrame)
            copy.drawImage(document.querySelector('canvas'), 0, 0, 120, 120)
            const { data } = copy.getImageData(0, 0, 120, 120)
            for (let at = 1; at < data.length; at += 4) pixels += String.fromCharCode(data[at])
        }
        return btoa(pixels)
    }""", seconds)).reshape(-1, 120, 120)


def mouth_motion(frames):
    """How far the brightness round the mouth moves, 0...255: lips, teeth and what is behind them come and go."""
    lower = frames[:, 60:110, 30:90].astype(int)
    low, high = numpy.percentile(lower, [5, 95], axis=0)
    return int(numpy.sort((high - low).ravel())[-40])


def distinct(frames):
    """Number of frames that differ visibly from the one before."""
    change = numpy.abs(numpy.diff(frames.astype(numpy.int16), axis=0)).max(axis=(1, 2))
    return 1 + int((change > 1).sum())


def mouth(frames, resting):
    """How far the mouth is from its place at rest in each frame, 0...1: what moves most in the lower half (lips, teeth and
    the dark between them) against the frames in which it rests (a mask)."""
    values = frames.astype(numpy.float32)
    motion = values.std(axis=0)
    motion[: len(motion) * 47 // 100] = 0
    region = motion > 0.4 * motion.max()
    signal = numpy.abs(values[:, region] - numpy.median(values[resting][:, region], axis=0)).mean(axis=1)
    return signal / numpy.percentile(signal, 97)


def lag(reference, other, limit):
    """By how many samples `other` is late, within +-limit, and how well it then fits (correlation)."""
    best = (0, -1.0)
    for shift in range(-limit, limit + 1):
        a = reference[max(0, -shift): len(reference) - max(0, shift)]
        b = other[max(0, shift): len(other) - max(0, -shift)]
        n = min(len(a), len(b))
        a, b = a[:n] - a[:n].mean(), b[:n] - b[:n].mean()
        fit = float((a * b).sum() / (numpy.sqrt((a * a).sum() * (b * b).sum()) + 1e-9))
        if fit > best[1]:
            best = (shift, fit)
    return best


def resampled(samples, rate, wanted):
    count = int(len(samples) * wanted / rate)
    return numpy.interp(numpy.arange(count) / wanted, numpy.arange(len(samples)) / rate, samples)


def find(clip, recording, rate):
    """Where in `recording` the whole of `clip` begins, samples (a clip that is played over and over)."""
    length = 1 << int(numpy.ceil(numpy.log2(len(clip) + len(recording))))
    spectrum = numpy.conj(numpy.fft.rfft(clip, length)) * numpy.fft.rfft(recording, length)
    match = numpy.fft.irfft(spectrum, length)
    at = int(match.argmax())
    return at if at < len(recording) else at - length


def on_grid(times, values, start, count):
    """Values at `start`, `start` + 10 ms, …"""
    return numpy.interp(start + GRID * numpy.arange(count), times, values)
