"""Batches of the prepared material, varied as voices, rooms, microphones and networks vary them; on any kind of device.

Every variation is computed for all examples of a batch and taken by those that a die picks.
"""
import json
from pathlib import Path

import numpy as np
import torch

from features import BINS, FFT, HOP, RATE, filterbank, log_mel, normalize, spectrum
from phones import VISEMES

WARPS = np.linspace(0.88, 1.12, 13)
SHARE = {"train": 1.0, "train_vocoded": 0.6, "flite": 0.35, "held": 0.25, "sung": 0.3,
         "made": 1.0}                                                         # how often a second of each kind is drawn
SYNTHETIC = {"flite", "made"}                                                 # voices of nobody, in every fold
MUSIC = {"pads", "tunes", "ensembles"}
FOLDS = 4
HISS = 0.2                                                                    # share of white noise among the noises
DISTURBED = 0.4                                                               # recorded voices clipped and jumping, beside made ones
ROOMS = 0.5                                                                   # share of the examples at full strength
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

    def folds(self):
        """The fold of every row, by speaker; -1: synthetic, in all of them."""
        speakers = sorted({row["speaker"] for row in self.rows if row["kind"] not in SYNTHETIC})
        return np.array([-1 if row["kind"] in SYNTHETIC else speakers.index(row["speaker"]) % FOLDS
                         for row in self.rows])


