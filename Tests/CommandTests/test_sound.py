"""`flexatar track` and `video`: any sound, the contract of their files, and sentences for what is wrong."""
import json
import signal
import subprocess
import time
import wave

import numpy as np
import pytest

from conftest import PROGRAM, ROOT

VISEMES = "sil PP FF TH DD kk CH SS nn RR aa E ih oh ou".split()


def write_wav(path, samples, rate=16_000, width=2):
    """Mono where `samples` has one dimension, else a column a channel; full scale is 1."""
    samples = np.asarray(samples, float)
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def write_float_wav(path, samples, rate=16_000):
    data = np.asarray(samples, "<f4").tobytes()
    header = (b"RIFF" + (36 + len(data)).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
              + (3).to_bytes(2, "little") + (1).to_bytes(2, "little") + rate.to_bytes(4, "little")
              + (rate * 4).to_bytes(4, "little") + (4).to_bytes(2, "little") + (32).to_bytes(2, "little")
              + b"data" + len(data).to_bytes(4, "little"))
    path.write_bytes(header + data)
    return path


def voice(seconds, rate=16_000):
    """Vowels that come and go: a buzz through two moving resonances, with pauses."""
    t = np.arange(int(seconds * rate)) / rate
    pitch = 120 + 15 * np.sin(2 * np.pi * 0.7 * t)
    phase = np.cumsum(pitch) / rate
    sound = np.zeros_like(t)
    for k in range(1, 30):
        f = k * pitch
        first = 500 + 250 * np.sin(2 * np.pi * 1.3 * t)
        second = 1500 + 500 * np.sin(2 * np.pi * 0.9 * t + 1)
        gain = 1 / (1 + ((f - first) / 120) ** 2) + 0.5 / (1 + ((f - second) / 160) ** 2)
        sound += np.where(f < rate / 2, gain, 0) * np.sin(2 * np.pi * k * phase)
    syllables = np.clip(np.sin(2 * np.pi * 2 * t) * 2, 0, 1)
    return 0.5 * sound / max(1e-9, np.abs(sound).max()) * syllables


def track(flexatar, audio, tmp_path):
    out = tmp_path / "out.jsonl"
    done = flexatar("track", audio, "-o", out)
    assert done.code == 0, done.err
    assert done.out == ""
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    return lines[0], lines[1:]


def check(header, frames, seconds):
    assert header["type"] == "header" and header["visemes"] == VISEMES
    assert len(header["blendshapes"]) == len(set(header["blendshapes"])) >= 52 and "jawOpen" in header["blendshapes"]
    assert abs(header["audioSeconds"] - seconds) < 0.02
    assert 0 < header["delayMs"] <= 110
    times = np.array([frame["t"] for frame in frames])
    if len(times) > 1:
        assert np.allclose(np.diff(times), 1 / header["fps"], atol=1e-4)
    v = np.array([frame["v"] for frame in frames])
    b = np.array([frame["b"] for frame in frames])
    assert v.shape[1:] == (15,) and b.shape[1:] == (len(header["blendshapes"]),)
    assert np.isfinite(v).all() and np.isfinite(b).all()
    assert (v >= 0).all() and np.allclose(v.sum(axis=1), 1, atol=0.01)
    assert times[-1] >= seconds - 0.02  # the track covers the sound, and the mouth comes to rest behind it
    jaw = b[:, header["blendshapes"].index("jawOpen")]
    assert jaw[-1] < 0.03
    return times, v, jaw


def test_track_keeps_its_contract_and_moves_with_the_voice(flexatar, tmp_path):
    sound = np.concatenate([np.zeros(16_000), voice(2), np.zeros(16_000)])
    times, v, jaw = check(*track(flexatar, write_wav(tmp_path / "a.wav", sound), tmp_path), 4)
    speaking = (times > 1.1) & (times < 2.9)
    silent = (times < 0.8) | ((times > 3.4) & (times < 4))
    assert jaw[speaking].max() > 0.1 and jaw[silent].max() < 0.05
    assert v[silent, 0].mean() > 0.8


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000])
def test_track_takes_every_rate(rate, flexatar, tmp_path):
    sound = write_wav(tmp_path / "a.wav", voice(1.5, rate), rate)
    _, _, jaw = check(*track(flexatar, sound, tmp_path), 1.5)
    assert jaw.max() > 0.05


