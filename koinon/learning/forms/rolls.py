"""A roll call: yes or no for each learner, and nothing said of those nobody asked for yet."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit.forms import Form

THERE = (("yes", _lazy("Was there")), ("no", _lazy("Was not there")))


class Roll(Form):
    """One choice per learner: rows of {"key": enrolment, "name", "is_there": bool | None}."""

    def __init__(self, *args: Any, rows: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.learners = rows
        for row in rows:
            self.fields[f"there.{row['key']}"] = forms.ChoiceField(
                label=row["name"], choices=THERE, required=False, widget=forms.RadioSelect,
                initial={True: "yes", False: "no"}.get(row["is_there"], ""),
            )  # fmt: skip

    def rows(self) -> list[dict[str, Any]]:
        """For the page: what is known or was just said of each."""
        said = {row["key"]: self[f"there.{row['key']}"].value() or "" for row in self.learners}
        return [{**row, "said": said[row["key"]]} for row in self.learners]

    def said(self) -> dict[str, Any]:
        given = {name.partition(".")[2]: value for name, value in self.cleaned_data.items() if value}
        return {"there": {UUID(key): value == "yes" for key, value in given.items()}}
