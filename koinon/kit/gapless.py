"""Numbers without gaps, kept by the database: number n of a series cannot be there unless n - 1 is.

    constraints = [
        UniqueConstraint(fields=["network", "year", "number"], name="letter_number_once"),
        NoGaps(series=["network", "year"], number="number", before="before", name="letter_numbers_without_gaps"),
    ]

`before` is a generated column (number - 1, empty for the first), and a foreign key of the table to itself does it:
the series grows at its end only, and nothing is taken out of its middle. It needs the unique constraint named first.
"""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Case, F, When

__all__ = ["NoGaps", "before"]


def before(number: str = "number") -> Any:
    """The generated field that holds the number before this one."""
    return models.GeneratedField(
        expression=Case(When(**{f"{number}__gt": 1}, then=F(number) - 1), default=None),
        output_field=models.PositiveIntegerField(null=True),
        db_persist=True,
    )


class NoGaps(models.BaseConstraint):
    """A foreign key of (series…, before) to (series…, number) of the same table."""

    def __init__(self, *, series: Sequence[str], number: str, before: str, name: str, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.series, self.number, self.before = tuple(series), number, before

    def constraint_sql(self, model: Any, schema_editor: Any) -> None:  # type: ignore[override]
        """Not inside CREATE TABLE: the unique constraint it refers to has to be there first."""
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        quote = schema_editor.quote_name
        table = quote(model._meta.db_table)
        columns = [quote(model._meta.get_field(field).column) for field in self.series]
        mine = ", ".join([*columns, quote(model._meta.get_field(self.before).column)])
        theirs = ", ".join([*columns, quote(model._meta.get_field(self.number).column)])
        return (
            f"ALTER TABLE {table} ADD CONSTRAINT {quote(self.name)} FOREIGN KEY ({mine}) REFERENCES {table} ({theirs})"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """Left to the database: between asking and writing another letter may be numbered."""

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        path, arguments, keywords = super().deconstruct()
        return path, arguments, {**keywords, "series": self.series, "number": self.number, "before": self.before}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NoGaps) and self.deconstruct() == other.deconstruct()

    __hash__ = None  # type: ignore[assignment]