@pytest.mark.parametrize("kind", ["mp3", "m4a", "ogg", "flac", "opus", "webm"])
def test_track_takes_every_format(kind, flexatar, tmp_path):
    source = write_wav(tmp_path / "a.wav", voice(2, 48_000), 48_000)
    coded = tmp_path / f"a.{kind}"
    if subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", source, coded]).returncode:
        pytest.skip(f"this ffmpeg writes no {kind}")
    header, frames = track(flexatar, coded, tmp_path)
    _, _, jaw = check(header, frames, header["audioSeconds"])
    assert abs(header["audioSeconds"] - 2) < 0.15 and jaw.max() > 0.05


def test_track_takes_stereo_as_the_mean_of_both(flexatar, tmp_path):
    mono = voice(1)
    one, frames = track(flexatar, write_wav(tmp_path / "mono.wav", mono), tmp_path)
    both, stereo = track(flexatar, write_wav(tmp_path / "stereo.wav", np.stack([mono, mono], 1)), tmp_path)
    assert one == both
    difference = np.abs(np.array([f["v"] for f in frames]) - np.array([f["v"] for f in stereo]))
    assert difference.max() < 0.02


@pytest.mark.parametrize("name", ["one sample", "short", "silence", "clipped", "constant", "loud float"])
def test_track_takes_odd_sounds(name, flexatar, tmp_path):
    path = tmp_path / "odd.wav"
    seconds = 1
    if name == "one sample":
        write_wav(path, [0.5])
        seconds = 1 / 16_000
    elif name == "short":
        write_wav(path, voice(0.02))
        seconds = 0.02
    elif name == "silence":
        write_wav(path, np.zeros(16_000))
    elif name == "clipped":
        write_wav(path, np.sign(voice(1)))
    elif name == "constant":
        write_wav(path, np.full(16_000, 0.9))
    else:
        write_float_wav(path, voice(1) * 1e6)
    _, v, jaw = check(*track(flexatar, path, tmp_path), seconds)
    if name in ("one sample", "silence"):
        assert jaw.max() < 0.05 and v[:, 0].min() > 0.5


def test_track_says_what_it_made_in_json(flexatar, tmp_path):
    sound, out = write_wav(tmp_path / "a.wav", voice(1)), tmp_path / "out.jsonl"
    done = flexatar("track", sound, "-o", out, "--json")
    assert done.code == 0, done.err
    header, *frames = [json.loads(line) for line in out.read_text().splitlines()]
    answer = done.json
    assert 0 < answer.pop("seconds") < 60
    assert answer == {"output": str(out), "bytes": out.stat().st_size, "frames": len(frames), "audioSeconds": 1,
                      "delayMs": header["delayMs"]}


def test_the_same_sound_gives_the_same_track(flexatar, tmp_path):
    sound = write_wav(tmp_path / "a.wav", voice(1))
    assert track(flexatar, sound, tmp_path) == track(flexatar, sound, tmp_path)


def phones(path, *rows):
    path.write_text("".join("\t".join(map(str, row)) + "\n" for row in rows))
    return path


