"""Letters about certificates: that there is one, where it is, and why it holds no more."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from koinon.events.models import Certificate
from koinon.events.notices.telling import tell_registered, unless_demo
from koinon.events.queries.certificates import page_of
from koinon.kit.verbs import Actor

KINDS: list[tuple[str, Any, str]] = [("events.certificate", _("Certificates of events I attended"), "now")]


@unless_demo
def issued(*, by: Actor, result: Certificate) -> None:
    tell_registered(
        result.registration, kind="events.certificate", title=_("Your certificate: %(event)s"),
        text=_(
            "Thank you for taking part. Your certificate of attendance is on this page, to print and to keep. Whoever "
            "gets it from you can check it with its code."
        ),
        address=page_of(result), action=_("Open my certificate"),
    )  # fmt: skip


@unless_demo
def revoked(*, by: Actor, result: Certificate) -> None:
    tell_registered(
        result.registration, kind="events.certificate", title=_("Your certificate is not valid any more: %(event)s"),
        text=_("The organisers give this reason: %(reason)s"), facts={"reason": result.revoked_why},
        address=page_of(result), action=_("Open the page of the certificate"),
    )  # fmt: skip
