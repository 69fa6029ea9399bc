"""Trains the streaming network on the CPU, one thread.

    train.py --data /tmp/speech/data --out /tmp/speech/first --steps 1700
"""
import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from evaluate import score
from material import Material, Shelf
from network import LOOKAHEAD, Network


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--data", type=Path, required=True)
    words.add_argument("--out", type=Path, required=True, help="folder for the checkpoints")
    words.add_argument("--steps", type=int, default=1700)
    words.add_argument("--batch", type=int, default=16)
    words.add_argument("--seconds", type=float, default=3.2, help="length of an example")
    words.add_argument("--rate", type=float, default=4e-3, help="highest learning rate")
    words.add_argument("--strength", type=float, default=0.4, help="how often an example is varied, 0...1")
    words.add_argument("--quiet", type=float, default=0.06, help="share of examples in which nobody speaks")
    words.add_argument("--trust", type=float, default=0.0, help="weight of teach.py's answers against the labels")
    words.add_argument("--smoothing", type=float, default=0.05)
    words.add_argument("--hidden", type=int, default=128)
    words.add_argument("--channels", type=int, default=96)
    words.add_argument("--dropout", type=float, default=0.15)
    words.add_argument("--average", type=float, default=0.995, help="memory of the averaged weights, a step")
    words.add_argument("--start", type=Path, help="a checkpoint whose weights to start from")
    words.add_argument("--every", type=int, default=400, help="steps between checkpoints")
    words.add_argument("--seed", type=int, default=1)
    args = words.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)
    material = Material(args.data, rng, args.strength, args.seconds, args.quiet, args.trust)
    dev = Shelf(args.data, "dev")
    prior = material.prior()

    network = Network(args.channels, args.hidden, dropout=args.dropout)
    if args.start:
        stored = torch.load(args.start, weights_only=False)
        network.load_state_dict(stored["weights"])
        prior = stored["prior"]
    averaged = {k: v.clone() for k, v in network.state_dict().items()}
    optimizer = torch.optim.AdamW(network.parameters(), args.rate, weight_decay=2e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, args.rate, total_steps=args.steps, pct_start=0.15)
    print(f"{sum(p.numel() for p in network.parameters())} parameters, "
          f"{network.multiplications() / 1e6:.1f} MMAC/s, {material.seconds() / 60:.1f} minutes of voices", flush=True)

    begin, waiting, losses = time.time(), 0.0, []
    for step in range(1, args.steps + 1):
        at = time.time()
        features, chances = material.batch(args.batch, prior)
        waiting += time.time() - at
        answers = F.log_softmax(network(features)[:, LOOKAHEAD:], 2)
        wanted = chances[:, :answers.shape[1]]
        scored = wanted.sum(2) > 0
        loss = -(wanted.lerp(torch.ones(()) / 15, args.smoothing) * answers).sum(2)[scored].mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        memory = min(args.average, (step + 1) / (step + 10))
        for name, value in network.state_dict().items():
            if value.dtype.is_floating_point:
                averaged[name].lerp_(value, 1 - memory)
            else:
                averaged[name] = value.clone()
        losses.append(loss.item())
        if step % 50 == 0:
            print(f"{step} loss {np.mean(losses[-50:]):.3f}, {time.time() - begin:.0f} s, "
                  f"of that material {waiting:.0f} s", flush=True)
        if step % args.every == 0 or step == args.steps:
            judged = Network(**network.sizes)
            judged.load_state_dict(averaged)
            figures = score(judged.eval(), prior, dev)
            print(f"{step} dev {json.dumps(figures)}", flush=True)
            torch.save({"sizes": network.sizes, "weights": averaged, "prior": prior, "figures": figures,
                        "step": step, "arguments": {k: str(v) for k, v in vars(args).items()}},
                       args.out / ("last.pt" if step == args.steps else f"{step}.pt"))


if __name__ == "__main__":
    main()
