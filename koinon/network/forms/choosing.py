"""An organisation chosen by a part of its name, among those that the reader sees; works without JavaScript."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from koinon.kit.verbs import Actor
from koinon.network.forms.fields import FindField, FindWidget, said_of
from koinon.network.models import Organisation
from koinon.network.queries.choosing import found_by


class OrganisationWidget(FindWidget):
    """An organisation by a part of its name."""

    template_name = "network/widgets/organisation.html"
    longest = 200
    me: Actor

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        words, chosen = value or ("", "")
        rows = [(str(row.pk), str(row), str(row.pk) == chosen) for row in found_by(self.me, words)]
        return {**context, "words": words, "choices": rows, **said_of(context)}


class OrganisationField(FindField):
    """Gives an Organisation or None. A name, or the address of a page, that only one has is enough."""

    widget = OrganisationWidget

    def sees(self, me: Actor) -> None:
        """Say who chooses."""
        self.me = self.widget.me = me  # type: ignore[attr-defined]

    def clean(self, value: Any) -> Organisation | None:
        words, chosen = value or ("", "")
        if not words and not self.required:
            return None
        rows = found_by(self.me, words)
        if len(rows) == 1:
            return rows[0]
        if (row := next((row for row in rows if str(row.pk) == chosen), None)) is not None:
            return row
        if rows:
            raise ValidationError(_("Several organisations may be meant: please choose one of the list."))
        raise ValidationError(_("No organisation that you can see is called so."))
