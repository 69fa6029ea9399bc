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
    words.add_argument("--edges", type=float, default=0.0, help="by how much frames beside a boundary count less")
    words.add_argument("--smoothing", type=float, default=0.02)
    words.add_argument("--channels", type=int, nargs="+", default=[96], help="of each, or one number for all")
    words.add_argument("--layers", type=int, default=2)
    words.add_argument("--lookahead", type=int, default=5, help="frames of the future, of the network")
    words.add_argument("--dropout", type=float, nargs="+", default=[0.15], help="likewise")
    words.add_argument("--average", type=float, default=0.999, help="memory of the averaged weights, a step")
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
    material = Material(args.data, device, args.seed, args.strength, args.seconds, args.quiet, args.trust)
    shelves = {name: Shelf(args.data, name) for name in ("dev", "trial")}
    prior = material.prior()

    count = len(args.out)
    sizes = dict(layers=args.layers) | (dict(lookahead=args.lookahead) if args.kind == "network" else {})
    networks = [made(args.kind, channels=channels, dropout=dropout, **sizes).to(device)
                for _, channels, dropout in zip(args.out, args.channels * count, args.dropout * count)]
    averaged = [copy.deepcopy(network).eval() for network in networks]
    weights = [list(network.parameters()) for network in networks]
    optimizer = torch.optim.AdamW(sum(weights, []), args.rate, weight_decay=args.decay, fused=device == "cuda")
    print(f"{sum(p.numel() for p in weights[0])} parameters each, {args}", flush=True)

    def judge(step):
        for out, judged in zip(args.out, averaged):
            figures = {name: score(judged, prior, shelf) for name, shelf in shelves.items()}
            print(f"{out.name} {step} {json.dumps(figures)}", flush=True)
            kept = {k: v.cpu() for k, v in judged.state_dict().items()}
            arguments = {k: str(v) for k, v in vars(args).items()}
            torch.save({"sizes": judged.sizes, "weights": kept, "prior": prior, "figures": figures,
                        "step": step, "arguments": arguments}, out)

    lost, step, progress, judged = torch.zeros((), device=device), 0, 0.0, 0
    while progress < 1:
        step += 1
        progress = min(1, max(step / args.steps, (time.time() - begin) / 60 / args.minutes))
        for group in optimizer.param_groups:
            group["lr"] = args.rate * rate_at(progress)
        features, wanted, fold = material.batch(args.batch, prior)
        wanted = wanted[:, :wanted.shape[1] - networks[0].lookahead]
        weight = (wanted.sum(2) > 0).float()
        if args.edges:
            best = wanted.argmax(2)
            change = torch.nn.functional.pad((best.diff(dim=1) != 0).float(), (1, 1))
            weight = weight * (1 - args.edges * torch.maximum(change[:, 1:], change[:, :-1]))
        wanted = wanted * (1 - args.smoothing) + args.smoothing / 15
        loss = 0
        for number, logits in enumerate(answers(networks, features)):
            its = weight * (fold != args.without[number])[:, None] if args.without else weight
            logits = torch.log_softmax(logits[:, networks[0].lookahead:], 2)
            loss = loss - ((wanted * logits).sum(2) * its).sum() / its.sum()
        optimizer.zero_grad()
        loss.backward()
        with torch.no_grad():
            memory = min(args.average, (step + 1) / (step + 10))
            for its in weights:
                torch.nn.utils.clip_grad_norm_(its, 1.0)
            optimizer.step()
            for network, mean in zip(networks, averaged):
                torch._foreach_lerp_(list(mean.parameters()), list(network.parameters()), 1 - memory)
                for kept, value in zip(mean.buffers(), network.buffers()):
                    kept.copy_(value)
            lost += loss / len(networks)
        if step in (20, 100) or step % 500 == 0:
            print(f"{step} loss {float(lost) / (step % 500 or 500):.3f}, {time.time() - begin:.0f} s", flush=True)
            if step % 500 == 0:
                lost.zero_()
        if int(progress * args.judge) > judged:
            judged = int(progress * args.judge)
            judge(step)


if __name__ == "__main__":
    main()