def test_track_follows_the_phones_it_is_told(flexatar, tmp_path):
    sound = write_wav(tmp_path / "a.wav", voice(2))
    told = phones(tmp_path / "a.tsv", ("start", "end", "phone"), (0.5, 0.8, "UW1", "a further column"), ("# a remark",),
                  (0.8, 0.88, "B"), (0.88, 1.1, "ow0"), ("1.1", "1.3", "SPN"))
    done = flexatar("track", sound, "--phones", told, "-o", tmp_path / "told.jsonl")
    assert done.code == 0, done.err
    header, *frames = [json.loads(line) for line in (tmp_path / "told.jsonl").read_text().splitlines()]
    times, v, _ = check(header, frames, 2)
    for start, end, viseme in [(0.5, 0.8, "ou"), (0.8, 0.88, "PP"), (0.88, 1.1, "oh")]:
        assert (v[(times > start) & (times < end), VISEMES.index(viseme)] == 1).all()
    heard = np.array([frame["v"] for frame in track(flexatar, sound, tmp_path)[1]])
    away = (times < 0.46) | (times > 1.14)
    assert (v[away] == heard[away]).all() and (v != heard).any()
    # Told closures are closed lips.
    press = np.array([frame["b"] for frame in frames])[:, header["blendshapes"].index("mouthPressLeft")]
    assert press[(times > 0.81) & (times < 0.87)].min() > 0.3


def test_phones_may_be_json_and_in_the_ipa(flexatar, tmp_path):
    sound = write_wav(tmp_path / "a.wav", voice(1))
    rows = [(0.25, 0.5, "UW1", "uː"), (0.5, 0.5625, "B", "b"), (0.5625, 0.75, "AY0", "aɪ"), (0.75, 0.875, "CH", "t͡ʃ")]
    told = phones(tmp_path / "a.tsv", *[(start, end, arpabet) for start, end, arpabet, _ in rows])
    listed = tmp_path / "a.json"
    listed.write_text(" \n" + json.dumps([{"time": start, "duration": end - start, "phone": ipa, "word": "further"}
                                          for start, end, _, ipa in rows[:3]]
                                         + [{"time": rows[3][0], "duration": 0.125, "viseme": "CH"}]))
    for script in (told, listed):
        assert flexatar("track", sound, "--phones", script, "-o", tmp_path / f"{script.name}l").code == 0
    assert (tmp_path / "a.tsvl").read_text() == (tmp_path / "a.jsonl").read_text()


@pytest.mark.parametrize("text,words", [
    ('[{"time": 0, "duration": 0.1, "phone": "ʃ"}, {"time": 0.1, "duration": 0.1, "phone": "QX"}]', ["entry 2", "'QX'"]),
    ('[{"time": 0, "duration": 0.1}]', ["entry 1", "''"]), ('[{"time": 0, "phone": "P"}]', ["JSON"]), ("[", ["JSON"]),
    ("[]", ["no phone"]), ('[{"time": 0, "duration": -1, "phone": "P"}]', ["entry 1", "start"])])
def test_json_phones_say_what_is_wrong_with_them(text, words, flexatar, tmp_path):
    sound, told = write_wav(tmp_path / "a.wav", voice(0.3)), tmp_path / "bad.json"
    told.write_text(text)
    flexatar("track", sound, "--phones", told, "-o", tmp_path / "out.jsonl").failed("bad.json", *words)


@pytest.mark.parametrize("rows,words", [
    ([(0, 0.1, "AA"), (0.1, 0.2, "QX")], ["line 2", "'QX'"]), ([(0, 0.1, "AA"), (0.05, 0.2, "P")], ["line 2", "before"]),
    ([(0, 0.1)], ["line 1", "tabs"]), ([(0.2, 0.1, "AA")], ["line 1", "start"]), ([("nan", 0.1, "AA")], ["line 1"]),
    ([("zero", 0.1, "AA")], ["line 1", "tabs"]), ([], ["no phone"])])
def test_phones_say_what_is_wrong_with_them(rows, words, flexatar, avatar, tmp_path):
    sound, told = write_wav(tmp_path / "a.wav", voice(0.3)), phones(tmp_path / "bad.tsv", *rows)
    flexatar("track", sound, "--phones", told, "-o", tmp_path / "out.jsonl").failed("bad.tsv", *words)
    flexatar("video", avatar, sound, "--phones", told, "-o", tmp_path / "out.mp4").failed("bad.tsv", *words)
    assert {p.name for p in tmp_path.iterdir()} == {"a.wav", "bad.tsv"}


