"""What people are told about networks, applications, memberships and mandates, in their language."""

from django.utils.translation import gettext_lazy as _

from koinon.network.notices.applications import (
    admitted,
    application_extended,
    application_given_up,
    application_moved,
    application_withdrawn,
    applied,
    membership_ended,
    place_proposed,
    window_extended,
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
from koinon.network.notices.reviews import (
    application_due,
    endorsement_answered,
    endorsement_asked,
    review_asked,
    review_due,
    review_given,
    review_withdrawn,
    reviewer_missing,
    reviewers_missing,
    reviews_complete,
    send_endorsement,
)

__all__ = [
    "KINDS",
    "admitted",
    "application_due",
    "application_extended",
    "application_given_up",
    "application_moved",
    "application_withdrawn",
    "applied",
    "coordination_added",
    "coordination_ended",
    "endorsement_answered",
    "endorsement_asked",
    "invitation_expired",
    "invitation_refused",
    "invitation_reminded",
    "invited",
    "mandate_ended",
    "mandate_ending",
    "mandate_given",
    "membership_ended",
    "place_proposed",
    "review_asked",
    "review_due",
    "review_given",
    "review_withdrawn",
    "reviewer_missing",
    "reviewers_missing",
    "reviews_complete",
    "send_endorsement",
    "send_invitation",
    "window_extended",
]

KINDS = [
    ("network.application", _("Applications to networks that I run"), "now"),
    ("network.membership", _("Applications and memberships of my organisation"), "now"),
    ("network.mandate", _("Who speaks for my organisation"), "now"),
    ("network.freshness", _("The yearly question whether our page is right"), "now"),
]
