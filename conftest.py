"""Fixtures that every test may use, and the test database: a copy of the migrated template."""

import pytest

from tests import world
from tests.people import *  # noqa: F403


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
