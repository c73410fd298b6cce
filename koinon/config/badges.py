"""`koinon badge verify`: the verdict on anybody's badge as JSON, with no server and no database."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click


def verify(*, file: Path, issuers: Iterable[Path], lists: Iterable[Path], holder: str, online: bool) -> int:
    """Print the verdict; 0 valid, 1 not valid, 2 cannot be verified (a file that is too large or not there as well)."""
    from django.conf import settings

    from koinon.kit import outside
    from koinon.learning.engine.badges import baking, checking, resolving
    from koinon.learning.engine.badges.verdicts import EXITS

    if not settings.configured:
        settings.configure(USE_I18N=False, USE_TZ=True)
    try:
        data = _read(file, baking.LARGEST_PICTURE + 1)
        copies = _copies(issuers, lists)
    except (OSError, ValueError) as problem:
        click.echo(f"{file}: {problem}", err=True)
        return EXITS["cannot"]

    def fetch(address: str) -> bytes:
        if address in copies:
            return copies[address]
        return outside.fetch(address) if online else resolving.nowhere(address)

    verdict = checking.verify(data, fetch=fetch, holder=holder)
    click.echo(json.dumps(verdict.as_json(), ensure_ascii=False, indent=2))
    return EXITS[verdict.overall]


def _copies(issuers: Iterable[Path], lists: Iterable[Path]) -> dict[str, bytes]:
    """Files at hand by the address where they would stand: documents of issuers by their DID, status lists by their id.

    Raises ValueError for a file that is neither.
    """
    from koinon.kit import outside
    from koinon.learning.engine.badges import dids, reading, tokens

    found: dict[str, bytes] = {}
    for path in issuers:
        said: Any = tokens.parsed(_read(path, outside.LARGEST))
        name = said.get("id") if isinstance(said, dict) else None
        if not isinstance(name, str):
            raise ValueError(f"{path.name} is no document of an issuer")
        found[dids.address(name) if name.startswith("did:") else name] = path.read_bytes()
    for path in lists:
        data = _read(path, outside.LARGEST)
        try:
            found[str(reading.read(data).credential["id"])] = data
        except reading.NoBadge as problem:
            raise ValueError(f"{path.name} is no status list") from problem
    return found


def _read(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most)
