"""A constraint for what must not change any more: the database refuses it, whoever writes.

class Meta:
    constraints = [Frozen(name="version_stays", columns=["schema"], once="OLD.state <> 'draft'")]
"""

from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.ddl_references import Statement, Table
from django.db.models import Model
from django.db.models.constraints import BaseConstraint

_MAKE = """CREATE OR REPLACE FUNCTION %(function)s() RETURNS trigger LANGUAGE plpgsql AS $frozen$
BEGIN
    IF (%(once)s) AND ROW(%(old)s) IS DISTINCT FROM ROW(%(new)s) THEN
        RAISE EXCEPTION '%(message)s' USING ERRCODE = 'check_violation', CONSTRAINT = '%(message)s';
    END IF;
    RETURN NEW;
END $frozen$;
CREATE TRIGGER %(function)s BEFORE UPDATE ON %(table)s FOR EACH ROW EXECUTE FUNCTION %(function)s()"""
_DROP = "DROP TRIGGER IF EXISTS %(function)s ON %(table)s; DROP FUNCTION IF EXISTS %(function)s()"


class Frozen(BaseConstraint):
    """Columns keep their values once the condition `once` (SQL over OLD, written by us) is true of the row."""

    def __init__(self, *, name: str, columns: list[str], once: str = "true", **options: Any) -> None:
        super().__init__(name=name, **options)
        self.columns, self.once = list(columns), once

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        facts = {
            "once": self.once,
            "old": ", ".join(f"OLD.{schema_editor.quote_name(column)}" for column in self.columns),
            "new": ", ".join(f"NEW.{schema_editor.quote_name(column)}" for column in self.columns),
            "message": self.name,
        }
        return self._statement(_MAKE, model, schema_editor, **facts)

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return self._statement(_DROP, model, schema_editor)

    def validate(self, model: type[Model], instance: Model, exclude: Any = None, using: str = DEFAULT_DB_ALIAS) -> None:
        """Nothing to say beforehand: the verbs know when a row may change."""

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "columns": self.columns, "once": self.once}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frozen) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)

    def _statement(self, template: str, model: type[Model], schema_editor: Any, **facts: str) -> Statement:
        table = Table(model._meta.db_table, schema_editor.quote_name)
        return Statement(template, table=table, function=schema_editor.quote_name(self.name), **facts)
