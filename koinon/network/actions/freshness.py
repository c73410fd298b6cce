"""Is the page still right? Asked by letter once a year, answered by one tap; shown until somebody says so again."""

from django.utils import timezone

from koinon.kit import links
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.network import rules
from koinon.network.models import Organisation
from koinon.network.notices import freshness as words

PURPOSE = "network.confirm"


@verb("network.profile_confirmed", rule=rules.may_confirm)
def confirm(*, by: Actor, organisation: Organisation, link: links.Link | None = None) -> Organisation:
    """Somebody who speaks for it looked at the page: everything is right as it stands."""
    if link is not None:
        links.use(link)
    now = timezone.now()
    Organisation.objects.filter(pk=organisation.pk).update(confirmed_at=now, asked_at=None)
    organisation.confirmed_at = now
    return organisation


@verb("network.profile_asked", rule=only_machine, then=words.asked)
def ask(*, by: Actor, organisation: Organisation) -> Organisation:
    """The letter to those who speak for it, with the facts and one button."""
    Organisation.objects.filter(pk=organisation.pk).update(asked_at=timezone.now())
    organisation.asked_at = timezone.now()
    return organisation
