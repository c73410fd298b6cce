"""The gazetteer goes into the database: one verb, safe to repeat."""

import json
from typing import Any

from django.db import connection

from koinon.kit.verbs import Actor, only_machine, verb
from koinon.network.engine import gazetteer
from koinon.network.queries import places

FIELDS = ["id", "name", "native", "country", "latitude", "longitude", "population", "zone", "spellings", "keys"]


@verb("network.gazetteer_loaded", rule=only_machine, counts=lambda changed: {"places": changed})
def load_places(*, by: Actor) -> int:
    """Bring the table of places up to the file we ship; returns how many rows are new or changed (0: was up to date).

    Ask queries.places.is_current first: a start that finds it so does nothing and says nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('koinon.places'))")
        if places.is_current():
            return 0
        changed = _fill(cursor)
        cursor.execute(f"COMMENT ON TABLE network_place IS '{places.mark()}'")
    return changed


def _fill(cursor: Any) -> int:
    columns = ", ".join(FIELDS)
    cursor.execute("CREATE TEMP TABLE fresh_place (LIKE network_place) ON COMMIT DROP")
    with cursor.copy(f"COPY fresh_place ({columns}) FROM STDIN") as copy:
        for place in gazetteer.read_places():
            copy.write_row(_row(place))
    changes = ", ".join(f"{name} = excluded.{name}" for name in FIELDS[1:])
    news = ", ".join(f"excluded.{name}" for name in FIELDS[1:])
    olds = ", ".join(f"network_place.{name}" for name in FIELDS[1:])
    cursor.execute(  # only the names of our own columns are put in
        f"INSERT INTO network_place ({columns}) SELECT {columns} FROM fresh_place "  # noqa: S608
        f"ON CONFLICT (id) DO UPDATE SET {changes} WHERE ({olds}) IS DISTINCT FROM ({news})"
    )
    changed: int = cursor.rowcount
    cursor.execute("ANALYZE network_place")
    return changed


def _row(place: gazetteer.PlaceRow) -> tuple[Any, ...]:
    spellings = json.dumps(place.spellings, ensure_ascii=False)
    return (
        place.id,
        place.name[:120],
        place.native[:120],
        place.country,
        place.latitude,
        place.longitude,
        place.population,
        place.zone,
        spellings,
        gazetteer.joined(place.keys),
    )
