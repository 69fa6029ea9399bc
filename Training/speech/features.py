"""Log-mel features with a slow running mean: the arithmetic of MelSpectrum and FeatureNormalizer in Sources/Speech.

Frame i of a 16 kHz signal is centred on sample 160 i + 80; its window is 25 ms of Hann.
"""
import functools

import numpy as np
import torch
import torch.nn.functional as F

RATE, HOP, WINDOW, FFT, BANDS = 16000, 160, 400, 512, 40
BINS = FFT // 2 + 1
LOW_HZ, HIGH_HZ = 60.0, 7600.0
POWER_FLOOR = 1e-7                      # white noise of about -92 dBFS: quieter bands are all alike

# The running mean (natural logarithm of power, a step a frame).
PEAK_ATTACK, PEAK_DECAY = 0.25, 0.002   # the peak follows louder frames quickly and forgets them at 0.87 dB/s
SPEECH_RANGE = 4.5                      # frames within 19.5 dB of the peak are taken for voice
PEAK_MINIMUM = float(np.log(POWER_FLOOR)) + 5
PRIOR_FRAMES, MEMORY_FRAMES = 50, 300   # weight of the prior mean; memory of the running one
PRIOR_PEAK_BELOW_MEAN = 2.0
SCALE, LIMIT = 0.5, 4.0


@functools.lru_cache
def _hann(device):
    return torch.hann_window(WINDOW, periodic=False, dtype=torch.float64).float().to(device)


@functools.lru_cache
def _floats(stored, device):
    """Numbers on a device, which waits for them once only."""
    return torch.frombuffer(bytearray(stored), dtype=torch.float32).to(device)


def mel(hz):
    return 2595 * np.log10(1 + hz / 700)


def mel_inverse(m):
    return 700 * (10 ** (m / 2595) - 1)


def filterbank(warp=1.0):
    """Triangles on the mel scale, each of weight 1: BINS x BANDS. `warp` moves the frequencies as another length of
    the vocal tract would (piecewise linear, the top stays)."""
    edges = mel_inverse(np.linspace(mel(LOW_HZ), mel(HIGH_HZ), BANDS + 2))
    if warp != 1.0:
        knee = 4800 * min(warp, 1.0)
        edges = np.where(edges * warp <= knee, edges * warp,
                         8000 - (8000 - knee) * (8000 - edges) / (8000 - knee / warp))
    hz = np.arange(BINS)[:, None] * (RATE / FFT)
    lower, centre, upper = edges[:-2], edges[1:-1], edges[2:]
    bank = np.clip(np.minimum((hz - lower) / (centre - lower), (upper - hz) / (upper - centre)), 0, None)
    return torch.from_numpy((bank / bank.sum(0)).astype(np.float32))


def spectrum(samples):
    """samples B x N (-1...1) -> complex spectra B x (N / HOP) x BINS."""
    frames = samples.shape[1] // HOP
    padded = F.pad(samples, ((WINDOW - HOP) // 2, WINDOW))
    return torch.fft.rfft(padded.unfold(1, WINDOW, HOP)[:, :frames] * _hann(samples.device), FFT)


def log_mel(power, bank):
    """power B x T x BINS -> natural logarithm B x T x BANDS."""
    return torch.log(power @ bank + POWER_FLOOR)


def normalize(log_power, prior, known=None):
    """Subtracts the running mean of the voiced part so far. `prior`: BANDS, the mean of the training voices. `known`: B
    booleans, on a processor only: what they begin with has been heard for long, so that its mean is where they start."""
    first_peak = prior.mean() - PRIOR_PEAK_BELOW_MEAN
    if log_power.is_cuda:
        from kernels import running
        settings = (PEAK_ATTACK, PEAK_DECAY, SPEECH_RANGE, PEAK_MINIMUM, PRIOR_FRAMES, MEMORY_FRAMES, SCALE, LIMIT)
        return running(log_power, _floats(prior.astype(np.float32).tobytes(), log_power.device), first_peak, settings)
    rows = log_power.numpy()
    batch, frames, _ = rows.shape
    energy = rows.mean(2)
    mean = np.repeat(prior[None].astype(np.float32), batch, 0)
    peak = np.full(batch, first_peak, np.float32)
    count = np.zeros(batch, np.float32)
    if known is not None:
        begin = slice(0, frames // 3)
        loudest = energy[:, begin].max(1)
        loud = (energy[:, begin] > loudest[:, None] - SPEECH_RANGE)[..., None]
        mean[known] = ((rows[:, begin] * loud).sum(1) / loud.sum(1))[known]
        peak[known], count[known] = loudest[known], MEMORY_FRAMES
    out = np.empty_like(rows)
    for t in range(frames):
        rise = energy[:, t] - peak
        peak = np.maximum(peak + np.where(rise > 0, PEAK_ATTACK * rise, -PEAK_DECAY), PEAK_MINIMUM)
        voice = energy[:, t] > peak - SPEECH_RANGE
        count += voice
        rate = np.where(voice, np.maximum(1 / (count + PRIOR_FRAMES), 1 / MEMORY_FRAMES), 0).astype(np.float32)
        mean += rate[:, None] * (rows[:, t] - mean)
        out[:, t] = rows[:, t] - mean
    return torch.from_numpy(np.clip(out * SCALE, -LIMIT, LIMIT))


def features(samples, prior, bank):
    """One signal (numpy, N) -> 1 x T x BANDS, from the first sample on as in streaming."""
    x = torch.from_numpy(np.ascontiguousarray(samples, np.float32))[None].to(bank.device)
    return normalize(log_mel(spectrum(x).abs() ** 2, bank), prior)
