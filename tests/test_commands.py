"""Commands beside each other in one data folder: the embedded database stays as long as one of them uses it."""

import os
import subprocess
import sys

import pytest

from koinon.kit.postgres import Cluster

ASKS = "from django.db import connection; connection.ensure_connection(); print('in', flush=True); sys.stdin.read(); "


def command(folder, code):
    environment = {**os.environ, "KOINON_DATA": str(folder), "DATABASE_URL": ""}
    words = [sys.executable, "-m", "koinon", "manage", "shell", "--verbosity", "0", "-c", "import sys; " + code]
    return subprocess.Popen(words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def leave(process):
    process.stdin.close()
    with process.stdout:
        assert process.wait(60) == 0


@pytest.fixture
def cluster(tmp_path):
    made = Cluster(tmp_path / "postgres")
    yield made
    made.stop()


def test_a_command_that_ends_takes_the_database_from_nobody(cluster, tmp_path):
    first = command(tmp_path, ASKS)
    assert first.stdout.readline() == "in\n"
    second = command(tmp_path, ASKS + "connection.cursor().execute('SELECT 1')")
    assert second.stdout.readline() == "in\n"
    leave(first)
    assert cluster.is_running()
    leave(second)
    assert not cluster.is_running()
