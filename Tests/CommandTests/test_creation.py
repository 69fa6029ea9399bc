"""Avatars and films by the API, over real sockets, on both databases; and attacks on it."""
import io
import json
import struct
import wave
import zlib

import pytest

from service import STORES, Service, database, needs_site
from uploads import post, send, until, wait

ANNA = {"authtype": "mail", "user": "anna@example.com"}
accounts = iter(range(1_000_000))


@pytest.fixture(scope="module", params=STORES)
def service(request, tmp_path_factory):
    needs_site()
    with database(request.param, tmp_path_factory.mktemp("service")) as url, Service(url) as service:
        yield service


@pytest.fixture
def secret(service):
    """Of an account of its own, with 100.00."""
    return service.account(f"studio-{next(accounts)}")


@pytest.fixture(scope="module")
def photo(face):
    return face.read_bytes()


def buy(service, secret, crt="1", **more):
    assert service.b2b(secret, "buysubscription", {**ANNA, "crt": crt, **more}).status == 204


def token(service, secret, **more):
    return service.b2b(secret, "usertoken", {**ANNA, **more}).json["token"]


def order(service, secret, body=None, **headers):
    answer = service.b2b(secret, "createflexatar", body, **headers)
    assert answer.status == 200, answer.body
    assert set(answer.json) == {"id", "link", "poll"} and set(answer.json["link"]) == {"url", "fields"}
    return answer.json


def make(service, secret, photo, body=None):
    made = order(service, secret, body)
    uploaded = post(made["link"], photo)
    assert uploaded.status == 204 and uploaded.body == b"" and uploaded.headers["access-control-allow-origin"] == "*"
    ended = wait(made["poll"])
    assert ended["success"] is True and ended["id"] == made["id"], ended
    return made["id"]


def test_the_documented_way_through(service, secret, photo, flexatar, tmp_path):
    buy(service, secret)
    made = order(service, secret, ANNA)
    send("GET", made["poll"]).problem(404, "in_progress")
    assert post(made["link"], photo).status == 204
    ended = wait(made["poll"])
    assert ended["success"] and ended["id"] == made["id"]
    assert ended["card"]["bytes"] > 100_000 and ended["card"]["seconds"] > 0
    for method in ("GET", "POST"):
        link = service.ask(method, f"/b2b/createflexatar/ftar/{made['id']}", secret).json["link"]
        file = send("GET", link)
        assert file.status == 200 and len(file.body) == ended["card"]["bytes"]
    assert file.headers["content-disposition"].startswith("attachment") and file.headers["x-content-type-options"] == "nosniff"
    (tmp_path / "a.ftar").write_bytes(file.body)
    assert flexatar("inspect", tmp_path / "a.ftar").code == 0
    picture = send("GET", service.b2b(secret, f"createflexatar/preview/{made['id']}").json["link"])
    assert picture.body[:3] == b"\xff\xd8\xff" and picture.headers["content-type"] == "image/jpeg"
    listed = service.b2b(secret, "listflexatar", ANNA).json["list"]
    assert [(item["id"], item["user"], item["testing"]) for item in listed] == [(made["id"], ANNA["user"], False)]
    assert send("GET", listed[0]["ftar"]).body == file.body
    # The photo is gone, the avatar stays until it is deleted.
    until(lambda: not [name for name in service.objects if made["id"] in name and name.startswith("uploads")])
    assert service.b2b(secret, "delflexatar", {"id": made["id"]}).status == 204
    until(lambda: not [name for name in service.objects if made["id"] in name])
    send("GET", link).problem(403, "link_ended")
    service.b2b(secret, f"createflexatar/ftar/{made['id']}").problem(404, "no_avatar")
    assert send("GET", made["poll"]).json["error"] == "deleted"
    service.b2b(secret, "delflexatar", {"id": made["id"]}).problem(404, "no_avatar")


