"""Deliveries: opened in five fields, given, reported, sent back, verified; who helps and who supervises."""

import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.kit import prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.network.models import Place
from koinon.programmes.actions import counting
from koinon.programmes.actions.programmes import NOT_YOURS as NOT_RUN
from koinon.programmes.actions.programmes import running
from koinon.programmes.models import DELIVERY_STEPS, Activity, CascadeGrant, Delivery, Toolkit
from koinon.programmes.notices import cascade as notices
from koinon.programmes.rules import cascade as rules

NOT_YOURS = gettext_lazy("Only those who give this delivery may do this.")
NOT_CHECKER = gettext_lazy("Only the supervisor, or those who run the programme, may do this, never for their own.")
WHY = 500
VERIFY_IN = timedelta(days=14)
OPEN = ("planned", "running")

conflict("delivery_ends_later", "ends_on", gettext_lazy("The last day is before the first one."))


@verb(
    "programmes.delivery_opened", rule=rules.may_deliver,
    refusal=gettext_lazy("Only who holds a grant that is in force may open a delivery."),
)  # fmt: skip
def open_delivery(
    *, by: Actor, grant: CascadeGrant, title: str, starts_on: date, ends_on: date, language: str,
    place: Place | None = None, expected: int = 15, venue: str = "",
) -> Delivery:  # fmt: skip
    """Five fields are enough; it uses the newest toolkit, and its parent is the delivery the grant came from."""
    held = CascadeGrant.objects.select_for_update(of=("self",)).select_related("programme", "parent").get(pk=grant.pk)
    running(held.programme)
    if held.state != "active" or held.until < timezone.localdate():
        raise ValidationError(_("This grant does not hold any more."))
    above = held.parent
    newest = Toolkit.objects.filter(programme=held.programme, state="published").order_by("-number").first()
    return Delivery.objects.create(
        programme=held.programme, grant=held, parent=above, path=[*above.path, above.pk] if above else [],
        generation=held.generation, organisation_id=held.organisation_id, toolkit=newest,
        title=prose.said(title, "title", 160, is_needed=True, is_line=True), language=_language(held, language),
        starts_on=starts_on, ends_on=ends_on, place=place, venue=prose.said(venue, "venue", 200, is_line=True),
        expected=expected, join_key=secrets.token_urlsafe(18), is_demo=held.is_demo,
        state="running" if starts_on <= timezone.localdate() else "planned",
    )  # fmt: skip


@verb("programmes.delivery_changed", rule=rules.gives, refusal=NOT_YOURS)
def change(
    *, by: Actor, delivery: Delivery, title: str, starts_on: date, ends_on: date, language: str, place: Place | None,
    venue: str, expected: int, toolkit: Toolkit | None, shares_names: bool,
) -> Delivery:  # fmt: skip
    """The rest of it, later: days, room, the toolkit that was used, whether names are shared with who came before."""
    check(delivery, *OPEN, "returned")
    if toolkit is not None and (toolkit.programme_id != delivery.programme_id or toolkit.state != "published"):
        raise ValidationError({"toolkit": [_("Please choose one of the list.")]})
    facts: dict[str, Any] = {
        "title": prose.said(title, "title", 160, is_needed=True, is_line=True), "starts_on": starts_on,
        "ends_on": ends_on, "language": _language(delivery.grant, language), "place": place, "expected": expected,
        "venue": prose.said(venue, "venue", 200, is_line=True), "toolkit": toolkit, "shares_names": shares_names,
    }  # fmt: skip
    Delivery.objects.filter(pk=delivery.pk).update(**facts)
    delivery.refresh_from_db()
    return delivery


@verb("programmes.delivery_started", rule=rules.gives, refusal=NOT_YOURS)
def start(*, by: Actor, delivery: Delivery) -> Delivery:
    """Under way: by the clock on its first day, or earlier."""
    DELIVERY_STEPS.move(delivery, "running", moved_at=timezone.now())
    return delivery


@verb("programmes.delivery_called_off", rule=rules.may_call_off, refusal=NOT_YOURS, then=notices.called_off)
def call_off(*, by: Actor, delivery: Delivery, why: str) -> Delivery:
    """It does not take place, with a sentence that everybody reads."""
    said = prose.said(why, "why", WHY, is_needed=True, is_line=True)
    if delivery.number_became:
        raise ValidationError(_("Facilitators came of this delivery already, so it cannot be called off."))
    DELIVERY_STEPS.move(delivery, "cancelled", moved_at=timezone.now(), why=said, due_on=None)
    return delivery


@verb("programmes.helper_named", rule=rules.gives, refusal=NOT_YOURS, then=notices.helper_named)
def add_helper(*, by: Actor, delivery: Delivery, email: str) -> tuple[Delivery, Person]:
    """Another facilitator of the programme gives it as well, and sees who takes part."""
    check(delivery, *OPEN, "returned")
    grants = CascadeGrant.objects.in_force().filter(
        programme=delivery.programme_id, person__email__iexact=email.strip()
    )
    found = grants.select_related("person").first()
    if found is None or found.person is None:
        raise ValidationError({"email": [_("Nobody with this address holds a grant in this programme.")]})
    if found.pk == delivery.grant_id or delivery.helpers.filter(pk=found.person.pk).exists():
        raise ValidationError({"email": [_("This person gives it already.")]})
    if delivery.supervisor_id == found.person.pk or delivery.participants.filter(person=found.person).exists():
        raise ValidationError({"email": [_("Who supervises it or takes part cannot give it as well.")]})
    delivery.helpers.add(found.person)
    return delivery, found.person


