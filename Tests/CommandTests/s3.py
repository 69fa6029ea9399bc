"""S3 for tests: moto, which here checks the signature of every request that has one in its headers.

    python s3.py PORT

Forms and links bear theirs elsewhere, where moto does not look; whoever asks by the key `setup` may do everything.
"""
import sys

from moto import settings
from moto.core.responses import ActionAuthenticatorMixin
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple

moto = DomainDispatcherApplication(create_backend_app)


def s3(environ, start_response):
    header = environ.get("HTTP_AUTHORIZATION", "")
    # moto checks from the request of this number on.
    ActionAuthenticatorMixin.request_count = 0 if header and "Credential=setup/" not in header else -1
    return moto(environ, start_response)


if __name__ == "__main__":
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
    run_simple("127.0.0.1", int(sys.argv[1]), s3)
