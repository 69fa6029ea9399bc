"""`flexatar video`: subtitles, dialogues, transparent films, films that were killed; what players find in the files."""
import json
import re
import signal
import subprocess
import time

import numpy as np
import pytest

from conftest import PROGRAM, ROOT
from test_sound import voice, write_float_wav, write_wav

SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def film(flexatar, out, *arguments):
    done = flexatar("video", *arguments, "-o", out, timeout=600)
    assert done.code == 0, done.err
    return out


def facts(path, *more):
    answer = subprocess.run(["ffprobe", "-v", "error", "-show_streams", "-show_format", "-show_chapters", *more, "-of", "json",
                             path], check=True, capture_output=True, text=True)
    assert answer.stderr == ""
    return json.loads(answer.stdout)


def pictures(path, size, form="rgba"):
    channels = 3 if form == "rgb24" else 4
    decoder = ["-c:v", "libvpx-vp9"] if str(path).endswith(".webm") else []
    raw = subprocess.run(["ffmpeg", "-v", "error", *decoder, "-i", path, "-f", "rawvideo", "-pix_fmt", form, "-"],
                         check=True, capture_output=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, size, size, channels).astype(float)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    return write_wav(tmp_path_factory.mktemp("sound") / "a.wav", voice(3))


SRT = "1\n00:00:00,500 --> 00:00:01,500\nGood <i>morning</i>,\nAnna & Ben.\n\n2\n00:00:02,000 --> 00:00:09,000\nשלום 你好\n"


@pytest.mark.parametrize("name,codec", [("out.mp4", "mov_text"), ("out.mov", "mov_text"), ("out.mkv", "subrip"),
                                        ("out.webm", "webvtt")])
def test_subtitles_are_a_track(name, codec, flexatar, avatar, sound, tmp_path):
    (tmp_path / "a.srt").write_text(SRT)
    out = film(flexatar, tmp_path / name, avatar, sound, "--size", "64x64", "--subtitles", tmp_path / "a.srt")
    assert [stream["codec_name"] for stream in facts(out)["streams"]][2:] == [codec]
    text = subprocess.run(["ffmpeg", "-v", "error", "-i", out, "-map", "0:s", "-f", "srt", "-"], check=True,
                          capture_output=True, text=True).stdout
    text = re.sub("<[^>]+>", "", text)
    blocks = [block.split("\n", 2)[1:] for block in text.strip().split("\n\n")]
    assert [words for _, words in blocks] == ["Good morning,\nAnna & Ben.", "שלום 你好"]
    # In Matroska everything begins with what Opus plays ahead, 7 ms.
    times = [float(time[6:].replace(",", ".")) for times, _ in blocks for time in times.split(" --> ")]
    assert times == pytest.approx([0.5, 1.5, 2, 3], abs=0.02)


def test_what_looks_like_a_tag_is_text(flexatar, avatar, sound, tmp_path):
    (tmp_path / "a.srt").write_text("1\n00:00:00,000 --> 00:00:02,000\nI <3 you & a &lt;b c\n")
    out = film(flexatar, tmp_path / "out.webm", avatar, sound, "--size", "64x64", "--subtitles", tmp_path / "a.srt")
    packet = subprocess.run(["ffmpeg", "-v", "error", "-i", out, "-map", "0:s", "-c", "copy", "-f", "data", "-"], check=True,
                            capture_output=True).stdout
    assert b"I &lt;3 you &amp; a &lt;b c" in packet


