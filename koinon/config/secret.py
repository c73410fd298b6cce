"""The site's secret, where nobody gave one: made once, and kept where only the operator can read it."""

import fcntl
import os
import secrets
from pathlib import Path


def kept(folder: Path) -> str:
    """The same for all processes, also for two that begin at the same instant. One that cannot be read ends them.

    Where no file can be made (a command that looks at a foreign folder) each process has its own.
    """
    file = folder / "secret"
    return _read(file) or _make(file)


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as problem:
        why = f"{file} cannot be read ({problem.strerror})."
        raise SystemExit(f"{why} Let this user read it, or set KOINON_SECRET to what it holds.") from problem


def _make(file: Path) -> str:
    made = secrets.token_urlsafe(50)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return made
    with os.fdopen(descriptor, "r+") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if said := handle.read():
            return said
        handle.write(made)
    return made