def test_missing_phones_are_told(flexatar, tmp_path):
    sound = write_wav(tmp_path / "a.wav", voice(0.3))
    flexatar("track", sound, "--phones", tmp_path / "none.tsv", "-o", tmp_path / "out.jsonl").failed("none.tsv")


BAD = ["empty", "header only", "nan", "noise", "text", "no sound", "missing", "folder"]


def bad_sound(kind, tmp_path):
    path = tmp_path / "bad.wav"
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "header only":
        write_wav(path, [])
    elif kind == "nan":
        write_float_wav(path, np.where(np.arange(16_000) == 9_000, np.nan, voice(1)))
    elif kind == "noise":
        path.write_bytes(np.random.default_rng(3).integers(0, 256, 30_000, np.uint8).tobytes())
    elif kind == "text":
        path.write_text("not a sound\n" * 100)
    elif kind == "no sound":
        path = tmp_path / "bad.mp4"
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "color=red:s=64x64:d=1", path], check=True)
    elif kind == "folder":
        path.mkdir()
    return path


@pytest.mark.parametrize("kind", BAD)
def test_track_says_what_is_wrong(kind, flexatar, tmp_path):
    bad = bad_sound(kind, tmp_path)
    flexatar("track", bad, "-o", tmp_path / "out.jsonl").failed(bad.name)
    assert {p.name for p in tmp_path.iterdir()} <= {bad.name}


@pytest.mark.parametrize("kind", BAD)
def test_video_says_what_is_wrong_and_leaves_nothing(kind, flexatar, avatar, tmp_path):
    bad = bad_sound(kind, tmp_path)
    flexatar("video", avatar, bad, "--size", "64x64", "-o", tmp_path / "out.mp4").failed(bad.name)
    assert {p.name for p in tmp_path.iterdir()} <= {bad.name}


def probe(path):
    answer = subprocess.run(
        ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-count_frames", "-of", "json", path],
        check=True, capture_output=True, text=True)
    streams = {s["codec_type"]: s for s in json.loads(answer.stdout)["streams"]}
    return streams["video"], streams["audio"]


@pytest.mark.parametrize("name,codecs", [("out.mp4", ("h264", "aac")), ("out.webm", ("vp9", "opus"))])
def test_video_films_the_whole_sound(name, codecs, flexatar, avatar, tmp_path):
    sound = write_wav(tmp_path / "a.wav", voice(1.5, 44_100), 44_100)
    out = tmp_path / name
    done = flexatar("video", avatar, sound, "--size", "128x96", "--fps", "20", "-o", out, timeout=600)
    assert done.code == 0, done.err
    assert done.out == "" and "\r" not in done.err
    picture, audio = probe(out)
    assert (picture["codec_name"], audio["codec_name"]) == codecs
    assert (picture["width"], picture["height"]) == (128, 96)
    assert int(picture["nb_read_frames"]) == 30
    assert {p.name for p in tmp_path.iterdir()} == {"a.wav", name}


@pytest.mark.parametrize("name", ["out.mp4", "out.mov", "out.mkv", "out.webm"])
def test_a_film_says_that_it_is_synthetic(name, flexatar, avatar, tmp_path):
    """By a tag in every container, by an XMP packet with the IPTC's digital source type in MP4 and QuickTime."""
    source = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    out = tmp_path / name
    done = flexatar("video", avatar, write_wav(tmp_path / "a.wav", voice(0.5)), "--size", "64x48", "-o", out, timeout=600)
    assert done.code == 0, done.err
    shown = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "format_tags", "-of", "json", out], check=True,
                           capture_output=True, text=True)
    assert shown.stderr == ""
    tags = {key.lower(): value for key, value in json.loads(shown.stdout)["format"]["tags"].items()}
    assert source in tags["comment"]
    if out.suffix not in (".mp4", ".mov"):
        return
    boxes, data, at = {}, out.read_bytes(), 0
    while at < len(data):
        length = int.from_bytes(data[at:at + 4], "big")
        assert length >= 8
        boxes[data[at + 4:at + 8]] = data[at + 8:at + length]
        at += length
    assert at == len(data) and list(boxes)[0] == b"ftyp"
    identity, packet = boxes[b"uuid"][:16], boxes[b"uuid"][16:].decode()
    assert identity.hex() == "be7acfcb97a942e89c71999491e3afac"
    import xml.etree.ElementTree as tree
    root = tree.fromstring(packet[packet.index("<x:xmpmeta"):packet.rindex("<?xpacket")])
    assert root.find(".//{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType").text == source


