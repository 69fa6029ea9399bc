"""Phones to visemes, and phone files to a class for every 10 ms frame."""
import re

import numpy as np

VISEMES = "sil PP FF TH DD kk CH SS nn RR aa E ih oh ou".split()
_PHONES = {
    "sil": "SIL SP PAU", "PP": "P B M", "FF": "F V", "TH": "TH DH", "DD": "T D", "kk": "K G NG",
    "CH": "CH JH SH ZH", "SS": "S Z", "nn": "N L", "RR": "R ER", "aa": "AA AE AH AY AW AX", "E": "EH EY HH",
    "ih": "IH IY Y", "oh": "AO OW OY", "ou": "UW UH W",
}
CLASS = {phone: VISEMES.index(viseme) for viseme, phones in _PHONES.items() for phone in phones.split()}
UNSCORED = -1


def class_of(phone):
    return CLASS.get(re.sub(r"\d+$", "", phone.strip().upper()), UNSCORED)


def symbol(viseme):
    """A phone of the class."""
    return _PHONES[VISEMES[viseme]].split()[0]


def read_segments(path):
    """[(start, end, class)] of a `start<TAB>end<TAB>phone` file; touching segments of one class become one."""
    segments = []
    for line in path.read_text().splitlines():
        start, end, phone = line.split("\t")[:3]
        viseme = class_of(phone)
        if segments and segments[-1][2] == viseme and float(start) - segments[-1][1] < 1e-3:
            segments[-1] = (segments[-1][0], float(end), viseme)
        else:
            segments.append((float(start), float(end), viseme))
    return segments


def frame_classes(segments, frames, speed=1.0):
    """Class of each 10 ms frame of a recording played `speed` times as fast; outside all segments: silence."""
    times = (np.arange(frames) + 0.5) * 0.010 * speed
    classes = np.zeros(frames, np.int8)
    for start, end, viseme in segments:
        classes[(times >= start) & (times < end)] = viseme
    return classes
