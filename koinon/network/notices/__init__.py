"""What people are told about networks, applications, memberships and mandates, in their language."""

from django.utils.translation import gettext_lazy as _

from koinon.network.notices.applications import (
    admitted,
    application_due,
    application_moved,
    application_withdrawn,
    applied,
    membership_ended,
)
from koinon.network.notices.people import (
    coordination_added,
    coordination_ended,
    invitation_expired,
    invitation_refused,
    invitation_reminded,
    invited,
    mandate_ended,
    mandate_ending,
    mandate_given,
    send_invitation,
)

__all__ = [
    "KINDS",
    "admitted",
    "application_due",
    "application_moved",
    "application_withdrawn",
    "applied",
    "coordination_added",
    "coordination_ended",
    "invitation_expired",
    "invitation_refused",
    "invitation_reminded",
    "invited",
    "mandate_ended",
    "mandate_ending",
    "mandate_given",
    "membership_ended",
    "send_invitation",
]

KINDS = [
    ("network.application", _("Applications to networks that I run"), "now"),
    ("network.membership", _("Applications and memberships of my organisation"), "now"),
    ("network.mandate", _("Who speaks for my organisation"), "now"),
]
