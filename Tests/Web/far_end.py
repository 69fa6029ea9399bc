"""What arrives at the far end of a call, against what was said: from decoded pixels and samples."""
import numpy
from scipy.ndimage import minimum_filter1d

from measuring import bytes_of, floats, lag, mouth, resampled

STEP = 0.002  # seconds
WIDTH, HEIGHT = 160, 120


class FarEnd:
    """`recorded`: what `stranger.record` gives; `clip`, `rate`: what the microphone says over and over; `wanted`: how far
    the mouth ought to be open every `STEP` of the clip; `rest`: the clip is silent for so many seconds from its beginning."""

    def __init__(self, recorded, clip, rate, wanted, rest):
        frames = bytes_of(recorded["frames"]).reshape(-1, HEIGHT, WIDTH)
        times = numpy.array(recorded["times"])
        self.seconds = times[-1] - times[0]
        self.gap = float(numpy.diff(times).max())
        self.size = recorded["size"]
        heard = resampled(floats(recorded["sound"]), recorded["rate"], rate)
        self.loudness = float(numpy.abs(heard).max())
        ends, arrivals = numpy.transpose(recorded["clock"])
        # A busy machine's audio clock stands still now and then: what was earliest within a second tells where it is.
        late = minimum_filter1d(arrivals - ends, max(3, int(recorded["rate"] / recorded["block"])))
        # The far end's own machine is busy with the near end here: frames count as they were sent, at their usual delay.
        stamps = numpy.array(recorded["stamps"])
        shown = stamps + numpy.median(times - stamps)
        audio = shown - numpy.interp(shown, arrivals, late) - (ends[0] - recorded["block"] / recorded["rate"])
        moment = (audio + place(clip, heard) / rate) % (len(clip) / rate)
        # At rest nothing moves that could tell two frames apart.
        speaking = (moment[1:] > rest + 0.3) & (moment[1:] < len(clip) / rate - 0.1)
        changed = numpy.abs(numpy.diff(frames.astype(numpy.int16), axis=0)).max(axis=(1, 2)) > 1
        self.rate = float((changed & speaking).sum() / numpy.diff(times)[speaking].sum())
        opening = mouth(frames, (moment > 0.25) & (moment < rest - 0.1))
        # Frames on the recording's clock against the mouth of the moment that was heard then.
        grid = numpy.arange(audio[0], audio[-1], STEP)
        seen = numpy.interp(grid, audio, opening)
        moments = (grid + place(clip, heard) / rate) % (len(clip) / rate)
        asked = numpy.interp(moments, numpy.arange(len(wanted)) * STEP, wanted, period=len(clip) / rate)
        behind, self.fit = lag(asked, seen, int(0.5 / STEP))
        self.early = -behind * STEP

    def __str__(self):
        return (f"mouth {self.early * 1000:+.0f} ms before its sound (correlation {self.fit:.2f}), {self.rate:.1f} distinct frames a "
                f"second, longest gap {self.gap * 1000:.0f} ms, {self.size[0]}x{self.size[1]}")


def place(clip, heard):
    """Which sample of the clip, played over and over, the recording begins with."""
    length = len(clip) * (1 + -(-len(heard) // len(clip)))
    spectrum = numpy.fft.rfft(numpy.resize(clip, length)) * numpy.conj(numpy.fft.rfft(heard, length))
    return int(numpy.fft.irfft(spectrum, length).argmax()) % len(clip)
