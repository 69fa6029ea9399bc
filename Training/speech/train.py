"""Trains streaming networks, or teachers: several at once, on the same batches.

    train.py --data WORK/material --out WORK/network.pt --steps 20000
    train.py --data WORK/material --kind teacher --out WORK/a.pt WORK/b.pt --without 0 1 --steps 1500

On a graphics card where there is one; else on one thread of the processor, with other random numbers.
"""
import argparse
import copy
import json
import math
import time
from pathlib import Path

import torch

from evaluate import score
from material import Material, Shelf
from network import answers, made, use_kernel


def rate_at(progress):
    """Share of the highest learning rate: up for a twentieth of the time, then half a cosine down to 0."""
    rise = 0.05
    return progress / rise if progress < rise else 0.5 + 0.5 * math.cos(math.pi * (progress - rise) / (1 - rise))


def batches(material, count, prior):
    """One after the other; on a graphics card each is made beside the training on the one before."""
    if material.device == "cpu":
        while True:
            yield material.batch(count, prior)
    side = torch.cuda.Stream()
    while True:
        with torch.cuda.stream(side):
            batch = material.batch(count, prior)
        here = torch.cuda.current_stream()
        here.wait_stream(side)
        for part in batch:
            part.record_stream(here)
        yield batch


def loss_of(networks, features, wanted, fold, made, args):
    """The sum of the networks' losses. Of a voice that formants.py made any viseme will do, but rest, and its own a little."""
    ahead = networks[0].lookahead
    wanted = wanted[:, :wanted.shape[1] - ahead]
    weight = (wanted.sum(2) > 0).float()
    if args.edges:
        best = wanted.argmax(2)
        change = torch.nn.functional.pad((best.diff(dim=1) != 0).float(), (1, 1))
        weight = weight * (1 - args.edges * torch.maximum(change[:, 1:], change[:, :-1]))
    free = made[:, None] & (wanted[..., 0] < 0.5)
    wanted = wanted * (1 - args.smoothing) + args.smoothing / 15
    total = 0
    for number, logits in enumerate(answers(networks, features)):
        its = weight * (fold != args.without[number])[:, None] if args.without else weight
        logits = torch.log_softmax(logits[:, ahead:], 2)
        right = (wanted * logits).sum(2)
        right = torch.where(free, right.lerp(torch.logsumexp(logits[..., 1:], 2), 1 - args.labels), right)
        total = total - (right * its).sum() / its.sum()
    return total


