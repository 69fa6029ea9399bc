"""The last stage of the network: what it does with voices stays, what it does not know yet it learns.

    settle.py --data WORK/material --start WORK/network2.pt --out WORK/settled.pt

Recorded voices are answered as the network answered them before, so that nothing is forgotten; clipped ones and those whose
level changes suddenly as if they did not. Voices made of pulses (formants.py) get its answers without rest, mixed with their
classes, and rest in their pauses and in a sound that comes before some of them; sounds without a voice are rest. What half
of the examples begin with has been heard for long: the running mean is its own. The averaged weights are judged on the way
(the development speakers, other made voices, the sounds of sounds.py) and kept as settled-STEP.pt; mean.py mixes them.
"""
import argparse
import json
import time
import zlib
from pathlib import Path

import numpy as np
import torch

import formants
import sounds
from decoder import decode
from features import HOP, RATE, features, filterbank
from material import Material, Shelf
from network import load
from scoring import figures

FIRST_VOWEL = 9
OTHERS = 100_000                    # the seeds of made voices that are judged, far from those in training


class Judge:
    """Sounds by which networks are told apart; their features are computed once."""

    def __init__(self, data, prior, seconds):
        self.bank, self.prior = filterbank(), prior
        shelf = Shelf(data, "dev")
        self.dev = [(classes, self.heard(samples)) for samples, classes in map(shelf.read, shelf.rows)]
        self.made = {name: [] for name in ("plain", "clipped", "softer")}
        for seed in range(OTHERS, OTHERS + 24):
            x, classes = formants.voice(np.random.default_rng(seed), 6.0)
            x = 0.5 * x / np.abs(x).max()
            half = np.arange(len(x)) > len(x) // 2
            for name, sound in (("plain", x), ("clipped", (8 * x).clip(-1, 1)), ("softer", np.where(half, x / 4, x))):
                self.made[name].append((classes, self.heard(sound)))
        self.sounds = {}
        for name, make in sounds.KINDS.items():
            x = make(np.random.default_rng(zlib.crc32(name.encode()) + 3), seconds)
            self.sounds[name] = self.heard(0.1 * x / np.sqrt(np.mean(x ** 2)))

    def heard(self, samples):
        return features(np.clip(np.pad(samples, (0, 5 * HOP)), -1, 1), self.prior, self.bank)

    def __call__(self, network):
        def answered(x):
            with torch.no_grad():
                return decode(network(x)[0, network.lookahead:].numpy()).argmax(1)

        dev = figures([(classes, answered(x)) for classes, x in self.dev])
        made = {}
        for name, voices in self.made.items():
            answers = [(classes, answered(x)[:len(classes)]) for classes, x in voices]
            opened = [(its[classes >= FIRST_VOWEL] != 0).mean() for classes, its in answers]
            pauses = np.concatenate([its[classes == 0] != 0 for classes, its in answers])
            made[name] = [round(float(value), 3) for value in (np.mean(opened), np.sort(opened)[2], pauses.mean())]
        moved = {name: float((answered(x) != 0).mean()) for name, x in self.sounds.items()}
        worst = sorted(moved, key=moved.get)[-4:]
        return {"dev": dev, "made: open, third worst voice, in pauses": made,
                "sounds": {name: round(moved[name], 3) for name in worst}}


def faults(figures):
    """One number, the smaller the better: a hundredth of accuracy weighs as much as three of open vowels, or as one of
    open mouths to the worst sound beyond a hundredth."""
    made = [value for its in figures["made: open, third worst voice, in pauses"].values() for value in its[:2]]
    sound = max(0, max(figures["sounds"].values()) - 0.008)
    return (1 - figures["dev"]["accuracy"]) + 0.5 * (1 - figures["dev"]["macro_f1"]) + 0.33 * (1 - np.mean(made)) + sound


