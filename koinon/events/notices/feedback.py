"""The letter that asks what somebody thought: one link, no signing in, no name with the answer."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.events.models import Registration
from koinon.events.notices.telling import tell_registered
from koinon.events.rules.afterwards import FEEDBACK
from koinon.kit import links


def asked(row: Registration) -> None:
    token = links.make(FEEDBACK, registration=str(row.pk))
    tell_registered(
        row, kind="events.reminder", title=_("What did you think of it? %(event)s"),
        text=_("Thank you for coming. Four questions, two minutes: your answers are kept without your name."),
        address=reverse("events:feedback_link", args=[token]), action=_("Answer"),
    )  # fmt: skip
