"""What a coordinator says to an import: a file, which column is which, what each unclear row is."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from koinon.kit.forms import Form
from koinon.network.engine import columns
from koinon.network.models import Intake


class Upload(Form):
    file = forms.FileField(
        label=_("Spreadsheet"),
        help_text=_("XLSX, ODS or CSV, one organisation a row. Nothing is imported before you have seen every row."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.ods,.csv,.xls"}),
    )


class Columns(Form):
    """One choice for each thing we can read; the guess is chosen already."""

    def __init__(self, *args: Any, intake: Intake, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("not in this file")), *((str(at), name) for at, name in enumerate(intake.headings))]
        for field, title in zip(columns.FIELDS, columns.headings_of(language), strict=True):
            chosen = intake.columns.get(field)
            self.fields[field] = forms.ChoiceField(
                label=title,
                choices=choices,
                required=field == "name",
                initial="" if chosen is None else str(chosen),
            )
        sheets = intake.sheet.get("sheets", [])
        if len(sheets) > 1:
            named = [(name, name) for name in sheets]
            self.fields["sheet"] = forms.ChoiceField(
                label=_("Sheet of the file"), choices=named, initial=intake.sheet.get("name")
            )

    def said(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        sheet = said.pop("sheet", "")
        return {"columns": {field: int(at) if at else None for field, at in said.items()}, "sheet": sheet}


def choices_of(query: QueryDict) -> dict[int, tuple[str, str]]:
    """The decisions of a page of rows: row-12=new, row-13=same:KEY, row-14=skip; "" leaves a row undecided."""
    found = {}
    for name, value in query.items():
        number = name.removeprefix("row-")
        if name.startswith("row-") and number.isdigit() and len(number) < 9 and value:
            choice, _sign, twin = str(value).partition(":")
            found[int(number)] = (choice, twin)
    return found
