"""Creations through a running service: seconds from upload to ready one at a time, avatars a second many at a time."""
import concurrent.futures
import json
import os
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request

BASE, PHOTO, FOLDER = sys.argv[1:]
SECRET = os.environ["FLEXATAR_SECRET"]


def call(path, body):
    request = urllib.request.Request(
        BASE + path, json.dumps(body).encode(),
        {"Authorization": f"Bearer {SECRET}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
        return json.loads(text) if text else None


def create(_=None):
    """Seconds from the upload's begin to the finished avatar, and its poll address."""
    order = call("/b2b/createflexatar", {})
    form = [part for name, value in order["link"]["fields"].items() for part in ("-F", f"{name}={value}")]
    begun = time.monotonic()
    subprocess.run(["curl", "-sSf", *form, "-F", f"file=@{PHOTO}", order["link"]["url"]], check=True)
    while True:
        try:
            with urllib.request.urlopen(order["poll"]) as answer:
                ended = json.load(answer)
                break
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            time.sleep(0.05)
    if not ended["success"]:
        sys.exit(f"service.py: {PHOTO}: {ended['message']}")
    return time.monotonic() - begun, order["poll"]


call("/b2b/buysubscription", {"authtype": "bench", "user": "a", "crt": "1"})
token = call("/b2b/usertoken", {"authtype": "bench", "user": "a"})["token"]
single = [create() for _ in range(9)]
print(f"upload to ready, one at a time: p50 {statistics.median(seconds for seconds, _ in single):.2f} s (bar: 3 s)")
begun = time.monotonic()
with concurrent.futures.ThreadPoolExecutor(8) as pool:
    list(pool.map(create, range(24)))
print(f"many at a time: {24 / (time.monotonic() - begun):.2f} avatars/s (bar: 1)")
with open(f"{FOLDER}/token", "w") as file:
    file.write(f"url={BASE}/info\nheader='Authorization: Bearer {token}'\n")
with open(f"{FOLDER}/poll", "w") as file:
    file.write(f"url='{single[0][1]}'\nheader=\n")
