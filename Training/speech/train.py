"""Trains the streaming network, or a teacher.

    train.py --data WORK/material --out WORK/network.pt --steps 20000

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
from network import load, made, use_kernel


def rate_at(progress):
    """Share of the highest learning rate: up for a twentieth of the time, then half a cosine down to 0."""
    rise = 0.05
    return progress / rise if progress < rise else 0.5 + 0.5 * math.cos(math.pi * (progress - rise) / (1 - rise))


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--data", type=Path, required=True)
    words.add_argument("--out", type=Path, required=True, help="the checkpoint")
    words.add_argument("--kind", choices=("network", "teacher"), default="network")
    words.add_argument("--without", type=int, help="a fold of speakers to leave out")
    words.add_argument("--steps", type=int, default=20000)
    words.add_argument("--minutes", type=float, default=1e9, help="less steps where they would take longer")
    words.add_argument("--batch", type=int, default=256)
    words.add_argument("--seconds", type=float, default=4.0, help="length of an example")
    words.add_argument("--rate", type=float, default=4e-3, help="highest learning rate")
    words.add_argument("--decay", type=float, default=1e-2)
    words.add_argument("--strength", type=float, default=0.7, help="how often an example is varied, 0...1")
    words.add_argument("--quiet", type=float, default=0.08, help="share of examples in which nobody speaks")
    words.add_argument("--trust", type=float, default=0.0, help="weight of teach.py's answers against the labels")
    words.add_argument("--edges", type=float, default=0.0, help="by how much frames beside a boundary count less")
    words.add_argument("--smoothing", type=float, default=0.02)
    words.add_argument("--channels", type=int, default=96)
    words.add_argument("--layers", type=int, default=2)
    words.add_argument("--lookahead", type=int, default=5, help="frames of the future, of the network")
    words.add_argument("--dropout", type=float, default=0.15)
    words.add_argument("--average", type=float, default=0.999, help="memory of the averaged weights, a step")
    words.add_argument("--start", type=Path, help="a checkpoint whose weights to start from")
    words.add_argument("--judge", type=int, default=4, help="how often the network is judged on the way")
    words.add_argument("--seed", type=int, default=1)
    args = words.parse_args()
    begin = time.time()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.set_num_threads(1)
    torch.set_float32_matmul_precision("high")
    torch.manual_seed(args.seed)
    if device == "cuda":
        use_kernel()
    material = Material(args.data, device, args.seed, args.strength, args.seconds, args.quiet, args.trust, args.without)
    shelves = {name: Shelf(args.data, name) for name in ("dev", "trial")}
    prior = material.prior()

    sizes = dict(channels=args.channels, layers=args.layers, dropout=args.dropout)
    if args.kind == "network":
        sizes["lookahead"] = args.lookahead
    network = made(args.kind, **sizes).to(device)
    if args.start:
        start, prior = load(args.start)
        network.load_state_dict(start.state_dict())
    averaged = copy.deepcopy(network).eval()
    optimizer = torch.optim.AdamW(network.parameters(), args.rate, weight_decay=args.decay, fused=device == "cuda")
    print(f"{sum(p.numel() for p in network.parameters())} parameters, {args}", flush=True)

    def judge(step):
        judged = copy.deepcopy(averaged).cpu()
        figures = {name: score(judged, prior, shelf) for name, shelf in shelves.items()}
        print(f"{step} {json.dumps(figures)}", flush=True)
        arguments = {k: str(v) for k, v in vars(args).items()}
        torch.save({"sizes": network.sizes, "weights": judged.state_dict(), "prior": prior, "figures": figures,
                    "step": step, "arguments": arguments}, args.out)

    lost, step, progress, judged = torch.zeros((), device=device), 0, 0.0, 0
    while progress < 1:
        step += 1
        progress = min(1, max(step / args.steps, (time.time() - begin) / 60 / args.minutes))
        for group in optimizer.param_groups:
            group["lr"] = args.rate * rate_at(progress)
        features, wanted = material.batch(args.batch, prior)
        answers = torch.log_softmax(network(features)[:, network.lookahead:], 2)
        wanted = wanted[:, :answers.shape[1]]
        weight = (wanted.sum(2) > 0).float()
        if args.edges:
            best = wanted.argmax(2)
            change = torch.nn.functional.pad((best.diff(dim=1) != 0).float(), (1, 1))
            weight = weight * (1 - args.edges * torch.maximum(change[:, 1:], change[:, :-1]))
        loss = -((wanted * (1 - args.smoothing) + args.smoothing / 15) * answers).sum(2)
        loss = (loss * weight).sum() / weight.sum()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        with torch.no_grad():
            memory = min(args.average, (step + 1) / (step + 10))
            torch._foreach_lerp_(list(averaged.parameters()), list(network.parameters()), 1 - memory)
            for mean, value in zip(averaged.buffers(), network.buffers()):
                mean.copy_(value)
            lost += loss
        if step in (20, 100) or step % 500 == 0:
            print(f"{step} loss {float(lost) / (step % 500 or 500):.3f}, {time.time() - begin:.0f} s", flush=True)
            if step % 500 == 0:
                lost.zero_()
        if int(progress * args.judge) > judged:
            judged = int(progress * args.judge)
            judge(step)


if __name__ == "__main__":
    main()