def targets(answers, wanted, args):
    """What is taught, B x T x 15, and how much each frame weighs, B x T; recorded voices and sounds first, made ones after."""
    silent, known = wanted[..., :1] == 1, wanted.sum(2, keepdim=True) > 0
    # Whatever the network takes a made voice for, but rest.
    opened = torch.softmax(answers - 1e9 * torch.eye(answers.shape[2])[0], 2).lerp(wanted, args.labels)
    told = silent.all(1, keepdim=True)               # nobody speaks
    told[args.batch:] = True
    target = torch.where(told & known, torch.where(silent, wanted, opened), torch.softmax(answers, 2))
    weight = torch.where(told[..., 0], 1.0, args.keep) * torch.ones(target.shape[:2])
    weight[args.batch:] *= known[args.batch:, :, 0]
    return target, weight


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--data", type=Path, required=True)
    words.add_argument("--start", type=Path, required=True)
    words.add_argument("--answers", type=Path, help="the network whose answers are kept, if not the same")
    words.add_argument("--out", type=Path, required=True)
    words.add_argument("--steps", type=int, default=300)
    words.add_argument("--batch", type=int, default=24, help="recorded voices and sounds")
    words.add_argument("--made", type=int, default=8, help="made voices beside them")
    words.add_argument("--quiet", type=float, default=0.42, help="share of the former in which nobody speaks")
    words.add_argument("--seconds", type=float, default=4.0)
    words.add_argument("--rate", type=float, default=5e-4, help="highest learning rate")
    words.add_argument("--labels", type=float, default=0.15, help="weight of made voices' classes beside the network's own")
    words.add_argument("--keep", type=float, default=5, help="weight of the answers to recorded voices")
    words.add_argument("--average", type=float, default=0.98, help="memory of the averaged weights, a step")
    words.add_argument("--judge", type=int, default=60, help="steps between judgements; each keeps a checkpoint")
    words.add_argument("--sounds", type=float, default=8, help="seconds of each sound that is judged")
    words.add_argument("--seed", type=int, default=1)
    args = words.parse_args()
    begin = time.time()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    frozen, prior = load(args.answers or args.start)
    network, averaged = load(args.start)[0], load(args.start)[0]          # all of them without dropout, normalised as before
    voices = Material(args.data, "cpu", args.seed, 0.7, args.seconds, args.quiet, music=3)
    made = Material(args.data, "cpu", args.seed + 1, 0.7, args.seconds, 0.0, made=1.0)
    optimizer = torch.optim.AdamW(network.parameters(), args.rate, weight_decay=1e-3)
    judge, ahead = Judge(args.data, prior, args.sounds), network.lookahead
    print(f"{args}; ready after {time.time() - begin:.0f} s", flush=True)

    lost = 0.0
    for step in range(args.steps + 1):
        if step % args.judge == 0:
            judged = judge(averaged)
            print(f"{step} loss {lost / args.judge:.4f} faults {faults(judged):.4f} {json.dumps(judged)} "
                  f"{time.time() - begin:.0f} s", flush=True)
            lost = 0.0
            torch.save({"sizes": averaged.sizes, "prior": prior, "weights": averaged.state_dict(), "figures": judged,
                        "arguments": {k: str(v) for k, v in vars(args).items()}},
                       args.out.with_stem(f"{args.out.stem}-{step}"))
        for group in optimizer.param_groups:
            group["lr"] = args.rate * min(1, (step + 1) / 20) * 0.5 * (1 + np.cos(np.pi * step / (args.steps + 1)))
        x, wanted, _ = voices.examples(args.batch)
        others, classes = made.after_sounds(*made.examples(args.made)[:2])
        x, wanted = torch.cat([x, others]), torch.cat([wanted, classes])[:, :-ahead]
        known = voices.happens(0.5, len(x), True).numpy()
        dice = voices.dice.get_state()
        as_was = voices.heard(x, prior, known)
        voices.dice.set_state(dice)
        now = voices.heard(made.disturbed(x, torch.ones(len(x))), prior, known)
        with torch.no_grad():
            answers = frozen(as_was)[:, ahead:]
        target, weight = targets(answers, wanted, args)
        logits = torch.log_softmax(network(now)[:, ahead:], 2)
        loss = ((target * (torch.log(target + 1e-6) - logits)).sum(2) * weight).sum() / weight.sum()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        lost += float(loss.detach())
        with torch.no_grad():
            memory = min(args.average, (step + 1) / (step + 10))
            torch._foreach_lerp_(list(averaged.parameters()), list(network.parameters()), 1 - memory)
        if step in (5, 20):
            print(f"{step} loss {lost / (step + 1):.4f}, {time.time() - begin:.0f} s", flush=True)


if __name__ == "__main__":
    main()
