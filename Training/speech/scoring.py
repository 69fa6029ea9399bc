"""Figures of answered visemes against labels, with the definitions of the project's outside scorer."""
import numpy as np


def runs(classes):
    edges = np.flatnonzero(np.diff(classes)) + 1
    return list(zip(np.r_[0, edges], np.r_[edges, len(classes)], classes[np.r_[0, edges]]))


def figures(pairs):
    """pairs of (reference, answered) classes a frame."""
    confusion = np.zeros((15, 15))
    hit = {1: [0, 0], 2: [0, 0]}
    near_answers = {1: [0, 0], 2: [0, 0]}
    changes = reference_changes = frames = 0
    for reference, answered in pairs:
        n = min(len(reference), len(answered))
        reference, answered = reference[:n], answered[:n]
        kept = reference >= 0
        np.add.at(confusion, (reference[kept], answered[kept]), 1)
        for viseme, reach in ((1, 2), (2, 4)):
            near = np.zeros(n, bool)
            for start, end, which in runs(reference):
                if which == viseme:
                    window = slice(max(0, start - reach), end + reach)
                    near[window] = True
                    hit[viseme][0] += (answered[window] == viseme).any()
                    hit[viseme][1] += 1
            judged = (answered == viseme) & ((reference > 0) | near)
            near_answers[viseme][0] += (judged & near).sum()
            near_answers[viseme][1] += judged.sum()
        changes += (np.diff(answered) != 0).sum()
        reference_changes += (np.diff(reference) != 0).sum()
        frames += n
    right, rows, columns = confusion.diagonal(), confusion.sum(1), confusion.sum(0)
    ratio = lambda a: round(float(a[0] / max(a[1], 1)), 3)
    return {
        "accuracy": round(float(right.sum() / rows.sum()), 4),
        "macro_f1": round(float((2 * right / np.maximum(rows + columns, 1))[rows > 0].mean()), 4),
        "PP": [ratio(hit[1]), ratio(near_answers[1])], "FF": [ratio(hit[2]), ratio(near_answers[2])],
        "changes": round(float(changes / frames * 100), 2),
        "reference_changes": round(float(reference_changes / frames * 100), 2),
    }