@verb("programmes.helper_left", rule=rules.gives, refusal=NOT_YOURS)
def remove_helper(*, by: Actor, delivery: Delivery, person: Person) -> Delivery:
    """Somebody helps no more. When the facilitator's grant was withdrawn, the last one stays or calls it off."""
    is_alone = CascadeGrant.objects.filter(pk=delivery.grant_id, state="withdrawn").exists()
    if is_alone and delivery.helpers.count() < 2:
        raise ValidationError(_("Nobody else gives it now. Name somebody first, or call it off."))
    delivery.helpers.remove(person)
    return delivery


@verb("programmes.supervisor_named", rule=rules.may_name_supervisor, refusal=NOT_RUN, then=notices.supervisor_named)
def name_supervisor(*, by: Actor, delivery: Delivery, email: str) -> Delivery:
    """Who visits, helps and verifies: a facilitator of the programme, or one of those who run it. Empty: nobody."""
    address = email.strip().lower()
    found = next((each for each in _may_supervise(delivery) if each.email.lower() == address), None)
    if address and found is None:
        raise ValidationError({"email": [_("Nobody with this address runs this programme or holds a grant in it.")]})
    gives = found is not None and (
        found.pk == delivery.grant.person_id or delivery.helpers.filter(pk=found.pk).exists()
    )
    if gives:
        raise ValidationError({"email": [_("Nobody supervises what they give themselves.")]})
    Delivery.objects.filter(pk=delivery.pk).update(supervisor=found)
    delivery.supervisor = found
    return delivery


@verb("programmes.delivery_link_changed", rule=rules.gives, refusal=NOT_YOURS)
def new_link(*, by: Actor, delivery: Delivery) -> Delivery:
    """A new link to join; the old one opens nothing from now on."""
    check(delivery, *OPEN)
    delivery.join_key = secrets.token_urlsafe(18)
    delivery.save(update_fields=["join_key"])
    return delivery


@verb("programmes.reported", rule=rules.gives, refusal=NOT_YOURS, then=notices.reported)
def report(*, by: Actor, delivery: Delivery, words: str, used: Sequence[UUID]) -> Delivery:
    """Over: which activities were used, how it went. Who came is on the list; the supervisor answers in two weeks."""
    if delivery.starts_on > timezone.localdate():
        raise ValidationError(_("It has not begun yet."))
    counted = counting.recount(delivery)
    if not counted.number_reached:
        raise ValidationError(_("Nobody is on the list yet. Write first who came, with names or without."))
    known = set(Activity.objects.filter(toolkit=delivery.toolkit_id).values_list("key", flat=True))
    if delivery.state == "planned":
        DELIVERY_STEPS.move(delivery, "running", moved_at=timezone.now())
    DELIVERY_STEPS.move(
        delivery, "reported", moved_at=timezone.now(), due_on=timezone.localdate() + VERIFY_IN, nudged_on=None, why="",
        words=prose.said(words, "words", 10_000, is_needed=True), used=[key for key in used if key in known],
    )  # fmt: skip
    return delivery


@verb("programmes.report_returned", rule=rules.supervises, refusal=NOT_CHECKER, then=notices.handed_back)
def hand_back(*, by: Actor, delivery: Delivery, why: str) -> Delivery:
    """A question to the facilitator; also when something came up after it was verified."""
    said = prose.said(why, "why", WHY, is_needed=True, is_line=True)
    due = timezone.localdate() + VERIFY_IN
    DELIVERY_STEPS.move(delivery, "returned", moved_at=timezone.now(), why=said, due_on=due, nudged_on=None)
    return delivery


@verb(
    "programmes.report_verified", rule=rules.supervises, refusal=NOT_CHECKER, then=notices.verified,
    counts=lambda row: {"reached": row.number_reached, "finished": row.number_finished},
)  # fmt: skip
def verify(*, by: Actor, delivery: Delivery) -> Delivery:
    """It counts: looked at by somebody who did not give it."""
    DELIVERY_STEPS.move(delivery, "verified", moved_at=timezone.now(), due_on=None)
    return delivery


@verb("programmes.report_reminded", rule=only_machine, then=notices.report_waits)
def remind(*, by: Actor, delivery: Delivery) -> Delivery:
    """Once for each turn: a report that is due, or one that waits to be looked at."""
    today = timezone.localdate()
    if not Delivery.objects.filter(pk=delivery.pk, state=delivery.state, nudged_on=None).update(nudged_on=today):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    return delivery


def _may_supervise(delivery: Delivery) -> list[Person]:
    grants = CascadeGrant.objects.in_force().filter(programme=delivery.programme_id, person__isnull=False)
    facilitators = [row.person for row in grants.select_related("person") if row.person is not None]
    return [*notices.runners(delivery.programme), *facilitators]


def _language(grant: CascadeGrant, said: str) -> str:
    if said not in grant.programme.languages:
        raise ValidationError({"language": [_("Please choose one of the list.")]})
    return said


def check(delivery: Delivery, *states: str) -> None:
    """Raises ValidationError unless it is in one of these states now."""
    if not Delivery.objects.filter(pk=delivery.pk, state__in=states).exists():
        raise ValidationError(_("This is no longer possible: it has moved on."))