def test_of_several_people_the_order_says_which(service, secret, face):
    from PIL import Image
    one = Image.open(face)
    pair, file = Image.new("RGB", (1600, 1000)), io.BytesIO()
    pair.paste(one, (0, 0))
    pair.paste(one.transpose(Image.FLIP_LEFT_RIGHT), (800, 0))
    pair.save(file, "PNG")
    buy(service, secret)
    key = token(service, secret)
    # The faces' middles are there, or near enough.
    for call in (lambda place: service.b2b(secret, "createflexatar", {**ANNA, "face": place}),
                 lambda place: service.ask("POST", "/make", key, {"face": place})):
        made = call({"x": 390, "y": 400}).json
        assert post(made["link"], file.getvalue()).status == 204
        assert wait(made["poll"])["success"]
        for place in ({"x": 1}, {"x": -1, "y": 1}, {"x": 1, "y": 20_001}, "left", [1, 2]):
            call(place).problem(400, "invalid_request")
    made = service.ask("POST", "/make", key, {"face": None}).json
    assert post(made["link"], file.getvalue()).status == 204
    assert wait(made["poll"])["code"] == "many-faces"
    # Somebody else is another order.
    first = service.ask("POST", "/make", key, {"face": {"x": 390, "y": 400}}, Idempotency_Key="whom")
    assert first.status == 200
    service.ask("POST", "/make", key, {"face": {"x": 1210, "y": 400}}, Idempotency_Key="whom").problem(422, "idempotency_key_reused")


def test_the_customers_own_avatars_have_a_price(service, secret, photo):
    identity = make(service, secret, photo)
    info = service.b2b(secret, "info").json
    assert info["balance"] == 99.5 and info["usage"]["creations"] == 1
    assert service.b2b(secret, "listflexatar").json["list"][0]["id"] == identity
    poor = service.account(f"poor-{next(accounts)}", credit="0.49")
    service.b2b(poor, "createflexatar").problem(453, "low_balance")


def test_a_photo_that_will_not_do_is_told_and_costs_nothing(service, secret):
    for content, code in ((b"not a picture", "unreadable"), (grey_png(600, 600), "no-face")):
        made = order(service, secret)
        assert post(made["link"], content).status == 204
        ended = wait(made["poll"])
        assert ended["success"] is False and ended["error"] == "bad_photo" and ended["code"] == code
        assert ended["message"].endswith(".")
        until(lambda: not [name for name in service.objects if made["id"] in name])
    assert service.b2b(secret, "info").json["balance"] == 100
    assert service.b2b(secret, "listflexatar").json["list"] == []


