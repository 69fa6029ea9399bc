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


def recur(layers, inputs):
    """The answers of one-layer torch.nn.GRUs side by side, each to its own input; by our own kernel where there is
    one."""
    if recur.kernel and inputs[0].is_cuda:
        inputs = [F.linear(x, layer.weight_ih_l0, layer.bias_ih_l0) for layer, x in zip(layers, inputs)]
        stacked = lambda name: torch.stack([getattr(layer, name) for layer in layers])
        return recur.kernel(torch.stack(inputs), stacked("weight_hh_l0"), stacked("bias_hh_l0")).unbind()
    return [layer(x)[0] for layer, x in zip(layers, inputs)]


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
            y = torch.cat(recur(layers, [x, x.flip(1)]), 2)
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


def answers(networks, x):
    """The logits of networks of one kind and depth, side by side: together they fill a graphics card that one does not.

    x: B x T x BANDS -> for each network B x T x 15."""
    states = [network.front(x) for network in networks]
    sides = networks[0].sides
    for first in range(0, len(networks[0].recurrent), sides):
        layers, inputs = [], []
        for network, state in zip(networks, states):
            state = network.dropout(state)
            layers += network.recurrent[first:first + sides]
            inputs += [state, state.flip(1)][:sides]
        states = recur(layers, inputs)
        if sides == 2:
            states = [torch.cat([forth, back.flip(1)], 2) for forth, back in zip(states[::2], states[1::2])]
    return [network.output(network.dropout(state)) for network, state in zip(networks, states)]


class Network(nn.Module):
    sides = 1

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

    def front(self, x):
        x = self.input(x.transpose(1, 2))
        return F.relu(self.middle(self.convolution(F.pad(x, (KERNEL - 1, 0))))).transpose(1, 2)

    def forward(self, x):
        """B x T x BANDS -> logits B x T x 15."""
        return answers([self], x)[0]

    def multiplications(self):
        """Multiplications a second."""
        return 100 * sum(p.numel() for p in self.parameters() if p.dim() > 1)


class Teacher(nn.Module):
    """Two convolutions and three recurrent layers in both directions; the answer at frame t describes frame t."""

    sides = 2

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

    def front(self, x):
        x = self.input(x.transpose(1, 2))
        for number, (convolution, middle) in enumerate(zip(self.convolutions, self.middles)):
            x = F.relu(middle(convolution(self.dropout(x) if number else x)))
        return x.transpose(1, 2)

    def forward(self, x):
        return answers([self], x)[0]


def made(kind, **sizes):
    return {"network": Network, "teacher": Teacher}[kind](**sizes)


def load(path):
    """(network ready to answer, mean log power of the training voices) of a checkpoint."""
    stored = torch.load(path, map_location="cpu", weights_only=False)
    network = made(**stored["sizes"])
    network.load_state_dict(stored["weights"])
    return network.eval(), stored["prior"]
