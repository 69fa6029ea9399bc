"""The page's mouth is the command line's: the same engine, fed and asked in the page's own time."""
import json
import subprocess

import numpy
import pytest

from conftest import read_wave
from serving import ROOT

MOUTH = ["jawOpen", "mouthClose", "mouthFunnel", "mouthPucker", "mouthLowerDownLeft", "mouthUpperUpLeft", "mouthPressLeft",
         "mouthRollLower", "mouthRollUpper"]


@pytest.fixture(scope="module")
def track(flexatar, voice, tmp_path_factory):
    """Names, times and weights of `flexatar track`."""
    out = tmp_path_factory.mktemp("track") / "track.jsonl"
    flexatar("track", voice, "-o", out)
    header, *lines = [json.loads(line) for line in out.read_text().splitlines()]
    return header["blendshapes"], numpy.array([line["t"] for line in lines]), numpy.array([line["b"] for line in lines])


def page(voice, tmp_path, *interrupt):
    samples, rate = read_wave(voice)
    sound = tmp_path / "sound.f32"
    samples.astype("<f4").tofile(sound)
    out = subprocess.run(["node", "Tests/Web/run-timeline.mjs", "dist/files", sound, str(rate), *map(str, interrupt)],
                         cwd=ROOT, capture_output=True, text=True, check=True)
    result = json.loads(out.stdout)
    frames, interrupted = result["frames"], result["interrupted"]
    # With an interruption the time since then counts: a new sound begins with it.
    times = [frame["time"] if interrupted is None else frame["now"] - interrupted for frame in frames]
    return (numpy.array(times), numpy.array([frame["pose"] for frame in frames]),
            numpy.array([frame["slack"] for frame in frames]))


def test_the_page_shows_the_mouth_of_the_track(track, voice, tmp_path):
    names, times, weights = track
    seen, poses, slack = page(voice, tmp_path)
    spoken = (seen > 2.2) & (seen < 10.8)
    print(f"sound after the moment shown: {numpy.percentile(slack[spoken], 2) * 1000:.0f} to "
          f"{numpy.percentile(slack[spoken], 98) * 1000:.0f} ms")
    for name in MOUTH:
        asked = numpy.interp(seen[spoken], times, weights[:, names.index(name)])
        shown = poses[spoken][:, names.index(name)]
        if asked.std() < 0.01:
            continue
        fit = numpy.corrcoef(asked, shown)[0, 1]
        difference = numpy.abs(asked - shown).mean()
        print(f"{name}: correlation {fit:.3f}, mean difference {difference:.4f} of {asked.max():.2f}")
        assert fit >= 0.97, name
        assert difference <= 0.03, name


def test_interruption_closes_the_mouth_within_100_ms(track, voice, tmp_path):
    names, _, _ = track
    jaw = names.index("jawOpen")
    seen, poses, _ = page(voice, tmp_path)
    # In the middle of an open vowel.
    loudest = seen[(seen > 3) & (seen < 9)][poses[(seen > 3) & (seen < 9), jaw].argmax()]
    clock, poses, _ = page(voice, tmp_path, loudest - 0.02)
    mouth = [names.index(name) for name in MOUTH]
    before = poses[(clock > -0.03) & (clock <= 0)][:, jaw].max()
    after = poses[(clock > 0.1) & (clock < 0.6)][:, mouth]
    print(f"jaw {before:.2f} when interrupted, mouth at most {after.max():.3f} after 100 ms")
    assert before > 0.15
    assert after.max() < 0.02
