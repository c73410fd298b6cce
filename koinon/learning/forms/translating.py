"""Both sides of one part: a box for each piece of the source, and a tick where an older translation still fits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit.forms import Form
from koinon.learning.engine.plainmarks import items_marked, marked, rows_marked


class Translate(Form):
    """`sides` as queries.translating.sides gives them."""

    changes = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, sides: dict[str, Any], language: str, **kwargs: Any) -> None:
        self.sides, self.language = sides, language
        text = sides["text"]
        super().__init__(*args, initial={"changes": text.changes if text else 0}, **kwargs)
        for number, row in enumerate(sides["rows"]):
            area = forms.Textarea(attrs={"rows": row["lines"], "lang": language})
            self.fields[f"t{number}"] = forms.CharField(
                label=_lazy("Translation"),
                required=False,
                widget=area,
                initial=row["text"],
                strip=False,
                max_length=20000,
            )
            if row["is_older"]:
                self.fields[f"f{number}"] = forms.BooleanField(label=_lazy("It still fits"), required=False)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Rows of the screen with their fields."""
        return [
            {**row, "field": self[f"t{number}"], "fits": self[f"f{number}"] if row["is_older"] else None}
            for number, row in enumerate(self.sides["rows"])
        ]

    def said(self) -> dict[str, Any]:
        said: dict[str, Any] = {}
        fits = set()
        for number, row in enumerate(self.sides["rows"]):
            name, _slash, field = row["name"].partition("/")
            text = self.cleaned_data[f"t{number}"]
            if self.cleaned_data.get(f"f{number}"):
                fits.add(name)
            if not field:
                said[name] = text.strip() if name == "title" or not self.sides["question"] else marked(text)
            elif text.strip() or name in said:
                said.setdefault(name, {})[field] = _said(field, text)
        return {"said": said, "fits": fits, **({"changes": self.cleaned_data["changes"]} if self.sides["node"] else {})}


def _said(field: str, text: str) -> Any:
    return items_marked(text) if field == "items" else rows_marked(text) if field == "content" else marked(text)
