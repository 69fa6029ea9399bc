"""Films ordered by the API: the command's options, refusals, and a worker that is killed half-way."""
import base64
import io
import os
import pathlib
import signal
import subprocess
import tarfile
import time

import numpy as np
import pytest
from PIL import Image

from conftest import PROGRAM
from service import Service, needs_site
from test_film import SOURCE, SRT, facts, pictures
from test_sound import voice, write_wav
from uploads import post, send, until, wait

ANNA = {"authtype": "mail", "user": "anna@example.com"}


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    needs_site()
    with Service(str(tmp_path_factory.mktemp("service") / "s.sqlite"), "--no-worker") as service:
        yield service


@pytest.fixture(scope="module")
def worker(service):
    """Starts and kills the worker."""
    class Worker:
        def start(self):
            self.process = subprocess.Popen([PROGRAM, "worker"], env=service.environment, stderr=subprocess.DEVNULL)

        def kill(self):
            self.process.kill()
            self.process.wait()

    worker = Worker()
    worker.start()
    yield worker
    worker.kill()


@pytest.fixture(scope="module")
def secret(service):
    return service.account("films")


@pytest.fixture(scope="module")
def avatars(service, secret, worker, face):
    """The customer's own, and one of a testing subscription."""
    assert service.b2b(secret, "buysubscription", {**ANNA, "crt": "1", "testing": True}).status == 204
    made = [service.b2b(secret, "createflexatar", body).json for body in ({}, ANNA)]
    for order in made:
        assert post(order["link"], face.read_bytes()).status == 204
    for order in made:
        assert wait(order["poll"])["success"]
    return [order["id"] for order in made]


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    return write_wav(tmp_path_factory.mktemp("sound") / "a.wav", voice(2), 16_000).read_bytes()


def render(service, secret, sound, tmp_path, **request):
    """The finished film's file."""
    answer = service.b2b(secret, "render", request)
    assert answer.status == 200, answer.body
    made = answer.json
    if "link" in made:
        assert post(made["link"], sound).status == 204
    ended = wait(made["poll"])
    assert ended["success"] is True, ended
    got = send("GET", service.b2b(secret, f"render/film/{made['id']}").json["link"])
    form = request.get("format", "mp4").replace("png", "tar")
    assert got.headers["content-type"] == {"mp4": "video/mp4", "webm": "video/webm", "mov": "video/quicktime",
                                           "mkv": "video/x-matroska", "tar": "application/x-tar"}[form]
    path = tmp_path / f"film.{form}"
    path.write_bytes(got.body)
    return path


def test_every_option_of_the_command(service, secret, avatars, sound, tmp_path):
    path = render(service, secret, sound, tmp_path, flexatar=avatars[0], size="128x96", fps=10, format="mov",
                  background="#204060", framing="close", emotion="joy=0.5", mood=0.2, headMotion="lively", seed=3, still=False, round=True, mirrored=True,
                  second=avatars[1], mix=0.3, mixKind="hybrid", mixSwing=2, subtitles=SRT,
                  phones=[{"time": 0.1, "duration": 0.2, "phone": "AH0"}])
    found = facts(path)
    # A round one is transparent around.
    assert [s["codec_name"] for s in found["streams"]] == ["prores", "aac", "mov_text"]
    assert SOURCE in found["format"]["tags"]["comment"]


def test_a_transparent_film_and_a_sound_that_comes_with_the_order(service, secret, avatars, sound, tmp_path):
    path = render(service, secret, sound, tmp_path, flexatar=avatars[0], size="128x128", fps=10, format="webm",
                  background="none", subtitles="0\t2\tGood morning.\n", burn=True, audio=base64.b64encode(sound).decode())
    streams = facts(path)["streams"]
    assert [s["codec_name"] for s in streams] == ["vp9", "opus"] and streams[0]["tags"]["alpha_mode"] == "1"
    key = {"Idempotency_Key": "one"}
    orders = [service.b2b(secret, "render", {"flexatar": avatars[0], "size": "64x64", "audio": base64.b64encode(sound).decode()},
                          **key).json for _ in range(2)]
    assert orders[0] == orders[1] and set(orders[0]) == {"id", "poll"}
    assert wait(orders[0]["poll"])["success"]


