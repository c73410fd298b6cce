"""Whom a visitor of the demo may become to organise events: who speaks for the organisation that holds most of them."""

from django.utils.translation import gettext as _

from koinon.accounts import seams
from koinon.accounts.models import Person

ORGANISER = "british-council@demo.koinon.example"


@seams.demo_people.lend(order=70)
def groups() -> list[seams.DemoGroup]:
    """One query."""
    rows = Person.objects.filter(is_demo=True, is_active=True, email=ORGANISER)
    found = tuple(seams.DemoPerson(row.pk, row.name, _("Organises events")) for row in rows)
    return [seams.DemoGroup(_("Begin here"), found, is_first=True)] if found else []
