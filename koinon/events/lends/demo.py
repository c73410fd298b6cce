"""Whom a visitor of the demo may become to organise events: who speaks for the organisation that holds most of them."""

from django.utils.translation import gettext as _

from koinon.accounts import demo, seams


@seams.demo_people.lend(order=70)
def groups() -> list[seams.DemoGroup]:
    """One query."""
    return demo.begin({"british-council": _("Organises events")})
