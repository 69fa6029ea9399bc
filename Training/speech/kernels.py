"""What a graphics card computes faster in one go than frame by frame: the gated recurrence and the running mean.

`recurrence` is the heart of torch.nn.GRU for 128 units: a block of examples stays on one multiprocessor for all frames,
its weights in half precision beside it. Five to ten times as fast as the general one where batches are small.
"""
import torch
import triton
import triton.language as tl

UNITS = 128


@triton.jit
def _tanh(x):
    return 2 * tl.sigmoid(2 * x) - 1


@triton.jit
def _forward(inputs, weights, bias, states, gates, frames, examples, H: tl.constexpr, M: tl.constexpr):
    row = tl.program_id(0) * M + tl.arange(0, M)
    unit = tl.arange(0, H)
    kept = (row < examples)[:, None]
    side = tl.program_id(1)
    row += side * examples
    weights += side * 3 * H * H
    square = unit[:, None] + unit[None, :] * H                   # transposed: weights[unit of the gate, unit before]
    to_reset = tl.load(weights + square)
    to_update = tl.load(weights + H * H + square)
    to_new = tl.load(weights + 2 * H * H + square)
    bias += side * 3 * H
    bias_reset = tl.load(bias + unit)[None, :]
    bias_update = tl.load(bias + H + unit)[None, :]
    bias_new = tl.load(bias + 2 * H + unit)[None, :]
    at_in = inputs + row[:, None] * frames * 3 * H + unit[None, :]
    at_state = states + row[:, None] * frames * H + unit[None, :]
    at_gate = gates + row[:, None] * frames * 4 * H + unit[None, :]
    state = tl.zeros((M, H), tl.float32)
    in_reset = tl.load(at_in, kept, 0)
    in_update = tl.load(at_in + H, kept, 0)
    in_new = tl.load(at_in + 2 * H, kept, 0)
    for t in range(frames):
        following = at_in + tl.minimum(t + 1, frames - 1) * 3 * H
        next_reset = tl.load(following, kept, 0)
        next_update = tl.load(following + H, kept, 0)
        next_new = tl.load(following + 2 * H, kept, 0)
        before = state.to(tl.float16)
        reset = tl.sigmoid(in_reset + bias_reset + tl.dot(before, to_reset))
        update = tl.sigmoid(in_update + bias_update + tl.dot(before, to_update))
        memory = bias_new + tl.dot(before, to_new)
        new = _tanh(in_new + reset * memory)
        state = new + update * (state - new)
        tl.store(at_state + t * H, state, kept)
        gate = at_gate + t * 4 * H
        tl.store(gate, reset.to(tl.float16), kept)
        tl.store(gate + H, update.to(tl.float16), kept)
        tl.store(gate + 2 * H, new.to(tl.float16), kept)
        tl.store(gate + 3 * H, memory.to(tl.float16), kept)
        in_reset, in_update, in_new = next_reset, next_update, next_new


@triton.jit
def _backward(slopes, weights, states, gates, to_inputs, to_memory, frames, examples, H: tl.constexpr, M: tl.constexpr):
    row = tl.program_id(0) * M + tl.arange(0, M)
    unit = tl.arange(0, H)
    kept = (row < examples)[:, None]
    side = tl.program_id(1)
    row += side * examples
    weights += side * 3 * H * H
    square = unit[:, None] * H + unit[None, :]
    by_reset = tl.load(weights + square)
    by_update = tl.load(weights + H * H + square)
    by_new = tl.load(weights + 2 * H * H + square)
    at_slope = slopes + row[:, None] * frames * H + unit[None, :]
    at_state = states + row[:, None] * frames * H + unit[None, :]
    at_gate = gates + row[:, None] * frames * 4 * H + unit[None, :]
    at_in = to_inputs + row[:, None] * frames * 3 * H + unit[None, :]
    at_memory = to_memory + row[:, None] * frames * H + unit[None, :]
    carried = tl.zeros((M, H), tl.float32)
    last = frames - 1
    slope = tl.load(at_slope + last * H, kept, 0)
    before = tl.load(at_state + tl.maximum(last - 1, 0) * H, kept, 0)
    gate = at_gate + last * 4 * H
    reset = tl.load(gate, kept, 0)
    update = tl.load(gate + H, kept, 0)
    new = tl.load(gate + 2 * H, kept, 0)
    memory = tl.load(gate + 3 * H, kept, 0)
    for back in range(frames):
        t = last - back
        earlier = tl.maximum(t - 1, 0)
        next_slope = tl.load(at_slope + earlier * H, kept, 0)
        next_before = tl.load(at_state + tl.maximum(t - 2, 0) * H, kept, 0)
        gate = at_gate + earlier * 4 * H
        next_reset = tl.load(gate, kept, 0)
        next_update = tl.load(gate + H, kept, 0)
        next_new = tl.load(gate + 2 * H, kept, 0)
        next_memory = tl.load(gate + 3 * H, kept, 0)
        r, z, n = reset.to(tl.float32), update.to(tl.float32), new.to(tl.float32)
        total = slope + carried
        of_new = total * (1 - z) * (1 - n * n)
        of_update = total * (tl.where(t > 0, before, 0.0) - n) * z * (1 - z)
        of_reset = of_new * memory.to(tl.float32) * r * (1 - r)
        of_memory = of_new * r
        tl.store(at_in + t * 3 * H, of_reset, kept)
        tl.store(at_in + t * 3 * H + H, of_update, kept)
        tl.store(at_in + t * 3 * H + 2 * H, of_new, kept)
        tl.store(at_memory + t * H, of_memory, kept)
        carried = total * z + tl.dot(of_reset.to(tl.bfloat16), by_reset)
        carried += tl.dot(of_update.to(tl.bfloat16), by_update)
        carried += tl.dot(of_memory.to(tl.bfloat16), by_new)
        slope, before, reset, update, new, memory = \
            next_slope, next_before, next_reset, next_update, next_new, next_memory


