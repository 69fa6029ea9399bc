"""What a browser does with the service's forms and links."""
import http.client
import time
import urllib.parse

from service import Answer


def post(link, content, **changes):
    """Posts a form with its fields, changed as said, and `content` as the file."""
    fields = {**link["fields"], **changes}
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items() if value is not None)
    body = (parts + '--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n').encode()
    return send("POST", link["url"], body + content + b"\r\n--b--\r\n", {"Content-Type": "multipart/form-data; boundary=b"})


def send(method, url, body=None, headers={}):
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=120)
    try:
        connection.request(method, parts.path + ("?" + parts.query if parts.query else ""), body, headers)
        return Answer(connection.getresponse())
    finally:
        connection.close()


def wait(url, seconds=180):
    """Polls until the job has ended: how."""
    deadline = time.monotonic() + seconds
    while True:
        answer = send("GET", url)
        if answer.status == 200:
            return answer.json
        answer.problem(404, "in_progress")
        assert time.monotonic() < deadline, "the job does not end"
        time.sleep(0.05)


def until(condition, seconds=90):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.05)
