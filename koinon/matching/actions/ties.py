"""Ties: declared by one side, confirmed by the other, ended by either; derived from what two organisations did.

A no is quiet: nobody is told, nothing moves, and the tie lapses on the day on which it would have lapsed unanswered.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.kit import links, prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.matching.models import ALIVE, TIE_STEPS, Tie
from koinon.matching.notices import ties as notices
from koinon.matching.rules import belongs
from koinon.matching.rules import ties as rules
from koinon.network.models import Network, Organisation

OPEN_FOR = timedelta(days=30)
REMIND_BEFORE = timedelta(days=10)
REST = timedelta(days=180)
"""So long a side that was not answered waits until it declares the same tie again; it says nothing about a no."""

NOTE = 300
NOT_MEMBERS = gettext_lazy("Ties are declared between members of the same network.")
NOT_ASKED = gettext_lazy("Only those who speak for the organisation that was asked may answer.")
NOT_A_SIDE = gettext_lazy("Only those who speak for one of the two organisations may do this.")

conflict("tie_once_per_pair_and_kind", "kind", gettext_lazy("This tie is there already: see the list of your ties."))
conflict("tie_ends_after_it_began", "until", gettext_lazy("The last day comes after the first."))


@verb("matching.tie_declared", rule=rules.may_declare, refusal=NOT_MEMBERS, then=notices.declared)
def declare(
    *, by: Actor, network: Network, organisation: Organisation, other: Organisation, kind: str, note: str = "",
    language: str = "", since: date | None = None, until: date | None = None, person: Person | None = None,
    is_demo: bool = False,
) -> Tie:  # fmt: skip
    """`organisation` says what ties it to `other`, who confirms within 30 days or lets it lapse.

    A tie that is known to the two already (derived) is shown by this. Raises IntegrityError when it is there.
    """
    if kind not in Tie.Kind.values:
        raise ValidationError({"kind": [_("Please choose one of the list.")]})
    if since and since > date.today():
        raise ValidationError({"since": [_("A tie begins when it begins: choose today or an earlier day.")]})
    a, b = sorted([organisation, other], key=lambda each: each.pk)
    _check_rest(network, a, b, kind, organisation)
    facts = {
        "declared_by": organisation, "person": person, "note": prose.said(note, "note", NOTE, is_line=True),
        "since": since, "until": until, "language": language or organisation.language,
        "closes_on": date.today() + OPEN_FOR,
    }  # fmt: skip
    known = Tie.objects.filter(network=network, a=a, b=b, kind=kind, state="derived").first()
    if known is not None:
        facts["since"] = since or known.since
        TIE_STEPS.move(known, "declared", moved_at=timezone.now(), **facts)
        return known
    return Tie.objects.create(network=network, a=a, b=b, kind=kind, is_demo=is_demo, **facts)


@verb("matching.tie_confirmed", rule=rules.may_answer, refusal=NOT_ASKED, then=notices.confirmed)
def confirm(*, by: Actor, tie: Tie, organisation: Organisation) -> Tie:
    """The other side says yes: all who may see the two see the tie. A quiet no may become a yes while it waits."""
    if any(not belongs(tie.network_id, side) for side in tie.sides):
        raise ValidationError(_("One of the two has left the network."))
    TIE_STEPS.move(tie, "confirmed", says_no=False, moved_at=timezone.now())
    return tie


@verb("matching.tie_confirmed_by_link", rule=rules.may_answer, refusal=NOT_ASKED)
def confirm_by_link(*, by: Actor, tie: Tie, organisation: Organisation, link: links.Link) -> Tie:
    """The same by one tap from a letter, once."""
    links.use(link)
    return confirm(by=by, tie=tie, organisation=organisation)


@verb("matching.tie_answered", rule=rules.may_answer, refusal=NOT_ASKED)
def decline(*, by: Actor, tie: Tie, organisation: Organisation) -> None:
    """A quiet no: it is kept where nobody but this side sees it.

    Gives nothing, so that the chronicle does not even say which tie was answered.
    """
    row = Tie.objects.select_for_update().get(pk=tie.pk)
    if row.state != "declared":
        raise ValidationError(_("This is no longer possible: it has moved on."))
    row.says_no = True
    row.save(update_fields=["says_no"])


@verb("matching.tie_withdrawn", rule=rules.may_withdraw, refusal=NOT_A_SIDE)
def withdraw(*, by: Actor, tie: Tie) -> Tie:
    """Taken back before it was confirmed."""
    TIE_STEPS.move(tie, "withdrawn", moved_at=timezone.now())
    return tie


@verb("matching.tie_ended", rule=rules.may_end, refusal=NOT_A_SIDE, then=notices.ended)
def end(*, by: Actor, tie: Tie, organisation: Organisation) -> Tie:
    """Either side ends it alone; it leaves the picture today, and both keep its history."""
    last = max(date.today(), tie.since or date.today())
    until = tie.until if tie.until and tie.until < last else last
    TIE_STEPS.move(tie, "ended", until=until, ended_by=organisation, moved_at=timezone.now())
    return tie


@verb("matching.tie_lapsed", rule=only_machine)
def lapse(*, by: Actor, tie: Tie) -> Tie:
    """Its day has come without a yes; whether there was a quiet no, both read the same words."""
    TIE_STEPS.move(tie, "lapsed", says_no=False, moved_at=timezone.now())
    return tie


@verb("matching.tie_reminded", rule=only_machine, then=notices.reminded)
def remind(*, by: Actor, tie: Tie) -> Tie:
    """Ten days before its last day the side that was asked gets one more letter, unless it quietly said no."""
    Tie.objects.filter(pk=tie.pk).update(reminded_on=date.today())
    return tie


@verb("matching.ties_derived", rule=only_machine, counts=lambda result: {"ties": result[1]})
def derive(*, by: Actor, network: Network, found: Iterable[dict[str, Any]]) -> tuple[Network, int]:
    """Write what two organisations did as ties; gives how many are new.

    `found`: one, other (ids), kind, since, source {"kind", "id", "on"}, is_public. The same act is written once, and
    what a side has ended does not come back. What was done in public is shown at once; the rest the two alone see.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"ties:{network.pk}"])
    known: dict[tuple[UUID, UUID, str], Tie] = {}
    told: set[tuple[UUID, UUID, str, str]] = set()
    for row in Tie.objects.filter(network=network).only("a_id", "b_id", "kind", "state", "sources", "network_id"):
        if row.state in ALIVE:
            known[row.a_id, row.b_id, row.kind] = row
        told |= {(row.a_id, row.b_id, row.kind, source["id"]) for source in row.sources}
    made: dict[tuple[UUID, UUID, str], Tie] = {}
    for fact in found:
        key = (*sorted([fact["one"], fact["other"]]), fact["kind"])
        if key[0] == key[1] or (*key, fact["source"]["id"]) in told:
            continue
        told.add((*key, fact["source"]["id"]))
        _add(network, key, fact, known, made)
    Tie.objects.bulk_create(made.values(), batch_size=1000)
    return network, len(made)


def _add(network: Network, key: Any, fact: dict[str, Any], known: dict[Any, Tie], made: dict[Any, Tie]) -> None:
    """One more source of a tie that is there, or a new tie."""
    if key in known:
        row = known[key]
        row.sources = [*row.sources, fact["source"]]
        Tie.objects.filter(pk=row.pk).update(sources=row.sources)
    elif key in made:
        made[key].sources.append(fact["source"])
        made[key].since = min(filter(None, [made[key].since, fact["since"]]), default=None)
    else:
        state = "confirmed" if fact.get("is_public") else "derived"
        made[key] = Tie(
            network=network, a_id=key[0], b_id=key[1], kind=key[2], state=state, since=fact["since"],
            sources=[fact["source"]],
        )  # fmt: skip


def _check_rest(network: Network, a: Organisation, b: Organisation, kind: str, organisation: Organisation) -> None:
    lapsed = Tie.objects.filter(network=network, a=a, b=b, kind=kind, state="lapsed", declared_by=organisation)
    if lapsed.filter(moved_at__gt=timezone.now() - REST).exists():
        raise ValidationError({"kind": [_("You declared this tie in the last six months. Speak with them first.")]})