class Material:
    def __init__(self, folder, device, seed, strength, seconds, quiet, trust=0.0, made=0.0, music=1.0):
        """`strength`: how often an example is varied, 0...1; `quiet`: share of the examples in which nobody speaks;
        `trust`: weight of teach.py's answers against the labels; `made`: share of the voices that are formants.py's; `music`:
        how much likelier than other sounds those of music.py are."""
        self.device, self.strength, self.quiet, self.trust = device, strength, quiet, trust
        self.frames = int(seconds * RATE / HOP)
        self.dice = torch.Generator(device).manual_seed(seed)
        shelves = [Shelf(folder, name) for name, share in (("train", 1 - made), ("made", made)) if share]
        sounds = Shelf(folder, "sounds")
        on = lambda array: torch.from_numpy(np.array(array)).to(device)
        joined = lambda name: torch.cat([on(getattr(shelf, name)) for shelf in shelves])
        self.samples, self.classes = joined("samples"), joined("classes")
        rows = [row for shelf in shelves for row in shelf.rows]
        self.length = on(np.array([row["frames"] for row in rows]))
        self.first = self.length.cumsum(0) - self.length
        self.folds = on(np.concatenate([shelf.folds() for shelf in shelves]))
        self.made = on(np.array([row["kind"] == "made" for row in rows]))
        self.answers = None
        if trust:
            answers = on(np.load(Path(folder) / "train.answers.npy"))
            self.answers = torch.cat([answers, answers.new_zeros(len(self.classes) - len(answers), answers.shape[1])])
        self.sounds = on(sounds.samples).view(len(sounds.rows), -1)
        self.likely = on(np.array([music if row["kind"] in MUSIC else 1.0 for row in sounds.rows]))
        plain = np.array([row["plain"] for row in rows])
        weight = np.array([row["frames"] * SHARE[row["kind"]] for row in rows])
        artificial = self.made.cpu().numpy()
        spread = lambda which: weight * which / max((weight * which).sum(), 1)
        self.plain = on(spread(plain & ~artificial))
        # Half of the voices as they were recorded at full strength; without strength all.
        self.chance = on((1 - made) * (spread(plain & ~artificial) * (1 - 0.5 * strength) + spread(~plain & ~artificial) * 0.5 * strength)
                         + made * spread(artificial))
        self.banks = torch.stack([filterbank(w) for w in WARPS]).to(device)
        self.straight = filterbank().to(device)
        self.rest = torch.eye(len(VISEMES), device=device)[0]
        knots = np.linspace(np.log(60), np.log(8060), 7)
        self.curves = on(np.stack([np.interp(np.log(HZ + 60), knots, row) for row in np.eye(7)]).astype(np.float32))
        self.hz = on(HZ.astype(np.float32))

    def uniform(self, low, high, *size):
        return low + (high - low) * torch.rand(*size, device=self.device, generator=self.dice)

    def normal(self, *size):
        return torch.randn(*size, device=self.device, generator=self.dice)

    def happens(self, chance, count, always=False):
        return self.uniform(0, 1, count) < (chance if always else chance * self.strength)

    def voice(self, count, chance):
        """(samples, chances, row) of stretches of voices, silence round those that are short."""
        row = torch.multinomial(chance, count, True, generator=self.dice)
        spare = self.length[row] - self.frames
        start = torch.trunc((spare + spare.sign()) * self.uniform(0, 1, count)).long()
        time = start[:, None] + torch.arange(self.frames, device=self.device)
        inside = (time >= 0) & (time < self.length[row][:, None])
        place = torch.where(inside, self.first[row][:, None] + time, 0)
        samples = self.samples.view(-1, HOP)[place].float() / 32768 * inside[..., None]
        classes = torch.where(inside, self.classes[place].long(), 0)
        wanted = (classes[..., None] == torch.arange(len(VISEMES), device=self.device)).float()
        if self.trust:
            answers = self.answers[place].float()
            answers /= answers.sum(2, keepdim=True).clamp(min=1)
            trust = torch.where(classes < 0, 1, self.trust) * (inside & ~self.made[row][:, None])
            wanted = wanted.lerp(answers, trust[..., None])
        return samples.flatten(1), wanted, row

    def sound(self, count):
        row = torch.multinomial(self.likely, count, True, generator=self.dice)
        length = self.frames * HOP
        start = torch.randint(self.sounds.shape[1] - length + 1, (count,), device=self.device, generator=self.dice)
        return self.sounds[row[:, None], start[:, None] + torch.arange(length, device=self.device)].float() / 32768

    def babble(self, voices):
        """Three to six of the other voices of the batch for each."""
        count = len(voices)
        total = torch.zeros_like(voices)
        for number in range(6):
            others = torch.randperm(count, device=self.device, generator=self.dice)
            total += voices[others] * (1 if number < 3 else self.happens(0.5, count, True)[:, None])
        return total

    def reverberate(self, x):
        count, length = len(x), int(0.6 * RATE)
        time = torch.arange(length, device=self.device)
        seconds = self.uniform(0.12, 0.6, count)[:, None]
        room = self.normal(count, length) * torch.exp(-6.9 * time / (seconds * RATE))
        room *= (time > self.uniform(0.002, 0.015, count)[:, None] * RATE) & (time < seconds * RATE)
        room *= 10 ** (-self.uniform(0, 12, count)[:, None] / 20) / (room.square().sum(1, keepdim=True).sqrt() + 1e-9)
        room[:, 0] = 1
        size = -(-(x.shape[1] + length) // 8192) * 8192
        return torch.fft.irfft(torch.fft.rfft(x, size) * torch.fft.rfft(room, size), size)[:, :x.shape[1]]

    def silenced(self, x, wanted):
        """Some voices only begin or end within the example; what is beside and over them does not."""
        count = len(x)
        edge = (self.uniform(0.15, 0.85, count) * self.frames).long()[:, None]
        after = self.happens(0.5, count, True)[:, None]
        silent = (torch.arange(self.frames, device=self.device) < edge) == after
        silent &= self.happens(0.2, count)[:, None]
        return x * ~silent.repeat_interleave(HOP, 1), torch.where(silent[..., None], self.rest, wanted)

    def after_sounds(self, x, wanted):
        """Some of the voices come after a sound without one."""
        count = len(x)
        edge = (self.uniform(0.3, 0.6, count) * self.frames).long()[:, None]
        sound = (torch.arange(self.frames, device=self.device) < edge) & self.happens(0.35, count, True)[:, None]
        other = self.sound(count) * 10 ** (self.uniform(-12, 12, count)[:, None] / 20)
        return (torch.where(sound.repeat_interleave(HOP, 1), other, x).clamp(-1, 1),
                torch.where(sound[..., None], self.rest, wanted))

    def disturbed(self, x, often):
        """Some of the sounds clipped by 6 to 20 dB, some softer by 4 to 20 dB from some moment on, or until then by 8 to 40 dB.
        `often`: a factor for the chance of each."""
        count = len(x)
        peak = x.abs().amax(1, keepdim=True) + 1e-6
        limit = peak * 10 ** (-self.uniform(6, 20, count)[:, None] / 20)
        gain = torch.where(self.happens(0.5, count, True)[:, None], 1, peak / limit)     # and brought up again, or not
        x = torch.where(self.happens(0.3 * often, count, True)[:, None], x.clamp(-limit, limit) * gain, x)
        later = torch.arange(x.shape[1], device=x.device) > self.uniform(0.1, 0.8, count)[:, None] * x.shape[1]
        rises = self.happens(0.4, count, True)[:, None]
        softer = 10 ** (-self.uniform(4, 20, count)[:, None] * torch.where(rises, 2, 1) / 20)
        changes = self.happens(0.35 * often, count, True)[:, None]
        return torch.where(changes & (later ^ rises), x * softer, x).clamp(-1, 1)

    def examples(self, count):
        """(samples, chances, row), varied in time."""
        loudness = lambda x: x.square().mean(1, keepdim=True).sqrt() + 1e-5
        x, wanted, row = self.voice(count, self.chance)
        noise = torch.where(self.happens(0.3, count, True)[:, None], self.babble(x), self.sound(count))
        noise = torch.where(self.happens(HISS, count, True)[:, None], self.normal(*x.shape), noise)
        level = loudness(x) / loudness(noise) * 10 ** (-self.uniform(2, 30, count)[:, None] / 20)
        x, wanted = self.silenced(x, wanted)

        quiet = self.happens(self.quiet, count, True)[:, None]
        alone = self.sound(count) * self.happens(0.9, count, True)[:, None]
        alone += self.sound(count) * self.happens(0.3, count, True)[:, None] * self.uniform(0, 1, count)[:, None]
        x = torch.where(quiet, alone * 10 ** (self.uniform(-16, 16, count)[:, None] / 20), x)
        wanted = torch.where(quiet[..., None], self.rest, wanted)
        roomy = int(ROOMS * self.strength * count)
        x = torch.cat([self.reverberate(x[:roomy]), x[roomy:]]) if roomy else x
        x = torch.where(self.happens(0.7, count)[:, None] & ~quiet, x + noise * level, x)

        x = x * 10 ** (self.uniform(-24, 10, count)[:, None] / 20)
        x = torch.where(self.happens(0.1, count)[:, None], x.clamp(-0.15, 0.15), x)
        coarse = x.sign() * (torch.expm1(torch.round(torch.log1p(255 * x.abs().clamp(0, 1)) * 22.9) / 22.9)) / 255
        x = torch.where(self.happens(0.08, count)[:, None], coarse, x)           # 8-bit companding, as in telephones
        floor = 10 ** (self.uniform(-95, -62, count)[:, None] / 20) * self.happens(0.6, count, True)[:, None]
        return (x + self.normal(*x.shape) * floor).clamp(-1, 1), wanted, row

    def channel(self, count):
        """Gain of a microphone, a loudspeaker or a line at each frequency."""
        picked = lambda gain, chance: torch.where(self.happens(chance, count)[:, None], gain, 1)
        gain = picked(10 ** (self.normal(count, 7) * 4.5 @ self.curves / 20), 0.7)
        gain = gain * picked(1 / (1 + (self.hz / self.uniform(3200, 5500, count)[:, None]) ** 24), 0.2)
        return gain * picked(1 - 1 / (1 + (self.hz / self.uniform(120, 380, count)[:, None]) ** 8), 0.2)

    def batch(self, count, prior):
        """(features B x T x BANDS, chances B x T x 15, fold B, whether formants.py made the voice B)."""
        x, wanted, row = self.examples(count)
        x = self.disturbed(x, torch.where(self.made[row], 1, DISTURBED * self.strength))
        return self.heard(x, prior), wanted, self.folds[row], self.made[row]

    def heard(self, x, prior, known=None):
        """Features of sounds through microphones, lines and vocal tracts drawn here, some bands and frames masked; what
        the `known` begin with has been heard for long."""
        count = len(x)
        power = (spectrum(x).abs() * self.channel(count)[:, None]) ** 2
        warp = torch.randint(len(WARPS), (count,), device=self.device, generator=self.dice)
        warp = torch.where(self.happens(1.0, count), warp, len(WARPS) // 2)
        features = normalize(log_mel(power, self.banks[warp]), prior, known)
        for size, side in ((6, 2), (6, 2), (8, 1)):             # bands twice, frames once
            extent = features.shape[side]
            width = self.uniform(0, size, count).floor()[:, None] * self.happens(0.6, count, True)[:, None]
            start = (self.uniform(0, 1, count)[:, None] * (extent - width)).floor()
            place = torch.arange(extent, device=self.device)
            masked = (place >= start) & (place < start + width)
            features = features.masked_fill(masked[:, None] if side == 2 else masked[:, :, None], 0)
        return features

    def prior(self, batches=8, count=32):
        """Mean log power of unvaried voices, where the running mean starts."""
        total, frames = 0, 0
        for _ in range(batches):
            x, wanted, _ = self.voice(count, self.plain)
            spoken = wanted[..., 1:].sum(2) > 0.5
            total = total + log_mel(spectrum(x).abs() ** 2, self.straight)[spoken].double().sum(0)
            frames += int(spoken.sum())
        return (total / frames).float().cpu().numpy()