def test_video_says_what_it_made_in_json(flexatar, avatar, tmp_path):
    sound, out = write_wav(tmp_path / "a.wav", voice(1)), tmp_path / "out.webm"
    done = flexatar("video", avatar, sound, "--size", "64x48", "--fps", "20", "-o", out, "--json", timeout=600)
    assert done.code == 0, done.err
    answer = done.json
    assert 0 < answer.pop("seconds") < 60
    assert answer == {"output": str(out), "bytes": out.stat().st_size, "frames": int(probe(out)[0]["nb_read_frames"]),
                      "filmSeconds": 1, "width": 64, "height": 48, "fps": 20}


def test_video_takes_the_shortest_sound(flexatar, avatar, tmp_path):
    out = tmp_path / "out.mp4"
    done = flexatar("video", avatar, write_wav(tmp_path / "a.wav", [0.5]), "--size", "64x64", "-o", out)
    assert done.code == 0, done.err
    assert int(probe(out)[0]["nb_read_frames"]) == 1


def test_video_pictures_differ_and_options_matter(flexatar, avatar, tmp_path):
    sound = write_wav(tmp_path / "a.wav", voice(1))

    def film(*options):
        out = tmp_path / "out.mp4"
        done = flexatar("video", avatar, sound, "--size", "128x128", "-o", out, *options, timeout=600)
        assert done.code == 0, done.err
        raw = subprocess.run(
            ["ffmpeg", "-v", "error", "-i", out, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
            check=True, capture_output=True).stdout
        return np.frombuffer(raw, np.uint8).reshape(-1, 128, 128, 3).astype(float)

    plain = film()
    assert len(plain) == 25
    assert (np.abs(np.diff(plain, axis=0)).max(axis=(1, 2, 3)) > 4).mean() > 0.9
    assert np.abs(film() - plain).max() == 0
    assert np.abs(film("--emotion", "joy") - plain)[-1].max() > 10
    assert np.abs(film("--seed", "2") - plain)[-1].max() > 4
    assert np.abs(film("--mood", "1") - plain)[-1].max() > 4
    assert np.abs(film("--phones", phones(tmp_path / "a.tsv", (0, 1, "UW"))) - plain)[12].max() > 10
    still, lively = film("--still"), film("--head-motion", "lively")
    # Nothing moves but the mouth: the picture's upper third stays.
    assert np.abs(np.diff(still[:, :40], axis=0)).mean() < 0.2 * np.abs(np.diff(lively[:, :40], axis=0)).mean()
    assert (np.abs(film("--background", "#00ff00")[:, 3, 3] - [0, 255, 0]) < 30).all()
    # But for what the encoder makes of it.
    assert np.abs(film("--mirrored")[:, :, ::-1] - plain).mean() < 4
    assert np.abs(plain[:, :, ::-1] - plain).mean() > 10
    # MP4 has no transparency: outside of the circle it is black.
    round_ = film("--round")
    assert round_[:, 4, 4].max() < 8 and np.abs(round_ - plain)[:, 30:98, 30:98].mean() < 4


def test_a_round_film_is_transparent_around(flexatar, avatar, tmp_path):
    sound, out = write_wav(tmp_path / "a.wav", voice(0.3)), tmp_path / "out.webm"
    assert flexatar("video", avatar, sound, "--size", "128x128", "--round", "-o", out, timeout=600).code == 0
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-c:v", "libvpx-vp9", "-i", out, "-f", "rawvideo", "-pix_fmt", "rgba", "-"],
        check=True, capture_output=True).stdout
    alpha = np.frombuffer(raw, np.uint8).reshape(-1, 128, 128, 4)[..., 3]
    y, x = np.mgrid[:128, :128] - 63.5
    radius = np.hypot(x, y)
    assert alpha[:, radius < 60].min() > 240 and alpha[:, radius > 68].max() < 15


