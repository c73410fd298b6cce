"""What an endorser's link opens, and for how long."""

from datetime import timedelta
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from koinon.kit import links
from koinon.kit.verbs import Actor
from koinon.kit.vocabularies.countries import country_name
from koinon.network.models import Endorsement
from koinon.network.notices.reviews import PURPOSE
from koinon.network.queries.forms import read_application

RELATED = ("application__network", "application__organisation__place", "application__version", "application__applicant")
HOUR = timedelta(hours=1)
LIFE = timedelta(days=400)
"""The signature holds long; what ends a link is the answer, the deadline, or that somebody else is asked."""


def read(token: str) -> links.Link:
    """The link, or links.Broken when it is forged or was used."""
    return links.read(PURPOSE, token, life=LIFE)


def open_one(link: links.Link) -> Endorsement:
    """The endorsement that waits for this link; links.Broken says why not."""
    rows = Endorsement.objects.select_related(*RELATED)
    row = rows.filter(pk=link.facts["endorsement"]).first()
    if row is None or row.state == "withdrawn" or row.application.state != "endorsement":
        raise links.Broken(_("This endorsement is not needed any more. Thank you."))
    if row.state == "lapsed":
        raise links.Broken(_("The last day for this endorsement has passed."))
    if row.state != "asked":
        raise links.Broken(_("This was answered already. Thank you."))
    return row


def page(me: Actor, row: Endorsement) -> dict[str, Any]:
    """What is endorsed: who applies, why, and those answers that the network publishes."""
    application, language = row.application, (get_language() or "en")[:2]
    country = application.organisation.country
    return {
        "endorsement": row,
        "application": application,
        "organisation": application.organisation,
        "country": country_name(country, language) if country else "",
        "parts": read_application(application, me, language, published_only=True),
    }
