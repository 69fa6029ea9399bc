"""The streaming network: one causal convolution over time, two gated recurrent layers, 15 classes.

The answer given at frame t describes frame t - LOOKAHEAD.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

from features import BANDS
from phones import VISEMES

LOOKAHEAD, KERNEL = 5, 5


class Network(nn.Module):
    def __init__(self, channels=96, hidden=128, layers=2, dropout=0.15):
        super().__init__()
        self.sizes = dict(channels=channels, hidden=hidden, layers=layers)
        self.input = nn.BatchNorm1d(BANDS)
        self.convolution = nn.Conv1d(BANDS, channels, KERNEL)
        self.middle = nn.BatchNorm1d(channels)
        self.recurrent = nn.GRU(channels, hidden, layers, batch_first=True, dropout=dropout if layers > 1 else 0)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(hidden, len(VISEMES))

    def forward(self, x):
        """B x T x BANDS -> logits B x T x 15."""
        x = self.input(x.transpose(1, 2))
        x = F.relu(self.middle(self.convolution(F.pad(x, (KERNEL - 1, 0)))))
        x, _ = self.recurrent(self.dropout(x.transpose(1, 2)))
        return self.output(self.dropout(x))

    def multiplications(self):
        """Multiplications a second."""
        return 100 * sum(p.numel() for p in self.parameters() if p.dim() > 1)


def load(path):
    """(network ready to answer, mean log power of the training voices) of a checkpoint."""
    stored = torch.load(path, map_location="cpu", weights_only=False)
    network = Network(**stored["sizes"])
    network.load_state_dict(stored["weights"])
    return network.eval(), stored["prior"]
