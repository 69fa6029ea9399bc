"""From probabilities to the weights the mouth follows: the same rule as Sources/Speech/VisemeDecoder.swift."""
import numpy as np

PP, FF = 1, 2
HOLD = 1.3                         # the class in force counts this many times, PP so many times less
BIAS = {PP: 1.12, FF: 0.95}       # closures count e to this power


def decode(logits, hold=HOLD, bias=BIAS):
    """logits T x 15 -> weights T x 15 whose largest is the class in force."""
    biased = logits.astype(np.float64).copy()
    for viseme, amount in bias.items():
        biased[:, viseme] += amount
    stay = np.full(biased.shape[1], np.log(hold))
    stay[PP] = -stay[PP]
    weights = np.empty_like(biased)
    current = 0
    for t, row in enumerate(biased):
        row = row.copy()
        row[current] += stay[current]
        best = int(row.argmax())
        if best != current:
            row[current] -= stay[current]
            row[best] += max(stay[best], 0)
            current = best
        weights[t] = np.exp(row - row.max())
    return weights / weights.sum(1, keepdims=True)
