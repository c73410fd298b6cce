"""Choose competences for a part; bring a framework from a sheet."""

import csv
import io
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit.forms import Form
from koinon.learning.models import Competence, Node
from koinon.learning.queries.assets import said
from koinon.network.models import Organisation

SHOWN = 120


class Align(Form):
    """Those that are chosen, and those that the words find."""

    competences = forms.ModelMultipleChoiceField(
        label=_lazy("What people can do after this part"), queryset=Competence.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, node: Node, words: str, language: str, **kwargs: Any) -> None:
        chosen = list(node.competences.all())
        super().__init__(*args, initial={"competences": chosen}, **kwargs)
        own = Q(framework__organisation=None) | Q(framework__organisation=node.version.course.organisation_id)
        rows = Competence.objects.filter(own)
        found = rows.filter(Q(names__icontains=words) | Q(code__iexact=words)) if words else rows
        keys = [row.pk for row in chosen] + list(
            found.order_by("framework", "order").values_list("pk", flat=True)[:SHOWN]
        )
        field: Any = self.fields["competences"]
        field.queryset = rows if self.is_bound else rows.filter(pk__in=keys).select_related("framework")
        field.label_from_instance = lambda row: " ".join(filter(None, (row.code, said(row.names, (language, "en")))))


class Bring(Form):
    """A framework of one's own from a CSV file: columns uri, code, parent, and one for each language."""

    organisation = forms.ModelChoiceField(label=_lazy("Whose framework"), queryset=Organisation.objects.none())
    name = forms.CharField(label=_lazy("Name of the framework"), max_length=200)
    uri = forms.CharField(label=_lazy("Its address"), max_length=400, help_text=_lazy("Where it is described."))
    credit = forms.CharField(label=_lazy("Whom to name"), max_length=300, required=False)
    file = forms.FileField(
        label=_lazy("CSV file"), help_text=_lazy("Columns: uri, code, parent, and one for each language: en, sq, el …")
    )

    def __init__(self, *args: Any, owners: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset = Organisation.objects.filter(pk__in=[owner.pk for owner in owners])
        if len(owners) == 1:
            field.initial = owners[0]

    def clean_file(self) -> list[dict[str, Any]]:
        data = self.cleaned_data["file"].read(2_000_000)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as problem:
            raise ValidationError(_("Please save the file as CSV in UTF-8.")) from problem
        sign = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
        rows = list(csv.DictReader(io.StringIO(text), delimiter=sign))
        if not rows or "uri" not in rows[0]:
            raise ValidationError(_("The first row must name the columns; one of them is uri."))
        return [_row(row) for row in rows]

    def said(self) -> dict[str, Any]:
        facts = dict(self.cleaned_data)
        rows = facts.pop("file")
        return {**facts, "rows": rows}


def _row(row: dict[str | None, Any]) -> dict[str, Any]:
    known = {
        str(name).strip().lower(): str(value or "")
        for name, value in row.items()
        if name and not isinstance(value, list)
    }
    names = {
        code: text for code, text in known.items() if code not in ("uri", "code", "parent") and 2 <= len(code) <= 8
    }
    return {
        "uri": known.get("uri", ""),
        "code": known.get("code", ""),
        "parent": known.get("parent", ""),
        "names": names,
    }