def base64_of(data):
    return base64.b64encode(data).decode()


def picture_of(colour):
    file = io.BytesIO()
    Image.new("RGB", (160, 120), colour).save(file, "PNG")
    return base64_of(file.getvalue())


def test_a_picture_behind_the_person_and_several_emotions(service, secret, avatars, sound, tmp_path):
    plain = {"flexatar": avatars[0], "size": "128x128", "fps": 12.5, "format": "mkv", "still": True,
             "backgroundPicture": picture_of("#c020d0")}
    (tmp_path / "moved").mkdir()
    path = render(service, secret, sound, tmp_path / "moved", **plain, emotion=["joy=0.8", "surprise=0.5"])
    streams = facts(path)["streams"]
    assert [s["codec_name"] for s in streams] == ["h264", "opus"] and streams[0]["avg_frame_rate"] == "25/2"
    both = pictures(path, 128, "rgb24")
    assert np.abs(both[:, 2, 2] - (0xC0, 0x20, 0xD0)).max() < 16
    joy = pictures(render(service, secret, sound, tmp_path, **plain, emotion="joy=0.8"), 128, "rgb24")
    assert np.abs(both - joy)[:, 20:100, 30:100].mean() > 0.5
    until(lambda: not [name for name in service.objects if name.startswith("uploads")])


def test_pictures_are_an_archive(service, secret, avatars, sound, tmp_path):
    path = render(service, secret, sound, tmp_path, flexatar=avatars[0], size="96x64", fps=5, format="png", background="none",
                  audio=base64_of(sound))
    with tarfile.open(path) as archive:
        assert archive.getnames() == ["pictures"] + [f"pictures/{number:05d}.png" for number in range(10)]
        first = Image.open(archive.extractfile("pictures/00000.png"))
        assert first.mode == "RGBA" and first.size == (96, 64) and first.getpixel((1, 1))[3] == 0


def test_each_speaker_may_have_a_sound(service, secret, avatars, sound, tmp_path):
    speakers = [{"name": name, "flexatar": avatar, "audio": base64_of(sound)} for name, avatar in zip(("Anna", "Ben"), avatars)]

    def order(**more):
        return service.b2b(secret, "render", {"dialogue": {"speakers": speakers}, "size": "128x64", "fps": 5, **more})
    made = order().json
    assert set(made) == {"id", "poll"} and wait(made["poll"])["success"] is True
    film = send("GET", service.b2b(secret, f"render/film/{made['id']}").json["link"])
    (tmp_path / "talk.mp4").write_bytes(film.body)
    assert float(facts(tmp_path / "talk.mp4")["format"]["duration"]) == pytest.approx(2, abs=0.1)
    speakers[1]["audio"] = base64_of(b"no sound")
    ended = wait(order().json["poll"])
    assert ended["error"] == "bad_sound" and "/" not in ended["message"], ended
    order(audio=base64_of(sound)).problem(400, "invalid_request")
    for wrong in (None, "!", ""):
        speakers[1]["audio"] = wrong
        order().problem(400, "invalid_request")
    until(lambda: not [name for name in service.objects if name.startswith("uploads")])


def test_a_dialogue(service, secret, avatars, sound, tmp_path):
    talk = {"speakers": [{"name": "Anna", "flexatar": avatars[0]}, {"name": "Ben", "flexatar": avatars[1]}],
            "turns": [{"speaker": "Anna", "start": 0, "end": 1, "text": "Hello."}, {"speaker": "Ben", "start": 1, "end": 2}]}
    path = render(service, secret, sound, tmp_path, dialogue=talk, size="256x128", fps=10)
    assert [c["tags"]["title"] for c in facts(path)["chapters"]] == ["Anna", "Ben"]
    for wrong in ({"speakers": talk["speakers"][:1]}, {"turns": []}, {"turns": [{"speaker": "Eve", "start": 0, "end": 1}]},
                  {"turns": [{"speaker": "Ben", "start": 1, "end": 1}]}, {"turns": [{"speaker": "Ben", "start": 1, "end": 1e300}]}):
        service.b2b(secret, "render", {"dialogue": {**talk, **wrong}}).problem(400, "invalid_request")
    service.b2b(secret, "render", {"dialogue": talk, "flexatar": avatars[0]}).problem(400, "invalid_request")
    talk["speakers"][1]["flexatar"] = "job_nothing"
    service.b2b(secret, "render", {"dialogue": talk}).problem(404, "no_avatar")