class Step:
    """A step of the training. A graphics card is shown the first few; it does all others by itself, which is faster than being
    told every part of it."""

    def __init__(self, networks, weights, optimizer, args):
        self.networks, self.weights, self.optimizer, self.args = networks, weights, optimizer, args
        self.lost, self.graph, self.shown = torch.zeros((), device=weights[0][0].device), None, 0
        self.aside = torch.cuda.Stream() if args.graph else None

    def plainly(self, batch):
        self.optimizer.zero_grad(set_to_none=True)
        loss = loss_of(self.networks, *batch, self.args)
        loss.backward()
        for its in self.weights:
            torch.nn.utils.clip_grad_norm_(its, 1.0)
        self.optimizer.step()
        self.lost += loss.detach() / len(self.networks)

    def __call__(self, batch):
        if self.graph:
            for held, part in zip(self.held, batch):
                held.copy_(part)
            self.graph.replay()
        elif not self.args.graph:
            self.plainly(batch)
        else:
            self.aside.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(self.aside):
                self.plainly(batch)
            torch.cuda.current_stream().wait_stream(self.aside)
            self.shown += 1
            if self.shown == 6:
                torch.cuda.synchronize()
                self.held = [part.clone() for part in batch]
                graph = torch.cuda.CUDAGraph()
                with torch.cuda.graph(graph):
                    self.plainly(self.held)
                self.graph = graph


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--data", type=Path, required=True)
    words.add_argument("--out", type=Path, nargs="+", required=True, help="a checkpoint each")
    words.add_argument("--kind", choices=("network", "teacher"), default="network")
    words.add_argument("--without", type=int, nargs="+", help="a fold of speakers that each does not hear")
    words.add_argument("--steps", type=int, default=20000)
    words.add_argument("--minutes", type=float, default=1e9, help="less steps where they would take longer")
    words.add_argument("--batch", type=int, default=256)
    words.add_argument("--seconds", type=float, default=4.0, help="length of an example")
    words.add_argument("--rate", type=float, default=4e-3, help="highest learning rate")
    words.add_argument("--decay", type=float, default=1e-2)
    words.add_argument("--strength", type=float, default=0.7, help="how often an example is varied, 0...1")
    words.add_argument("--quiet", type=float, default=0.14, help="share of examples in which nobody speaks")
    words.add_argument("--trust", type=float, default=0.0, help="weight of teach.py's answers against the labels")
    words.add_argument("--made", type=float, default=0.0, help="share of the voices that formants.py made")
    words.add_argument("--labels", type=float, default=0.15, help="weight of their visemes beside any but rest")
    words.add_argument("--edges", type=float, default=0.0, help="by how much frames beside a boundary count less")
    words.add_argument("--smoothing", type=float, default=0.02)
    words.add_argument("--channels", type=int, nargs="+", default=[96], help="of each, or one number for all")
    words.add_argument("--layers", type=int, default=2)
    words.add_argument("--lookahead", type=int, default=5, help="frames of the future, of the network")
    words.add_argument("--dropout", type=float, nargs="+", default=[0.15], help="likewise")
    words.add_argument("--average", type=float, default=0.999, help="memory of the averaged weights, a step")
    words.add_argument("--judge", type=int, default=4, help="how often the network is judged on the way")
    words.add_argument("--graph", action="store_true", help="a graphics card does the steps by itself")
    words.add_argument("--seed", type=int, default=1)
    args = words.parse_args()
    begin = time.time()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    args.graph &= device == "cuda"
    torch.set_num_threads(1)
    torch.set_float32_matmul_precision("high")
    torch.manual_seed(args.seed)
    if device == "cuda":
        use_kernel()
    material = Material(args.data, device, args.seed, args.strength, args.seconds, args.quiet, args.trust, args.made)
    dev = Shelf(args.data, "dev")
    prior = material.prior()

    count = len(args.out)
    sizes = dict(layers=args.layers) | (dict(lookahead=args.lookahead) if args.kind == "network" else {})
    networks = [made(args.kind, channels=channels, dropout=dropout, **sizes).to(device)
                for _, channels, dropout in zip(args.out, args.channels * count, args.dropout * count)]
    averaged = [copy.deepcopy(network).eval() for network in networks]
    weights, means = ([list(network.parameters()) for network in its] for its in (networks, averaged))
    optimizer = torch.optim.AdamW(sum(weights, []), torch.tensor(args.rate, device=device) if args.graph else args.rate,
                                  weight_decay=args.decay, fused=device == "cuda", capturable=args.graph)
    one = Step(networks, weights, optimizer, args)
    print(f"{sum(p.numel() for p in weights[0])} parameters each, {args}", flush=True)

    def keep(step):
        for out, network, mean in zip(args.out, networks, averaged):
            for kept, value in zip(mean.buffers(), network.buffers()):
                kept.copy_(value)
            kept = {k: v.cpu() for k, v in mean.state_dict().items()}
            arguments = {k: str(v) for k, v in vars(args).items()}
            torch.save({"sizes": mean.sizes, "weights": kept, "prior": prior, "step": step, "arguments": arguments}, out)

    step, progress, judged, supply = 0, 0.0, 0, batches(material, args.batch, prior)
    while progress < 1:
        step += 1
        progress = min(1, max(step / args.steps, (time.time() - begin) / 60 / args.minutes))
        for group in optimizer.param_groups:
            if args.graph:
                group["lr"].fill_(args.rate * rate_at(progress))
            else:
                group["lr"] = args.rate * rate_at(progress)
        one(next(supply))
        with torch.no_grad():
            memory = min(args.average, (step + 1) / (step + 10))
            for network, mean in zip(weights, means):
                torch._foreach_lerp_(mean, network, 1 - memory)
        if step in (20, 100) or step % 500 == 0:
            print(f"{step} loss {float(one.lost) / (step % 500 or 500):.3f}, {time.time() - begin:.0f} s", flush=True)
            if step % 500 == 0:
                one.lost.zero_()
        if int(progress * args.judge) > judged:
            judged = int(progress * args.judge)
            keep(step)
            for out, mean in zip(args.out, averaged):
                print(f"{out.name} {step} {json.dumps(score(mean, prior, dev))}", flush=True)
    keep(step)


if __name__ == "__main__":
    main()
