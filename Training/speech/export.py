"""Writes a checkpoint as the file that Sources/Speech reads (docs/speech.md): 8-bit weights, one scale a row.

    export.py CHECKPOINT ../../Models/speech.bin [--parity FOLDER]

--parity writes, for the test signal that Tests/SpeechTests makes too, what this side computes with the stored weights.
"""
import argparse
import struct
import zlib
from pathlib import Path

import numpy as np
import torch

from features import BANDS, features, filterbank
from network import KERNEL, load

MAGIC, VERSION = b"FXSP", 1


def quantized(matrix):
    """(8-bit rows, scale of each row)."""
    scale = np.maximum(np.abs(matrix).max(1), 1e-12) / 127
    return np.round(matrix / scale[:, None]).astype(np.int8), scale.astype(np.float32)


def layers(network):
    """(matrix, bias) in the order of the file; normalisation after the convolution is folded into it."""
    middle = network.middle
    gain = (middle.weight / torch.sqrt(middle.running_var + middle.eps)).detach()
    kernel = network.convolution.weight.detach() * gain[:, None, None]
    bias = (network.convolution.bias.detach() - middle.running_mean) * gain + middle.bias.detach()
    yield kernel.permute(0, 2, 1).reshape(len(gain), -1), bias          # the oldest frame first
    for layer in network.recurrent:
        yield layer.weight_ih_l0.detach(), layer.bias_ih_l0.detach()
        yield layer.weight_hh_l0.detach(), layer.bias_hh_l0.detach()
    yield network.output.weight.detach(), network.output.bias.detach()


def round_to_stored(network):
    """Replaces the weights by those that the file stores, so that both sides compute with the same numbers."""
    stored = [(torch.from_numpy(q * s[:, None]), bias) for (q, s), bias in
              ((quantized(m.numpy()), b) for m, b in layers(network))]
    middle = network.middle
    channels = network.sizes["channels"]
    with torch.no_grad():
        network.convolution.weight.copy_(stored[0][0].reshape(channels, KERNEL, BANDS).permute(0, 2, 1))
        network.convolution.bias.copy_(stored[0][1])
        middle.running_mean.zero_()
        middle.running_var.fill_(1 - middle.eps)
        middle.weight.fill_(1)
        middle.bias.zero_()
        for layer, of_input, of_state in zip(network.recurrent, stored[1::2], stored[2::2]):
            layer.weight_ih_l0.copy_(of_input[0])
            layer.weight_hh_l0.copy_(of_state[0])
        network.output.weight.copy_(stored[-1][0])
    return network


def packed(network, prior):
    first = network.input
    scale = (first.weight / torch.sqrt(first.running_var + first.eps)).detach()
    shift = first.bias.detach() - first.running_mean * scale
    assert len(network.recurrent) == 2
    floats = lambda values: np.asarray(values, "<f4").tobytes()
    body = struct.pack("<6I", BANDS, KERNEL, network.sizes["channels"], network.sizes["hidden"],
                       network.output.out_features, network.lookahead)
    body += floats(prior) + floats(scale) + floats(shift)
    for matrix, bias in layers(network):
        rows, scales = quantized(matrix.numpy())
        body += floats(scales) + floats(bias) + rows.tobytes()
    return MAGIC + struct.pack("<3I", VERSION, len(body) + 16, zlib.crc32(body)) + body


def parity_signal():
    """Two seconds made of exact arithmetic: a gliding sawtooth voice through a moving resonance, noise, rests."""
    state, value, low, band = 12345, 0.0, 0.0, 0.0
    samples = np.zeros(32000, np.float32)
    for n in range(32000):
        state = (state * 1664525 + 1013904223) % 2 ** 32
        noise = (state >> 8) / 8388608 - 1
        value += (110 + n / 400) / 16000
        if value >= 1:
            value -= 2
        voice = value if n % 8000 < 4500 else 0.0
        hiss = noise * 0.3 if 4500 <= n % 8000 < 6000 else noise * 0.001
        frequency = 0.1 + 0.5 * abs(n % 10000 - 5000) / 5000
        low += frequency * band
        band += frequency * ((voice + hiss) - low - 0.3 * band)
        samples[n] = 0.2 * band
    return samples


def swift_array(values):
    lines = [", ".join(f"{v:.5f}" for v in values[at:at + 8]) for at in range(0, len(values), 8)]
    return ["      [", *(f"        {line}," for line in lines), "      ],"]


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("checkpoint", type=Path)
    words.add_argument("out", type=Path)
    words.add_argument("--parity", type=Path, help="Swift file for the expected numbers")
    args = words.parse_args()
    network, prior = load(args.checkpoint)
    data = packed(network, prior)
    args.out.write_bytes(data)
    print(f"{args.out}: {len(data)} bytes")
    if args.parity:
        network = round_to_stored(network)
        inputs = features(parity_signal(), prior, filterbank())
        with torch.no_grad():
            logits = network(inputs)[0].numpy()
        inputs = inputs[0].numpy()
        text = ["// Written by Training/speech/export.py --parity; do not edit.", "",
                "/// What PyTorch computes for the parity signal: features and logits of some frames.",
                "enum Expected {", "  static let frames: [(frame: Int, features: [Float], logits: [Float])] = ["]
        for row in range(7, len(logits), 24):
            text += ["    (", f"      {row},", *swift_array(inputs[row]), *swift_array(logits[row])]
            text[-1] = text[-1].rstrip(",")
            text += ["    ),"]
        text += ["  ]", "}", ""]
        args.parity.write_text("\n".join(text))


if __name__ == "__main__":
    main()