def test_no_film_takes_the_place_of_what_it_is_made_of(flexatar, avatar, other, tmp_path):
    sound = write_wav(tmp_path / "talk.wav", voice(0.2))
    me, talk = tmp_path / "me.ftar", tmp_path / "talk.mp4"
    me.write_bytes(avatar.read_bytes())
    talk.write_bytes(sound.read_bytes())
    people = dialogue(tmp_path, avatar, other, speakers=[
        {"name": "Anna", "avatar": str(me), "audio": "talk.mp4"}, {"name": "Ben", "avatar": str(other), "audio": "talk.wav"}])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    (tmp_path / "link.mp4").symlink_to(talk)
    for arguments in (["video", me, talk, "-o", talk], ["video", me, talk, "-o", tmp_path / "link.mp4"], ["still", me, "-o", me],
                      ["still", avatar, "--second", me, "-o", me], ["track", talk, "-o", talk], ["retarget", talk, "--avatar", me, "-o", talk],
                      ["video", "--dialogue", people, "-o", talk]):
        done = flexatar(*arguments)
        assert done.code == 64 and "stays as it is" in done.err, (arguments, done.err)
    (tmp_path / "link.mp4").unlink()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_of_pictures_is_the_users_until_it_is_filled(flexatar, avatar, sound, tmp_path_factory, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    long = write_wav(tmp_path_factory.mktemp("long") / "a.wav", voice(40))
    process = subprocess.Popen([PROGRAM, "video", avatar, long, "--size", "512x512", "-o", f"{out}/"], stderr=subprocess.DEVNULL,
                               env={"FLEXATAR_HOME": str(ROOT), "PATH": "/usr/bin:/bin"})
    end = time.monotonic() + 180
    while not list(tmp_path.glob(".out.part/pictures/*")):
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    assert process.wait(90) == 130
    assert [path.name for path in tmp_path.iterdir()] == ["out"] and not list(out.iterdir())
    assert film(flexatar, f"{out}/", avatar, sound, "--size", "64x64", "--fps", "2") and len(list(out.iterdir())) > 1
    (tmp_path / "file").write_text("mine")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    for place in (f"{tmp_path}/empty/./", f"{tmp_path}/file/", f"{tmp_path}/link/"):
        began = time.monotonic()
        done = flexatar("video", avatar, sound, "--size", "512x512", "-o", place)
        assert done.code == 1 and time.monotonic() - began < 20, done.err
    assert (tmp_path / "file").read_text() == "mine"


def test_burnt_subtitles_are_seen_where_and_when_they_belong(flexatar, avatar, sound, tmp_path):
    text = "A line that is much too long for one line and for two lines, and so it comes in parts " * 2
    (tmp_path / "a.vtt").write_text(f"WEBVTT\n\n00:00.500 --> 00:02.500\n{text}\n")
    common = (avatar, sound, "--size", "256x256", "--fps", "5", "--still", "--background", "#204060")
    plain = pictures(film(flexatar, tmp_path / "plain.mp4", *common), 256, "rgb24")
    burnt = pictures(film(flexatar, tmp_path / "burnt.mp4", *common, "--subtitles", tmp_path / "a.vtt", "--burn"), 256, "rgb24")
    assert [s["codec_type"] for s in facts(tmp_path / "burnt.mp4")["streams"]] == ["video", "audio"]
    changed = np.abs(burnt - plain).max(axis=3) > 60
    shown = changed.any(axis=(1, 2))
    assert shown.tolist() == [0.5 <= (i + 0.25) / 5 < 2.5 for i in range(15)]
    rows, columns = (np.where(changed[3:12].any(axis=(0, axis)))[0] for axis in (2, 1))
    # Two lines at most, in the lowest part, inside the safe area and in the middle.
    assert 256 * 0.8 < rows.min() and rows.max() < 256 * 0.95
    assert columns.min() > 256 * 0.04 and columns.max() < 256 * 0.96
    assert abs(columns.min() + columns.max() - 256) < 12
    # Parts of it, one after the other.
    assert len({changed[i].tobytes() for i in range(3, 12)}) > 3
    white = (burnt[5] > 200).all(axis=2) & changed[5]
    assert 100 < white.sum() < 4000


@pytest.mark.parametrize("language,text", [
    ("zh", "你好,很高兴见到你。"), ("zh-tw", "您好,請問您貴姓?"), ("ja", "こんにちは、はじめまして。"), ("ko", "안녕하세요, 만나서 반갑습니다.")])
def test_burnt_subtitles_have_the_letters_of_east_asia(language, text, flexatar, avatar, sound, tmp_path):
    if not subprocess.run(["fc-list", f":lang={language}"], capture_output=True, text=True).stdout:
        pytest.skip(f"no font for {language} is installed")
    (tmp_path / "a.tsv").write_text(f"0\t3\t{text}\n")
    out = film(flexatar, tmp_path / "out.mp4", avatar, sound, "--size", "256x256", "--fps", "1", "--background", "#204060",
               "--subtitles", tmp_path / "a.tsv", "--burn")
    white = (pictures(out, 256, "rgb24")[1] > 200).all(axis=2)
    assert white[205:244].sum() > 300


def test_letters_that_no_font_has_are_told_where_they_would_be_burnt_in(flexatar, avatar, sound, tmp_path):
    """They were drawn as boxes."""
    (tmp_path / "a.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nGood 𗀀𗀁\n")
    common = ("video", avatar, sound, "--size", "64x64", "--fps", "5", "--subtitles", tmp_path / "a.srt", "-o", tmp_path / "out.mp4")
    flexatar(*common, "--burn").failed("a.srt", "font", "'𗀀', '𗀁'", "as a track")
    assert [path.name for path in tmp_path.iterdir()] == ["a.srt"]
    assert flexatar(*common).code == 0


@pytest.mark.parametrize("text,words", [
    ("1\n00:00:01,000 --> 00:00:00,500\nA\n", ["line 2", "end"]), ("1\n00:00:xx,000 --> 00:00:00,500\nA\n", ["line 2", "time"]),
    ("hello", ["line 1", "start"]), ("", ["no subtitle"]), ("WEBVTT\n\n00:01.000 --> 00:02.000\n\n", ["line 3", "text"]),
    (b"\xff\xfe1\0", ["UTF-8"])])
def test_subtitles_say_what_is_wrong_with_them(text, words, flexatar, avatar, sound, tmp_path):
    (tmp_path / "bad.srt").write_bytes(text if isinstance(text, bytes) else text.encode())
    flexatar("video", avatar, sound, "--subtitles", tmp_path / "bad.srt", "-o", tmp_path / "out.mp4").failed("bad.srt", *words)
    flexatar("video", avatar, sound, "--subtitles", tmp_path / "none.srt", "-o", tmp_path / "out.mp4").failed("none.srt")
    assert [p.name for p in tmp_path.iterdir()] == ["bad.srt"]


@pytest.mark.parametrize("name", ["out.webm", "out.mov", "pictures/"])
def test_a_transparent_film_has_the_alpha_of_a_still(name, flexatar, avatar, sound, tmp_path):
    out = f"{tmp_path}/{name}"
    film(flexatar, out, avatar, sound, "--size", "128x128", "--fps", "5", "--still", "--background", "none")
    whole = pictures(out + "%05d.png" if name.endswith("/") else out, 128)
    assert len(whole) == 15
    done = flexatar("still", avatar, "--background", "none", "--size", "128x128", "--framing", "portrait",
                    "-o", tmp_path / "still.png")
    assert done.code == 0, done.err
    still = pictures(tmp_path / "still.png", 128)[0]
    # The mouth moves a little; hair and shoulders do not.
    assert np.abs(whole[0, ..., 3] - still[..., 3]).mean() < 2
    assert (still[..., 3] == 0).any() and whole[0][still[..., 3] == 0, 3].mean() < 3
    assert whole[0][still[..., 3] == 255, 3].mean() > 252
    # Composited over any colour it is the still over that colour, at its edges too.
    for colour in (0, 255):
        laid, wanted = (p[..., :3] * p[..., 3:] / 255 + colour * (1 - p[..., 3:] / 255) for p in (whole[0], still))
        edge = (still[..., 3] > 20) & (still[..., 3] < 235)
        assert np.abs(laid - wanted)[edge].mean() < 8, (name, colour)
    streams = [s["codec_type"] for s in facts(out)["streams"]] if not name.endswith("/") else []
    assert streams in ([], ["video", "audio"])


def test_pictures_are_numbered_and_marked(flexatar, avatar, sound, tmp_path):
    done = flexatar("video", avatar, sound, "--size", "64x64", "--fps", "2", "--json", "-o", f"{tmp_path}/a-%03d.png")
    assert done.json["frames"] == 6 and done.json["bytes"] == sum(p.stat().st_size for p in tmp_path.iterdir())
    names = sorted(p.name for p in tmp_path.iterdir())
    assert names == [f"a-{i:03}.png" for i in range(6)]
    from PIL import Image
    with Image.open(tmp_path / "a-005.png") as picture:
        picture.load()
        assert picture.mode == "RGB" and SOURCE in picture.text["XML:com.adobe.xmp"]
    (tmp_path / "full").mkdir()
    (tmp_path / "full/x").write_text("")
    flexatar("video", avatar, sound, "-o", f"{tmp_path}/full/").failed("not empty")


@pytest.mark.parametrize("options", [
    ["--burn", "-o", "a.mp4"], ["--subtitles", "a.srt", "-o", "a-%d.png"], ["--background", "none", "-o", "a.mkv"]])
def test_what_does_not_go_together_is_told(options, flexatar, avatar, sound, tmp_path):
    done = flexatar("video", avatar, sound, *options)
    assert done.code == 64 and "Usage: " in done.err


def dialogue(tmp_path, first, second, **more):
    path = tmp_path / "talk.json"
    path.write_text(json.dumps({
        "speakers": [{"name": "Anna", "avatar": str(first)}, {"name": "Ben", "avatar": str(second)}],
        "turns": [{"speaker": "Anna", "start": 0, "end": 1.5, "text": "Hello."},
                  {"speaker": "Ben", "start": 1.5, "end": 3, "text": "Good bye."}], **more}))
    return path


def mouths(path):
    """How much the lower middle of each half moves, before and after the change of turns."""
    frames = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "gray", "-"], check=True,
                            capture_output=True).stdout
    grey = np.frombuffer(frames, np.uint8).reshape(-1, 128, 256).astype(float)
    moved = np.abs(np.diff(grey, axis=0))
    parts = [moved[:, 60:100, x:x + 48].mean(axis=(1, 2)) for x in (40, 168)]
    return [(part[3:32].mean(), part[42:70].mean()) for part in parts]