def test_a_mix_swings_to_the_second_avatar_and_back(flexatar, avatar, other, tmp_path):
    sound = write_wav(tmp_path / "a.wav", np.zeros(16_000))

    def film(*options):
        out = tmp_path / "out.mp4"
        done = flexatar("video", avatar, sound, "--size", "128x128", "--still", "-o", out, *options, timeout=600)
        assert done.code == 0, done.err
        raw = subprocess.run(
            ["ffmpeg", "-v", "error", "-i", out, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
            check=True, capture_output=True).stdout
        return np.frombuffer(raw, np.uint8).reshape(-1, 128, 128, 3).astype(float)

    first, second = film()[0], film("--second", other, "--mix", "1")[0]
    swing = film("--second", other, "--mix-swing", "1")
    apart = np.abs(second - first).mean()
    share = [np.abs(frame - first).mean() / apart for frame in swing]
    assert share[0] < 0.1 and share[12] > 0.9 and share[24] < 0.1, share
    assert np.abs(np.diff(share)).max() < 0.25, share


@pytest.mark.parametrize("options", [
    ["--size", "63x64"], ["--fps", "0"], ["--fps", "nan"], ["--emotion", "boredom"], ["--emotion", "joy=2"],
    ["--background", "none"], ["--head-motion", "wild"], ["--mood", "2"], ["--mix-swing", "3"]])
def test_video_says_how_it_is_used(options, flexatar, avatar, tmp_path):
    sound = write_wav(tmp_path / "a.wav", voice(0.2))
    done = flexatar("video", avatar, sound, *options, "-o", tmp_path / "out.mp4")
    assert done.code == 64 and "Usage: " in done.err
    assert not (tmp_path / "out.mp4").exists()


def test_video_refuses_other_kinds_of_files(flexatar, avatar, tmp_path):
    sound = write_wav(tmp_path / "a.wav", voice(0.2))
    flexatar("video", avatar, sound, "-o", tmp_path / "out.avi").failed("out.avi", ".mp4")
    flexatar("video", avatar, sound, "-o", tmp_path / "none/out.mp4").failed("out.mp4")


def test_an_interrupted_film_leaves_nothing(avatar, tmp_path):
    sound = write_wav(tmp_path / "a.wav", voice(60))
    running = subprocess.Popen(
        [PROGRAM, "video", avatar, sound, "-o", tmp_path / "out.mp4"], stderr=subprocess.PIPE,
        env={"FLEXATAR_HOME": str(ROOT), "PATH": "/usr/bin:/bin"})
    end = time.time() + 180
    while len(list(tmp_path.iterdir())) < 2 and time.time() < end:
        time.sleep(0.05)
    assert len(list(tmp_path.iterdir())) == 2, "the film was never begun"
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=90) == 130
    assert [p.name for p in tmp_path.iterdir()] == ["a.wav"]


def test_track_on_real_voices(flexatar, shared, tmp_path):
    clips = sorted((shared / "speech/dev").rglob("*.flac"))[:3]
    for clip in clips:
        _, v, jaw = check(*track(flexatar, clip, tmp_path), frames_seconds(clip))
        assert jaw.max() > 0.1
        assert len(set(v.argmax(axis=1))) > 8


def frames_seconds(path):
    answer = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", path],
        check=True, capture_output=True, text=True)
    return float(answer.stdout)


def test_inspect_tells_what_a_sound_is(flexatar, tmp_path):
    sound = write_wav(tmp_path / "a.wav", np.zeros((44_100, 2)), 44_100)
    assert flexatar("inspect", sound, "--json").json == {
        "type": "sound", "seconds": 1, "sampleRate": 44_100, "channels": 2}
