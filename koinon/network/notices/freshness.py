"""The yearly question whether a page is still right."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.accounts import notices
from koinon.kit import links
from koinon.kit.verbs import Actor
from koinon.network import queries
from koinon.network.models import Organisation
from koinon.network.notices.telling import name


def asked(*, by: Actor, result: Organisation) -> None:
    """Each person who speaks for it gets a link of their own."""
    for person in queries.speakers_of(result):
        token = links.make("network.confirm", o=result.pk.hex, p=person.pk.hex)
        notices.tell(
            person=person,
            kind="network.freshness",
            title=_("Is the page of %(organisation)s still right?"),
            text=_("Look at it once a year, so that others can rely on it. One tap is enough if nothing has changed."),
            address=reverse("network:confirm_link", args=[token]),
            facts={"organisation": name(result)},
            action=_("Look at the page"),
        )
