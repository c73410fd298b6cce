"""What is said about merges: to the networks that are asked, to who asked, to the people of both organisations."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.verbs import Actor
from koinon.network import queries
from koinon.network.models import Merge, Network
from koinon.network.notices.telling import name, tell

OUTCOMES = {
    "refused": _("%(gone)s and %(kept)s are two: the merge was refused"),
    "withdrawn": _("The merge of %(gone)s and %(kept)s was taken back"),
    "expired": _("The merge of %(gone)s and %(kept)s was not answered in time"),
    "undone": _("The merge of %(gone)s and %(kept)s was undone"),
}


def asked(*, by: Actor, result: Merge) -> None:
    """Done at once: everybody concerned. Else: the coordinators whose yes is needed."""
    if result.state == "done":
        done(by=by, result=result)
        return
    for consent in result.consents.filter(answer="").select_related("network"):
        _tell_coordinators(
            by,
            result,
            consent.network,
            _("Your turn: are %(gone)s and %(kept)s the same organisation?"),
            _("Look at the merge"),
        )


def agreed(*, by: Actor, result: Merge) -> None:
    if result.state == "done":
        done(by=by, result=result)


def done(*, by: Actor, result: Merge) -> None:
    """The people who speak for it now, of both; and the coordinators who asked."""
    tell(
        by,
        _people(result),
        kind="network.mandate",
        title=_("%(gone)s and %(kept)s are one organisation here now"),
        text=_("What belonged to either is on one page. The people who run the network can undo this for 30 days."),
        address=reverse("network:organisation", args=[result.kept.slug]),
        facts=_facts(result),
        action=_("Open the page"),
    )
    for network in _networks(result):
        title = _("%(gone)s was merged into %(kept)s")
        _tell_coordinators(by, result, network, title, _("Look at the merge"))


def ended(*, by: Actor, result: Merge) -> None:
    """Nothing is merged, or not any more: those who were asked or told hear of it."""
    title = OUTCOMES[result.state]
    for network in _networks(result):
        _tell_coordinators(by, result, network, title, _("Look at the merge"))
    if result.state == "undone":
        address = reverse("network:organisation", args=[result.kept.slug])
        tell(by, _people(result), kind="network.mandate", title=title, facts=_facts(result), address=address)


def _people(merge: Merge) -> list[Person]:
    return [*queries.speakers_of(merge.kept_id), *queries.speakers_of(merge.gone_id)]


def _networks(merge: Merge) -> list[Network]:
    return [merge.network, *(consent.network for consent in merge.consents.select_related("network"))]


def _tell_coordinators(by: Actor, merge: Merge, network: Network, title: Any, action: Any) -> None:
    tell(
        by,
        queries.staff_of(network, ["coordinator"]),
        kind="network.application",
        title=title,
        address=reverse("network:merge", args=[network.slug, merge.pk]),
        facts=_facts(merge),
        action=action,
    )


def _facts(merge: Merge) -> dict[str, Any]:
    return {"kept": name(merge.kept), "gone": name(merge.gone)}
