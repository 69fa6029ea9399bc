"""The mean of networks that began as one: what each of settle.py's runs has learnt, without what chance did to each.

    mean.py OUT CHECKPOINT [CHECKPOINT ...]      (Wortsman et al., Model soups, ICML 2022)
"""
import argparse
from pathlib import Path

import torch


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("out", type=Path)
    words.add_argument("checkpoints", type=Path, nargs="+")
    args = words.parse_args()
    kept = [torch.load(path, map_location="cpu", weights_only=False) for path in args.checkpoints]
    mean = {name: torch.stack([its["weights"][name].double() for its in kept]).mean(0).to(value.dtype)
            for name, value in kept[0]["weights"].items()}
    torch.save({"sizes": kept[0]["sizes"], "prior": kept[0]["prior"], "weights": mean,
                "arguments": {"mean of": str(args.checkpoints)}}, args.out)


if __name__ == "__main__":
    main()
