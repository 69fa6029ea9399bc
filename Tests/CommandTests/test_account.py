"""`flexatar account`: the operator opens and keeps accounts."""
import contextlib
import json
import re
import sqlite3

import pytest

from service import STORES, Service, database, needs_site


@pytest.fixture(params=STORES)
def service(request, tmp_path):
    needs_site()
    with database(request.param, tmp_path) as url:
        yield Service(url)


def test_an_account_from_opening_to_suspension(service):
    secret = service.account("shop", credit=None)
    assert re.fullmatch(r"fxs_[0-9a-z]{43}_[0-9a-f]{6}", secret)
    for amount in ("25", "0.5", "10.25"):
        assert service.run("account", "credit", "shop", amount).returncode == 0
    assert service.run("account", "credit", "shop", "--", "-5.75").returncode == 0
    second = service.run("account", "rotate", "shop").stdout.strip()
    assert service.run("account", "suspend", "shop").returncode == 0
    listed = json.loads(service.run("account", "list", "--json").stdout)
    assert listed == [{"name": "shop", "balanceCents": 3000, "secrets": [secret[-4:], second[-4:]], "suspended": True}]
    assert service.run("account", "suspend", "shop", "--lift").returncode == 0
    assert service.run("account", "list").stdout == f"shop  30.00  …{secret[-4:]} …{second[-4:]}\n"


def test_what_is_wrong_is_told(service):
    service.account("shop", credit=None)
    for arguments, words in [(("create", "shop"), "already"), (("create", "a b"), "letters"),
                             (("credit", "other", "5"), "no account"), (("rotate", "other"), "no account"),
                             (("suspend", "other"), "no account"), (("credit", "shop", "0"), "zero")]:
        done = service.run("account", *arguments)
        assert done.returncode == 1 and done.stderr.startswith("error: ") and words in done.stderr, done.stderr
    for amount in ("1.234", "1,5", "five", "1e3", ".5", "1.", "99999999999"):
        assert service.run("account", "credit", "shop", amount).returncode == 64, amount
    assert json.loads(service.run("account", "list", "--json").stdout)[0]["balanceCents"] == 0


def test_a_database_out_of_reach_is_told(service):
    for url in ("/proc/none/service.sqlite", "postgres://127.0.0.1:1/none"):
        service.environment["DATABASE_URL"] = url
        done = service.run("account", "list")
        assert done.returncode == 1 and "database cannot be opened" in done.stderr


def test_what_the_database_refuses_is_told(tmp_path):
    needs_site()
    service = Service(str(tmp_path / "s.sqlite"))
    service.account("shop")
    with contextlib.closing(sqlite3.connect(tmp_path / "s.sqlite")) as database:
        database.execute("ALTER TABLE api_secret RENAME TO lost")
        database.commit()
    done = service.run("account", "list")
    assert done.returncode == 1 and done.stderr.startswith("error: the database"), done.stderr


def test_the_database_is_for_its_owner_only(tmp_path):
    needs_site()
    service = Service(str(tmp_path / "data/service.sqlite"))
    service.account("shop")
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
