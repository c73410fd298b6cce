"""A database of another build: the demo makes its own anew, a real one is refused with a sentence and left alone."""

import json
import os
import subprocess
import sys

import psycopg
import pytest

from tests import world

RUN = """
import django
django.setup()
from koinon.config import schema
from koinon.kit.postgres import Trouble
try:
    print(*schema.bring_up_to_date())
except Trouble as trouble:
    print("REFUSED", trouble)
"""


@pytest.fixture
def address(django_db_setup):
    name = f"{world.DATABASE}_schema"
    yield world.copy(name)
    world.drop(name)


def prepare(address, demo):
    facts = {**os.environ, "DATABASE_URL": address, "KOINON_DEMO": demo}
    done = subprocess.run([sys.executable, "-c", RUN], env=facts, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def as_if_of_another_build(address, **facts):
    with psycopg.connect(address) as connection:
        (kept,) = connection.execute("SELECT obj_description('django_migrations'::regclass)").fetchone()
        other = {**json.loads(kept), **facts}
        other["migrations"]["network.0001_initial"] = "other"
        said = json.dumps(other).replace("'", "''")
        connection.execute(f"COMMENT ON TABLE django_migrations IS '{said}'")
        connection.execute("CREATE TABLE kept (id int)")


def has_kept(address):
    with psycopg.connect(address) as connection:
        return connection.execute("SELECT to_regclass('kept')").fetchone()[0] is not None


def test_a_demo_database_of_another_build_is_made_anew(address):
    assert prepare(address, "1") == ""
    as_if_of_another_build(address, is_demo=True)
    assert "made anew. Brought the database up to date" in prepare(address, "1")
    assert not has_kept(address)
    assert prepare(address, "1") == ""


def test_a_real_database_of_another_build_is_left_alone_even_in_demo_mode(address):
    assert prepare(address, "0") == ""
    as_if_of_another_build(address)
    refused = "REFUSED This database was made by another build of Koinon (network.0001_initial differ)"
    assert prepare(address, "0").startswith(refused)
    assert prepare(address, "1").startswith(refused)
    assert has_kept(address)


CUT_OFF = """
import django
django.setup()
from koinon.config import schema
def cut_off(*words, **options):
    real("migrate", "contenttypes", verbosity=0)
    raise SystemExit
real, schema.call_command = schema.call_command, cut_off
list(schema.bring_up_to_date())
"""


def test_a_demo_that_was_cut_off_while_it_was_made_stays_a_demo():
    name = f"{world.DATABASE}_cut_off"
    address = world.copy(name, "template0")
    try:
        facts = {**os.environ, "DATABASE_URL": address, "KOINON_DEMO": "1"}
        subprocess.run([sys.executable, "-c", CUT_OFF], env=facts, timeout=120, check=True)
        assert "Brought the database up to date" in prepare(address, "1")
        with psycopg.connect(address) as connection:
            (kept,) = connection.execute("SELECT obj_description('django_migrations'::regclass)").fetchone()
        assert json.loads(kept)["is_demo"]
    finally:
        world.drop(name)
