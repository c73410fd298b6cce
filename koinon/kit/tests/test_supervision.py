"""The processes of a machine: started, restarted, stopped with their children, also when the parent is killed hard."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from koinon.kit import postgres, supervise
from koinon.kit.postgres import Cluster, Trouble

SLEEPER = "import signal, time, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); time.sleep(60)"


def wait_for(test, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if test():
            return True
        time.sleep(0.05)
    return False


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def family(tmp_path, monkeypatch):
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    monkeypatch.setattr(sys, "executable", sys.executable)
    yield supervise.Family(tmp_path)
    for number, handler in handlers.items():
        signal.signal(number, handler)


def child(family, code):
    made = supervise.Child("sleeper", [sys.executable, "-c", code], {}, family.folder / "sleeper.log")
    made.start()
    family.children.append(made)
    return made


def test_leaving_stops_every_child(family):
    with family:
        one = child(family, SLEEPER)
        assert is_alive(one.process.pid)
    assert not is_alive(one.process.pid)


def test_a_child_that_ignores_the_request_is_killed(family, monkeypatch):
    monkeypatch.setattr(supervise, "PATIENCE", 0.5)
    with family:
        stubborn = child(family, "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)")
        time.sleep(0.3)
    assert not is_alive(stubborn.process.pid)


def test_a_child_that_dies_again_and_again_is_reported(family):
    with family:
        child(family, "raise SystemExit(3)")
        assert "again and again" in family.watch()


PARENT = f"""
import sys
from pathlib import Path
from koinon.kit import supervise
family = supervise.Family(Path(sys.argv[1]))
one = supervise.Child("sleeper", [sys.executable, "-c", {SLEEPER!r}], {{}}, Path(sys.argv[1]) / "log")
one.start()
print(one.process.pid, flush=True)
import time; time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the parent's death is signalled on Linux only")
def test_children_do_not_outlive_a_killed_parent(tmp_path):
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    assert is_alive(pid)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert wait_for(lambda: not is_alive(pid))


@pytest.fixture
def cluster(tmp_path):
    made = Cluster(tmp_path / "pg", quick=True)
    yield made
    made.stop()


def test_a_cluster_starts_once_stops_and_starts_again(cluster):
    assert cluster.start()
    assert not cluster.start()
    postgres.wait_until_ready(cluster.url, seconds=5)
    cluster.stop()
    assert not cluster.is_running()
    assert cluster.start()


def test_a_cluster_that_was_killed_starts_again(cluster):
    cluster.start()
    pid = int((cluster.data / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    assert wait_for(lambda: not is_alive(pid))
    assert cluster.start()
    postgres.wait_until_ready(cluster.url, seconds=10)


def test_a_number_that_another_process_has_now_is_no_server(cluster):
    """After a power cut, and in a container, numbers of processes come again."""
    cluster.start()
    file = cluster.data / "postmaster.pid"
    written = file.read_text().splitlines()
    cluster.stop()
    other = subprocess.Popen(["sleep", "60"], **postgres._user())
    file.write_text("\n".join([str(other.pid), *written[1:]]))
    shutil.chown(file, cluster.data.owner(), cluster.data.group())
    try:
        assert not cluster.is_running()
        assert cluster.start()
        postgres.wait_until_ready(cluster.url, seconds=10)
    finally:
        other.kill()
        other.wait(10)


def test_who_is_cut_off_while_making_it_leaves_nothing_half_made(cluster, monkeypatch):
    real = Cluster._run

    def cut_off(self, command, **options):
        done = real(self, command, **options)
        if command[0] == "initdb":
            raise KeyboardInterrupt
        return done

    with monkeypatch.context() as patch:
        patch.setattr(Cluster, "_run", cut_off)
        with pytest.raises(KeyboardInterrupt):
            cluster.start()
    cluster.start()
    assert asked(cluster, "SHOW jit") == "off"
    assert asked(cluster, "SHOW fsync") == "off"


def test_what_the_file_of_settings_says_opens_no_door(cluster):
    cluster.start()
    cluster.stop()
    with (cluster.data / "postgresql.conf").open("a") as file:
        file.write("listen_addresses = '*'\n")
    cluster.start()
    assert asked(cluster, "SHOW listen_addresses") == ""


def test_a_folder_may_have_any_name():
    with tempfile.TemporaryDirectory(prefix="O'Brien & 50%41 ") as folder:  # short enough for a socket inside
        made = Cluster(Path(folder) / "pg", quick=True)
        with made.used():
            assert asked(made, "SELECT 1") == 1
        assert not made.is_running()


def test_the_log_of_the_database_holds_nothing_that_people_said(cluster):
    cluster.start()
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE person (email text UNIQUE)")
        connection.execute("INSERT INTO person VALUES ('anna@example.org')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES ('anna@example.org')")
    said = cluster.log.read_text()
    assert "duplicate key" in said
    assert "INSERT" not in said
    assert "anna" not in said


def asked(cluster, question):
    with psycopg.connect(cluster.url) as connection:
        return connection.execute(question).fetchone()[0]


USER = """
import sys
from pathlib import Path
from koinon.kit.postgres import Cluster
with Cluster(Path(sys.argv[1]), quick=True).used():
    print("in", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def user(cluster):
    """A function that begins another process, which uses the cluster until its input ends."""
    made = []

    def begin():
        command = [sys.executable, "-c", USER, str(cluster.folder)]
        made.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        assert made[-1].stdout.readline() == "in\n"
        return made[-1]

    yield begin
    for each in made:
        each.kill()
        each.wait(10)
        each.stdout.close()


def leave(process):
    process.stdin.close()
    process.wait(30)


def test_who_started_it_may_leave_first(cluster, user):
    first, second = user(), user()
    leave(first)
    postgres.wait_until_ready(cluster.url, seconds=5)
    leave(second)
    assert not cluster.is_running()


def test_who_joined_may_leave_first(cluster, user):
    first, second = user(), user()
    leave(second)
    postgres.wait_until_ready(cluster.url, seconds=5)
    leave(first)
    assert not cluster.is_running()


def test_who_was_killed_keeps_nobody_waiting(cluster, user):
    first, second = user(), user()
    second.kill()
    second.wait(10)
    assert cluster.is_running()
    leave(first)
    assert not cluster.is_running()


def test_a_forked_child_that_ends_gives_nothing_up(cluster):
    with cluster.used():
        child = os.fork()
        if not child:
            try:
                cluster.stop()
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        postgres.wait_until_ready(cluster.url, seconds=5)
    assert not cluster.is_running()


def test_a_child_that_lives_on_holds_no_place_for_its_parent(cluster):
    cluster.start()
    child = os.fork()
    if not child:
        time.sleep(60)
        os._exit(0)
    cluster.stop()
    try:
        assert not cluster.is_running()
        cluster.start()
        cluster.stop()
        assert not cluster.is_running()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    made = Cluster(tmp_path / "pg")
    made.data.mkdir(parents=True)
    (made.data / "holiday.jpg").write_text("x")
    with pytest.raises(Trouble, match="not a PostgreSQL data folder"):
        made.start()
    assert (made.data / "holiday.jpg").exists()


def test_a_full_disk_is_said(tmp_path, monkeypatch):
    usage = shutil._ntuple_diskusage(10**9, 10**9 - 10**6, 10**6)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(Trouble, match="is full"):
        Cluster(tmp_path / "pg").start()


def test_a_long_path_gets_a_short_socket(tmp_path):
    assert len(str(Cluster(tmp_path / ("x" * 120)).sockets)) < 90
