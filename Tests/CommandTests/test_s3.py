"""Avatars and films with their objects in S3 (moto), and S3's own client (boto3) against the store on the disk."""
import contextlib
import hashlib
import hmac
import pathlib
import re
import socket
import sqlite3
import subprocess
import sys
import time

import boto3
import pytest
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from conftest import PROGRAM
from service import STORES, Service, database, needs_site
from uploads import post, send, until, wait

# The same tests as on the disk, with the service below.
from test_creation import (  # noqa: F401
    order, photo, secret, test_a_browser_makes_lists_and_deletes, test_a_film,
    test_a_photo_that_will_not_do_is_told_and_costs_nothing, test_nothing_of_a_deleted_user_is_left)



def client(kind, url, key="setup", secret="setup"):
    return boto3.client(kind, endpoint_url=url, region_name="eu-central-1", aws_access_key_id=key,
                        aws_secret_access_key=secret)


@contextlib.contextmanager
def s3_server():
    """The address of an S3 that has nothing in it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, pathlib.Path(__file__).with_name("s3.py"), str(port)], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    try:
        def answers():
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return True
        until(answers)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


class BucketService(Service):
    """`flexatar serve` with its objects in a bucket."""

    def __init__(self, url, s3):
        iam = client("iam", s3)
        iam.create_user(UserName="flexatar")
        key = iam.create_access_key(UserName="flexatar")["AccessKey"]
        iam.put_user_policy(
            UserName="flexatar", PolicyName="objects",
            PolicyDocument='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}')
        client("s3", s3).create_bucket(
            Bucket="avatars", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        self.bucket = client("s3", s3, key["AccessKeyId"], key["SecretAccessKey"])
        super().__init__(
            url, OBJECTS_URL=f"s3://avatars?endpoint={s3}&region=eu-central-1", AWS_ACCESS_KEY_ID=key["AccessKeyId"],
            AWS_SECRET_ACCESS_KEY=key["SecretAccessKey"])

    @property
    def objects(self):
        return sorted(item["Key"] for item in self.bucket.list_objects_v2(Bucket="avatars").get("Contents", []))


@pytest.fixture(scope="module", params=STORES)
def service(request, tmp_path_factory):
    needs_site()
    with s3_server() as s3, database(request.param, tmp_path_factory.mktemp("s3")) as url, BucketService(url, s3) as service:
        yield service


def test_avatars_lie_in_the_bucket(service, secret, photo):
    made = order(service, secret)
    fields = made["link"]["fields"]
    # botocore signs the same form and, below, the same address in the same way.
    assert signature(service, fields["x-amz-date"], fields["policy"]) == fields["x-amz-signature"]
    assert post(made["link"], photo).status == 204
    assert wait(made["poll"])["success"]

    def mine():
        return [name for name in service.objects if made["id"] in name]

    until(lambda: mine() == [f"avatars/{made['id']}.ftar", f"avatars/{made['id']}.jpg"])
    link = service.b2b(secret, f"createflexatar/ftar/{made['id']}").json["link"]
    file = send("GET", link)
    assert file.status == 200 and "attachment" in file.headers["content-disposition"]
    assert file.body == service.bucket.get_object(Bucket="avatars", Key=f"avatars/{made['id']}.ftar")["Body"].read()
    address, signed = link.split("&X-Amz-Signature=")
    assert signature(service, re.search("X-Amz-Date=([0-9TZ]+)", link)[1], None, address) == signed
    assert service.b2b(secret, "delflexatar", {"id": made["id"]}).status == 204
    until(lambda: not mine())


def signature(service, moment, text, address="http://example.com"):
    """Of a form's policy or, where that is None, of an address to GET."""
    key = Credentials(service.environment["AWS_ACCESS_KEY_ID"], service.environment["AWS_SECRET_ACCESS_KEY"])
    auth = S3SigV4QueryAuth(key, "s3", "eu-central-1")
    request = AWSRequest("GET", address)
    request.context["timestamp"] = moment
    if text is None:
        text = auth.string_to_sign(request, auth.canonical_request(request))
    return auth.signature(text, request)


def test_a_secret_is_needed(service):
    without = {name: text for name, text in service.environment.items() if name != "AWS_SECRET_ACCESS_KEY"}
    done = subprocess.run([PROGRAM, "worker"], env=without, capture_output=True, text=True, timeout=30)
    assert done.returncode != 0 and "AWS_SECRET_ACCESS_KEY" in done.stderr


def test_a_form_by_boto3_is_taken_by_the_disk(tmp_path, photo):
    """The store on the disk checks forms as S3 does: one that boto3 signed with the store's key is good."""
    needs_site()
    path = tmp_path / "s.sqlite"
    with Service(str(path)) as service:
        secret = service.account("shop")
        made = order(service, secret)
        with contextlib.closing(sqlite3.connect(path)) as rows:
            key = rows.execute("SELECT secret FROM signing_key ORDER BY created_at LIMIT 1").fetchone()[0]
        signing = hmac.new(key.encode(), b"objects", hashlib.sha256).hexdigest()
        store = boto3.client("s3", region_name="local", aws_access_key_id="flexatar", aws_secret_access_key=signing)
        form = store.generate_presigned_post("objects", made["link"]["fields"]["key"],
                                             Conditions=[["content-length-range", 1, 1_000_000]], ExpiresIn=60)
        form["url"] = made["link"]["url"]
        assert post(form, bytes(1_000_001)).status == 400
        assert post(form, photo, key="avatars/other").status == 403
        short = store.generate_presigned_post("objects", made["link"]["fields"]["key"],
                                              Conditions=[["content-length-range", 1, 1_000_000]], ExpiresIn=1)
        time.sleep(1.1)
        assert post({**short, "url": form["url"]}, photo).status == 403
        assert post(form, photo).status == 204
        assert wait(made["poll"])["success"]
