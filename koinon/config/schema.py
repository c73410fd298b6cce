"""Which migrations made this database: told by their contents, so that a database of another build is noticed.

Until the first pilot the first migrations are written anew freely (docs/decisions). A demo database is then made anew;
any other is refused with a sentence instead of failing on a missing column.
"""

import hashlib
import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from koinon.kit.postgres import Trouble


def bring_up_to_date() -> Iterator[str]:
    """Apply what waits. Raises Trouble when migrations that were applied have changed since, outside the demo."""
    kept = _kept()
    if changed := _changed(kept):
        if not (settings.KOINON_DEMO and kept.get("is_demo")):
            raise Trouble(
                f"This database was made by another build of Koinon ({', '.join(changed)} differ). "
                "Go back to that build, or name another database: DATABASE_URL or KOINON_DATA."
            )
        _empty()
        yield "The demo database was made by another build: it is made anew."
    executor = MigrationExecutor(connection)
    is_new = not executor.loader.applied_migrations
    is_demo = bool(settings.KOINON_DEMO) if is_new or changed else bool(kept.get("is_demo"))
    if waiting := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        if is_new:  # who is cut off halfway finds here what it was to be
            executor.recorder.ensure_schema()
            _keep(is_demo=is_demo, migrations={})
        call_command("migrate", verbosity=0)
        yield f"Brought the database up to date ({len(waiting)} steps)."
    _keep(is_demo=is_demo, migrations=_contents())


def _contents() -> dict[str, str]:
    """Of each of our migrations: name -> digest of its file."""
    loader = MigrationExecutor(connection).loader
    found = {}
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        module = import_module(type(migration).__module__)
        if module.__name__.startswith("koinon.") and module.__file__:
            found[f"{app}.{name}"] = hashlib.sha256(Path(module.__file__).read_bytes()).hexdigest()[:16]
    return found


def _kept() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regclass('django_migrations'), 'pg_class')")
        return dict(json.loads(cursor.fetchone()[0] or "{}"))


def _changed(kept: dict[str, Any]) -> list[str]:
    now = _contents()
    return sorted(name for name, digest in kept.get("migrations", {}).items() if now.get(name) != digest)


def _keep(**facts: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(connection.ops.compose_sql("COMMENT ON TABLE django_migrations IS %s", [json.dumps(facts)]))


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    connection.close()
