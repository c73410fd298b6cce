"""A constraint over several rows: the database refuses a row when a condition holds, whoever writes.

class Meta:
    constraints = [Guard(name="leaf_of_published_stays", refuse="EXISTS (SELECT …  WHERE id = NEW.version_id …)")]
"""

from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.ddl_references import Statement, Table
from django.db.models import Model
from django.db.models.constraints import BaseConstraint

_MAKE = """CREATE OR REPLACE FUNCTION %(function)s() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    IF %(refuse)s THEN
        RAISE EXCEPTION '%(message)s' USING ERRCODE = 'check_violation', CONSTRAINT = '%(message)s';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $guard$;
CREATE TRIGGER %(function)s BEFORE %(on)s ON %(table)s FOR EACH ROW EXECUTE FUNCTION %(function)s()"""
_DROP = "DROP TRIGGER IF EXISTS %(function)s ON %(table)s; DROP FUNCTION IF EXISTS %(function)s()"


class Guard(BaseConstraint):
    """Refuses the change of a row while `refuse` (SQL over NEW and OLD, written by us) is true.

    `on`: for which changes it is asked, for instance "INSERT OR UPDATE OF parent_id"; in a DELETE, NEW is null.
    """

    def __init__(self, *, name: str, refuse: str, on: str = "INSERT OR UPDATE", **options: Any) -> None:
        super().__init__(name=name, **options)
        self.refuse, self.on = refuse, on

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        facts = {"refuse": self.refuse, "on": self.on, "message": self.name}
        return self._statement(_MAKE, model, schema_editor, **facts)

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return self._statement(_DROP, model, schema_editor)

    def validate(self, model: type[Model], instance: Model, exclude: Any = None, using: str = DEFAULT_DB_ALIAS) -> None:
        """Nothing to say beforehand: the verbs know which rows fit."""

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "refuse": self.refuse, "on": self.on}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Guard) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)

    def _statement(self, template: str, model: type[Model], schema_editor: Any, **facts: str) -> Statement:
        table = Table(model._meta.db_table, schema_editor.quote_name)
        return Statement(template, table=table, function=schema_editor.quote_name(self.name), **facts)