@pytest.mark.parametrize("twice", ["second", "dialogue"])
def test_the_same_avatar_twice(twice, service, secret, avatars, sound, tmp_path):
    one = {"flexatar": avatars[0], "second": avatars[0]}
    both = {"speakers": [{"name": name, "flexatar": avatars[0]} for name in ("Anna", "Ben")],
            "turns": [{"speaker": "Anna", "start": 0, "end": 1}]}
    render(service, secret, sound, tmp_path, size="128x64", fps=10, **(one if twice == "second" else {"dialogue": both}))


@pytest.mark.parametrize("wrong", [
    {"format": "avi"}, {"background": "none"}, {"background": "#１２３４５６"}, {"framing": "wide"}, {"mood": 2}, {"headMotion": "wild"}, {"mix": 0.5}, {"mixKind": "x"},
    {"burn": True}, {"fps": 60.5}, {"emotion": ["joy", "--help"]}, {"emotion": ["joy"] * 8}, {"emotion": 1},
    {"backgroundPicture": "!"}, {"backgroundPicture": "aGVsbG8=", "background": "photo"}, {"attached": ["sound"]},
    {"format": "png", "subtitles": "0\t1\tA"}, {"format": "mkv", "background": "none"}, {"audio": "!"}, {"audio": ""}, {"seed": -1}, {"flexatar": None}])
def test_refusals(wrong, service, secret, avatars):
    service.b2b(secret, "render", {"flexatar": avatars[0], **wrong}).problem(400, "invalid_request")


def test_limits_and_bad_files(service, secret, avatars, sound):
    service.b2b(secret, "render", {"flexatar": avatars[0], "subtitles": "x" * 8_000_001}).problem(413, "too_large")
    service.b2b(secret, "render", {"flexatar": avatars[0], "subtitles": "x" * 2_000_001}).problem(400, "invalid_request")
    service.b2b("fxs_nothing", "render", {"flexatar": avatars[0], "subtitles": "x" * 100_000}).problem(401, "unauthorized")
    balance = service.b2b(secret, "info").json["balance"]
    for more, error, words in (({"subtitles": "1\n00:00 -->\nA"}, "bad_subtitles", "line 2"),
                               ({"subtitles": "1e300\t2e300\tA"}, "bad_subtitles", "line 1"),
                               ({"backgroundPicture": base64_of(b"no picture")}, "bad_background", "picture"),
                               ({"phones": [{"time": 0, "duration": 1, "phone": "QX"}]}, "bad_phones", "'QX'")):
        made = service.b2b(secret, "render", {"flexatar": avatars[0], "size": "64x64", **more}).json
        assert post(made["link"], sound).status == 204
        ended = wait(made["poll"])
        assert ended["error"] == error and words in ended["message"] and "/" not in ended["message"], ended
    assert service.b2b(secret, "info").json["balance"] == balance
    service.b2b(service.account("other"), "render", {"flexatar": avatars[0]}).problem(404, "no_avatar")


def test_an_avatar_that_cannot_be_read_is_at_fault(service, secret, avatars, face, sound):
    order = service.b2b(secret, "createflexatar", {}).json
    assert post(order["link"], face.read_bytes()).status == 204
    assert wait(order["poll"])["success"]
    stored = service.folder / "objects/avatars" / f"{order['id']}.ftar"
    stored.write_bytes(stored.read_bytes()[:1000])
    made = service.b2b(secret, "render", {"flexatar": order["id"], "size": "64x64"}).json
    assert post(made["link"], sound).status == 204
    ended = wait(made["poll"])
    assert ended["error"] == "bad_avatar" and "/" not in ended["message"], ended


