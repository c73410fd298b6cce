"""A host offers days: the organisers of the visit hear of it."""

from django.utils.translation import gettext_lazy as _

from koinon.events.models import VisitSlot
from koinon.events.notices.telling import tell_organisers, unless_demo
from koinon.kit.addresses import to
from koinon.kit.verbs import Actor


@unless_demo
def offered(*, by: Actor, result: VisitSlot) -> None:
    tell_organisers(
        result.event, title=_("%(host)s offers days: %(event)s"), facts={"host": str(result.host)},
        address=to("events:slots", result.event.slug), by=by,
    )  # fmt: skip
