"""Web workers come out of a process that ends: their supervisor stays small, notices a death, and stops them all."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux lends children")
LATE = (
    "PIL", "joserfc", "openbadgeslib", "pyld", "lxml", "segno", "holidays", "xlsxwriter", "python_calamine", "typst",
    "onnxruntime", "numpy", "regex", "requests", "urllib3",
)  # fmt: skip
TOY = """
import os
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{os.getpid()} {os.environ.get('PREPARED_BY')}".encode()]
"""
SERVE = """
import os, sys
from granian.constants import Interfaces
from koinon.config import nursery
def prepare():
    if "fail" in sys.argv: raise ValueError("the application is broken")
    os.environ["PREPARED_BY"] = str(os.getpid())
assert nursery.adopt()
nursery.Nursed.prepare = staticmethod(prepare)
nursery.Nursed("toy:app", address="127.0.0.1", port=int(sys.argv[1]), interface=Interfaces.WSGI, workers=2,
    respawn_failed_workers=True, workers_kill_timeout=5).serve()
"""


@contextmanager
def serving(folder, *words):
    """A supervisor with two workers and the port they answer on; killed with them afterwards."""
    (folder / "toy.py").write_text(TOY)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    root = Path(__file__).resolve().parent.parent
    started = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(port), *words],
        env={**os.environ, "PYTHONPATH": f"{folder}:{root}"},
        cwd=folder,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        yield started, port
    finally:
        with suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)
        started.wait(10)
        started.stderr.close()


def workers(port, count=2, seconds=15):
    """What each worker says, by its pid; asked until `count` have answered."""
    found, end = {}, time.monotonic() + seconds
    while len(found) < count and time.monotonic() < end:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2) as answer:
            pid, prepared = answer.read().decode().split()
            found[int(pid)] = prepared
    return found


def parent(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def gone(pid):
    return not Path(f"/proc/{pid}").exists()


def test_the_workers_share_what_was_prepared_and_belong_to_the_supervisor(tmp_path):
    with serving(tmp_path) as (supervisor, port):
        found = workers(port)
        assert len(found) == 2
        assert len(set(found.values())) == 1
        [prepared] = set(found.values())
        assert int(prepared) != supervisor.pid
        assert gone(prepared)
        assert {parent(pid) for pid in found} == {supervisor.pid}
        supervisor.terminate()
        assert supervisor.wait(10) == 0
        assert all(map(gone, found))


def test_a_worker_that_is_killed_comes_again_while_the_other_answers(tmp_path):
    with serving(tmp_path) as (supervisor, port):
        first, second = workers(port)
        os.kill(first, signal.SIGKILL)
        end = time.monotonic() + 15
        while {*workers(port, seconds=1)} - {first, second} == set() and time.monotonic() < end:
            pass
        found = workers(port)
        assert second in found
        assert first not in found
        assert len(found) == 2
        assert gone(first)
        supervisor.terminate()
        supervisor.wait(10)
        assert all(map(gone, found))


def test_an_application_that_cannot_be_loaded_ends_the_command_with_its_reason(tmp_path):
    with serving(tmp_path, "fail") as (supervisor, _):
        assert supervisor.wait(20) == 1
        said = supervisor.stderr.read()
        assert "the application is broken" in said
        assert said.rstrip().endswith("The web application could not be loaded; the reason stands above.")


@pytest.mark.parametrize("library", LATE)
def test_what_few_requests_need_is_not_loaded_before_one_of_them_comes(library, loaded):
    assert find_spec(library)
    assert library not in loaded


@pytest.fixture(scope="module")
def loaded():
    """What a process has loaded that is ready to answer."""
    code = "import sys; from koinon.config import wsgi; import koinon.config.urls; print(*sys.modules)"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "koinon.config.settings"}
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, env=environment)
    assert "koinon.learning.views.badges" in told.stdout.split(), told.stderr
    return set(told.stdout.split())


def test_the_supervisor_does_not_load_the_driver_of_the_database(tmp_path):
    """It would hold a copy of it and never use it."""
    code = """
import sys
from unittest import mock
from koinon.config import cli, nursery
with mock.patch.object(nursery.Nursed, "serve", lambda server: print(*sys.modules)):
    cli.cli(["serve"])
"""
    environment = {**os.environ, "KOINON_DATA": str(tmp_path), "DATABASE_URL": "postgresql://nobody@nowhere/none"}
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=environment)
    assert "granian.server" in told.stdout.split(), told.stderr
    assert not {"psycopg", "django"} & set(told.stdout.split())


SPARED = """
import datetime as dt, sys
from koinon.config import processes, spare
processes._prepare()
from babel import Locale
from django.utils import translation
from koinon.kit import moments
for language in ("en", "sq", "lt", "mk", "el"):
    with translation.override(language):
        print(translation.gettext("Sign in"), moments.ago(dt.timedelta(hours=5), language), sep="|")
print(Locale.parse("sr_Latn").script)
print(sum(free for _size, free in spare._holes()))
"""


def test_what_is_spared_is_not_missed():
    """Sentences, times ago and a locale nobody has loaded are as in a process that spares nothing; holes are filled."""
    plain = SPARED.replace("processes._prepare()", "from koinon.config import wsgi, urls")
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "koinon.config.settings", "PYTHONPATH": "."}
    run = {"capture_output": True, "text": True, "timeout": 120, "env": environment, "check": True}
    spared = subprocess.run([sys.executable, "-c", SPARED], **run).stdout.splitlines()
    full = subprocess.run([sys.executable, "-c", plain], **run).stdout.splitlines()
    assert len(spared) == 7
    assert spared[:6] == full[:6]
    assert int(spared[6]) * 3 < int(full[6])
