"""Other languages than the one the network has learned: espeak-ng's voices with the times of their phones, and readers.

    languages.py --command 'flexatar track {audio} -o {out}' --readers SPEECH/extra_nonenglish

Needs Debian's `libespeak-ng1`. Its voices are unlike all that the network has heard; English stands beside the others as
a measure of that. Of readers without phone times: whether the mouth opens with the voice.
"""
import argparse
import ctypes
import json
import shlex
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile

from phones import VISEMES

TEXTS = {
    "en-us": "All human beings are born free and equal in dignity and rights. They are endowed with reason and "
             "conscience and should act towards one another in a spirit of brotherhood.",
    "de": "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und Gewissen begabt "
          "und sollen einander im Geiste der Brüderlichkeit begegnen.",
    "es": "Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como están de razón y "
          "conciencia, deben comportarse fraternalmente los unos con los otros.",
    "fr": "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison et de "
          "conscience et doivent agir les uns envers les autres dans un esprit de fraternité.",
    "it": "Tutti gli esseri umani nascono liberi ed eguali in dignità e diritti. Essi sono dotati di ragione e di "
          "coscienza e devono agire gli uni verso gli altri in spirito di fratellanza.",
    "pl": "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są oni obdarzeni rozumem i "
          "sumieniem i powinni postępować wobec innych w duchu braterstwa.",
}
VARIANTS = ("", "+f2", "+m3", "+f4")
# espeak-ng's names of phones, the longest first, by what the mouth does.
SHAPES = {
    "PP": "p b m", "FF": "f v", "TH": "T D", "DD": "t d", "kk": "k g N x Q C c J", "CH": "tS dZ S Z S; Z; tS; dZ;",
    "SS": "s z ts dz ts; dz;", "nn": "n l n^ l^ L", "RR": "r R * 3", "aa": "a A V @ & aI aU 0", "E": "e E h H eI",
    "ih": "i I j", "oh": "o O oU OI Y W", "ou": "u U w y",
}
NAMES = sorted(((name, VISEMES.index(shape)) for shape, names in SHAPES.items() for name in names.split()),
               key=lambda pair: -len(pair[0]))
PHONE, END, RATE = 7, 6, 22050


class Event(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("number", ctypes.c_uint), ("place", ctypes.c_int), ("length", ctypes.c_int),
                ("milliseconds", ctypes.c_int), ("sample", ctypes.c_int), ("user", ctypes.c_void_p),
                ("name", ctypes.c_char * 8)]


def shape_of(name, language):
    """Class of one of espeak-ng's phones; -1 where it shapes no mouth of its own."""
    name = name.strip("'_,%=|!:~\"")
    if language == "pl" and name == "y":        # elsewhere the rounded vowel of French "tu"
        name = "I"
    return next((viseme for start, viseme in NAMES if name.startswith(start)), 0 if not name else -1)


class Espeak:
    def __init__(self):
        self.library = ctypes.CDLL("libespeak-ng.so.1")
        rate = self.library.espeak_Initialize(1, 0, None, 1)
        if rate != RATE:
            raise SystemExit(f"languages: eSpeak NG speaks at {rate} Hz, not {RATE}")

    def say(self, text, language, variant=""):
        """(samples, [(start in seconds, class)])."""
        pieces, starts = [], []

        @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))
        def heard(samples, count, events):
            if count > 0:
                pieces.append(np.ctypeslib.as_array(samples, (count,)).copy())
            at = 0
            while events[at].type != 0:
                if events[at].type == PHONE:
                    name = events[at].name.decode("utf-8", "ignore")
                    starts.append((events[at].milliseconds / 1000, shape_of(name, language)))
                at += 1
            return 0

        self.library.espeak_SetSynthCallback(heard)
        if self.library.espeak_SetVoiceByName((language + variant).encode()) != 0:
            raise SystemExit(f"languages: eSpeak NG has no voice {language}{variant}")
        said = text.encode()
        self.library.espeak_Synth(said, len(said) + 1, 0, 1, 0, 1, None, None)
        self.library.espeak_Synchronize()
        return np.concatenate(pieces), starts


def tracked(command, samples, rate):
    """(time of each frame, weights in the order of VISEMES)."""
    with tempfile.TemporaryDirectory() as folder:
        audio, out = Path(folder) / "voice.wav", Path(folder) / "track.jsonl"
        soundfile.write(audio, samples, rate)
        subprocess.run([word.format(audio=audio, out=out) for word in shlex.split(command)], check=True,
                       capture_output=True)
        header, *frames = map(json.loads, out.read_text().splitlines())
    order = [header["visemes"].index(name) for name in VISEMES]
    return np.array([frame["t"] for frame in frames]), np.array([frame["v"] for frame in frames])[:, order]


def synthetic(command, espeak, language):
    right, closures, opened = [], [], []
    for variant in VARIANTS:
        samples, starts = espeak.say(TEXTS[language], language, variant)
        times, weights = tracked(command, samples, RATE)
        answered = weights.argmax(1)
        begins = np.array([start for start, _ in starts])
        classes = np.array([viseme for _, viseme in starts])
        wanted = np.where(times < begins[0], 0, classes[np.maximum(np.searchsorted(begins, times, "right") - 1, 0)])
        right.append((wanted == answered)[wanted >= 0])
        for start, end, viseme in zip(begins[:-1], begins[1:], classes):
            if viseme == 1:
                closures.append((answered[(times > start - 0.02) & (times < end + 0.02)] == 1).any())
        opened.append((answered != 0)[wanted >= 9])
    return [round(float(np.concatenate(some).mean()), 2) for some in (right, [closures], opened)]


def reader(command, path):
    """Correlation of the open mouth with the sound's level, and shares of open frames in the loud and quiet ones."""
    samples, rate = soundfile.read(path)
    times, weights = tracked(command, samples, rate)
    inside = (times > 0.02) & (times < len(samples) / rate - 0.02)
    times, weights = times[inside], weights[inside]
    half = int(0.015 * rate)
    level = np.array([np.sqrt(np.mean(samples[max(0, int(t * rate) - half):int(t * rate) + half] ** 2) + 1e-12)
                      for t in times])
    level = 20 * np.log10(level / np.percentile(level, 95) + 1e-6)
    loud, quiet, opened = level > -15, level < -40, 1 - weights[:, 0]
    share = lambda where: round(float((opened[where] > 0.5).mean()), 2) if where.any() else None
    return [round(float(np.corrcoef(np.maximum(level, -50), opened)[0, 1]), 2), share(loud), share(quiet)]


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--command", required=True)
    words.add_argument("--readers", type=Path)
    args = words.parse_args()
    espeak = Espeak()
    print("espeak-ng: frames right, closures of p b m found, vowels with an open mouth")
    for language in TEXTS:
        print(" ", language, *synthetic(args.command, espeak, language), flush=True)
    if args.readers:
        print("readers: correlation of opening and level; open in loud and in quiet frames")
        for path in sorted(args.readers.rglob("*.flac")):
            print(" ", path.relative_to(args.readers), *reader(args.command, path), flush=True)


if __name__ == "__main__":
    main()
