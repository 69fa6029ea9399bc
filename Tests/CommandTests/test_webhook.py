"""Messages to customers' servers: signed, sent again until they are taken, and never into the operator's networks."""
import contextlib
import http.server
import json
import threading

import pytest
import standardwebhooks

from service import STORES, Service, database, needs_site
from uploads import post, until, wait



@contextlib.contextmanager
def receiver(*statuses):
    """A server that answers with these, the last one from then on, and keeps what it is sent."""
    taken = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.append((self.path, dict(self.headers), body))
            self.send_response(statuses[min(len(taken), len(statuses)) - 1])
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", taken
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def set_webhook(service, name, url):
    done = service.run("account", "webhook", name, url)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def failing_job(service, secret):
    """A job that ends at once: its photo is none."""
    made = service.b2b(secret, "createflexatar").json
    assert post(made["link"], b"not a picture").status == 204
    assert wait(made["poll"])["error"] == "bad_photo"
    return made["id"]


def deliveries(service, secret):
    return service.b2b(secret, "listdelivery").json["list"]


@pytest.mark.parametrize("store", STORES)
def test_messages_are_signed_and_sent_until_they_are_taken(store, tmp_path):
    needs_site()
    with database(store, tmp_path) as url, Service(url, FLEXATAR_WEBHOOKS="private") as service, \
            receiver(302, 204) as (address, taken):
        secret = service.account("shop")
        key = set_webhook(service, "shop", address)
        identity = failing_job(service, secret)
        until(lambda: len(taken) == 2)
        until(lambda: deliveries(service, secret)[0].get("delivered"))
        # A redirect is not followed: the same message comes again, signed for its time.
        assert [path for path, _, _ in taken] == ["/hook", "/hook"]
        for _, headers, body in taken:
            message = standardwebhooks.Webhook(key).verify(body, {name.lower(): text for name, text in headers.items()})
            assert message["type"] == "avatar.failed" and message["data"]["id"] == identity
            assert message["data"]["error"] == "bad_photo" and message["data"]["code"] == "unreadable"
        assert taken[0][1]["webhook-id"] == taken[1][1]["webhook-id"]
        assert taken[0][1]["webhook-signature"] != taken[1][1]["webhook-signature"]
        with pytest.raises(standardwebhooks.WebhookVerificationError):
            standardwebhooks.Webhook(key).verify(body + b" ", {name.lower(): text for name, text in headers.items()})
        item = deliveries(service, secret)[0]
        assert item["attempts"] == 2 and item["status"] == 204 and item["id"] == taken[0][1]["webhook-id"]
        assert "error" not in item and "next" not in item
        assert "delivered" in service.run("account", "webhook", "shop").stdout
        # Another account sees nothing of it, and its secret is in no log.
        assert deliveries(service, service.account("other")) == []
        assert service.run("account", "webhook", "shop", "--off").returncode == 0
        failing_job(service, secret)
        assert len(deliveries(service, secret)) == 1
        assert key not in json.dumps(service.log)


def test_the_operators_networks_are_not_reached(tmp_path):
    needs_site()
    with Service(str(tmp_path / "s.sqlite")) as service, receiver(204) as (address, taken):
        port = address.split(":")[2].split("/")[0]
        secrets = {}
        for number, host in enumerate([
                "localhost", "127.0.0.1", "127.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254",
                "[::ffff:169.254.169.254]", "0.0.0.0", "10.0.0.1"]):
            secrets[host] = service.account(f"shop-{number}")
            set_webhook(service, f"shop-{number}", f"https://{host}:{port}/hook")
            failing_job(service, secrets[host])
        secrets["http"] = service.account("shop-http")
        set_webhook(service, "shop-http", address)
        failing_job(service, secrets["http"])
        for host, secret in secrets.items():
            until(lambda: deliveries(service, secret)[0].get("error"))
            expected = "The address is not https." if host == "http" else "The address is not of the public internet."
            assert deliveries(service, secret)[0]["error"] == expected, host
        assert taken == []
    for wrong in ("example.com", "ftp://example.com", "https://user:word@example.com"):
        refused = service_run_account(tmp_path, wrong)
        assert refused.returncode != 0 and "webhook is an address" in refused.stderr


def service_run_account(tmp_path, url):
    service = Service(str(tmp_path / "s.sqlite"))
    return service.run("account", "webhook", "shop-0", url)
