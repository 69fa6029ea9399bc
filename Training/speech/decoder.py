"""From probabilities to the weights the mouth follows: the same rule as Sources/Speech/VisemeDecoder.swift."""
import numpy as np

PP, FF = 1, 2
HOLD = 1.25                         # the class in force counts this many times
BIAS = {PP: 0.85, FF: 1.0}          # closures count e to this power


def decode(logits, hold=HOLD, bias=BIAS):
    """logits T x 15 -> weights T x 15 whose largest is the class in force."""
    biased = logits.astype(np.float64).copy()
    for viseme, amount in bias.items():
        biased[:, viseme] += amount
    weights = np.empty_like(biased)
    current = 0
    for t, row in enumerate(biased):
        row = row.copy()
        row[current] += np.log(hold)
        best = int(row.argmax())
        if best != current:
            row[current] -= np.log(hold)
            row[best] += np.log(hold)
            current = best
        weights[t] = np.exp(row - row.max())
    return weights / weights.sum(1, keepdims=True)
