"""Rows into tables by COPY: a model's instances as PostgreSQL takes them fastest."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import Field, Model


def copy(model: type[Model], instances: Iterable[Model], *, into: str = "", without: Sequence[str] = ()) -> int:
    """COPY unsaved instances into the table of `model` (or a table like it); gives how many rows."""
    fields = [field for field in model._meta.concrete_fields if field.name not in without]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    done = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{into or model._meta.db_table}" ({columns}) FROM STDIN') as out,
    ):
        for instance in instances:
            out.write_row([_value(field, instance) for field in fields])
            done += 1
    return done


@contextmanager
def without_indexes(table: str) -> Iterator[None]:
    """Drop the plain indexes of a table while it is filled, and make them again afterwards: minutes become seconds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT IN "
            "(SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass)",
            [table, table],
        )
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '400MB'")
        for _, definition in found:
            cursor.execute(definition)
        cursor.execute(f'ANALYZE "{table}"')


def _value(field: Field, instance: Model) -> Any:
    return field.get_db_prep_save(field.pre_save(instance, True), connection)
