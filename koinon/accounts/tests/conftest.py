"""What the tests of this app share: the letters that were queued, a kind of notice, a person with the usual rows."""

import pytest
from django.db import connection

from koinon.accounts import seams


@pytest.fixture
def letters(db):
    """letters() -> arguments of all queued letters, oldest first."""

    def read():
        with connection.cursor() as cursor:
            cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'kit.deliver' ORDER BY id")
            rows = [row[0] for row in cursor.fetchall()]
        return [row if isinstance(row, dict) else __import__("json").loads(row) for row in rows]

    return read


@pytest.fixture
def lend(monkeypatch):
    """lend(seam, function): for this test only."""

    def add(seam, function):
        monkeypatch.setattr(seam, "_lent", [*seam._lent, (99, f"test.{id(function)}", function)])
        return function

    return add


@pytest.fixture
def kinds(lend):
    """Two kinds of notice: one comes at once, one daily."""
    lend(seams.notice_kinds, lambda: [("test.asked", "Questions", "now"), ("test.seen", "Visits", "daily")])
