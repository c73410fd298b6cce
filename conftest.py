"""Fixtures that every test may use, and the test database: a copy of the migrated template."""

import pytest

from tests import world
from tests.people import *  # noqa: F403


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Browsers and the judges of others, who share what they install, run in one worker each.

    By their files: xdist reads its own marks from a place that pytest 9.2 has given up.
    """
    from xdist.scheduler import LoadGroupScheduling

    class Together(LoadGroupScheduling):
        def _split_scope(self, nodeid):
            file = nodeid.partition("::")[0]
            if file.startswith("tests/journeys/"):
                return "journeys"
            return "judges" if "judges" in file else super()._split_scope(nodeid)

    return Together(config, log) if config.getvalue("dist") == "loadgroup" else None


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    """Instead of Django's own test database: a copy of the template, already under the name in the settings."""
    world.copy(world.DATABASE)
    from django.db import connections

    yield
    with django_db_blocker.unblock():
        connections.close_all()
        for pool in getattr(connections["default"], "_connection_pools", {}).values():
            pool.close()
