"""The streaming network and its teacher.

`Network`: one causal convolution over time, two gated recurrent layers, 15 classes. The answer given at frame t
describes frame t - lookahead. `Teacher` hears the whole recording and is not shipped.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

from features import BANDS
from phones import VISEMES

LOOKAHEAD, KERNEL = 5, 5


def recur(layers, x):
    """The answers of one-layer torch.nn.GRUs side by side, the second of two backwards in time; by our own kernel
    where there is one."""
    inputs = [x, x.flip(1)][:len(layers)]
    if recur.kernel and x.is_cuda:
        inputs = [F.linear(its, layer.weight_ih_l0, layer.bias_ih_l0) for layer, its in zip(layers, inputs)]
        together = lambda name: torch.stack([getattr(layer, name) for layer in layers])
        answers = recur.kernel(torch.stack(inputs), together("weight_hh_l0"), together("bias_hh_l0"))
    else:
        answers = [layer(its)[0] for layer, its in zip(layers, inputs)]
    return torch.cat([answers[0], answers[1].flip(1)], 2) if len(layers) == 2 else answers[0]


recur.kernel = None


def use_kernel():
    """Takes the kernel for the recurrence where it runs and agrees with torch's own; says whether."""
    try:
        from kernels import recurrence
        layers = nn.ModuleList(nn.GRU(128, 128, batch_first=True) for _ in range(2)).cuda()
        x = torch.randn(48, 50, 128, device="cuda")
        results = []
        for kernel in (None, recurrence):
            recur.kernel = kernel
            layers.zero_grad()
            y = recur(layers, x)
            y.square().sum().backward()
            results.append((y.detach(), *(p.grad.clone() for p in layers.parameters())))
        errors = [float((a - b).norm() / a.norm()) for a, b in zip(*results)]
        print("recurrence: relative errors", errors, flush=True)
        if max(errors) > 0.02:
            recur.kernel = None
    except Exception as error:
        print("recurrence: torch's own,", error, flush=True)
        recur.kernel = None
    return recur.kernel is not None


class Network(nn.Module):
    def __init__(self, channels=96, hidden=128, layers=2, dropout=0.15, lookahead=LOOKAHEAD):
        super().__init__()
        self.sizes = dict(kind="network", channels=channels, hidden=hidden, layers=layers, lookahead=lookahead)
        self.lookahead = lookahead
        self.input = nn.BatchNorm1d(BANDS)
        self.convolution = nn.Conv1d(BANDS, channels, KERNEL)
        self.middle = nn.BatchNorm1d(channels)
        self.recurrent = nn.ModuleList(nn.GRU(hidden if n else channels, hidden, batch_first=True)
                                       for n in range(layers))
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(hidden, len(VISEMES))

    def forward(self, x):
        """B x T x BANDS -> logits B x T x 15."""
        x = self.input(x.transpose(1, 2))
        x = F.relu(self.middle(self.convolution(F.pad(x, (KERNEL - 1, 0))))).transpose(1, 2)
        for layer in self.recurrent:
            x = recur([layer], self.dropout(x))
        return self.output(self.dropout(x))

    def multiplications(self):
        """Multiplications a second."""
        return 100 * sum(p.numel() for p in self.parameters() if p.dim() > 1)


class Teacher(nn.Module):
    """Two convolutions and three recurrent layers in both directions; the answer at frame t describes frame t."""

    def __init__(self, channels=192, hidden=128, layers=3, dropout=0.3):
        super().__init__()
        self.sizes = dict(kind="teacher", channels=channels, hidden=hidden, layers=layers)
        self.lookahead = 0
        self.input = nn.BatchNorm1d(BANDS)
        self.convolutions = nn.ModuleList(nn.Conv1d(BANDS if n == 0 else channels, channels, 5, padding=2)
                                          for n in range(2))
        self.middles = nn.ModuleList(nn.BatchNorm1d(channels) for _ in range(2))
        self.recurrent = nn.ModuleList(nn.GRU(2 * hidden if n else channels, hidden, batch_first=True)
                                       for n in range(layers) for _ in ("forth", "back"))
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(2 * hidden, len(VISEMES))

    def forward(self, x):
        x = self.input(x.transpose(1, 2))
        for convolution, middle in zip(self.convolutions, self.middles):
            x = self.dropout(F.relu(middle(convolution(x))))
        x = x.transpose(1, 2)
        for forth, back in zip(self.recurrent[::2], self.recurrent[1::2]):
            x = self.dropout(recur([forth, back], x))
        return self.output(x)


def made(kind, **sizes):
    return {"network": Network, "teacher": Teacher}[kind](**sizes)


def load(path):
    """(network ready to answer, mean log power of the training voices) of a checkpoint."""
    stored = torch.load(path, map_location="cpu", weights_only=False)
    network = made(**stored["sizes"])
    network.load_state_dict(stored["weights"])
    return network.eval(), stored["prior"]
