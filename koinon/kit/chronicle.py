"""One memory: every verb leaves a statement, and a chain of seals proves that nobody changed them.

Leaves are SHA-256 over a canonical JSON of the statement, joined as in RFC 9162 (0x00 leaf, 0x01 node), and each
seal's root covers the root before it (0x02). Seals are made each minute by a job; statements themselves take no lock.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from koinon.kit import ids

PLATFORM = UUID(int=0)
GENESIS = bytes(32)
LOOK_BACK = timedelta(days=1)
AT_ONCE = 500
"""Statements in memory at once: an import leaves tens of thousands of them in a minute."""


def tell(
    *,
    verb: str,
    actor: UUID,
    role: str = "",
    organisation: UUID | None = None,
    kind: str = "",
    noun: UUID | None = None,
    network: UUID | None = None,
    place: int | None = None,
    counts: Mapping[str, float] | None = None,
) -> UUID:
    """Write one statement in the current transaction and return its id. Counts are numbers, never texts of people."""
    from koinon.kit.models import Statement

    if any(not isinstance(value, int | float) for value in (counts or {}).values()):
        raise TypeError("counts hold numbers only: the chronicle keeps no personal data")
    statement = Statement(
        actor=actor,
        role=role,
        organisation=organisation,
        verb=verb,
        kind=kind,
        noun=noun,
        network=network,
        place=place,
        counts=dict(counts or {}),
        at=timezone.now(),
    )
    statement.save(force_insert=True)
    return statement.id


def leaf(statement: Any) -> bytes:
    """The 32-byte leaf hash of a statement (a model row or anything with its attributes)."""
    canonical = json.dumps(
        {
            "id": str(statement.id),
            "actor": str(statement.actor),
            "role": statement.role,
            "organisation": _text(statement.organisation),
            "verb": statement.verb,
            "kind": statement.kind,
            "noun": _text(statement.noun),
            "network": _text(statement.network),
            "place": statement.place,
            "counts": statement.counts,
            "at": round(statement.at.timestamp() * 1_000_000),
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return hashlib.sha256(b"\x00" + canonical.encode()).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The Merkle root of leaf hashes; an odd node at the end of a row moves up as it is. Empty input: 32 zero bytes."""
    row = list(leaves)
    if not row:
        return GENESIS
    while len(row) > 1:
        pairs = [hashlib.sha256(b"\x01" + row[i] + row[i + 1]).digest() for i in range(0, len(row) - 1, 2)]
        row = pairs + ([row[-1]] if len(row) % 2 else [])
    return row[0]


def chain(previous: bytes, root: bytes) -> bytes:
    """The root that is sealed: it includes the one before it, so a seal vouches for everything up to it."""
    return hashlib.sha256(b"\x02" + previous + root).digest()


def seal_all() -> int:
    """Seal what is new in every network (and of the platform itself); returns the number of seals made."""
    from koinon.kit.models import Seal

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('koinon.seal'))")
            if not cursor.fetchone()[0]:
                return 0
        newest = Seal.objects.order_by("-made_at").values_list("made_at", flat=True).first()
        start = newest - LOOK_BACK if newest else None
        fresh = _unsealed(start)
        made = 0
        for network, batch in _by_network(fresh):
            last = Seal.objects.filter(network=network).order_by("-number").first()
            previous, known = bytes(last.root) if last else GENESIS, _leaves(batch)
            Seal.objects.create(
                network=network,
                number=last.number + 1 if last else 1,
                previous=previous,
                root=chain(previous, root_of([known[key] for key in batch])),
                statements=batch,
            )
            made += 1
    return made


def check() -> Iterator[str]:
    """Walk every chain and yield a sentence for each thing that does not fit; nothing means: proven whole."""
    from koinon.kit.models import Seal

    previous: dict[UUID, tuple[int, bytes]] = {}
    for seal in Seal.objects.order_by("network", "number").iterator(chunk_size=200):
        number, root = previous.get(seal.network, (0, GENESIS))
        known = _leaves(seal.statements)
        missing = [key for key in seal.statements if key not in known]
        if seal.number != number + 1 or bytes(seal.previous) != root:
            yield f"network {seal.network}: seal {seal.number} does not follow seal {number}"
        if missing:
            yield f"network {seal.network}: seal {seal.number}: {len(missing)} statements are gone"
        else:
            expected = chain(bytes(seal.previous), root_of([known[key] for key in seal.statements]))
            if expected != bytes(seal.root):
                yield f"network {seal.network}: seal {seal.number}: a statement was changed"
        previous[seal.network] = (seal.number, bytes(seal.root))


def add_partitions(months: int = 3) -> int:
    """Make the partitions of this month and the next ones; returns how many were new."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE kit_add_partition("
            "(date_trunc('month', now()) + make_interval(months => n))::date)) FROM generate_series(0, %s) n",
            [months - 1],
        )
        return int(cursor.fetchone()[0])


def _unsealed(start: datetime | None) -> list[tuple[UUID, UUID]]:
    """(network, id) of statements in no seal yet, oldest first; `start` bounds the search."""
    floor = ids.floor_of(start) if start else UUID(int=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(s.network, %s), s.id FROM kit_statement s WHERE s.id >= %s AND s.id NOT IN "
            "(SELECT unnest(statements) FROM kit_seal WHERE made_at >= coalesce(%s, '-infinity'::timestamptz)) "
            "ORDER BY 1, 2",
            [PLATFORM, floor, start],
        )
        return [(UUID(str(network)), UUID(str(key))) for network, key in cursor.fetchall()]


def _leaves(keys: Sequence[UUID]) -> dict[UUID, bytes]:
    """The leaf of each statement that is there. Read in parts: an import of a whole directory is one minute's seal."""
    from koinon.kit.models import Statement

    found: dict[UUID, bytes] = {}
    for start in range(0, len(keys), AT_ONCE):
        part = Statement.objects.filter(id__in=keys[start : start + AT_ONCE])
        found |= {row.id: leaf(row) for row in part.iterator(chunk_size=AT_ONCE)}
    return found


def _by_network(pairs: Iterable[tuple[UUID, UUID]]) -> Iterator[tuple[UUID, list[UUID]]]:
    groups: dict[UUID, list[UUID]] = {}
    for network, key in pairs:
        groups.setdefault(network, []).append(key)
    yield from groups.items()


def _text(value: UUID | None) -> str | None:
    return str(value) if value else None