def test_a_dialogue_films_who_speaks_and_who_listens(flexatar, avatar, other, sound, tmp_path):
    talk = dialogue(tmp_path, avatar, other, chapters=[{"start": 0, "title": "Welcome"}, {"start": 2, "title": "Farewell"}])
    out = film(flexatar, tmp_path / "out.mp4", "--dialogue", talk, sound, "--size", "256x128", "--still")
    (anna, anna_later), (ben, ben_later) = mouths(out)
    assert anna > 3 * anna_later and ben_later > 3 * ben, mouths(out)
    found = facts(out)
    assert [(c["tags"]["title"], float(c["start_time"]), float(c["end_time"])) for c in found["chapters"]] == [
        ("Welcome", 0, 2), ("Farewell", 2, 3)]
    assert "mov_text" in [s.get("codec_name") for s in found["streams"]]
    for name in ("out.webm", "out.mkv"):
        chapters = facts(film(flexatar, tmp_path / name, "--dialogue", dialogue(tmp_path, avatar, other), sound, "--size",
                              "128x64", "--fps", "5"))["chapters"]
        assert [c["tags"]["title"] for c in chapters] == ["Anna", "Ben"]


def test_each_speaker_may_have_a_sound(flexatar, avatar, other, tmp_path):
    speech, nothing = voice(3, 22_050), np.zeros(33_075)
    write_wav(tmp_path / "anna.wav", np.concatenate([speech[:33_075], nothing]), 22_050)
    write_wav(tmp_path / "ben.wav", np.concatenate([np.zeros(24_000), voice(3)[24_000:]]))
    talk = dialogue(tmp_path, avatar, other, speakers=[
        {"name": "Anna", "avatar": str(avatar), "audio": "anna.wav"}, {"name": "Ben", "avatar": str(other), "audio": "ben.wav"}])
    out = film(flexatar, tmp_path / "out.mp4", "--dialogue", talk, "--size", "256x128", "--still")
    (anna, anna_later), (ben, ben_later) = mouths(out)
    assert anna > 3 * anna_later and ben_later > 3 * ben
    assert float(facts(out)["format"]["duration"]) == pytest.approx(3, abs=0.05)
    flexatar("video", "--dialogue", talk, tmp_path / "ben.wav", "-o", tmp_path / "no.mp4").failed("talk.json", "audio")
    damaged = voice(3)
    damaged[-100] = np.nan
    write_float_wav(tmp_path / "ben.wav", damaged)
    flexatar("video", "--dialogue", talk, "-o", tmp_path / "no.mp4", "--size", "64x64").failed("ben.wav", "not numbers")
    (tmp_path / "anna.wav").unlink()
    flexatar("video", "--dialogue", talk, "-o", tmp_path / "no.mp4").failed("anna.wav")


