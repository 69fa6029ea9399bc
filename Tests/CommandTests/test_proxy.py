"""The proxy of `compose.yaml`, run on this machine before two servers: one is killed, and nobody notices."""
import http.client
import json
import shutil
import socket
import subprocess

import pytest

from conftest import ROOT
from service import Service, needs_site
from test_operation import free_port
from uploads import until

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")


def settings(folder, port, nodes):
    """nginx's: those of the compose file, for servers and a port of this machine."""
    yaml = pytest.importorskip("yaml")
    text = yaml.safe_load((ROOT / "compose.yaml").read_text())["configs"]["proxy"]["content"].replace("$$", "$")
    for name, node in zip(("api-1:8081", "api-2:8081"), nodes):
        assert name in text
        text = text.replace(name, f"127.0.0.1:{node.port}")
    kept = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return (f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}} "
            f"http {{ access_log off; {kept} {text.replace('listen 8081', f'listen 127.0.0.1:{port}')} }}")


def listens(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.skipif(not NGINX, reason="nginx is not installed")
def test_a_server_may_die_behind_the_proxy(tmp_path):
    needs_site()
    database, port = str(tmp_path / "s.sqlite"), free_port()
    trust = {"FLEXATAR_PROXIES": "127.0.0.1"}
    with Service(database, "--no-worker", **trust) as first, Service(database, "--no-worker", **trust) as second:
        secret = first.account("shop")
        (tmp_path / "nginx.conf").write_text(settings(tmp_path, port, (first, second)))
        proxy = subprocess.Popen([NGINX, "-e", tmp_path / "error.log", "-c", tmp_path / "nginx.conf"])

        def ask(call, body):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("POST", f"/b2b/{call}", json.dumps(body), {"Authorization": f"Bearer {secret}"})
            answer = connection.getresponse()
            return answer.status, answer.read()

        try:
            until(lambda: listens(port))
            for number in range(200):
                if number == 100:
                    second.process.kill()
                    second.process.wait()
                status, body = ask("info", {})
                assert status == 200, body
            order = json.loads(ask("createflexatar", {})[1])
            # Forms lead back through the proxy.
            assert order["link"]["url"] == f"http://127.0.0.1:{port}/objects"
        finally:
            proxy.terminate()
            proxy.wait()