class _Recurrence(torch.autograd.Function):
    @staticmethod
    def forward(context, inputs, weights, bias):
        inputs = inputs.contiguous()
        sides, examples, frames, _ = inputs.shape
        states = torch.empty(sides, examples, frames, UNITS, device=inputs.device)
        gates = torch.empty(sides, examples, frames, 4 * UNITS, device=inputs.device, dtype=torch.float16)
        _forward[(triton.cdiv(examples, 16), sides)](
            inputs, weights.half(), bias, states, gates, frames, examples, H=UNITS, M=16, num_warps=8)
        context.save_for_backward(weights, states, gates)
        return states

    @staticmethod
    def backward(context, slopes):
        weights, states, gates = context.saved_tensors
        sides, examples, frames, _ = states.shape
        to_inputs = torch.empty(sides, examples, frames, 3 * UNITS, device=states.device)
        to_memory = torch.empty_like(states)
        _backward[(triton.cdiv(examples, 16), sides)](
            slopes.contiguous(), weights.bfloat16(), states, gates, to_inputs, to_memory, frames, examples,
            H=UNITS, M=16, num_warps=8)
        to_state = torch.cat([to_inputs[..., :2 * UNITS], to_memory], 3)
        to_weights = to_state[:, :, 1:].flatten(1, 2).mT @ states[:, :, :-1].flatten(1, 2)
        return to_inputs, to_weights, to_state.sum((1, 2))


def recurrence(inputs, weights, bias):
    """Several layers (L) side by side: inputs L x B x T x 384 (already multiplied; reset, update, new), weights
    L x 384 x 128, bias L x 384 -> states L x B x T x 128."""
    return _Recurrence.apply(inputs, weights, bias)


@triton.jit
def _running(rows, prior, out, first_peak, frames, attack, decay, reach, minimum, before, memory, scale, limit,
             BANDS: tl.constexpr, WIDTH: tl.constexpr):
    band = tl.arange(0, WIDTH)
    kept = band < BANDS
    at = tl.program_id(0) * frames * BANDS + band
    mean = tl.load(prior + band, kept, 0)
    peak, count = first_peak, 0.0
    row = tl.load(rows + at, kept, 0)
    for t in range(frames):
        following = tl.load(rows + at + tl.minimum(t + 1, frames - 1) * BANDS, kept, 0)
        energy = tl.sum(row, 0) / BANDS
        rise = energy - peak
        peak = tl.maximum(peak + tl.where(rise > 0, attack * rise, -decay), minimum)
        voice = tl.where(energy > peak - reach, 1.0, 0.0)
        count += voice
        mean += voice * tl.maximum(1 / (count + before), 1 / memory) * (row - mean)
        tl.store(out + at + t * BANDS, tl.minimum(tl.maximum((row - mean) * scale, -limit), limit), kept)
        row = following


def running(rows, prior, first_peak, settings):
    """B x T x bands without their running mean; `settings` in the order of the kernel above."""
    out = torch.empty_like(rows)
    _running[(rows.shape[0],)](rows.contiguous(), prior, out, float(first_peak), rows.shape[1], *settings,
                               BANDS=rows.shape[2], WIDTH=triton.next_power_of_2(rows.shape[2]), num_warps=1)
    return out