def test_who_listens_is_alive(flexatar, avatar, other, tmp_path):
    """Blinks and moves the head while the other speaks for 12 s, and turns to them."""
    sound = write_wav(tmp_path / "a.wav", voice(12))
    talk = dialogue(tmp_path, avatar, other, turns=[{"speaker": "Anna", "start": 0, "end": 12}])
    out = film(flexatar, tmp_path / "out.mp4", "--dialogue", talk, sound, "--size", "256x128", "--fps", "12")
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", out, "-f", "rawvideo", "-pix_fmt", "gray", "-"], check=True,
                         capture_output=True).stdout
    ben = np.frombuffer(raw, np.uint8).reshape(-1, 128, 256)[:, :, 128:].astype(float)
    moved = np.abs(np.diff(ben, axis=0)).mean(axis=(1, 2))
    assert (moved > 0.02).mean() > 0.8
    # Blinks stand out among the small motions.
    eyes = np.abs(np.diff(ben[:, 40:72, 36:92], axis=0)).mean(axis=(1, 2))
    assert (eyes > 3 * np.median(eyes)).sum() >= 2


@pytest.mark.parametrize("change,words", [
    ({"speakers": []}, ["two to four"]), ({"turns": [{"speaker": "Eve", "start": 0, "end": 1}]}, ["turn 1", "Eve"]),
    ({"turns": [{"speaker": "Anna", "start": 1, "end": 1}]}, ["turn 1", "end"]), ({"turns": []}, ["turns"]),
    ({"turns": [{"speaker": "Anna", "start": 1e300, "end": 2e300, "text": "A"}]}, ["turn 1", "long"]),
    ({"turns": [{"speaker": "Anna", "start": "0", "end": 1}]}, ["turns.[0].start"]),
    ({"chapters": [{"start": 1, "title": "A"}, {"start": 1, "title": "B"}]}, ["chapter 2"]),
    ({"speakers": [{"name": "Anna", "avatar": "a"}, {"name": "Anna", "avatar": "a"}]}, ["same name"]),
    ({"speakers": [{"name": "Anna", "avatar": "a", "audio": "x"}, {"name": "Ben", "avatar": "a"}]}, ["every speaker"]),
    ({"speakers": [{"name": "Anna"}, {"name": "Ben", "avatar": "a"}]}, ["'avatar' is missing"])])
