"""Scores this product beside what could be used in its place: the same clips, the same scorer, one run.

    compare.py CLIPS --flexatar PROGRAM [--script]

CLIPS is searched for CLIP.flac or CLIP.wav with CLIP.phones.tsv beside it. `flexatar` is the streaming path (`flexatar
track`); with --script also told the phones (`--phones`), which is the ceiling. `loudness` opens an `aa` wherever the voice
is heard, as most talking avatars do. `PocketSphinx` (PyPI `pocketsphinx`) recognises phones with its own model and
language model, seeing the whole recording. The scorer is the one of `evaluate.py`. Delay: sound that must have been heard
after a moment before its mouth is known, ms. Real time: share of it, for flexatar with the start of the program.
"""
import argparse
import json
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly

from phones import VISEMES, class_of, frame_classes, read_segments
from scoring import figures

RATE = 16_000
HOP = 160


class Tracked:
    """`flexatar track`, told the phones or not."""

    def __init__(self, program, told):
        self.program, self.told, self.delay = program, told, None

    def __call__(self, clip, samples):
        with tempfile.NamedTemporaryFile(suffix=".jsonl") as out:
            words = [self.program, "track", clip, "-o", out.name]
            if self.told:
                words += ["--phones", clip.with_suffix(".phones.tsv")]
            subprocess.run(words, check=True)
            header, *frames = map(json.loads, Path(out.name).read_text().splitlines())
        self.delay = header["delayMs"]
        assert header["visemes"] == VISEMES
        return np.array([frame["v"] for frame in frames]).argmax(1)


class Loudness:
    """A mouth that opens with the level: `aa` above 30 dB under the loudest of the last seconds, closed below."""
    delay = 10

    def __call__(self, clip, samples):
        count = len(samples) // HOP
        power = (samples[:count * HOP].reshape(count, HOP) ** 2).mean(1)
        level = 10 * np.log10(np.maximum(power, 1e-9))
        peak, open_frames = -50.0, []
        for decibels in level:
            # The loudest falls by 3 dB a second.
            peak = max(decibels, peak - 0.03)
            open_frames.append(decibels > max(peak - 30, -60))
        return np.where(open_frames, VISEMES.index("aa"), VISEMES.index("sil"))


class PocketSphinx:
    """Phone recognition over the whole recording, with the settings of its documentation."""
    delay = None

    def __init__(self):
        import pocketsphinx
        model = pocketsphinx.get_model_path
        self.decoder = pocketsphinx.Decoder(
            hmm=model("en-us/en-us"), allphone=model("en-us/en-us-phone.lm.bin"), lm=None, dict=None, lw=2.0,
            beam=1e-20, pbeam=1e-20, samprate=RATE, loglevel="FATAL")

    def __call__(self, clip, samples):
        self.decoder.start_utt()
        self.decoder.process_raw((samples * 32767).astype("<i2").tobytes(), full_utt=True)
        self.decoder.end_utt()
        classes = np.zeros(len(samples) // HOP, int)
        for segment in self.decoder.seg():
            # Noises (+SPN+ and others) leave the mouth closed.
            classes[segment.start_frame:segment.end_frame + 1] = max(0, class_of(segment.word))
        return classes


def read(path):
    samples, rate = soundfile.read(path, always_2d=True)
    samples = samples.mean(1)
    return samples if rate == RATE else resample_poly(samples, RATE, rate)


def shifted(classes, frames):
    """`classes` that many frames earlier; silence where nothing is known."""
    moved = np.full(len(classes), VISEMES.index("sil"))
    source = np.arange(len(classes)) + frames
    inside = (source >= 0) & (source < len(classes))
    moved[inside] = classes[source[inside]]
    return moved


def best_lag(pairs):
    """(accuracy, lag in ms) at the lag of the mouth, -50...150 ms, that suits it best."""
    lags = range(-5, 16)
    accuracies = [figures([(labels, shifted(answers, lag)) for labels, answers in pairs])["accuracy"] for lag in lags]
    best = int(np.argmax(accuracies))
    return accuracies[best], 10 * lags[best]


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("clips", type=Path)
    words.add_argument("--flexatar", default="flexatar", help="the program")
    words.add_argument("--script", action="store_true", help="also flexatar told the phones")
    args = words.parse_args()
    clips = [path for path in sorted(args.clips.rglob("*")) if path.suffix in (".flac", ".wav")
             and path.with_suffix(".phones.tsv").exists()]
    if not clips:
        words.error(f"no clip with a .phones.tsv in {args.clips}")
    systems = {"flexatar": Tracked(args.flexatar, told=False), "loudness": Loudness(), "PocketSphinx": PocketSphinx()}
    if args.script:
        systems["flexatar, told"] = Tracked(args.flexatar, told=True)
    print(f"{len(clips)} clips, {sum(len(read(clip)) for clip in clips) / RATE:.0f} s")
    print(f"{'':16}{'accuracy':>9}{'macro-F1':>9}{'PP recall, precision':>22}{'FF recall, precision':>22}"
          f"{'changes/s':>10}{'delay':>7}{'real time':>10}{'at its best lag':>17}")
    for name, system in systems.items():
        pairs, spent, heard = [], 0.0, 0.0
        for clip in clips:
            samples = read(clip)
            began = time.perf_counter()
            answered = system(clip, samples)
            spent += time.perf_counter() - began
            heard += len(samples) / RATE
            reference = frame_classes(read_segments(clip.with_suffix(".phones.tsv")), len(samples) // HOP)
            pairs.append((reference, answered))
        f = figures(pairs)
        accuracy, lag = best_lag(pairs)
        delay = "whole" if system.delay is None else f"{system.delay:.1f}"
        print(f"{name:16}{f['accuracy']:9.3f}{f['macro_f1']:9.3f}{f['PP'][0]:14.2f}{f['PP'][1]:8.2f}"
              f"{f['FF'][0]:14.2f}{f['FF'][1]:8.2f}{f['changes']:10.1f}{delay:>7}{spent / heard:10.4f}"
              f"{accuracy:9.3f},{lag:4} ms")
    print(f"the labels: {f['reference_changes']:.1f} changes/s")


if __name__ == "__main__":
    main()
