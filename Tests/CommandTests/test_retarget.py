"""`flexatar retarget`: what a person does in a film comes out as numbers, or as another avatar's film."""
import json
import math
import subprocess

import numpy as np
import pytest

from conftest import ROOT
from test_sound import probe, voice, write_wav

FPS = 12.5
REST = 16  # frames before the person begins to move


def bump(k, first, last):
    return 0.5 - 0.5 * math.cos(2 * math.pi * (k - first) / (last - first)) if first < k < last else 0


def acted(k):
    """Head in degrees, shapes: what the person does in frame `k`."""
    return ({"yaw": 13 * (bump(k, 16, 28) - bump(k, 28, 40))},
            {"jawOpen": 0.6 * bump(k, 40, 50), "eyeBlinkLeft": bump(k, 50, 58), "eyeBlinkRight": bump(k, 50, 58),
             "gazeX": 0.7 * (bump(k, 58, 66) - bump(k, 66, 74))})


@pytest.fixture(scope="session")
def film(flexatar, avatar, tmp_path_factory):
    """A film of an avatar that acts, with a voice."""
    folder = tmp_path_factory.mktemp("film")
    for k in range(75):
        head, shapes = acted(k)
        options = [word for name, value in head.items() for word in (f"--{name}", f"{value:.4f}")]
        options += [word for name, value in shapes.items() if value for word in ("--set", f"{name}={value:.4f}")]
        done = flexatar("still", avatar, *options, "--framing", "portrait", "--size", "384x384", "-o", folder / f"{k:03}.png")
        assert done.code == 0, done.err
    sound = write_wav(folder / "voice.wav", voice(6, 48_000), 48_000)
    path = folder / "film.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-framerate", str(FPS), "-i", folder / "%03d.png", "-i", sound, "-pix_fmt",
                    "yuv420p", "-crf", "18", path], check=True)
    return path


def lines(path):
    header, *frames = [json.loads(line) for line in path.read_text().splitlines()]
    return header, frames


def test_what_was_acted_is_recovered(flexatar, film, tmp_path):
    out = tmp_path / "out.jsonl"
    done = flexatar("retarget", film, "-o", out, "--json")
    assert done.code == 0, done.err
    header, frames = lines(out)
    answer = done.json
    assert answer["frames"] == answer["faces"] == len(frames) == 75 and answer["fps"] == FPS
    assert header["type"] == "header" and set(header["blendshapes"]) == set(frames[0]["b"]) and not header["mirrored"]
    assert np.allclose([frame["t"] for frame in frames], np.arange(75) / FPS, atol=0.06)

    def seen(name):
        return np.array([frame.get(name, frame["b"].get(name)) for frame in frames])

    for name, part in [("yaw", 0), ("jawOpen", 1), ("eyeBlinkLeft", 1), ("eyeBlinkRight", 1), ("gazeX", 1)]:
        truth = np.array([acted(k)[part][name] for k in range(75)])
        correlation = np.corrcoef(truth, seen(name))[0, 1]
        slope = (truth @ seen(name)) / (truth @ truth)
        print(f"{name}: correlation {correlation:.3f}, slope {slope:.2f}")
        assert correlation > 0.9 and 0.5 < slope < 1.35, (name, correlation, slope)


def test_an_avatar_acts_it_again(flexatar, film, avatar, tmp_path):
    out = tmp_path / "again.mp4"
    done = flexatar("retarget", film, "--avatar", avatar, "--size", "384x384", "--mouth", "camera", "-o", out, timeout=300)
    assert done.code == 0, done.err
    assert done.out == "" and {p.name for p in tmp_path.iterdir()} == {"again.mp4"}
    picture, sound = probe(out)
    # AAC ends on a whole block of samples, a picture later at most.
    assert 75 <= int(picture["nb_read_frames"]) <= 76 and (picture["codec_name"], sound["codec_name"]) == ("h264", "aac")
    assert abs(float(sound["duration"]) - 6) < 0.1
    # Seen again: what comes out of the second film is what was in the first.
    second = tmp_path / "again.jsonl"
    assert flexatar("retarget", out, "-o", second).code == 0
    first = tmp_path / "first.jsonl"
    assert flexatar("retarget", film, "-o", first).code == 0
    a, b = ([frame["yaw"] for frame in lines(path)[1]] for path in (first, second))
    assert np.corrcoef(a, b[: len(a)])[0, 1] > 0.9