def grey_png(width, height, rows=None):
    """A grey picture; with fewer rows than it says where `rows` says so."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    data = zlib.compress((b"\0" + b"\x80" * width) * (height if rows is None else rows))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", data) + chunk(b"IEND", b""))


def test_a_picture_that_unpacks_to_gigabytes_is_refused(service, secret):
    made = order(service, secret)
    assert post(made["link"], grey_png(60_000, 60_000, rows=100)).status == 204
    ended = wait(made["poll"])
    assert ended["error"] == "bad_photo" and ended["code"] in ("too-large", "unreadable")


def test_a_browser_makes_lists_and_deletes(service, secret, photo):
    buy(service, secret)
    key, restricted = token(service, secret), token(service, secret, restricted=True)
    made = service.ask("POST", "/make", key, {}, Origin="https://page.example")
    assert made.status == 200 and made.headers["access-control-allow-origin"] == "*"
    service.ask("POST", "/poll", key, {"id": made.json["id"]}).problem(404, "in_progress")
    assert post(made.json["link"], photo).status == 204
    assert wait(made.json["poll"])["success"]
    assert service.ask("POST", "/poll", key, {"id": made.json["id"]}).json["success"] is True
    assert [item["id"] for item in service.ask("POST", "/list", restricted).json["list"]] == [made.json["id"]]
    assert service.ask("GET", "/info", key).json["creations"] == {"used": 1, "limit": 20}
    service.ask("POST", "/make", restricted).problem(403, "restricted")
    twice = [service.ask("POST", "/make", key, Idempotency_Key="again").json for _ in range(2)]
    assert twice[0]["id"] == twice[1]["id"] != made.json["id"]
    # A key of another user is another key.
    bert = {"authtype": "mail", "user": "bert@example.com"}
    assert service.b2b(secret, "buysubscription", {**bert, "crt": "2"}).status == 204
    other = service.b2b(secret, "usertoken", bert).json["token"]
    assert service.ask("POST", "/make", other, Idempotency_Key="again").json["id"] != twice[0]["id"]
    service.ask("DELETE", f"/{made.json['id']}", key, Idempotency_Key="again").problem(422, "idempotency_key_reused")
    service.ask("DELETE", f"/{made.json['id']}", restricted).problem(403, "restricted")
    service.ask("DELETE", "/job_nothing", key).problem(404, "no_avatar")
    assert service.ask("OPTIONS", f"/{made.json['id']}", Origin="https://page.example").status == 204
    for _ in range(2):
        assert service.ask("DELETE", f"/{made.json['id']}", key, Idempotency_Key="gone").status == 204
    assert service.ask("POST", "/list", key).json["list"] == []


def test_a_users_limits_block(service, secret):
    buy(service, secret)
    key = token(service, secret)
    answers = [service.ask("POST", "/make", key) for _ in range(4)]
    assert [answer.status for answer in answers] == [200] * 4
    assert answers[3].json == {"block": "queue_limit"}
    full = service.b2b(secret, "createflexatar", ANNA)
    full.problem(429, "queue_limit")
    assert int(full.headers["retry-after"]) >= 1


def test_creations_of_a_month_are_counted(tmp_path, photo):
    needs_site()
    with Service(str(tmp_path / "s.sqlite"), FLEXATAR_CREATIONS="1") as service:
        secret = service.account("shop")
        buy(service, secret)
        make(service, secret, photo, ANNA)
        service.b2b(secret, "createflexatar", ANNA).problem(403, "creation_limit")
        assert service.ask("POST", "/make", token(service, secret)).json == {"block": "subscription_limit"}


def test_testing_avatars_are_marked(service, secret, photo):
    buy(service, secret, testing=True)
    plain = make(service, secret, photo)
    marked = make(service, secret, photo, ANNA)
    previews = [send("GET", service.b2b(secret, f"createflexatar/preview/{i}").json["link"]).body for i in (plain, marked)]
    assert previews[0] != previews[1]
    assert [item["testing"] for item in service.b2b(secret, "listflexatar").json["list"]] == [True, False]


def test_a_film(service, secret, photo, tmp_path):
    avatar = make(service, secret, photo)
    with wave.open(str(tmp_path / "a.wav"), "wb") as sound:
        sound.setnchannels(1), sound.setsampwidth(2), sound.setframerate(16000)
        sound.writeframes(bytes(32000))
    answer = service.b2b(secret, "render", {"flexatar": avatar, "size": "128x128", "fps": 10, "background": "#204060",
                                            "emotion": "joy=0.5"})
    made = answer.json
    assert post(made["link"], (tmp_path / "a.wav").read_bytes()).status == 204
    assert wait(made["poll"])["success"] is True
    film = send("GET", service.ask("GET", f"/b2b/render/film/{made['id']}", secret).json["link"])
    assert film.body[4:8] == b"ftyp" and film.headers["content-type"] == "video/mp4"
    balance = service.b2b(secret, "info").json["balance"]
    bad = service.b2b(secret, "render", {"flexatar": avatar}).json
    assert post(bad["link"], b"no sound").status == 204
    ended = wait(bad["poll"])
    assert ended["error"] == "bad_sound" and "/" not in ended["message"], ended
    assert service.b2b(secret, "info").json["balance"] == balance
    for wrong in ({"size": "9999x9999"}, {"size": "33x33"}, {"fps": 0}, {"background": "/etc/passwd"}, {"background": "#12345"},
                  {"emotion": "--help"}, {"emotion": "joy=2"}):
        service.b2b(secret, "render", {"flexatar": avatar, **wrong}).problem(400, "invalid_request")
    service.b2b(secret, "render", {"flexatar": "job_nothing"}).problem(404, "no_avatar")


def test_nothing_of_a_deleted_user_is_left(service, secret, photo):
    buy(service, secret)
    identity = make(service, secret, photo, ANNA)
    key = token(service, secret)
    assert service.b2b(secret, "deluser", ANNA).status == 204
    until(lambda: not [name for name in service.objects if identity in name])
    service.ask("POST", "/list", key).problem(403, "token_ended")
    assert ANNA["user"] not in json.dumps(service.b2b(secret, "listflexatar").json)


def test_an_idempotency_key_orders_once(service, secret):
    first, again = (order(service, secret, {}, Idempotency_Key="k") for _ in range(2))
    assert first["id"] == again["id"] and first["poll"] == again["poll"]
    assert service.b2b(secret, "info").json["balance"] == 99.5


def test_another_customers_avatars_are_not_there(service, secret, photo):
    identity = make(service, secret, photo)
    thief = service.account(f"thief-{next(accounts)}")
    for call in (f"createflexatar/ftar/{identity}", f"createflexatar/preview/{identity}"):
        service.b2b(thief, call).problem(404, "no_avatar")
        service.b2b("fxs_nothing", call).problem(401, "unauthorized")
    service.b2b(thief, "delflexatar", {"id": identity}).problem(404, "no_avatar")
    service.b2b(thief, "render", {"flexatar": identity}).problem(404, "no_avatar")
    # Another user of the same customer.
    buy(service, secret)
    key = token(service, secret)
    service.ask("DELETE", f"/{identity}", key).problem(404, "no_avatar")
    service.ask("POST", "/poll", key, {"id": identity}).problem(404, "no_avatar")
    for wrong in (f"/poll/{identity}", f"/poll/{identity}.", f"/poll/{identity}.{'0' * 32}", "/poll/.", "/poll/a.b"):
        service.ask("GET", wrong).problem(404, "not_found")
    poll = order(service, secret)["poll"]
    poll = poll[poll.index("/poll/"):]
    service.ask("GET", poll).problem(404, "in_progress")
    for wrong in (poll[:-1], poll + "0", poll[:-1] + ("1" if poll[-1] == "0" else "0")):
        service.ask("GET", wrong).problem(404, "not_found")


def test_forms_are_good_once_and_as_they_are(service, secret, photo):
    made = order(service, secret)
    other = order(service, secret)
    for changes in ({"key": other["link"]["fields"]["key"]}, {"key": "../../../etc/passwd"}, {"policy": None},
                    {"x-amz-signature": "0" * 64}, {"x-amz-date": "20200101T000000Z"}, {"acl": "public-read"}):
        refused = post(made["link"], photo, **changes)
        assert refused.status == 403 and b"<Code>AccessDenied</Code>" in refused.body, (changes, refused.body)
    assert post(made["link"], b"").status == 400
    for body in (b"", b"--b--\r\n", b"--b\r\n\r\nx"):
        refused = send("POST", made["link"]["url"], body, {"Content-Type": "multipart/form-data; boundary=b"})
        assert refused.status == 400 and b"MalformedPOSTRequest" in refused.body
    assert post(made["link"], photo).status == 204
    assert post(made["link"], photo).status == 403
    assert wait(made["poll"])["success"]
    assert post(made["link"], photo).status == 403
    assert not [name for name in service.objects if name.endswith(".part")]


def test_an_upload_has_a_limit(service, secret):
    made = order(service, secret)
    refused = post(made["link"], bytes(30_000_001))
    assert refused.status == 400 and b"EntityTooLarge" in refused.body
    assert not [name for name in service.objects if made["id"] in name or name.endswith(".part")]


def test_links_open_what_they_say(service, secret, photo):
    identity = make(service, secret, photo)
    link = service.b2b(secret, f"createflexatar/ftar/{identity}").json["link"]
    assert send("GET", link).status == 200
    for wrong in (link.replace(".ftar?", ".jpg?"), link.replace("name=", "name=x"), link.replace("expires=", "expires=9"),
                  link.split("&signature")[0], link.split("?")[0], link.replace("/avatars/", "/avatars/../avatars/")):
        send("GET", wrong).problem(403, "link_ended")


def test_a_stranger_cannot_name_the_services_address(service, secret):
    made = service.b2b(secret, "createflexatar", None, Host='evil"><script>').json
    assert made["link"]["url"] == "http://localhost/objects"