def test_a_dialogue_says_what_is_wrong_with_it(change, words, flexatar, avatar, sound, tmp_path):
    talk = dialogue(tmp_path, avatar, avatar, **change)
    flexatar("video", "--dialogue", talk, sound, "-o", tmp_path / "out.mp4").failed("talk.json", *words)
    assert [p.name for p in tmp_path.iterdir()] == ["talk.json"]


def kill_midway(tmp_path, out, *arguments, number=signal.SIGKILL):
    """Kills the program once it has finished a part of the film, one more than there were."""
    def parts():
        return {path.name for path in tmp_path.rglob("pictures-*")}

    before = parts()
    running = subprocess.Popen([PROGRAM, "video", *map(str, arguments), "-o", out], stderr=subprocess.DEVNULL,
                               env={"FLEXATAR_HOME": str(ROOT), "PATH": "/usr/bin:/bin"})
    end = time.time() + 180
    while time.time() < end and not parts() - before:
        assert running.poll() is None, "it ended before it was killed"
        time.sleep(0.02)
    running.send_signal(number)
    assert running.wait(timeout=90) == (-number if number == signal.SIGKILL else 130)


@pytest.mark.parametrize("name", ["out.mp4", "out.webm"])
def test_a_killed_film_goes_on(name, flexatar, avatar, tmp_path):
    sound = write_wav(tmp_path / "a.wav", voice(40))
    options = (avatar, sound, "--size", "128x128", "--fps", "10", "--background", "#204060")
    whole = film(flexatar, tmp_path / f"whole-{name}", *options)
    out = tmp_path / name
    kill_midway(tmp_path, out, *options)
    assert not out.exists() and (tmp_path / f".{name}.part").is_dir()
    kill_midway(tmp_path, out, *options, "--resume", number=signal.SIGTERM)
    film(flexatar, out, *options)

    def sums(path):
        return subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-map", "0", "-f", "framemd5", "-"], check=True,
                              capture_output=True).stdout

    assert sums(out) == sums(whole) and facts(out)["format"]["duration"] == facts(whole)["format"]["duration"]
    assert {p.name for p in tmp_path.iterdir()} == {"a.wav", name, f"whole-{name}"}


def test_another_film_does_not_go_on_with_what_is_left(flexatar, avatar, tmp_path):
    sound = write_wav(tmp_path / "a.wav", voice(90))
    options = ("--size", "64x64", "--fps", "10", "--background", "#204060")
    kill_midway(tmp_path, tmp_path / "out.mp4", avatar, sound, *options)
    short = write_wav(tmp_path / "b.wav", voice(1))
    out = film(flexatar, tmp_path / "out.mp4", avatar, short, *options)
    assert float(facts(out)["format"]["duration"]) == pytest.approx(1, abs=0.05)
    assert {p.name for p in tmp_path.iterdir()} == {"a.wav", "b.wav", "out.mp4"}