def test_mirrored_and_calibrated(flexatar, film, tmp_path):
    yaws = []
    for options in ([], ["--mirrored"], ["--calibrate", "0.5"]):
        out = tmp_path / "out.jsonl"
        assert flexatar("retarget", film, *options, "-o", out).code == 0
        yaws.append(np.array([frame["yaw"] for frame in lines(out)[1]]))
    assert np.allclose(yaws[0], -yaws[1], atol=0.01)
    assert np.abs(yaws[0] - yaws[2]).max() < 1.5


def test_a_film_without_a_face_is_refused(flexatar, avatar, tmp_path):
    wall = tmp_path / "wall.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=gray:s=320x240:r=10:d=1", wall], check=True)
    flexatar("retarget", wall, "-o", tmp_path / "out.jsonl").refused("no-face")
    flexatar("retarget", wall, "--avatar", avatar, "-o", tmp_path / "out.mp4").refused("no-face")
    assert {p.name for p in tmp_path.iterdir()} == {"wall.mp4"}


def test_a_film_of_pictures_says_what_it_wrote(flexatar, film, avatar, tmp_path):
    done = flexatar("retarget", film, "--avatar", avatar, "--size", "64x64", "-o", tmp_path / "f-%05d.png", "--json")
    told = json.loads(done.out)
    files = sorted(tmp_path.glob("f-*.png"))
    # The sound may end after the film's pictures.
    assert told["frames"] <= len(files) <= told["frames"] + 2 and sum(path.stat().st_size for path in files) == told["bytes"]


def test_what_is_wrong_besides_the_film_is_told_before_it_is_watched(flexatar, avatar, tmp_path):
    wall = tmp_path / "wall.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=gray:s=320x240:r=10:d=1", wall], check=True)
    (tmp_path / "a.srt").write_text("nothing")
    common = ("retarget", wall, "--avatar", avatar)
    flexatar(*common, "-o", tmp_path / "out.avi").failed("out.avi")
    flexatar(*common, "--audio", tmp_path / "no.wav", "-o", tmp_path / "out.mp4").failed("no.wav")
    flexatar(*common, "--subtitles", tmp_path / "a.srt", "-o", tmp_path / "out.mp4").failed("a.srt")


@pytest.mark.parametrize("kind", ["empty", "text", "sound", "missing", "folder"])
def test_what_is_no_film_is_named(kind, flexatar, tmp_path):
    path = tmp_path / "bad.mp4"
    if kind == "sound":
        path = write_wav(tmp_path / "bad.wav", voice(0.2))
    elif kind == "folder":
        path.mkdir()
    elif kind != "missing":
        path.write_text("" if kind == "empty" else "not a film\n" * 100)
    flexatar("retarget", path, "-o", tmp_path / "out.jsonl").failed(path.name)
    assert {p.name for p in tmp_path.iterdir()} <= {path.name}


def test_a_silent_film_stays_silent_and_takes_another_sound(flexatar, film, avatar, tmp_path):
    silent = tmp_path / "silent.mkv"
    subprocess.run(["ffmpeg", "-v", "error", "-i", film, "-t", "2", "-an", silent], check=True)
    out = tmp_path / "out.webm"
    assert flexatar("retarget", silent, "--avatar", avatar, "--size", "64x64", "-o", out).code == 0
    kinds = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0", out],
                           check=True, capture_output=True, text=True).stdout.split()
    assert kinds == ["video"]
    sound = write_wav(tmp_path / "a.wav", voice(1))
    assert flexatar("retarget", silent, "--avatar", avatar, "--audio", sound, "--size", "64x64", "-o", out).code == 0
    assert int(probe(out)[0]["nb_read_frames"]) == 25


@pytest.mark.parametrize("options", [
    ["-o", "out.mp4"], ["--avatar", "a.ftar", "-o", "out.jsonl"], ["--calibrate", "-1", "-o", "out.jsonl"],
    ["--mouth", "closed", "-o", "out.jsonl"], ["--audio", "a.wav", "-o", "out.jsonl"], ["--round", "-o", "out.jsonl"],
    ["--avatar", "a.ftar", "--burn", "-o", "out.mp4"], ["--size", "63x64", "-o", "out.jsonl"]])
def test_retarget_says_how_it_is_used(options, flexatar):
    done = flexatar("retarget", "film.mp4", *options)
    assert done.code == 64 and "Usage: " in done.err