def test_films_of_testing_avatars_bear_the_mark(service, secret, avatars, sound, tmp_path):
    (tmp_path / "plain").mkdir()
    (tmp_path / "marked").mkdir()
    common = {"size": "256x256", "fps": 5, "still": True, "framing": "shoulders"}
    plain = pictures(render(service, secret, sound, tmp_path / "plain", flexatar=avatars[0], **common), 256, "rgb24")
    marked = pictures(render(service, secret, sound, tmp_path / "marked", flexatar=avatars[1], **common), 256, "rgb24")
    differing = (np.abs(plain - marked).max(axis=3) > 12).mean(axis=(1, 2))
    assert differing.min() > 0.02, differing


def test_features_of_a_testing_avatar_bear_the_mark_in_another_head(service, secret, avatars, sound, tmp_path):
    films = []
    for second in avatars:
        folder = tmp_path / second
        folder.mkdir()
        made = render(service, secret, sound, folder, flexatar=avatars[0], second=second, mix=1, mixKind="hybrid",
                      size="256x256", fps=5, still=True, framing="close", background="#204080")
        films.append(pictures(made, 256, "rgb24"))
    differing = (np.abs(films[0] - films[1]).max(axis=3) > 8).mean(axis=(1, 2))
    assert differing.min() > 0.003, differing


def test_a_film_waits_for_the_command_that_a_killed_worker_has_left(service, secret, avatars, worker, tmp_path):
    long = write_wav(tmp_path / "long.wav", voice(40)).read_bytes()
    made = service.b2b(secret, "render", {"flexatar": avatars[0], "size": "256x256", "fps": 15}).json
    assert post(made["link"], long).status == 204
    parts = pathlib.Path(service.folder / "tmp/flexatar-films" / made["id"])
    until(lambda: list(parts.rglob("pictures-*")))
    worker.kill()
    worker.start()
    assert wait(made["poll"])["success"] is True


def test_a_film_that_the_command_has_finished_without_its_worker_is_taken(service, secret, avatars, worker, tmp_path):
    short = write_wav(tmp_path / "short.wav", voice(10)).read_bytes()
    made = service.b2b(secret, "render", {"flexatar": avatars[0], "size": "128x128", "fps": 10}).json
    assert post(made["link"], short).status == 204
    parts = pathlib.Path(service.folder / "tmp/flexatar-films" / made["id"])
    until(lambda: list(parts.rglob("lock")))
    worker.kill()
    until(lambda: os.listdir(parts) == ["film.mp4"])
    (parts / "film.mp4").write_bytes(b"as it was")
    worker.start()
    assert wait(made["poll"])["success"] is True
    assert send("GET", service.b2b(secret, f"render/film/{made['id']}").json["link"]).body == b"as it was"


def test_a_film_whose_worker_was_killed_goes_on(service, secret, avatars, worker, tmp_path):
    long = write_wav(tmp_path / "long.wav", voice(120)).read_bytes()
    made = service.b2b(secret, "render", {"flexatar": avatars[0], "size": "128x128", "fps": 10,
                                          "backgroundPicture": picture_of("#204060")}).json
    assert post(made["link"], long).status == 204
    parts = pathlib.Path(service.folder / "tmp/flexatar-films" / made["id"])
    until(lambda: list(parts.rglob("pictures-*")))
    worker.kill()
    # What the worker had running goes on by itself, unless it is ended as by a machine that fails.
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if str(parts).encode() in (process / "cmdline").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)
        except OSError:
            pass
    kept = {path.name: path.stat().st_mtime_ns for path in parts.rglob("pictures-*")}
    assert kept
    worker.start()
    seen = {}
    deadline = time.monotonic() + 180
    while send("GET", made["poll"]).status == 404 and time.monotonic() < deadline:
        # Folders go while they are looked through.
        try:
            for path in parts.rglob("pictures-*"):
                seen[path.name] = path.stat().st_mtime_ns
        except FileNotFoundError:
            pass
        time.sleep(0.05)
    assert wait(made["poll"])["success"] is True
    # The parts that were there were not made again.
    assert set(kept) < set(seen) and all(seen[name] == moment for name, moment in kept.items())
    until(lambda: not parts.exists())
    got = send("GET", service.b2b(secret, f"render/film/{made['id']}").json["link"])
    (tmp_path / "film.mp4").write_bytes(got.body)
    assert float(facts(tmp_path / "film.mp4")["format"]["duration"]) == pytest.approx(120, abs=0.1)
